//! Blocks: the only way the state moves.

use crate::address::Address;
use crate::epoch::{self, ClosedEpoch};
use crate::error::{Error, OVERFLOW};
use crate::event::Event;
use crate::hash::{Hash, update};
use crate::invariants::{self, Violation};
use crate::modules::ledger::{AccountHandle, Posting};
use crate::modules::parameters::Parameters;
use crate::modules::{market, pricing, slashing, validators};
use crate::state::{Chain, Context, State};
use crate::table::{EncodingError, Log};
use crate::transaction::{DecodedTransaction, ETHEREUM_CODEC};
use alloy_primitives::keccak256;
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;
use std::sync::Arc;
use workmint_amounts::{Amount, ArithmeticError, Ratio};

/// The newest version of the rules that this software knows. Only a block's header is compared with
/// it: from the height of an upgrade to a version it does not know, it refuses blocks. What a block
/// does follows from the version in the state alone, so that all binaries replay alike.
pub const SOFTWARE_VERSION: u32 = 1;

/// Opaque bytes with a codec tag; hashes cover the bytes.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct RawTransaction {
    /// How the bytes are encoded.
    pub codec: u8,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl RawTransaction {
    /// The transaction's id: of a signed one the hash that wallets show, Keccak-256 of its bytes.
    #[must_use]
    pub fn id(&self) -> Hash {
        if self.codec == ETHEREUM_CODEC {
            return Hash(keccak256(&self.bytes).0);
        }
        Hash::of("workmint transaction v1", &[&[self.codec], &self.bytes])
    }
}

/// What the consensus layer knows about a validator (document 001 §3).
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Evidence {
    /// A fault was confirmed: the participant's collateral is slashed by the same fraction.
    ValidatorSlashed {
        /// The validator.
        validator: Address,
        /// Fraction of its stake taken, 0 to 1.
        fraction: Ratio,
        /// Identifies the fault; each is punished once.
        fault: Hash,
        /// When it happened, milliseconds.
        time_ms: u64,
    },
    /// The validator left the active set: its participant's collateral gives no weight.
    ValidatorBeganUnbonding {
        /// The validator.
        validator: Address,
    },
    /// The validator is back.
    ValidatorBonded {
        /// The validator.
        validator: Address,
    },
}

/// A block.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Block {
    /// One more than the last block's.
    pub height: u64,
    /// Milliseconds since 1970, not before the last block's.
    pub time_ms: u64,
    /// In order.
    pub transactions: Vec<RawTransaction>,
    /// From the consensus layer.
    pub evidence: Vec<Evidence>,
    /// Validators that signed the last block.
    pub votes: Vec<Address>,
    /// The validator that proposed this block, if one did.
    pub proposer: Option<Address>,
}

/// Whether commitments are computed. `Off` changes nothing but hashes: they are then zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commitments {
    /// App hash and roots.
    Full,
    /// None: for simulation.
    Off,
}

/// How many events and postings of a block there are by some moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Events.
    pub events: usize,
    /// Postings.
    pub postings: usize,
}

/// What a block did.
#[derive(Debug)]
pub struct Applied {
    /// Commitment to the whole history.
    pub app_hash: Hash,
    /// Hash of this block's inputs, results and changed rows.
    pub changes: Hash,
    /// Root over the whole state if the block closed an epoch, else zero.
    pub epoch_root: Hash,
    /// One per transaction; a failed one has only paid its fee.
    pub results: Vec<Result<(), Error>>,
    /// Flat fee and tip of each, base units of the fee asset; `None` if it could not even pay: then
    /// its nonce is not used, and it has changed nothing.
    pub paid: Vec<Option<Amount>>,
    /// What happened.
    pub events: Vec<Event>,
    /// Every amount that moved.
    pub postings: Vec<Posting>,
    /// How far events and postings reached before the first transaction, and after each: what lies
    /// between two of them is one transaction's, what lies after the last is the block's end.
    pub reached: Vec<Reach>,
    /// The epoch this block closed.
    pub closed: Option<ClosedEpoch>,
    /// What it ran under: of a block that closes an epoch those of that epoch.
    pub parameters: Arc<Parameters>,
}

/// What is needed to revert the last block.
pub struct Undo {
    height: u64,
    app_hash: Hash,
    logs: Vec<Log>,
}

impl fmt::Debug for Undo {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Undo").field("height", &self.height).finish_non_exhaustive()
    }
}

/// Why a block was refused as a whole. The state is as before it.
#[derive(Debug)]
pub enum BlockError {
    /// The state has no genesis yet.
    NoGenesis,
    /// Not the next height.
    WrongHeight {
        /// The next height.
        expected: u64,
        /// The block's.
        given: u64,
    },
    /// Time runs backwards.
    TimeNotMonotone {
        /// Time of the last block, milliseconds.
        last: u64,
        /// The block's.
        given: u64,
    },
    /// An upgrade was voted that this software is not; the newer one goes on from here.
    UpgradeNeeded {
        /// The block's height.
        height: u64,
        /// Least version of the software.
        version: u32,
    },
    /// The caller passed another number of decoded transactions than the block has.
    NotDecoded,
    /// Money or another invariant is broken: the engine must stop.
    Invariant(Violation),
    /// The close itself failed, outside any single item: the engine must stop.
    Close(Error),
    /// Encoding into memory failed.
    Encoding(EncodingError),
}

