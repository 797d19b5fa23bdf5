//! `workmint prices`: both market price rules on recorded demand, as a table and a picture.

mod picture;
mod trace;

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};
use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::parameters::{Hamiltonian, Imbalance, PriceMoves};
use workmint_core::modules::pricing::{
    FinePrice, Shadow, excess, hamiltonian_step, imbalance_step,
};

use crate::failure::Failure;
use crate::output::{Out, Side, Table, counted, grouped, print_json};

/// The price every rule starts from: shown as 1.000.
const START: u128 = 1_000;
/// Lines of the printed table.
const SAMPLES: usize = 20;
/// Most steps of a trace.
const MAX_STEPS: usize = 100_000;

/// Price rules on recorded demand.
#[derive(Debug, Args)]
#[command(after_help = "Customers answer: they ask for what the trace says at the price of the \
                        start, and for half of it at twice the price. What is not served waits.\n\n\
                        Examples:\n  workmint prices --trace trace.csv\n  \
                        workmint prices --trace trace.csv --supply 80000 --plot prices.svg")]
pub(crate) struct Arguments {
    /// CSV with columns TIMESTAMP, ContextTokens, GeneratedTokens, such as the Azure traces.
    #[arg(long, value_name = "FILE")]
    trace: PathBuf,
    /// Length of a step.
    #[arg(long, value_name = "SECONDS", default_value_t = 30,
          value_parser = clap::value_parser!(u64).range(1..=86_400))]
    step: u64,
    /// Tokens that providers serve in a step; by default what the trace asks on average.
    #[arg(long, value_name = "TOKENS", value_parser = clap::value_parser!(u64).range(1..))]
    supply: Option<u64>,
    /// imbalance: share of the price for each supply of excess.
    #[arg(long, value_name = "RATIO", default_value = "0.5", value_parser = up_to_one)]
    elasticity: Ratio,
    /// hamiltonian: share of the price for each supply in the queue.
    #[arg(long, value_name = "RATIO", default_value = "0.05", value_parser = up_to_one)]
    stiffness: Ratio,
    /// hamiltonian: share of the price for each supply of excess.
    #[arg(long, value_name = "RATIO", default_value = "0.3", value_parser = up_to_one)]
    damping: Ratio,
    /// Most a step changes a price by, of itself.
    #[arg(long, value_name = "RATIO", default_value = "0.2", value_parser = up_to_one)]
    largest_step: Ratio,
    /// Draw demand, prices and what waits into this SVG file.
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,
    /// Print JSON only.
    #[arg(long)]
    json: bool,
}

fn up_to_one(text: &str) -> Result<Ratio, String> {
    let ratio = text.parse::<Ratio>().ok();
    let fits = |ratio: &Ratio| !ratio.is_zero() && ratio.at_most_one();
    ratio.filter(fits).ok_or_else(|| "allowed: above 0, at most 1, such as 0.05".to_owned())
}

/// One rule's run over the trace.
pub(crate) struct Run {
    /// What it is called.
    pub(crate) name: &'static str,
    /// By step: the price it was asked at, what was asked, what waited after it.
    pub(crate) steps: Vec<Point>,
}

/// One step under one rule.
#[derive(Clone, Copy)]
pub(crate) struct Point {
    /// In 10^-9 of a base unit.
    pub(crate) price: FinePrice,
    /// Tokens asked.
    pub(crate) asked: u64,
    /// Tokens asked and not served so far.
    pub(crate) waits: u64,
}

/// A price of `START` x this, in thousandths.
fn thousandths(price: FinePrice) -> u128 {
    price.quoted().get() * 1_000 / START
}

fn shown(price: FinePrice) -> String {
    let price = thousandths(price);
    format!("{}.{:03}", price / 1_000, price % 1_000)
}

type Next<'a> = dyn Fn(Shadow, (Ratio, Ratio)) -> Result<Shadow, Failure> + 'a;

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::input(format!("no price can follow: {error}"))
}

/// The demand of a trace under one rule: asked = trace x start price / price.
fn follow(
    name: &'static str,
    demand: &[u64],
    supply: u64,
    next: &Next<'_>,
) -> Result<Run, Failure> {
    let start = FinePrice::of(Amount::new(START)).map_err(failed)?;
    let mut at = Shadow { queue: 0, price: start };
    let (mut waits, mut steps) = (0_u64, Vec::with_capacity(demand.len()));
    for wanted in demand {
        let answer = Ratio::new(start.0, at.price.0).map_err(failed)?;
        let asked = answer.floor_mul(u128::from(*wanted)).map_err(failed)?;
        let asked = u64::try_from(asked).map_err(failed)?;
        waits = waits.checked_add(asked).ok_or_else(|| failed("tokens exceed 2^64"))?;
        waits = waits.saturating_sub(supply);
        steps.push(Point { price: at.price, asked, waits });
        let both = (Ratio::from_integer(asked.into()), Ratio::from_integer(supply.into()));
        at = next(at, both)?;
    }
    Ok(Run { name, steps })
}

