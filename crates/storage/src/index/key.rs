//! Names of events, in the order in which they happened.

use super::Address;
use crate::bytes::Fields;

/// Names one event of an account, in the order in which they happened.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct EventKey {
    /// Height of its block.
    pub height: u64,
    /// Number of the event in the block.
    pub sequence: u32,
}

pub(super) const FIRST_EVENT: EventKey = EventKey { height: 0, sequence: 0 };
pub(super) const LAST_EVENT: EventKey = EventKey { height: u64::MAX, sequence: u32::MAX };

impl EventKey {
    pub(super) fn next(self) -> Option<Self> {
        match self.sequence.checked_add(1) {
            Some(sequence) => Some(Self { height: self.height, sequence }),
            None => Some(Self { height: self.height.checked_add(1)?, sequence: 0 }),
        }
    }

    pub(super) fn previous(self) -> Option<Self> {
        match self.sequence.checked_sub(1) {
            Some(sequence) => Some(Self { height: self.height, sequence }),
            None => Some(Self { height: self.height.checked_sub(1)?, sequence: u32::MAX }),
        }
    }
}

// Big endian, so that the database's byte order is the order of events:
// |<---- address 20 ---->|<- height 8 ->|<- sequence 4 ->|
pub(super) fn event_key(address: &Address, key: EventKey) -> Vec<u8> {
    [&address[..], &key.height.to_be_bytes(), &key.sequence.to_be_bytes()].concat()
}

pub(super) fn parse_event_key(bytes: &[u8]) -> Option<EventKey> {
    let mut fields = Fields(bytes);
    let _address: Address = fields.array()?;
    let (height, sequence) = (fields.array()?, fields.array()?);
    let key =
        EventKey { height: u64::from_be_bytes(height), sequence: u32::from_be_bytes(sequence) };
    fields.0.is_empty().then_some(key)
}
