//! What a governor can ask.

use super::Parameters;
use borsh::{BorshDeserialize, BorshSerialize};

/// Run under other parameters from an epoch on. Needs the role governor.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ScheduleParameters {
    /// First epoch that runs under them; after the open one.
    pub epoch: u64,
    /// All parameters, whole.
    pub parameters: Box<Parameters>,
}
