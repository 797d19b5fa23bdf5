//! The first state: who owns what before the first block.

use crate::address::Address;
use crate::error::Error;
use crate::hash::Hash;
use crate::invariants;
use crate::modules::ledger::{Holder, Posting, Pot, Reason};
use crate::modules::parameters::{
    Finding, Level, Parameters, Scheduled, VestingRemainder, check, check_genesis,
};
use crate::modules::registry::Role;
use crate::modules::vesting::{self, GrantId};
use crate::modules::{exchange, opinions};
use crate::names::AssetId;
use crate::state::{Chain, State};
use crate::table::EncodingError;
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;
use std::sync::Arc;
use workmint_amounts::{Amount, ArithmeticError, Ratio};

/// Everything the first state is made of.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Genesis {
    /// Time of the chain's start, milliseconds since 1970; epoch 0 begins here.
    pub time_ms: u64,
    /// The network's parameters.
    pub parameters: Parameters,
    /// First owners.
    pub allocations: Vec<Allocation>,
    /// Holders of roles.
    pub roles: Vec<(Role, Address)>,
}

/// An amount that exists from the start.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Allocation {
    /// The asset.
    pub asset: AssetId,
    /// Base units.
    pub amount: Amount,
    /// The owner.
    pub to: AllocationTo,
    /// Epochs over which it vests, linearly; 0 is free at once. Treasury never vests.
    pub vesting_epochs: u64,
    /// Epochs before that begins; with no `vesting_epochs` all of it comes at their end.
    pub cliff_epochs: u64,
    /// Share of it that is free at once, rounded down; 0 to 1.
    pub at_once: Ratio,
}

/// The part of an allocation that is not free at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Held {
    amount: Amount,
    /// The epoch before the first one in which some of it is free.
    start: u64,
    epochs: u64,
}

impl Allocation {
    /// The part that vests, if there is one.
    fn held(&self) -> Result<Option<Held>, ArithmeticError> {
        let (cliff, epochs) = (self.cliff_epochs, self.vesting_epochs);
        let free = self.at_once.apply_floor(self.amount)?;
        let amount = self.amount.checked_sub(free)?;
        Ok(match (cliff.checked_sub(1), epochs) {
            // A cliff and nothing behind it: one epoch that ends with the cliff.
            (Some(start), 0) => Some(Held { amount, start, epochs: 1 }),
            (None, 0) => None,
            (_, epochs) => Some(Held { amount, start: cliff, epochs }),
        })
    }

    /// What of it is free in an epoch, base units: the part that is free at once, and of the rest
    /// what has vested by then, rounded down.
    pub fn vested(&self, remainder: VestingRemainder, epoch: u64) -> Result<Amount, Error> {
        let Some(held) = self.held()? else {
            return Ok(self.amount);
        };
        let free = self.amount.checked_sub(held.amount)?;
        let Some(grant) = vesting::Grant::of(held.amount, held.epochs, remainder)? else {
            return Ok(free);
        };
        match epoch.checked_sub(held.start) {
            Some(elapsed) => Ok(free.checked_add(grant.vested(elapsed, held.epochs)?)?),
            None => Ok(free),
        }
    }
}

/// The owner of a genesis allocation.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum AllocationTo {
    /// An account.
    Account(Address),
    /// The treasury pot.
    Treasury,
}

impl Genesis {
    /// Identifies the chain: bound into the first app hash, every journal and every proof.
    pub fn hash(&self) -> Result<Hash, EncodingError> {
        Ok(Hash::of("workmint genesis v1", &[&borsh::to_vec(self)?]))
    }

    /// The chain id that signatures are bound to: that of the parameters, or if they say 0 one
    /// from the genesis hash, so that chains nobody numbered differ.
    pub fn chain_id(&self) -> Result<u64, EncodingError> {
        Ok(chain_id(self.parameters.network.chain_id, &self.hash()?))
    }
}

