//! A contribution that was never taken: which submissions of it were refused, and why.

use workmint_answers::explain::contribution::Refused;
use workmint_core::modules::contributions::ContributionKey;

use super::super::page::Page;
use crate::failure::Failure;
use crate::output::{Out, grouped};

/// Tells why.
pub(super) fn print(key: &ContributionKey, all: &[Refused]) -> Result<(), Failure> {
    let mut page = Page::new(Out::stdout());
    page.head(&format!("Contribution {key} was refused: it was never taken."))?;
    page.section("Refused submissions")?;
    for one in all {
        let (height, time) = (grouped(one.height), one.time_ms);
        page.say(&format!(
            "Block {height}, block time {time} ms: error {}: {}.",
            one.code, one.why
        ))?;
    }
    page.finish()
}
