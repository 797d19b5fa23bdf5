//! What a user can ask of `weights`.

use crate::address::Address;
use crate::names::ModelId;
use borsh::{BorshDeserialize, BorshSerialize};

/// Let another participant serve a model in one's place, for a share of one's rewards. Counts from
/// the next snapshot on, until it is taken back.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct DelegateModel {
    /// The model.
    pub model: ModelId,
    /// To whom; `None` takes it back.
    pub to: Option<Address>,
}

/// Say that one will not serve a model. Counts from the next snapshot on, until it is taken back.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct RefuseModel {
    /// The model.
    pub model: ModelId,
    /// Whether it is refused; `false` takes it back.
    pub refused: bool,
}
