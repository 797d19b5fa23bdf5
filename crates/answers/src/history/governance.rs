//! Events of proposals and votes, in words.

use super::lines::{Said, Words, plain};
use crate::error::AnswerError;
use workmint_core::modules::governance::{Choice, Event};

/// What an account proposed, how it voted, what the treasury paid it.
pub(super) fn line(words: &Words<'_>, event: &Event) -> Result<Said, AnswerError> {
    match event {
        Event::Proposed { proposal, asset, deposit, .. } => {
            let text = format!("locked for proposal {proposal}");
            words.amount("proposed", *asset, *deposit, &text)
        }
        Event::Voted { proposal, choice, power, .. } => {
            let said = match choice {
                Choice::Yes => "yes to",
                Choice::No => "no to",
                Choice::Abstain => "neither yes nor no to",
            };
            Ok(plain("voted", format!("said {said} proposal {proposal} with power {power}")))
        }
        Event::DepositReturned { proposal, asset, amount, .. } => {
            let text =
                format!("returned: proposal {proposal} was counted, or votes were abolished");
            words.amount("deposit_returned", *asset, *amount, &text)
        }
        Event::DepositLost { proposal, asset, amount, .. } => {
            let text = format!(
                "lost to the treasury: proposal {proposal} missed its quorum, or below a third of \
                 yes and no was yes"
            );
            words.amount("deposit_lost", *asset, *amount, &text)
        }
        Event::TreasurySpent { proposal, asset, amount, .. } => {
            let text = format!("from the treasury by proposal {proposal}");
            words.amount("treasury_spent", *asset, *amount, &text)
        }
        Event::VoteOpened { .. }
        | Event::Passed { .. }
        | Event::Rejected { .. }
        | Event::Executed { .. }
        | Event::Failed { .. }
        | Event::UpgradeScheduled { .. } => Ok(plain("other", format!("{event:?}"))),
    }
}
