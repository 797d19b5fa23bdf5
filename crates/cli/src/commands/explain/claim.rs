//! What became of the amount: claimed, open, expired, forfeited.

use workmint_amounts::Amount;
use workmint_answers::explain::claim::{Checks, Claims, Status};
use workmint_answers::explain::facts::Facts;
use workmint_core::modules::parameters::{Asset, ClaimMode};

use super::money::destination;
use super::page::Page;
use crate::failure::Failure;
use crate::output::{asset_of, grouped, shown};

pub(super) fn tell(page: &mut Page, facts: &Facts, claims: &Claims) -> Result<(), Failure> {
    page.section("What became of it")?;
    if claims.entries.is_empty() {
        return page.say("There is nothing to claim.");
    }
    for (asset, amount, status) in &claims.entries {
        let asset = asset_of(&facts.parameters, *asset)?;
        let words = sentence(status, facts, (*amount, asset));
        page.say(&format!("{}: {words}", shown(*amount, asset)))?;
    }
    match claims.checks {
        Some(Checks { due: None, .. }) => page
            .say("Before you can claim, reveal your seed and do the sampled checks drawn from it."),
        Some(Checks { due: Some(due), done }) if done < due => page.say(&format!(
            "Before you can claim, do your sampled checks: {done} of {due} are done."
        )),
        Some(Checks { due: Some(due), .. }) => {
            page.say(&format!("Your {due} sampled checks are done."))
        }
        None => Ok(()),
    }
}

fn sentence(status: &Status, facts: &Facts, (amount, asset): (Amount, &Asset)) -> String {
    let account = &facts.explanation.row.account;
    match status {
        Status::NotSettled => match facts.parameters.claims.mode {
            ClaimMode::Pull => format!(
                "not settled yet; it can be claimed from the close of this epoch to the close of \
                 epoch {}.",
                grouped(facts.record.expires_after)
            ),
            ClaimMode::Push => "not settled yet; it is paid at the close.".to_owned(),
        },
        Status::Open { until } => format!(
            "not claimed yet; it can be claimed until the close of epoch {}, then {}.",
            grouped(*until),
            destination(facts.parameters.claims.unclaimed)
        ),
        Status::Claimed { recipient, locked, vesting } => {
            let to = match recipient == account {
                true => String::new(),
                false => format!(" to the recipient {recipient}"),
            };
            match vesting {
                0 => format!("claimed and paid{to}."),
                _ if locked.is_zero() => format!("claimed and paid{to}."),
                epochs if *locked < amount => format!(
                    "claimed{to}; {} of it vests over {} epochs, the rest is free.",
                    shown(*locked, asset),
                    grouped(*epochs)
                ),
                epochs => format!("claimed{to}; it vests over {} epochs.", grouped(*epochs)),
            }
        }
        Status::Forfeited => "forfeited: a report of this epoch was refuted in a challenge before \
                              it was all yours."
            .to_owned(),
        Status::Expired { after, to } => format!(
            "expired: nobody claimed it by the close of epoch {}; {}.",
            grouped(*after),
            destination(*to)
        ),
    }
}
