//! The application: what orders blocks calls, and nothing else moves the state. Shaped like ABCI
//! 2.0 and used alike by the single-node producer and by a consensus engine.
//!
//! [`Application::finalize_block`] applies in memory; [`Application::commit`] makes everything
//! finalised durable with one sync. Between the two nothing may be shown or acknowledged. After a
//! failed commit the process must stop: nobody knows what is on the disk until it is opened anew.

use rayon::prelude::*;
use std::path::Path;
use workmint_amounts::Amount;
use workmint_core::modules::parameters::Parameters;
use workmint_core::modules::{fees, validators};
use workmint_core::transaction::ETHEREUM_CODEC;
use workmint_core::{
    Address, Applied, Block, DecodedTransaction, Error, Genesis, Hash, Message, RawTransaction,
    Simulated, State,
};
use workmint_protocol::wire::{self, ChainSpec, Verified, gas};
use workmint_storage::store::{
    Done, Offered, Restore, RestoreError, Store, StoreError, TakenSnapshot,
};

use crate::config::BlockLimits;
use crate::error::SubmitError;

/// A network's state machine over its store.
pub struct Application {
    store: Store,
    chain: ChainSpec,
}

/// Where the application stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Info {
    /// Version of the rules this software knows.
    pub version: u32,
    /// The last block's height, 0 at genesis.
    pub height: u64,
    /// The app hash after it.
    pub app_hash: Hash,
}

/// What a transaction costs and its sender has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Fee, tip, value sent and deposits of the rows it adds, base units of the fee asset.
    pub cost: Amount,
    /// What the sender can spend, base units of the fee asset.
    pub spendable: Amount,
    /// The sender's next nonce.
    pub nonce: u64,
}

/// Why a proposed block is not to be voted for.
#[derive(Debug)]
pub enum ProposalError {
    /// Its transactions are more than a block may hold.
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: usize,
        /// What the block holds.
        given: usize,
    },
    /// One of its transactions is not one of this network.
    Transaction {
        /// Its place.
        position: usize,
        /// Why.
        why: String,
    },
    /// One of its transactions fails without paying: it has no place in a block.
    Unpaid {
        /// Its place.
        position: usize,
        /// Why it fails.
        error: Error,
    },
    /// The engine refuses the block as a whole.
    Block(String),
}

