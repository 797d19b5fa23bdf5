//! Participants, nodes, validators, roles.

use super::Error;
use crate::address::Address;
use crate::error::Error as AnyError;
use crate::modules::ledger::{AccountHandle, Ledger};
use crate::modules::parameters::Quorums;
use crate::names::ModelId;
use crate::table::Table;
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;

/// A participant.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Participant {
    /// Who controls it.
    pub owner: Address,
    /// Who receives its claims.
    pub recipient: Address,
    /// Its validator.
    pub validator: Option<Address>,
    /// Number of its nodes.
    pub nodes: u32,
}

/// A node in service.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Node {
    /// Models it serves, ascending.
    pub models: Vec<ModelId>,
}

/// A right given to an account at genesis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub enum Role {
    /// Attests reports.
    Reporter,
    /// Judges challenges.
    Judge,
    /// Schedules parameters.
    Governor,
    /// Verifies contributions.
    Verifier,
    /// Attests privacy tiers and heartbeats.
    Attestor,
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Reporter => "reporter",
            Self::Judge => "judge",
            Self::Governor => "governor",
            Self::Verifier => "verifier",
            Self::Attestor => "attestor",
        })
    }
}

/// State of `registry`.
#[derive(Default)]
pub struct Registry {
    pub(crate) participants: Table<AccountHandle, Participant>,
    pub(crate) nodes: Table<(AccountHandle, u32), Node>,
    pub(crate) validators: Table<Address, AccountHandle>,
    pub(crate) roles: Table<(Role, AccountHandle), ()>,
    /// Owners and recipients that confirmed the participant that names them.
    pub(crate) ties: Table<(Address, AccountHandle), ()>,
}

impl Registry {
    /// The participant, if the account is one.
    #[must_use]
    pub fn participant(&self, handle: AccountHandle) -> Option<&Participant> {
        self.participants.get(&handle)
    }

    /// All participants.
    pub fn participants(&self) -> impl Iterator<Item = (AccountHandle, &Participant)> {
        self.participants.iter().map(|(handle, participant)| (*handle, participant))
    }

    /// Participants from an account on, so that a list can go on where it stopped.
    pub fn participants_from(
        &self,
        first: AccountHandle,
    ) -> impl Iterator<Item = (AccountHandle, &Participant)> {
        self.participants.range(first..).map(|(handle, participant)| (*handle, participant))
    }

    /// The participant's nodes.
    pub fn nodes(&self, handle: AccountHandle) -> impl Iterator<Item = (u32, &Node)> {
        let range = (handle, 0)..=(handle, u32::MAX);
        self.nodes.range(range).map(|((_, node), row)| (*node, row))
    }

    /// Whether the account holds the role.
    #[must_use]
    pub fn has_role(&self, handle: AccountHandle, role: Role) -> bool {
        self.roles.contains(&(role, handle))
    }

    /// The accounts that hold the role.
    pub fn holders(&self, role: Role) -> impl Iterator<Item = AccountHandle> {
        let range = (role, AccountHandle(0))..=(role, AccountHandle(u32::MAX));
        self.roles.range(range).map(|((_, handle), ())| *handle)
    }

    /// How many hold each role that has a quorum.
    #[must_use]
    pub fn quorums(&self) -> Quorums {
        Quorums {
            reporters: self.holders(Role::Reporter).count(),
            verifiers: self.holders(Role::Verifier).count(),
            attestors: self.holders(Role::Attestor).count(),
        }
    }

    /// The participant a validator belongs to.
    #[must_use]
    pub fn participant_of_validator(&self, validator: &Address) -> Option<AccountHandle> {
        self.validators.get(validator).copied()
    }

    /// The error if `handle` is not a participant that runs `node` for `model`.
    pub(crate) fn require_node(
        &self,
        ledger: &Ledger,
        handle: AccountHandle,
        (node, model): (u32, ModelId),
    ) -> Result<(), AnyError> {
        if !self.participants.contains(&handle) {
            return Err(Error::NotRegistered { account: ledger.address(handle) }.into());
        }
        let row = self.nodes.get(&(handle, node)).ok_or(Error::UnknownNode { node })?;
        if row.models.binary_search(&model).is_err() {
            return Err(Error::ModelNotServed { node, model }.into());
        }
        Ok(())
    }

    /// Whether `sender` may not judge `other`'s work: the same account, or tied by owner or
    /// recipient. What the sender says of itself counts as it stands; what the other says counts
    /// only if whom it names has confirmed it, or a provider could disqualify its judges by naming
    /// their owner.
    #[must_use]
    pub fn related(&self, ledger: &Ledger, sender: AccountHandle, other: AccountHandle) -> bool {
        let of_sender = self.names(ledger, sender);
        self.confirmed_names(ledger, other).any(|name| of_sender.contains(&name))
    }

    /// The account itself, its owner and its recipient, as it says.
    pub(crate) fn names(&self, ledger: &Ledger, account: AccountHandle) -> [Address; 3] {
        let own = ledger.address(account);
        self.participant(account).map_or([own; 3], |row| [own, row.owner, row.recipient])
    }

    /// Those of its names that have confirmed it, and itself.
    pub(crate) fn confirmed_names(
        &self,
        ledger: &Ledger,
        account: AccountHandle,
    ) -> impl Iterator<Item = Address> {
        let names = self.names(ledger, account);
        let own = ledger.address(account);
        let counts = move |name: &Address| *name == own || self.ties.contains(&(*name, account));
        names.into_iter().filter(counts)
    }
}