impl fmt::Display for BlockError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoGenesis => formatter.write_str("the state has no genesis"),
            Self::WrongHeight { expected, given } => {
                write!(formatter, "the next block has height {expected}, not {given}")
            }
            Self::TimeNotMonotone { last, given } => {
                write!(formatter, "block time {given} ms is before the last block's, {last} ms")
            }
            Self::UpgradeNeeded { height, version } => write!(
                formatter,
                "block {height} needs version {version} of the rules by a vote, this software has \
                 version {SOFTWARE_VERSION}: install the upgrade and go on"
            ),
            Self::NotDecoded => formatter.write_str("every transaction must be passed decoded"),
            Self::Invariant(violation) => violation.fmt(formatter),
            Self::Close(error) => write!(formatter, "the epoch's close failed: {error}"),
            Self::Encoding(error) => write!(formatter, "encoding failed: {error}"),
        }
    }
}

impl std::error::Error for BlockError {}

impl From<EncodingError> for BlockError {
    fn from(error: EncodingError) -> Self {
        Self::Encoding(error)
    }
}

impl State {
    /// Applies the next block. `decoded` are its transactions as the caller decoded and verified
    /// them. On an error nothing has changed.
    pub fn apply_block(
        &mut self,
        block: &Block,
        decoded: &[DecodedTransaction],
        commitments: Commitments,
    ) -> Result<(Applied, Undo), BlockError> {
        self.check_header(block, decoded)?;
        self.events.clear();
        self.ledger.postings.clear();
        let applied = self.run_block(block, decoded, commitments);
        match applied {
            Ok(applied) => {
                let logs = self.take_logs();
                Ok((
                    applied,
                    Undo { height: block.height, app_hash: self.chain.get().app_hash, logs },
                ))
            }
            Err(error) => {
                self.rollback_block();
                Err(error)
            }
        }
    }

    /// Reverts the last block; `false`, and nothing restored, if `undo` is of another block.
    pub fn revert(&mut self, undo: Undo) -> bool {
        let chain = self.chain.get();
        if (undo.height, undo.app_hash) != (chain.height, chain.app_hash) {
            return false;
        }
        self.events.clear();
        self.ledger.postings.clear();
        self.undo_logs(undo.logs)
    }

    fn check_header(
        &self,
        block: &Block,
        decoded: &[DecodedTransaction],
    ) -> Result<(), BlockError> {
        let chain = self.chain.get();
        if self.parameters.active().is_none() {
            return Err(BlockError::NoGenesis);
        }
        let expected = chain.height.checked_add(1).ok_or(BlockError::NoGenesis)?;
        if block.height != expected {
            return Err(BlockError::WrongHeight { expected, given: block.height });
        }
        if block.time_ms < chain.time_ms {
            let (last, given) = (chain.time_ms, block.time_ms);
            return Err(BlockError::TimeNotMonotone { last, given });
        }
        let version = self.governance.version_at(block.height);
        if version > SOFTWARE_VERSION {
            return Err(BlockError::UpgradeNeeded { height: block.height, version });
        }
        if decoded.len() != block.transactions.len() {
            return Err(BlockError::NotDecoded);
        }
        Ok(())
    }

