//! `workmint settle`: settles one epoch off-line, for auditors and for other chains.

mod collect;
mod contributions;
mod csv;
mod json;
mod providers;
mod render;
mod summary;
mod unit_price;

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use indicatif::ProgressBar;
use workmint_amounts::Amount;
use workmint_core::Address;
use workmint_core::modules::emission::project;
use workmint_core::modules::parameters::{Parameters, Schedule};
use workmint_core::offline::{self, OfflineEpoch, OfflineError, OfflineSettlement};

use crate::failure::Failure;
use crate::output::{Out, asset_of, progress, shown};
use crate::source;
use collect::{Collected, Facts, Places};

const HELP: &str = "\
Examples:
  workmint settle --network gonka epoch.csv
  workmint settle --network gonka-mainnet --epoch 56 weights.csv
  workmint settle --network gonka --epoch 12 epoch.csv --output json --proofs --out settled.json

CSV: one line per node, any order, a header with account and any of these columns:
  account    an address (0x..), or bech32 of 20 bytes as Cosmos chains write it (gonka1..)
  node       the participant's own number for the node; empty with weight for work without a node
  model      the model's id, as `workmint network show` lists it
  weight     weight of the node's accepted proof, 0 to 2^64 - 1
  units      units of work of that model, 0 to 2^64 - 1; empty is 0
  collateral, unbonding   display units (1000.5); empty is 0
  requests, missed        answered and unanswered requests of the participant; empty is 0
  jailed, refuted, inactive   true or false; empty is false
  effective_weight        the weight another chain fixed, instead of nodes and collateral
  confirmed_weight        the smallest reading of the weight during the epoch; empty: none
  earned                  payments for work, display units, instead of units x price
  debt                    owed to customers, display units; empty is 0
  stake, staking_power    of a provider, by its least stake of the epoch, display units; empty is 0
  probes_answered, paid_jobs   probes answered, jobs paid for in the epoch; empty is 0
  pool_shares             the lowest number of shares of the pool in the epoch; empty is 0
  What belongs to a participant as a whole is empty on its other lines or repeats the same value.