/// A fixed price and both rules.
fn runs(arguments: &Arguments, demand: &[u64], supply: u64) -> Result<[Run; 3], Failure> {
    let moves = PriceMoves {
        steps_per_epoch: 1,
        largest_step: arguments.largest_step,
        minimum: Amount::new(START / 100),
        maximum: Amount::new(START * 100),
    };
    let imbalance = Imbalance { elasticity: arguments.elasticity, moves: moves.clone() };
    let hamiltonian = Hamiltonian {
        stiffness: arguments.stiffness,
        damping: arguments.damping,
        most_queue: Ratio::from_integer(10),
        moves,
    };
    let by_excess = |at: Shadow, both| {
        let price = imbalance_step(&imbalance, at.price, both).map_err(failed)?;
        Ok(Shadow { price, ..at })
    };
    let by_queue = |at, (demand, supply)| {
        let now = excess(demand, supply).map_err(failed)?;
        hamiltonian_step(&hamiltonian, at, now).map_err(failed)
    };
    Ok([
        follow("fixed", demand, supply, &|at, _| Ok(at))?,
        follow("imbalance", demand, supply, &by_excess)?,
        follow("hamiltonian", demand, supply, &by_queue)?,
    ])
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let demand = trace::demand(&arguments.trace, arguments.step, MAX_STEPS)?;
    let count = u64::try_from(demand.len()).map_err(failed)?;
    let all = demand.iter().map(|units| u128::from(*units)).sum::<u128>();
    let mean = u64::try_from(all / u128::from(count.max(1))).map_err(failed)?;
    let supply = arguments.supply.unwrap_or(mean.max(1));
    let runs = runs(arguments, &demand, supply)?;
    if let Some(file) = &arguments.plot {
        let mut out = Out::file(file)?;
        out.text(&picture::draw(&demand, supply, arguments.step, &runs))?;
        out.finish()?;
    }
    if arguments.json {
        return print_json(&as_json(&demand, supply, &runs));
    }
    let mut out = Out::stdout();
    table(arguments.step, &demand, &runs).print(&mut out)?;
    out.line("")?;
    out.line(format_args!(
        "{} of {} s, {} tokens; supply {} tokens a step",
        counted(count, "step"),
        arguments.step,
        grouped(all),
        grouped(supply)
    ))?;
    summary(&runs).print(&mut out)?;
    if let Some(file) = &arguments.plot {
        out.line(format_args!("written: {}", file.display()))?;
    }
    out.finish()
}

fn table(step: u64, demand: &[u64], runs: &[Run; 3]) -> Table {
    let [fixed, imbalance, hamiltonian] = runs;
    let mut table = Table::new(&[
        ("minute", Side::Right),
        ("trace", Side::Right),
        ("waits, fixed", Side::Right),
        ("imbalance", Side::Right),
        ("asked", Side::Right),
        ("waits", Side::Right),
        ("hamiltonian", Side::Right),
        ("asked", Side::Right),
        ("waits", Side::Right),
    ]);
    let every = demand.len().div_ceil(SAMPLES).max(1);
    let points = fixed.steps.iter().zip(&imbalance.steps).zip(&hamiltonian.steps);
    for (at, (wanted, ((fixed, one), other))) in demand.iter().zip(points).enumerate() {
        if at % every != 0 && at + 1 != demand.len() {
            continue;
        }
        let minutes = u128::try_from(at).unwrap_or(u128::MAX) * u128::from(step) / 60;
        let mut cells = vec![grouped(minutes), grouped(*wanted), grouped(fixed.waits)];
        for point in [one, other] {
            cells.extend([shown(point.price), grouped(point.asked), grouped(point.waits)]);
        }
        table.row(cells);
    }
    table
}

/// Of a run: lowest and highest price, what waited on average and at most, tokens.
fn figures(run: &Run) -> (FinePrice, FinePrice, u128, u64) {
    let prices = || run.steps.iter().map(|point| point.price);
    let none = FinePrice(0);
    let count = u128::try_from(run.steps.len()).unwrap_or(u128::MAX).max(1);
    let waits: u128 = run.steps.iter().map(|point| u128::from(point.waits)).sum();
    let most = run.steps.iter().map(|point| point.waits).max().unwrap_or(0);
    (prices().min().unwrap_or(none), prices().max().unwrap_or(none), waits / count, most)
}

fn summary(runs: &[Run; 3]) -> Table {
    let mut table = Table::new(&[
        ("rule", Side::Left),
        ("lowest price", Side::Right),
        ("highest", Side::Right),
        ("waits on average", Side::Right),
        ("at most", Side::Right),
    ]);
    for run in runs {
        let (lowest, highest, mean, most) = figures(run);
        let cells = [shown(lowest), shown(highest), grouped(mean), grouped(most)];
        table.row([run.name.to_owned()].into_iter().chain(cells).collect());
    }
    table
}

fn as_json(demand: &[u64], supply: u64, runs: &[Run; 3]) -> Value {
    let rules: Vec<Value> = runs
        .iter()
        .map(|run| {
            let point = |point: &Point| {
                json!({"price": shown(point.price), "asked": point.asked, "waits": point.waits})
            };
            let steps: Vec<Value> = run.steps.iter().map(point).collect();
            json!({"rule": run.name, "steps": steps})
        })
        .collect();
    json!({"demand": demand, "supply": supply, "rules": rules})
}
