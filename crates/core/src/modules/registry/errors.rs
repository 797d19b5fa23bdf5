//! Errors of `registry`, by number; `docs/spec` gives the order in which they are checked.

use crate::address::Address;
use crate::error::numbered_errors;
use crate::names::ModelId;

numbered_errors! {
    /// Why a registration was refused.
    300;
    /// The sender is registered already.
    1 AlreadyRegistered {} => "the account is a participant already";
    /// The account is not a participant.
    2 NotRegistered {
        /// The account.
        account: Address,
    } => "account {account} is not a registered participant";
    /// The validator belongs to another participant.
    3 ValidatorTaken {
        /// The validator.
        validator: Address,
    } => "validator {validator} belongs to another participant";
    /// A node needs at least one model, each once.
    4 BadModels {} => "a node serves at least one model, and lists each once";
    /// There is no such model.
    5 UnknownModel {
        /// Its number.
        model: ModelId,
    } => "there is no model number {model}";
    /// The participant has no such node.
    6 UnknownNode {
        /// Its number.
        node: u32,
    } => "the participant has no node number {node}";
    /// The node does not serve the model.
    7 ModelNotServed {
        /// The node.
        node: u32,
        /// The model.
        model: ModelId,
    } => "node {node} does not serve model number {model}";
    /// Too many nodes.
    8 TooManyNodes {
        /// Most a participant may have.
        limit: u32,
    } => "a participant has at most {limit} nodes";
    /// The zero address is nobody.
    9 NullAddress {} => "the zero address cannot be an owner, recipient or validator";
    /// Who attests, judges or verifies cannot be made a relative by others: it could no longer do
    /// so.
    10 HoldsRole {
        /// The reporter, judge or verifier.
        account: Address,
    } => "{account} is a reporter, judge or verifier; only itself may name it owner or recipient";
    /// The participant did not name the sender as its validator.
    11 NotNamed {
        /// The participant.
        participant: Address,
    } => "participant {participant} did not name the sender as its validator";
    /// The participant names the sender neither owner nor recipient.
    12 NotOwnerOrRecipient {
        /// The participant.
        participant: Address,
    } => "participant {participant} names the sender neither owner nor recipient";
}