JSON: {\"epoch\": 12, \"blocks\": 17280, \"minted\": \"3000000\", \"participants\": [
  {\"account\": \"0x..\", \"nodes\": [{\"node\": 0, \"model\": \"..\", \"weight\": 100}],
   \"collateral\": \"80\", \"unbonding\": \"0\", \"requests\": 1000, \"missed\": 3,
   \"units\": [{\"model\": \"..\", \"units\": 52000}], \"jailed\": false, \"refuted\": false,
   \"inactive\": false, \"effective_weight\": 100, \"confirmed_weight\": 90, \"earned\": \"2.5\",
   \"debt\": \"0\", \"stake\": \"100\", \"staking_power\": \"150\", \"probes_answered\": 24,
   \"paid_jobs\": 7, \"pool_shares\": 0}]}
  Only account is required. Numbers are JSON integers or decimal strings; collateral, unbonding and
  minted are display units. Unknown fields are errors.

A network that pays providers and shares of the pool, such as hanzo, also needs facts of the epoch:
  workmint settle --network hanzo --epoch 9 providers.csv --probes 24 --utilization 900/5000 \
    --pot providers=12.5 --pot liquidity=4.2

A network with contributions, such as blyan, is settled from those that become final instead:
  workmint settle --network blyan --epoch 200 contributions.csv
  workmint settle --network blyan --epoch 201 next.csv --carried settled-200.json --json

  CSV: one line a contribution, any order, a header with account, stream, id, quantity and any of
  epoch          in which the work was done; empty: the epoch settled
  quantity       tokens; per cent of the recorded loss (2 is 2 %); tasks; GB: above 0, decimals
  content        the hash of a dataset, 0x and 64 hexadecimal digits: a dataset counts once
  quality, difficulty, applicability, complexity, diversity   what verifiers found, as the stream's
                 kind asks; a value outside the network's range counts as the end of the range
  The same id with the same content counts once, with other content it is an error.

  JSON: {\"epoch\": 200, \"time_ms\": \"723600000\", \"contributions\": [{\"account\": \"0x..\",
    \"stream\": \"inference\", \"id\": 1, \"quantity\": \"100000\", \"quality\": \"1.1\"}],
   \"rollover\": [{\"stream\": \"inference\", \"epoch\": 199, \"amount\": \"12.5\"}],
   \"backpay\": [{\"stream\": \"inference\", \"epoch\": 199, \"account\": \"0x..\",
    \"since_ms\": \"720000000\", \"owed\": \"3\"}]}
  time_ms is when the epoch closes: backpay ages from since_ms until then. Amounts are display
  units. With --carried, rollover and backpay come from another file, or from the JSON output of the
  epoch before, which also says what was settled: the same row counts no more, other content under
  its id, or one of its datasets, is an error. Epochs between the two are taken to be empty.

Left out, the epoch is the first that emits, and what was minted before is what the schedule gives.
Carried dust, recycled tokens and burned fees of earlier epochs count as zero.

Exit codes: 0 settled, also if all is forfeited; 2 wrong input, and no file is written.";

/// One epoch to settle.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(crate) struct Arguments {
    /// A built-in network, or the path of a network.toml file.
    #[arg(long)]
    network: String,
    /// The participants: a .json or .csv file.
    input: PathBuf,
    /// The epoch's number.
    #[arg(long)]
    epoch: Option<u64>,
    /// Blocks the epoch had; matters to schedules that pay per block.
    #[arg(long)]
    blocks: Option<u64>,
    /// What emission minted before this epoch, display units.
    #[arg(long, value_name = "AMOUNT")]
    minted: Option<String>,
    /// What earlier epochs left of budgets and backpay: JSON, or the JSON output of the epoch
    /// before. Networks with contributions only.
    #[arg(long, value_name = "FILE")]
    carried: Option<PathBuf>,
    #[command(flatten)]
    providers: providers::Options,
    #[command(flatten)]
    unit_price: unit_price::UnitPrice,
    /// How to print.
    #[arg(long, value_enum, default_value = "table")]
    output: Format,
    /// Print JSON; short for --output json.
    #[arg(long, conflicts_with = "output")]
    json: bool,
    /// Write to this file, which appears only when it is complete.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Add the Merkle proof of every claim.
    #[arg(long)]
    proofs: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Json,
    Csv,
    Table,
}

/// A settlement with all that printing needs.
pub(crate) struct Settled<'a> {
    parameters: &'a Parameters,
    settlement: OfflineSettlement,
    /// What stood in for facts that nobody gave.
    assumed: Vec<String>,
    /// How accounts were written that were not written as here.
    written: HashMap<Address, String>,
    proofs: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let definition = source::network(&arguments.network)?;
    let parameters = &definition.parameters;
    arguments.providers.refuse_unused(parameters)?;
    if parameters.contributions.is_some() {
        return contributions::run(arguments, &definition);
    }
    if arguments.carried.is_some() {
        return Err(Failure::input("--carried: this network has no contributions"));
    }
    let given = given(arguments, parameters)?;
    let mut collected = read(&arguments.input, parameters)?;
    let written = collected.take_written();
    let genesis = source::genesis_issued(&definition)?;
    let mut assumed = Vec::new();
    let facts = collected.facts.merged(&given, &arguments.input)?;
    let in_file = collected.facts.minted.is_some();
    let rules = (parameters, genesis);
    let mut epoch = complete(&arguments.input, rules, (&facts, in_file), &mut assumed)?;
    arguments.providers.take(parameters, &mut epoch, &mut assumed)?;
    arguments.unit_price.take(parameters, &mut epoch, &mut assumed)?;
    let (participants, providers, places) = collected.into_participants();
    let epoch = OfflineEpoch { participants, providers, ..epoch };
    let settlement = offline::settle(parameters, epoch, true)
        .map_err(|error| place(&arguments.input, &places, &error))?;
    refuse_quarantined(&settlement)?;
    refuse_empty(&arguments.input, &settlement)?;
    let settled = Settled { parameters, settlement, assumed, written, proofs: arguments.proofs };
    let mut out = out_of(arguments)?;
    let format = arguments.format();
    match format {
        Format::Json => render::as_json(&mut out, &settled)?,
        Format::Csv => render::as_csv(&mut out, &settled)?,
        Format::Table => summary::as_table(&mut out, &settled)?,
    }
    out.finish()?;
    if format == Format::Csv {
        eprint_lines(&summary::lines(&settled)?);
    }
    Ok(())
}

impl Arguments {
    fn format(&self) -> Format {
        if self.json { Format::Json } else { self.output }
    }
}

/// Where the result goes.
fn out_of(arguments: &Arguments) -> Result<Out, Failure> {
    match &arguments.out {
        Some(file) => Out::file(file),
        None => Ok(Out::stdout()),
    }
}

/// What the command line says about the epoch.
fn given(arguments: &Arguments, parameters: &Parameters) -> Result<Facts, Failure> {
    let asset = asset_of(parameters, parameters.emission.asset)?;
    let minted = arguments.minted.as_ref().map(|text| {
        Amount::parse_decimal(text, asset.decimals)
            .map_err(|error| Failure::Input(format!("--minted {text}: {error}")))
    });
    Ok(Facts { epoch: arguments.epoch, blocks: arguments.blocks, minted: minted.transpose()? })
}

/// An epoch in which nobody has weight or work is a mistake of its file, most likely.
fn refuse_empty(path: &Path, settlement: &OfflineSettlement) -> Result<(), Failure> {
    let participants = &settlement.inputs.participants;
    let what = if participants.is_empty() {
        "the epoch has no participants; allowed: at least one row"
    } else if participants.effective.iter().all(|weight| *weight == 0)
        && participants.work.iter().all(|work| work.is_zero())
        && settlement.inputs.providers.participant.is_empty()
    {
        "the total effective weight is 0 and nobody did work; allowed: one participant with either"
    } else {
        return Ok(());
    };
    Err(Failure::Input(format!("{}: {what}", path.display())))
}

/// The epoch's totals beside a CSV, where a machine does not trip over them.
fn eprint_lines(lines: &[String]) {
    use std::io::Write;
    for line in lines {
        // They are a courtesy: nothing is lost if nobody can read them.
        writeln!(std::io::stderr(), "{line}").ok();
    }
}

/// Reads the participants; the file's ending says how.
fn read(path: &Path, parameters: &Parameters) -> Result<Collected, Failure> {
    let name = path.display().to_string();
    let kind = path.extension().and_then(|extension| extension.to_str());
    if !matches!(kind, Some("csv" | "json")) {
        return Err(Failure::Input(format!("{name}: the name must end in .csv or .json")));
    }
    let file = File::open(path).map_err(|error| Failure::reading(&name, &error))?;
    let bytes = file.metadata().map(|data| data.len()).unwrap_or(0);
    // A line of a node is about 90 bytes: below 100,000 of them nobody needs a bar.
    let bar =
        if bytes > 9_000_000 { progress(Some(bytes), "bytes") } else { ProgressBar::hidden() };
    let reader = BufReader::with_capacity(1 << 18, bar.wrap_read(file));
    let collected = read_from(reader, &name, kind == Some("csv"), parameters);
    bar.finish_and_clear();
    collected
}

fn read_from(
    reader: impl Read,
    name: &str,
    is_csv: bool,
    parameters: &Parameters,
) -> Result<Collected, Failure> {
    if is_csv { csv::read(reader, name, parameters) } else { json::read(reader, name, parameters) }
}

/// An epoch without participants; fills in what nobody gave. `in_file`: the file says what was
/// minted before.
fn complete(
    path: &Path,
    (parameters, genesis): (&Parameters, Amount),
    (facts, in_file): (&Facts, bool),
    assumed: &mut Vec<String>,
) -> Result<OfflineEpoch, Failure> {
    let asset = asset_of(parameters, parameters.emission.asset)?;
    let first = parameters.emission.genesis_epoch;
    let epoch = facts.epoch.unwrap_or_else(|| {
        assumed.push(format!("epoch {first}, the first that emits"));
        first
    });
    let usual = source::blocks_per_epoch(parameters);
    let blocks = facts.blocks.unwrap_or(usual);
    let minted = match facts.minted {
        Some(minted) => minted,
        None if matches!(parameters.emission.schedule, Schedule::WorkSubsidy { .. }) => {
            return Err(Failure::input(
                "--minted: it is needed where the schedule depends on work; allowed: what emission \
                 minted before the epoch",
            ));
        }
        None => {
            let minted = minted_before(parameters, genesis, epoch)?;
            assumed
                .push(format!("{} minted before it, as the schedule gives", shown(minted, asset)));
            minted
        }
    };
    if minted > parameters.emission.allocation {
        let place = if in_file { format!("{}: ", path.display()) } else { String::new() };
        return Err(Failure::Input(format!(
            "{place}minted is {}; allowed: 0 to the allocation, {}",
            shown(minted, asset),
            shown(parameters.emission.allocation, asset)
        )));
    }
    if let Schedule::WorkSubsidy { rate, .. } = parameters.emission.schedule {
        assumed.push(format!("no cut-off passed before it: the rate is {rate}"));
    }
    if parameters.validators.is_some() {
        assumed.push("no validator is known: participation is 0, no block is proposed".to_owned());
    }
    let asset_issued = genesis.checked_add(minted).map_err(Failure::input)?;
    Ok(OfflineEpoch { epoch, blocks, minted, asset_issued, ..OfflineEpoch::default() })
}

/// What the schedule minted in all epochs before, if each minted its whole budget.
fn minted_before(parameters: &Parameters, genesis: Amount, epoch: u64) -> Result<Amount, Failure> {
    let blocks = source::blocks_per_epoch(parameters);
    let mut minted = Amount::ZERO;
    for row in project(parameters, genesis, blocks) {
        let row = row.map_err(Failure::input)?;
        if row.epoch >= epoch || row.ended {
            break;
        }
        minted = row.cumulative;
        if minted >= parameters.emission.allocation {
            break;
        }
    }
    Ok(minted)
}

fn place(path: &Path, places: &Places, error: &OfflineError) -> Failure {
    let account = match error {
        OfflineError::Duplicate(account)
        | OfflineError::UnknownModel { account, .. }
        | OfflineError::Participant { account, .. }
        | OfflineError::WrongEpoch { account, .. }
        | OfflineError::ContributionTwice { account, .. }
        | OfflineError::BackpayTwice { account, .. }
        | OfflineError::TooManyAnswers { account, .. } => Some(account),
        OfflineError::Settlement(_)
        | OfflineError::PaymentsGiven
        | OfflineError::NoRate { .. }
        | OfflineError::BadLot { .. } => None,
    };
    let place = account.map_or_else(String::new, |account| places.of(account));
    Failure::Input(format!(
        "{}:{place}{error}; sums must stay below 2^64 for counts and weights, 2^128 for amounts",
        path.display()
    ))
}

fn refuse_quarantined(settlement: &OfflineSettlement) -> Result<(), Failure> {
    let mut streams = settlement.plan.streams.iter();
    match streams.find_map(|stream| stream.quarantined.map(|code| (&stream.name, code))) {
        Some((stream, code)) => Err(Failure::Input(format!(
            "stream {stream} cannot be settled: error {code}; the weights or payments are too \
             large for exact arithmetic in 128 bits"
        ))),
        None => Ok(()),
    }
}
