//! What a node keeps of a block: its transactions, what became of them, their logs.

use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Amount;
use workmint_core::modules::ledger::{Ledger, Posting};
use workmint_core::{
    Applied, Block, DecodedTransaction, Error, Event, Hash, RawTransaction, Reach, State,
};
use workmint_protocol::wire::errors::revert_data;
use workmint_protocol::wire::logs::{Log, logs_of};
use workmint_storage::store::{Record, Replayed, StoreError, due_of};

/// A durable block. Kept in the index by height, rebuilt from the journal.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct BlockRecord {
    /// Its height, from 1.
    pub height: u64,
    /// Its time, milliseconds since 1970.
    pub time_ms: u64,
    /// The app hash after it.
    pub hash: Hash,
    /// The app hash before it.
    pub parent: Hash,
    /// Its transactions, in order.
    pub transactions: Vec<TransactionRecord>,
    /// What no transaction caused: votes, evidence, deadlines, the epoch's close.
    pub end_logs: Vec<Log>,
    /// The epoch it closed.
    pub closed: Option<u64>,
    /// What every fee was a whole multiple of, base units of the fee asset: what the price of its
    /// gas goes by, whatever later parameters ask.
    pub fee_measure: Amount,
}

/// One transaction of a block.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct TransactionRecord {
    /// Its bytes, with their codec.
    pub raw: RawTransaction,
    /// Its hash, as wallets show it.
    pub hash: Hash,
    /// What it says.
    pub decoded: DecodedTransaction,
    /// Fee and tip charged, base units of the fee asset.
    pub fee: Amount,
    /// The fee alone.
    pub due: Amount,
    /// Whether it did what it says; if not, it paid its fee and changed nothing else.
    pub outcome: Result<(), Failed>,
    /// What it caused.
    pub logs: Vec<Log>,
}

/// Why a transaction failed.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Failed {
    /// Number of the error.
    pub code: u16,
    /// The error in words.
    pub text: String,
    /// The same as a contract would revert with.
    pub revert: Vec<u8>,
}

impl Failed {
    /// That of an error.
    #[must_use]
    pub fn of(error: &Error) -> Self {
        Self { code: error.code(), text: error.to_string(), revert: revert_data(error) }
    }
}

impl BlockRecord {
    /// That of a block just applied; `ids` are its transactions' ids, `ledger` is that after it.
    #[must_use]
    pub fn of(
        (block, decoded, ids): (Block, Vec<DecodedTransaction>, Vec<Hash>),
        parent: Hash,
        applied: &Applied,
        ledger: &Ledger,
    ) -> Self {
        let slices = Slices { applied, ledger };
        let rules = &applied.parameters.fees;
        let mut transactions = Vec::with_capacity(block.transactions.len());
        let reached = applied.reached.iter().zip(applied.reached.iter().skip(1));
        let said = block.transactions.into_iter().zip(decoded).zip(ids);
        let done = applied.results.iter().zip(&applied.paid);
        for ((from, to), (((raw, decoded), hash), (result, paid))) in reached.zip(said.zip(done)) {
            let fee = paid.unwrap_or_default();
            let due = due_of(rules, (&decoded.message, raw.bytes.len()), fee);
            let outcome = result.as_ref().map_err(Failed::of).copied();
            let logs = slices.logs(*from, *to);
            transactions.push(TransactionRecord { raw, hash, decoded, fee, due, outcome, logs });
        }
        let first = applied.reached.first().copied().unwrap_or_default();
        let last = applied.reached.last().copied().unwrap_or_default();
        let mut end_logs = slices.logs(Reach::default(), first);
        let end = Reach { events: applied.events.len(), postings: applied.postings.len() };
        end_logs.extend(slices.logs(last, end));
        Self {
            height: block.height,
            time_ms: block.time_ms,
            hash: applied.app_hash,
            parent,
            transactions,
            end_logs,
            closed: applied.closed.as_ref().map(|closed| closed.inputs.epoch),
            fee_measure: rules.measure(),
        }
    }

    /// Those of a replayed block, as the index keeps them.
    pub(crate) fn replayed(block: &Replayed, after: &State) -> Result<Record, StoreError> {
        let decoded = block.stored.decode()?;
        let undecodable = |why: String| StoreError::Undecodable {
            what: format!("block {}", block.stored.block.height),
            why,
        };
        let ids = block.stored.block.transactions.iter().map(RawTransaction::id).collect();
        let record = Self::of(
            (block.stored.block.clone(), decoded, ids),
            block.previous,
            &block.applied,
            &after.ledger,
        );
        let bytes = borsh::to_vec(&record).map_err(|error| undecodable(error.to_string()))?;
        Ok(Record { name: record.hash.0, bytes })
    }

    /// About how many bytes of memory it takes.
    pub(crate) fn memory(&self) -> usize {
        let transactions = self.transactions.iter();
        let of_transactions: usize = transactions
            .map(|transaction| 700 + 2 * transaction.raw.bytes.len() + memory(&transaction.logs))
            .sum();
        300 + of_transactions + memory(&self.end_logs)
    }
}

fn memory(logs: &[Log]) -> usize {
    logs.iter().map(|log| 120 + 32 * log.topics.len() + log.data.len()).sum()
}

struct Slices<'a> {
    applied: &'a Applied,
    ledger: &'a Ledger,
}

impl Slices<'_> {
    fn logs(&self, from: Reach, to: Reach) -> Vec<Log> {
        let events: &[Event] = self.applied.events.get(from.events..to.events).unwrap_or_default();
        let postings: &[Posting] =
            self.applied.postings.get(from.postings..to.postings).unwrap_or_default();
        logs_of(events, postings, self.ledger)
    }
}
