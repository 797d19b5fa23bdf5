//! What somebody who only delegated to validators earned.

use workmint_answers::explain::delegator::{Delegator, Part, bonded};
use workmint_core::modules::parameters::{Asset, Parameters};

use super::page::Page;
use crate::failure::Failure;
use crate::output::{Out, asset_of, counted, grouped, print_json, shown};

/// Tells it.
pub(crate) fn print(found: &Delegator, as_json: bool) -> Result<(), Failure> {
    if as_json {
        return print_json(&found.document()?);
    }
    let parameters = &found.parameters;
    let bonded = asset_of(parameters, bonded(parameters))?;
    let mut page = Page::new(Out::stdout());
    let (epoch, network) = (grouped(found.epoch), &parameters.network.name);
    let validators = counted(found.parts.len() as u64, "validator");
    page.head(&match found.settled {
        true => {
            format!("Epoch {epoch} of {network}: {} had money with {validators}.", found.account)
        }
        false => format!(
            "Preview of epoch {epoch} of {network}, which is still open: {} has money with \
             {validators}. What it would earn if nothing more happened before it ends:",
            found.account
        ),
    })?;
    for part in &found.parts {
        tell(&mut page, parameters, bonded, part)?;
    }
    page.finish()
}

fn tell(
    page: &mut Page,
    parameters: &Parameters,
    bonded: &Asset,
    part: &Part,
) -> Result<(), Failure> {
    page.section(&format!("Delegated to {}", part.validator))?;
    let (mine, all) = part.earning;
    page.say(&format!(
        "{} are there after the close. {} of {} delegated shares earned in the epoch were yours. \
         The validator keeps {} of what they earn.",
        shown(part.worth, bonded),
        grouped(mine),
        grouped(all),
        part.commission
    ))?;
    if part.pending > 0 {
        let pending = counted(part.pending, "share");
        page.say(&format!("{pending} came in the epoch and earn from the next one on."))?;
    }
    if part.rewards.is_empty() {
        page.say("The epoch paid this validator's delegators nothing.")?;
    }
    for reward in &part.rewards {
        let asset = asset_of(parameters, reward.asset)?;
        page.say(&format!(
            "Stream \"{}\": all of its delegators x your shares / all, rounded down; the rest of \
             the base unit waits for the next reward:",
            reward.stream
        ))?;
        page.sum(&format!(
            "{} x {} / {} = {}",
            shown(reward.all, asset),
            grouped(mine),
            grouped(all),
            shown(reward.mine, asset)
        ))?;
    }
    Ok(())
}