impl std::fmt::Display for ProposalError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLarge { what, limit, given } => {
                write!(f, "the block holds {given} {what}, the limit is {limit}")
            }
            Self::Transaction { position, why } => write!(f, "transaction {position}: {why}"),
            Self::Unpaid { position, error } => {
                write!(f, "transaction {position} fails and pays nothing: {error}")
            }
            Self::Block(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for ProposalError {}

/// What a block did.
#[derive(Debug)]
pub struct Finalized {
    /// Results, events, postings, the app hash.
    pub applied: Applied,
    /// The validators that count from now on with their power, if the block closed an epoch.
    pub validator_updates: Option<Vec<(Address, Amount)>>,
}

impl Application {
    /// The application over an opened store.
    ///
    /// # Errors
    /// Encoding of the genesis failed.
    pub fn new(store: Store) -> Result<Self, StoreError> {
        let chain = ChainSpec::of(store.genesis()).map_err(|error| StoreError::Undecodable {
            what: "the genesis".to_owned(),
            why: error.to_string(),
        })?;
        Ok(Self { store, chain })
    }

    /// Where it stands.
    #[must_use]
    pub fn info(&self) -> Info {
        let chain = self.store.state().chain();
        let version = workmint_core::block::SOFTWARE_VERSION;
        Info { version, height: chain.height, app_hash: chain.app_hash }
    }

    /// The network's genesis.
    #[must_use]
    pub fn genesis(&self) -> &Genesis {
        self.store.genesis()
    }

    /// What its transactions are read by.
    #[must_use]
    pub fn chain(&self) -> &ChainSpec {
        &self.chain
    }

    /// The state after the last block: all queries read it.
    #[must_use]
    pub fn state(&self) -> &State {
        self.store.state()
    }

    /// The store, for what it keeps beside the state.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// What a transaction would do now; the state is as before.
    pub fn simulate(&mut self, transaction: &DecodedTransaction, bytes: usize) -> Simulated {
        self.store.state_mut().simulate(transaction, bytes)
    }

    /// Whether a transaction may wait for a block: fee, limit and gas. Nonce and balance are the
    /// caller's to judge, who knows what else of its sender waits. Rows are counted as the state
    /// stands: two that wait for the same new account are both asked for its deposit.
    ///
    /// # Errors
    /// [`SubmitError::FeeAboveLimit`], or a refusal of its gas.
    pub fn check_tx(&self, transaction: &Verified) -> Result<Checked, SubmitError> {
        let state = self.store.state();
        let decoded = transaction.decoded();
        let parameters = state.active_parameters().ok_or(SubmitError::Stopping)?;
        let dropped =
            |error: Error| SubmitError::Dropped { code: error.code(), text: error.to_string() };
        let fee = fees::due(&parameters.fees, &decoded.message, transaction.raw().len());
        let fee = fee.map_err(|error| dropped(error.into()))?;
        gas::admit(transaction.envelope(), fee, &parameters, &self.chain)?;
        let limit = decoded.fee_limit;
        let cost = fees::with_tip(fee, decoded.tip, limit)
            .map_err(|_| SubmitError::FeeAboveLimit { fee, limit })?;
        let rows = u128::from(state.rows_added_by(decoded));
        let locked = parameters.fees.storage_deposit.checked_mul(rows);
        let cost = cost.checked_add(sent(&decoded.message, &parameters));
        let cost = cost.and_then(|cost| cost.checked_add(locked?));
        let cost = cost.map_err(|error| dropped(error.into()))?;
        let (nonce, spendable) = self.account(&decoded.sender, &parameters);
        Ok(Checked { cost, spendable, nonce })
    }

    /// An account's next nonce, and what it can spend of the fee asset, base units.
    #[must_use]
    pub fn account(&self, address: &Address, parameters: &Parameters) -> (u64, Amount) {
        let ledger = &self.store.state().ledger;
        let Some(handle) = ledger.handle(address) else {
            return (0, Amount::ZERO);
        };
        let nonce = ledger.account(handle).map_or(0, |account| account.nonce);
        (nonce, ledger.spendable(handle, parameters.fees.asset))
    }

    /// The next block of these transactions, or of as many as the limits allow, and how many. The
    /// network's validators all count as having voted, in their turn: one node speaks for them.
    ///
    /// # Errors
    /// The validators cannot be read.
    pub fn prepare_proposal(
        &self,
        time_ms: u64,
        candidates: &[RawTransaction],
        limits: &BlockLimits,
    ) -> Result<Block, Error> {
        let state = self.store.state();
        let (votes, proposer) = validators::turn(state)?;
        let mut bytes = 0_usize;
        let fits = candidates.iter().take(limits.signatures).take_while(|raw| {
            bytes = bytes.saturating_add(raw.bytes.len());
            bytes <= limits.bytes
        });
        let chain = state.chain();
        Ok(Block {
            height: chain.height.saturating_add(1),
            time_ms: time_ms.max(chain.time_ms),
            transactions: fits.cloned().collect(),
            evidence: Vec::new(),
            votes,
            proposer,
        })
    }

    /// Checks a block that somebody else proposes: its limits, every signature, on all cores, and
    /// that it applies with nothing in it that fails without paying. It is applied and taken back.
    ///
    /// # Errors
    /// [`ProposalError`].
    pub fn process_proposal(
        &mut self,
        block: &Block,
        limits: &BlockLimits,
    ) -> Result<Vec<DecodedTransaction>, ProposalError> {
        let decoded = self.verified(block, limits)?;
        let refused = |error: StoreError| ProposalError::Block(error.to_string());
        let applied = self.finalize_block(block, &decoded).map_err(refused)?.applied;
        self.take_back();
        let mut unpaid = unpaid(&applied).into_iter().enumerate();
        match unpaid.find_map(|(position, error)| Some((position, error?.clone()))) {
            Some((position, error)) => Err(ProposalError::Unpaid { position, error }),
            None => Ok(decoded),
        }
    }

    /// A block's transactions, if they are not too many and all of this network.
    fn verified(
        &self,
        block: &Block,
        limits: &BlockLimits,
    ) -> Result<Vec<DecodedTransaction>, ProposalError> {
        let given = block.transactions.len();
        if given > limits.signatures {
            let what = "signed transactions";
            return Err(ProposalError::TooLarge { what, limit: limits.signatures, given });
        }
        let given = block.transactions.iter().map(|raw| raw.bytes.len()).sum();
        if given > limits.bytes {
            let what = "bytes of transactions";
            return Err(ProposalError::TooLarge { what, limit: limits.bytes, given });
        }
        let check = |(position, raw): (usize, &RawTransaction)| {
            let refused = |why: String| ProposalError::Transaction { position, why };
            if raw.codec != ETHEREUM_CODEC {
                return Err(refused(format!("codec {} is not a signed one", raw.codec)));
            }
            let verified = wire::verify(&raw.bytes, &self.chain);
            let verified = verified.map_err(|refusal| refused(refusal.to_string()))?;
            Ok(verified.decoded().clone())
        };
        block.transactions.par_iter().enumerate().map(check).collect()
    }

    /// Applies a block in memory.
    ///
    /// # Errors
    /// [`StoreError::Block`] leaves everything as it was.
    pub fn finalize_block(
        &mut self,
        block: &Block,
        decoded: &[DecodedTransaction],
    ) -> Result<Finalized, StoreError> {
        let applied = self.store.apply(block, decoded)?;
        let closed = applied.closed.is_some();
        let validator_updates = closed.then(|| validators::active(self.store.state()));
        Ok(Finalized { applied, validator_updates })
    }

    /// Takes back the last block that is finalised and not committed; `false` if there is none.
    pub fn take_back(&mut self) -> bool {
        self.store.take_back()
    }

    /// Makes what is finalised durable with one sync.
    ///
    /// # Errors
    /// After any error the process must stop.
    pub fn commit(&mut self) -> Result<Vec<Done>, StoreError> {
        self.store.sync()
    }

    /// What follows a commit's acknowledgement: epochs' inputs, and a snapshot when one is due,
    /// which the caller writes.
    ///
    /// # Errors
    /// After any error the process must stop.
    pub fn follow_up(&self, done: &[Done]) -> Result<Option<TakenSnapshot>, StoreError> {
        self.store.follow_up(done)
    }

    /// The snapshots that another node can be made of. Reads all of them.
    ///
    /// # Errors
    /// Damage, or an I/O failure.
    pub fn list_snapshots(&self) -> Result<Vec<Offered>, StoreError> {
        self.store.offers()
    }

    /// One chunk of a snapshot; `None` if there is none of that height, format and number.
    ///
    /// # Errors
    /// An I/O failure.
    pub fn load_snapshot_chunk(
        &self,
        (height, format): (u64, u32),
        number: u32,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.store.snapshot_chunk((height, format), number)
    }

    /// Begins to make a directory of an offered snapshot, whose app hash must be the one that is
    /// trusted for its height, and which takes at most `most` bytes: [`Restore::apply_chunk`] takes
    /// its chunks, [`Restore::finish`] checks the state they give; then a store can be opened
    /// there.
    ///
    /// # Errors
    /// [`RestoreError`]; nothing was changed.
    pub fn offer_snapshot(
        dir: &Path,
        genesis: &Genesis,
        offered: &Offered,
        trusted: &Hash,
        most: u64,
    ) -> Result<Restore, RestoreError> {
        Restore::begin(dir, genesis, offered, trusted, most)
    }
}

/// Of each transaction of a block why it has no place there, if it has none: it failed, and either
/// could not pay or, where others pay for failing, is of a free kind. Nothing else bounds how much
/// of it a block could carry, and what could not pay could come again with the same bytes.
pub(crate) fn unpaid(applied: &Applied) -> Vec<Option<&Error>> {
    let others_pay = !applied.parameters.fees.flat.is_zero();
    let nothing = |paid: &Option<Amount>| paid.is_none_or(|paid| paid.is_zero() && others_pay);
    let done = applied.results.iter().zip(&applied.paid);
    done.map(|(result, paid)| result.as_ref().err().filter(|_| nothing(paid))).collect()
}

/// What of the fee asset a message sends, base units.
fn sent(message: &Message, parameters: &Parameters) -> Amount {
    match message {
        Message::Transfer(transfer) if transfer.asset == parameters.fees.asset => transfer.amount,
        _ => Amount::ZERO,
    }
}
