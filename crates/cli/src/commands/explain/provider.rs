//! What the score of a provider, or of a holder of shares of the pool, came from.

use workmint_answers::explain::facts::Facts;
use workmint_core::explain::{ProviderStep, StreamStep};
use workmint_core::modules::parameters::{Score, Stream};

use super::page::Page;
use crate::failure::Failure;
use crate::output::{asset_of, counted, grouped, shown};

pub(super) fn tell(
    page: &mut Page,
    facts: &Facts,
    (stream, step, found): (&Stream, &StreamStep, &ProviderStep),
) -> Result<(), Failure> {
    let asset = asset_of(&facts.parameters, step.asset)?;
    let row = &found.row;
    let (answered, held) = (grouped(row.answered), grouped(found.probes));
    match &stream.score {
        Score::Availability(rule) => {
            let factor = found.factor.unwrap_or_default();
            page.say(&format!(
                "You ask for stake, the least you had in the epoch, x probes answered / probes \
                 held x network factor x rate, rounded down. The network factor is units \
                 customers paid for / units providers offered, of the last {}, within {} and {}:",
                counted(rule.window, "epoch"),
                rule.least_factor,
                rule.most_factor
            ))?;
            page.sum(&format!(
                "{} x {answered} / {held} x {factor} x {} = {}",
                shown(row.stake, asset),
                rule.rate_per_epoch,
                shown(workmint_amounts::Amount::new(step.score), asset)
            ))
        }
        Score::StakingPower(rule) => {
            let work = if rule.needs_paid_job { " and a paid job" } else { "" };
            page.say(&format!(
                "Your staking power was {}. It scores with at least {} of the probes \
                 answered{work}: you answered {answered} of {held} and were paid for {} jobs.",
                shown(row.power, asset),
                rule.least_uptime,
                grouped(row.paid)
            ))
        }
        Score::Liquidity => page.say(&format!(
            "The lowest number of shares of the pool you had in the epoch was {}.",
            grouped(row.shares.get())
        )),
        _ => Ok(()),
    }
}
