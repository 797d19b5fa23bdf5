//! `workmint query`: what a running network answers, from the terminal.

mod follow;
mod kinds;
mod question;

use clap::{Args, ValueEnum};
use serde_json::Value;
use std::time::{Duration, Instant};
use workmint_core::Address;

use self::kinds::{Wait, What};
use self::question::{Names, Question, Shape};
use super::key::FolderArguments;
use crate::failure::Failure;
use crate::keys::Folder;
use crate::output::{COMMON, Out, print_json};
use crate::sending::client::{Client, NodeArguments};
use crate::sending::{happened, render};

/// Between two looks at the open epoch.
const PAUSE: Duration = Duration::from_millis(250);

const HELP: &str = "\
Examples:
  workmint query balance alice
  workmint query explain 3 alice
  workmint query history alice --limit 20
  workmint query history alice --csv > alice.csv
  workmint query events --epoch open --account alice
  workmint query events --event Transfer --order asc
  workmint query events --account alice --follow
  workmint query tx --sender alice --succeeded false
  workmint query block --cursor desc~120
  workmint query quote --model qwen3-30b --tokens 1000 --tier gpu-tee
  workmint query rewards-estimate --tokens 100000 --quality 1.1
  workmint query validator
  workmint query supply --json

Lists by time (block, contribution, epoch, events, history, job, metrics, proposal, session,
settlement, tx) come newest first. Where more follows, the last line says how to get it.

Exit codes: 0 success; 1 the epoch is still open after --most (wait); 2 wrong input, or nothing
there; 4 no answer from a node.";

/// Ask a running network: balances, settlements, why an amount, prices, jobs, events, proofs.
///
/// Answers are those of the REST interface (`/v1`). Accounts go by address or by the name of a key.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(crate) struct Arguments {
    #[command(flatten)]
    node: NodeArguments,
    #[command(flatten)]
    folder: FolderArguments,
    #[command(flatten)]
    page: PageArguments,
    /// Print the answer as JSON
    #[arg(long, global = true, help_heading = COMMON)]
    json: bool,
    #[command(subcommand)]
    what: What,
}

/// Which part of a list.
#[derive(Debug, Args)]
struct PageArguments {
    /// Of a list: rows of the page, 1 to 1,000; 100 unless given (metrics: 1 to 100; 10)
    #[arg(long, global = true, value_name = "N", help_heading = COMMON,
          value_parser = clap::value_parser!(u16).range(1..=1_000))]
    limit: Option<u16>,
    /// Of a list: where the page begins, as the page before said
    #[arg(long, global = true, value_name = "TEXT", help_heading = COMMON)]
    cursor: Option<String>,
    /// Of a list by time: newest first (desc) or oldest first (asc); desc unless given
    #[arg(long, global = true, value_name = "ORDER", help_heading = COMMON)]
    order: Option<Direction>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Direction {
    /// Oldest first
    Asc,
    /// Newest first
    Desc,
}

impl PageArguments {
    /// Adds to a question of a list which part of it is asked for; of anything else there is none.
    fn apply(&self, question: &mut Question) -> Result<(), Failure> {
        let is_list = matches!(question.shape, Shape::List | Shape::ByTime);
        let given = [
            ("--limit", self.limit.is_some()),
            ("--cursor", self.cursor.is_some()),
            ("--order", self.order.is_some()),
        ];
        if let Some((option, _)) = given.iter().find(|(_, given)| *given && !is_list) {
            return Err(Failure::Input(format!(
                "{option} is for lists; the answer to this question is none"
            )));
        }
        let parameters = &mut question.parameters;
        parameters.extend(self.limit.map(|limit| ("limit", limit.to_string())));
        parameters.extend(self.cursor.clone().map(|cursor| ("cursor", cursor)));
        match (question.shape, self.order) {
            (Shape::ByTime, Some(Direction::Asc)) => parameters.push(("order", "asc".to_owned())),
            (Shape::ByTime, _) => parameters.push(("order", "desc".to_owned())),
            (_, Some(_)) => {
                return Err(Failure::input(
                    "--order is for lists by time; this list has an order of its own",
                ));
            }
            (_, None) => {}
        }
        Ok(())
    }
}

impl Wait {
    fn run(&self, client: &Client, as_json: bool) -> Result<(), Failure> {
        let (start, epoch) = (Instant::now(), client.facts()?.epoch);
        while client.facts()?.epoch == epoch {
            if start.elapsed() > Duration::from_secs(self.most) {
                let most = self.most;
                return Err(Failure::Check(format!("epoch {epoch} is still open after {most} s")));
            }
            std::thread::sleep(PAUSE);
        }
        if as_json {
            return print_json(&serde_json::json!({ "closed": epoch }));
        }
        let mut out = Out::stdout();
        out.line(format_args!("epoch {epoch} is closed"))?;
        out.finish()
    }
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let client = arguments.node.client()?;
    let folder = || arguments.folder.folder();
    let names = Names { client: &client, folder: &folder };
    let mut question = names.question(&arguments.what)?;
    if matches!(&arguments.what, What::Events(events) if events.follow) {
        return follow::run(&client, &question, arguments.json);
    }
    arguments.page.apply(&mut question)?;
    if let What::Wait(wait) = &arguments.what {
        return wait.run(&client, arguments.json);
    }
    let answer = client.ask(&question.path, &question.parameters)?;
    if question.shape == Shape::Text {
        let mut out = Out::stdout();
        out.text(&answer.text)?;
        return out.finish();
    }
    let answer = answer.json()?;
    if arguments.json {
        return print_json(&answer);
    }
    let meant = question.meant.as_ref();
    match (&arguments.what, question.shape) {
        (What::Events(_), _) => {
            let facts = client.facts()?;
            render::print_page(&answer, Some(&|event: &Value| happened::line(event, &facts)), meant)
        }
        (_, Shape::List | Shape::ByTime) => render::print_page(&answer, None, meant),
        _ => render::print(&answer),
    }
}

/// The account with this address, or of the key with this name.
pub(crate) fn account(text: &str, folder: &Folder) -> Result<Address, Failure> {
    match text.parse::<Address>() {
        Ok(address) => Ok(address),
        Err(error) if text.starts_with("0x") => Err(Failure::Input(format!("{text}: {error}"))),
        Err(_) => folder.find(text).map(|entry| entry.address),
    }
}
