//! Events of validators and who delegates to them, in words.

use super::lines::{Said, Words, plain};
use crate::error::AnswerError;
use workmint_core::modules::validators::Event;
use workmint_core::names::AssetId;

/// One line of an event.
pub(super) fn line(words: &Words<'_>, event: &Event) -> Result<Said, AnswerError> {
    use Event as Of;
    let parameters = words.parameters;
    // Without rules nothing can be bonded: the asset is never shown then.
    let bonded = parameters.validators.as_ref().map_or(AssetId(0), |rules| rules.asset);
    let emitted = parameters.emission.asset;
    match event {
        Of::Bonded { account, validator, amount, .. } if account == validator => {
            words.amount("bonded", bonded, *amount, "of its own bonded")
        }
        Of::Bonded { account, validator, amount, .. } => {
            let text = format!("delegated by {account} to {validator}");
            words.amount("delegated", bonded, *amount, &text)
        }
        Of::WithdrawalBegan { validator, amount, completes, .. } => {
            let text = format!("bonded to {validator} is unbonding until {completes}");
            words.amount("unbonding", bonded, *amount, &text)
        }
        Of::Withdrawn { validator, amount, .. } => {
            let text = format!("released by {validator} is free");
            words.amount("withdrawn", bonded, *amount, &text)
        }
        Of::Collected { account, validator, amount } => {
            let text = format!("of rewards with {validator} paid to {account}");
            words.amount("collected", emitted, *amount, &text)
        }
        Of::Credited { amount, .. } => {
            words.amount("credited", emitted, *amount, "went to its delegators")
        }
        Of::CommissionSet { commission, from, .. } => {
            Ok(plain("commission", format!("its commission is {commission} from epoch {from} on")))
        }
        Of::Asked { from, .. } => {
            Ok(plain("asked", format!("asked to be active, from epoch {from} on at the earliest")))
        }
        Of::Retiring { .. } => Ok(plain("retiring", "asked to be active no more".to_owned())),
        Of::Joined { power, .. } => {
            words.amount("joined", bonded, *power, "bonded: active from the next epoch on")
        }
        Of::Left { why, .. } => Ok(plain("left", format!("is active no more: {why}"))),
        Of::Jailed { until, .. } => {
            Ok(plain("jailed", format!("is in jail, at least until epoch {until}")))
        }
        Of::LeftJail { .. } => Ok(plain("left_jail", "left the jail".to_owned())),
        Of::Slashed { fault, fraction, amount, .. } => {
            let text = format!("slashed for {fault}, {fraction} of bonded and unbonding");
            words.amount("slashed", bonded, *amount, &text)
        }
    }
}
