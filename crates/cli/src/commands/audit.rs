//! `workmint audit`: replays everything and recounts it independently.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use workmint_core::Hash;
use workmint_core::offline::settle_inputs;
use workmint_protocol::wire::ChainSpec;
use workmint_storage::store::{Replayed, StoreError, View};

use crate::audit::{
    fees::Costs, history::History, ledger::Book, recount, seats::Seats, signatures,
};
use crate::failure::Failure;
use crate::output::{Out, counted, grouped, print_json, progress};

/// Replay a network from genesis and recount its supply and every settlement.
#[derive(Debug, Args)]
#[command(after_help = "Example: workmint audit workmint-data/demo-gonka\n\n\
                  Every block is applied again and its app hash compared with the journal. The \
                  supply, every balance and every pot are recounted from the postings alone, every \
                  fee from the bytes of its transaction; every \
                  settlement and its Merkle root are computed again from its frozen inputs by code \
                  that shares no formula with the engine. Every \
                  signature is recovered from its bytes, and what they say compared with what the \
                  journal says was verified.\n\n\
                  Exit codes: 0 bit-equal; 1 something differs (the first difference is named); \
                  2 no network there; 3 the files are damaged.")]
pub(crate) struct Arguments {
    /// The network's data directory.
    dir: PathBuf,
    /// Print JSON only.
    #[arg(long)]
    json: bool,
}

/// What was checked.
#[derive(Default)]
struct Counts {
    blocks: u64,
    transactions: u64,
    /// Signatures recovered.
    signatures: u64,
    epochs: u64,
    claims: u64,
    postings: u64,
    balances: u64,
    /// Transactions whose fee was compared.
    fees: u64,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let (mut replay, last) = View::replay(&arguments.dir)?;
    let chain = ChainSpec::of(&View::genesis_of(&arguments.dir)?).map_err(Failure::damage)?;
    let bar = progress(Some(last), "blocks");
    let mut book = Book::opening(replay.state()).map_err(Failure::Check)?;
    let mut counts = Counts::default();
    let mut history = History::default();
    let mut seats = Seats::opening(replay.state());
    let mut costs = Costs::default();
    loop {
        let rules = replay.state().active_parameters();
        let mut signatures = 0;
        let next = replay.next_checked(|stored| {
            signatures = signatures::check(stored, &chain).map_err(Stop::Signature)?;
            Ok(())
        });
        let Some(block) = next.map_err(Stop::told)? else { break };
        counts.signatures += signatures;
        let height = block.stored.block.height;
        let at = |why: String| Failure::Check(format!("block {height}: {why}"));
        if let Some(closed) = &block.applied.closed {
            history.check(closed, &book).map_err(at)?;
        }
        book.post(&block.applied.postings).map_err(at)?;
        let rules = rules.ok_or_else(|| at("there were no parameters".to_owned()))?;
        let decoded = block.stored.decode()?;
        let of = (&block.stored.block, decoded.as_slice());
        costs.follow(of, &block.applied, &rules, replay.state()).map_err(at)?;
        let after = replay.state().active_parameters();
        let after = after.ok_or_else(|| at("there are no parameters".to_owned()))?;
        seats.follow(height, &block.applied, &after).map_err(at)?;
        if block.applied.closed.is_some() {
            counts.balances += book.compare(replay.state()).map_err(at)?;
            check_settlement(&block, &mut history, &mut counts)?;
        }
        counts.blocks += 1;
        counts.transactions += block.applied.results.len() as u64;
        bar.inc(1);
    }
    counts.balances += book.compare(replay.state()).map_err(Failure::Check)?;
    bar.finish_and_clear();
    (counts.postings, counts.fees) = (book.postings, costs.fees);
    tell(&counts, (last, replay.state().chain().app_hash), arguments.json)
}

fn tell(counts: &Counts, (last, app_hash): (u64, Hash), as_json: bool) -> Result<(), Failure> {
    if as_json {
        return print_json(&json!({
            "result": "bit-equal",
            "height": last.to_string(),
            "app_hash": app_hash.to_string(),
            "blocks": counts.blocks.to_string(),
            "transactions": counts.transactions.to_string(),
            "signatures": counts.signatures.to_string(),
            "settlements": counts.epochs.to_string(),
            "claims": counts.claims.to_string(),
            "postings": counts.postings.to_string(),
            "balances_compared": counts.balances.to_string(),
            "fees_compared": counts.fees.to_string(),
        }));
    }
    let mut out = Out::stdout();
    out.line(format_args!("Bit-equal up to height {last}, app hash {app_hash}."))?;
    out.line(format_args!(
        "Replayed {} with {}; each app hash is the journal's.",
        counted(counts.blocks, "block"),
        counted(counts.transactions, "transaction")
    ))?;
    if counts.signatures > 0 {
        let signatures = counted(counts.signatures, "signature");
        out.line(format_args!("Recovered {signatures}: each says what the journal says."))?;
    }
    out.line(format_args!(
        "Recomputed {} with {} and their Merkle roots.",
        counted(counts.epochs, "settlement"),
        counted(counts.claims, "claim")
    ))?;
    out.line(format_args!(
        "Recounted the supply from {} postings; compared {} balances and pots, the fees of {} and \
         every storage deposit.",
        grouped(counts.postings),
        grouped(counts.balances),
        counted(counts.fees, "transaction")
    ))?;
    out.finish()
}

/// What ends a replay early.
enum Stop {
    Store(StoreError),
    /// What the journal says was verified is not what was signed.
    Signature(String),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Stop {
    /// An app hash that is not the journal's is a negative result, not damage.
    fn told(self) -> Failure {
        match self {
            Self::Store(error @ StoreError::Diverged { .. }) => Failure::Check(error.to_string()),
            Self::Store(other) => other.into(),
            Self::Signature(why) => Failure::Damage(why),
        }
    }
}

fn check_settlement(
    block: &Replayed,
    history: &mut History,
    counts: &mut Counts,
) -> Result<(), Failure> {
    let Some(closed) = &block.applied.closed else {
        return Ok(());
    };
    let epoch = closed.inputs.epoch;
    let differs = |why: String| Failure::Check(format!("epoch {epoch}: {why}"));
    let left = recount::check(&closed.parameters, &closed.inputs, &closed.record);
    history.carry(left.map_err(differs)?);
    // The frozen inputs alone must give the record again: that is what explain and proof rely on.
    let again = settle_inputs(&closed.parameters, (*closed.inputs).clone(), true)
        .map_err(Failure::damage)?;
    if again.record != *closed.record {
        return Err(differs("its frozen inputs do not give its record".to_owned()));
    }
    counts.epochs += 1;
    counts.claims += closed.record.header.claims;
    Ok(())
}
