//! `workmint history`: what happened to an account, and what of its money still vests.

use std::path::PathBuf;

use clap::Args;
use workmint_answers::history::{self, Life, Question};
use workmint_answers::{AnswerError, Directory, EventKey, Order};
use workmint_core::Address;

use crate::failure::Failure;
use crate::output::{Out, counted, print_json};
use crate::source;

/// Show what happened to an account, oldest first, page by page, and what of its money still vests.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  workmint history --data-dir workmint-data/demo-gonka 0x0ba3...\n  \
                  workmint history --data-dir workmint-data/demo-gonka 0x0ba3... --csv\n\n\
                  The index behind it is made from the journal when it is first asked. With \
                  --after, the page that follows a key printed by the page before."
)]
pub(crate) struct Arguments {
    /// The network's data directory.
    #[arg(long)]
    data_dir: PathBuf,
    /// The account.
    #[arg(value_parser = source::address)]
    address: Address,
    /// Begin after this key (HEIGHT.SEQUENCE).
    #[arg(long, value_parser = key)]
    after: Option<EventKey>,
    /// Events on a page, 1 to 1,000.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    limit: u16,
    /// Print JSON only.
    #[arg(long)]
    json: bool,
    /// Print the whole life as CSV, from --after on: epoch, kind, amount in base units and display
    /// units by asset, counterparty, height, time.
    #[arg(long, conflicts_with_all = ["json", "limit"])]
    csv: bool,
}

fn key(text: &str) -> Result<EventKey, String> {
    history::key(text).map_err(|error| error.told(""))
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let network = source::directory(&arguments.data_dir)?;
    let (account, limit) = (arguments.address, usize::from(arguments.limit));
    let order = Order::Ascending;
    let question = Question { account, order, after: arguments.after, limit };
    if arguments.csv {
        return print_csv(&network, question);
    }
    let page = history::page(&network, &question).map_err(unnamed)?;
    if arguments.json {
        return print_json(&page.document());
    }
    let mut out = Out::stdout();
    for line in &page.lines {
        out.line(format_args!("{:>8}.{:<4} {}", line.key.height, line.key.sequence, line.text))?;
    }
    match &page.next {
        Some(next) => {
            out.line(format_args!("More follows: --after {}", history::key_text(next)))?;
        }
        None => {
            let count = counted(page.lines.len() as u64, "event");
            out.line(format_args!("{count}; this is all."))?;
        }
    }
    for asset in &page.vesting {
        out.line(asset.sentence()?)?;
    }
    out.finish()
}

fn print_csv(network: &Directory, mut question: Question) -> Result<(), Failure> {
    question.limit = history::MOST;
    let life = Life::of(network)?;
    // A refused question prints nothing.
    let mut sheet = life.rows(network, &question).map_err(unnamed)?;
    let mut out = Out::stdout();
    out.text(&life.header()?)?;
    loop {
        out.text(&sheet.rows)?;
        question.after = match sheet.next {
            Some(next) => Some(next),
            None => return out.finish(),
        };
        sheet = life.rows(network, &question).map_err(unnamed)?;
    }
}

/// The account is the only field that can be wrong, and the text names it.
fn unnamed(error: AnswerError) -> Failure {
    Failure::answer(&error, "")
}
