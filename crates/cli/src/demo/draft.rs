//! The transactions of a block under construction.

use crate::failure::Failure;
use std::collections::BTreeMap;
use workmint_core::transaction::LOCAL_CODEC;
use workmint_core::{Address, DecodedTransaction, Message, RawTransaction, State};

/// A block's transactions so far; nonces follow the state's.
pub(crate) struct Draft<'a> {
    state: &'a State,
    nonces: BTreeMap<Address, u64>,
    /// As the block holds them.
    pub(super) raw: Vec<RawTransaction>,
    /// As the engine runs them.
    pub(super) decoded: Vec<DecodedTransaction>,
}

impl<'a> Draft<'a> {
    /// An empty draft on a state.
    pub(super) fn new(state: &'a State) -> Self {
        Self { state, nonces: BTreeMap::new(), raw: Vec::new(), decoded: Vec::new() }
    }

    /// Appends a transaction of `sender`.
    pub(super) fn push(&mut self, sender: Address, message: Message) -> Result<(), Failure> {
        let ledger = &self.state.ledger;
        let next = self.nonces.entry(sender).or_insert_with(|| {
            let account = ledger.handle(&sender).and_then(|handle| ledger.account(handle));
            account.map_or(0, |account| account.nonce)
        });
        let transaction = DecodedTransaction::new(sender, *next, message);
        *next += 1;
        let bytes = transaction.encode_local().map_err(Failure::damage)?;
        self.raw.push(RawTransaction { codec: LOCAL_CODEC, bytes });
        self.decoded.push(transaction);
        Ok(())
    }
}
