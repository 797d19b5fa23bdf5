//! A contribution that was never taken: which submissions of it were refused, and why.

use std::path::Path;

use serde_json::{Value, json};
use workmint_core::Message;
use workmint_core::modules::contributions::ContributionKey;
use workmint_storage::store::View;

use super::super::page::Page;
use crate::failure::Failure;
use crate::output::{Out, grouped, print_json, progress};

/// A transaction that failed.
struct Refused {
    height: u64,
    time_ms: u64,
    code: u16,
    why: String,
}

/// Tells why; wrong input if nobody ever tried. A failed transaction changes nothing and leaves no
/// event, so the journal is applied again to see why it failed.
pub(super) fn run(data_dir: &Path, key: &ContributionKey, as_json: bool) -> Result<(), Failure> {
    let all = refused(data_dir, key)?;
    if all.is_empty() {
        return Err(Failure::Input(format!(
            "--contribution: {key} was never submitted; allowed: one that `workmint history` shows \
             or whose submission was refused"
        )));
    }
    if as_json {
        let refused: Vec<Value> = all.iter().map(Refused::json).collect();
        return print_json(&json!({
            "contribution": key.to_string(),
            "status": "refused",
            "refused": refused,
        }));
    }
    let mut page = Page::new(Out::stdout());
    page.head(&format!("Contribution {key} was refused: it was never taken."))?;
    page.section("Refused submissions")?;
    for one in &all {
        let (height, time) = (grouped(one.height), one.time_ms);
        page.say(&format!(
            "Block {height}, block time {time} ms: error {}: {}.",
            one.code, one.why
        ))?;
    }
    page.finish()
}

impl Refused {
    fn json(&self) -> Value {
        json!({
            "height": self.height.to_string(),
            "time_ms": self.time_ms.to_string(),
            "code": self.code,
            "error": self.why,
        })
    }
}

fn refused(data_dir: &Path, key: &ContributionKey) -> Result<Vec<Refused>, Failure> {
    let (mut replay, last) = View::replay(data_dir)?;
    let bar = progress(Some(last), "blocks");
    let mut all = Vec::new();
    while let Some(block) = replay.next_block()? {
        bar.inc(1);
        let named = block.stored.block.height;
        for (transaction, result) in block.stored.decode()?.iter().zip(&block.applied.results) {
            let Message::SubmitContribution(message) = &transaction.message else { continue };
            let of = (message.epoch, transaction.sender, message.id);
            if let Err(error) = result
                && of == (key.epoch, key.contributor, key.id)
            {
                all.push(Refused {
                    height: named,
                    time_ms: block.stored.block.time_ms,
                    code: error.code(),
                    why: error.to_string(),
                });
            }
        }
    }
    bar.finish_and_clear();
    Ok(all)
}