/// The chain id stated; if it is 0, 2^40 + the first 40 bits of the genesis hash.
pub(crate) fn chain_id(stated: u64, genesis: &Hash) -> u64 {
    if stated != 0 {
        return stated;
    }
    let [a, b, c, d, e, ..] = genesis.0;
    (1 << 40) | u64::from_be_bytes([0, 0, 0, a, b, c, d, e])
}

/// Why a genesis is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GenesisError {
    /// Parameters or allocations have findings of level error.
    Invalid(Vec<Finding>),
    /// An allocation or role could not be written.
    Refused(Error),
    /// Encoding into memory failed.
    Encoding(String),
}

impl fmt::Display for GenesisError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(findings) => {
                formatter.write_str("the genesis is invalid:")?;
                findings.iter().try_for_each(|finding| write!(formatter, "\n  {finding}"))
            }
            Self::Refused(error) => write!(formatter, "the genesis is refused: {error}"),
            Self::Encoding(error) => write!(formatter, "encoding failed: {error}"),
        }
    }
}

impl std::error::Error for GenesisError {}

impl From<Error> for GenesisError {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl State {
    /// The state before the first block.
    pub fn genesis(genesis: &Genesis) -> Result<Self, GenesisError> {
        let errors: Vec<Finding> = check(&genesis.parameters)
            .into_iter()
            .chain(check_genesis(genesis))
            .filter(|finding| finding.level == Level::Error)
            .collect();
        if !errors.is_empty() {
            return Err(GenesisError::Invalid(errors));
        }
        let hash = genesis.hash().map_err(|error| GenesisError::Encoding(error.to_string()))?;
        let mut state = Self::default();
        let parameters = Arc::new(genesis.parameters.clone());
        state.ledger.holdings.resize_with(parameters.assets.len(), Default::default);
        state.parameters.active.set(Some(Scheduled { version: 0, parameters }));
        state.refresh_caps();
        // Account 0 is nobody's: the sender of what the engine does by itself.
        state.ledger.open(Address::derived(b"workmint engine"))?;
        for allocation in &genesis.allocations {
            state.allocate(allocation, genesis.parameters.claims.vesting_remainder)?;
        }
        exchange::seed(&mut state, &genesis.parameters)?;
        opinions::begin(&mut state, &genesis.parameters);
        for (role, address) in &genesis.roles {
            let handle = state.ledger.open(*address)?;
            state.registry.roles.put((*role, handle), ());
        }
        state.chain.set(Chain {
            genesis: hash,
            genesis_time_ms: genesis.time_ms,
            time_ms: genesis.time_ms,
            app_hash: hash,
            entropy: hash,
            ..Chain::default()
        });
        invariants::check_block(&state).map_err(broken)?;
        invariants::check_epoch(&state).map_err(broken)?;
        state.events.clear();
        state.ledger.postings.clear();
        state.take_logs();
        Ok(state)
    }

    fn allocate(
        &mut self,
        allocation: &Allocation,
        remainder: VestingRemainder,
    ) -> Result<(), Error> {
        let Allocation { asset, amount, .. } = *allocation;
        let (to, owner) = match &allocation.to {
            AllocationTo::Treasury => (Holder::Pot(Pot::Treasury), None),
            AllocationTo::Account(address) => {
                let handle = self.ledger.open(*address)?;
                (Holder::Account(handle), Some(handle))
            }
        };
        let (from, reason) = (Holder::Issuance, Reason::Genesis);
        self.ledger.post(Posting { asset, from, to, amount, reason })?;
        if let (Some(account), Some(held)) = (owner, allocation.held()?) {
            let (start_epoch, epochs) = (held.start, held.epochs);
            let id = GrantId { account, asset, start_epoch, epochs, earner: None };
            vesting::grant(self, id, held.amount, remainder)?;
        }
        Ok(())
    }
}

/// A genesis that breaks an invariant is refused like any other bad genesis.
fn broken(violation: invariants::Violation) -> GenesisError {
    GenesisError::Invalid(vec![Finding {
        level: Level::Error,
        path: "genesis".to_owned(),
        message: violation.to_string(),
        allowed: String::new(),
    }])
}