    fn run_block(
        &mut self,
        block: &Block,
        decoded: &[DecodedTransaction],
        commitments: Commitments,
    ) -> Result<Applied, BlockError> {
        let chain = *self.chain.get();
        let bytes = borsh::to_vec(block)?;
        let last = self.now();
        self.chain.set(Chain {
            height: block.height,
            time_ms: block.time_ms,
            entropy: next_entropy(&chain.entropy, &bytes),
            ..chain
        });
        let parameters = self.active_parameters().ok_or(BlockError::NoGenesis)?;
        let now = self.now();
        let mut context = Context { now, last, sender: AccountHandle(0), parameters };
        self.run_evidence(&context, block);
        let mut results = Vec::with_capacity(decoded.len());
        let mut paid = Vec::with_capacity(decoded.len());
        let mut reached = Vec::with_capacity(decoded.len());
        reached.push(self.reach());
        for (raw, transaction) in block.transactions.iter().zip(decoded) {
            let ran = self.run_transaction(&mut context, transaction, raw.bytes.len());
            results.push(ran.result);
            paid.push(ran.paid);
            reached.push(self.reach());
        }
        let closed = if epoch::is_over(&context.parameters, &chain, &now) {
            context.sender = AccountHandle(0);
            Some(epoch::close(self, &context, chain.entropy).map_err(BlockError::Close)?)
        } else {
            // After the transactions: an answer in the first block after a halt is in time.
            epoch::end_due_requests(self, |deadline| deadline.is_over(&now));
            market::end_due_sessions(self, &context, |deadline| deadline.is_over(&now));
            epoch::end_due_jobs(self, &context, |deadline| deadline.is_over(&now));
            pricing::end_block(self, &context);
            None
        };
        invariants::check_block(self).map_err(BlockError::Invariant)?;
        if closed.is_some() {
            invariants::check_epoch(self).map_err(BlockError::Invariant)?;
        }
        let (changes, epoch_root) = match commitments {
            Commitments::Off => (Hash::ZERO, Hash::ZERO),
            Commitments::Full => {
                let root = if closed.is_some() { self.root()? } else { Hash::ZERO };
                (self.hash_block(&results)?, root)
            }
        };
        let app_hash = match commitments {
            Commitments::Off => Hash::ZERO,
            Commitments::Full => next_app_hash(&chain.app_hash, &changes, &epoch_root),
        };
        self.chain.set(Chain { app_hash, ..*self.chain.get() });
        let (events, postings) = (self.events.clone(), self.ledger.postings.clone());
        Ok(Applied {
            app_hash,
            changes,
            epoch_root,
            results,
            paid,
            events,
            postings,
            reached,
            closed,
            parameters: context.parameters,
        })
    }

    /// What consensus says: who signed the last block, who did wrong.
    fn run_evidence(&mut self, context: &Context, block: &Block) {
        self.isolate("votes", |state| {
            validators::count_block(state, &block.votes, block.proposer.as_ref())
        });
        for evidence in &block.evidence {
            let weight = self.accused_weight(evidence);
            self.isolate("evidence", |state| {
                slashing::apply_evidence(state, context, evidence, weight)
            });
        }
    }

    fn reach(&self) -> Reach {
        Reach { events: self.events.len(), postings: self.ledger.postings.len() }
    }

    /// Effective weight in the open epoch of the participant that evidence is about.
    fn accused_weight(&self, evidence: &Evidence) -> u64 {
        let (Evidence::ValidatorSlashed { validator, .. }
        | Evidence::ValidatorBeganUnbonding { validator }
        | Evidence::ValidatorBonded { validator }) = evidence;
        let participant = self.registry.participant_of_validator(validator);
        participant.map_or(0, |account| {
            let open = self.weights.current().effective_of(&self.ledger.address(account));
            open.max(self.work.last_weight(account))
        })
    }

    /// Runs one item of a block's begin or end; if it fails it is put back and named in an event.
    /// Says whether it succeeded.
    pub(crate) fn isolate(
        &mut self,
        step: &str,
        run: impl FnOnce(&mut Self) -> Result<(), Error>,
    ) -> bool {
        let mark = self.mark();
        let result = run(self);
        if let Err(error) = &result {
            self.rollback_to(&mark);
            self.quarantine(step, error);
        }
        result.is_ok()
    }

    /// Says that a step failed and changed nothing.
    pub(crate) fn quarantine(&mut self, step: &str, error: &Error) {
        self.emit(Event::Quarantined { step: step.to_owned(), code: error.code() });
    }

    fn hash_block(&self, results: &[Result<(), Error>]) -> Result<Hash, EncodingError> {
        let mut hasher = blake3::Hasher::new_derive_key("workmint block changes v1");
        update(&mut hasher, &self.chain.get().entropy.0);
        let codes: Vec<u16> =
            results.iter().map(|result| result.as_ref().map_or_else(Error::code, |()| 0)).collect();
        update(&mut hasher, &borsh::to_vec(&codes)?);
        update(&mut hasher, &borsh::to_vec(&self.events)?);
        self.hash_changes(&mut hasher)?;
        Ok(Hash(*hasher.finalize().as_bytes()))
    }
}

/// app hash = H(previous, changes hash, epoch root or zero).
#[must_use]
pub fn next_app_hash(previous: &Hash, changes: &Hash, epoch_root: &Hash) -> Hash {
    Hash::of("workmint app hash v1", &[&previous.0, &changes.0, &epoch_root.0])
}

/// Entropy = H(entropy before the block, the block's borsh bytes).
#[must_use]
pub fn next_entropy(previous: &Hash, block: &[u8]) -> Hash {
    Hash::of("workmint entropy v1", &[&previous.0, block])
}

/// The number of the epoch that a time lies in, when an epoch is `length_ms` long. An error before
/// the genesis time.
pub fn epoch_number_at(
    length_ms: u64,
    genesis_time_ms: u64,
    time_ms: u64,
) -> Result<u64, ArithmeticError> {
    time_ms
        .checked_sub(genesis_time_ms)
        .and_then(|elapsed| elapsed.checked_div(length_ms))
        .ok_or(OVERFLOW)
}
