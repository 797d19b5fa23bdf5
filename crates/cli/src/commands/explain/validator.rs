//! Scores of validators, and what of their rewards goes to their delegators.

use workmint_amounts::Amount;
use workmint_answers::explain::facts::Facts;
use workmint_answers::explain::validator::bonded_asset;
use workmint_core::explain::StreamStep;
use workmint_core::inputs::ValidatorRow;
use workmint_core::modules::parameters::{Score, Stream};

use super::page::Page;
use crate::failure::Failure;
use crate::output::{asset_of, grouped, shown};

/// How the score came about.
pub(super) fn tell(
    page: &mut Page,
    facts: &Facts,
    (stream, step, row): (&Stream, &StreamStep, &ValidatorRow),
) -> Result<(), Failure> {
    let asset = asset_of(&facts.parameters, bonded_asset(facts, step))?;
    match &stream.score {
        Score::BondedStake => {
            page.say(
                "You score what was bonded to you throughout the epoch, your own and delegated, x \
                 blocks signed / blocks to sign, rounded down:",
            )?;
            page.sum(&format!(
                "{} x {} / {} = {}",
                shown(row.bonded, asset),
                grouped(row.signed),
                grouped(row.due),
                shown(Amount::new(step.score), asset)
            ))
        }
        Score::BlocksProposed => {
            page.say(&format!("You proposed {} blocks of the epoch.", grouped(row.proposed)))
        }
        _ => Ok(()),
    }
}

/// What its delegators get.
pub(super) fn tell_delegated(
    page: &mut Page,
    facts: &Facts,
    (step, row): (&StreamStep, &ValidatorRow),
) -> Result<(), Failure> {
    if step.delegated.is_zero() {
        return Ok(());
    }
    let bonded = asset_of(&facts.parameters, bonded_asset(facts, step))?;
    let asset = asset_of(&facts.parameters, step.asset)?;
    let before = Amount::sum([step.paid, step.recovered, step.delegated]);
    let before = before.map_err(Failure::damage)?;
    page.say(&format!(
        "You keep {} of what money delegated to you earns. Your delegators get reward x (1 - \
         commission) x delegated / bonded, rounded down twice:",
        row.commission
    ))?;
    page.sum(&format!(
        "{} x (1 - {}) x {} / {} = {}",
        shown(before, asset),
        row.commission,
        shown(row.delegated, bonded),
        shown(row.bonded, bonded),
        shown(step.delegated, asset)
    ))
}
