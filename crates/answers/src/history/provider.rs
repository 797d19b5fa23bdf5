//! Events of stake and privacy tiers, in words.

use super::lines::{Said, Words, plain};
use crate::error::AnswerError;
use workmint_core::modules::{attestation, stake};
use workmint_core::names::AssetId;

/// What attestors and a provider did about its tier.
pub(super) fn tier(event: &attestation::Event) -> Said {
    use attestation::Event as Of;
    match event {
        Of::TierRequested { tier, .. } => {
            plain("tier_requested", format!("asked for privacy tier {tier}"))
        }
        Of::TierAttested { account, approve, .. } => {
            let word = if *approve { "approves" } else { "rejects" };
            plain("tier_attested", format!("an attestor {word} the tier that {account} asked for"))
        }
        Of::TierGranted { tier, until, .. } => {
            plain("tier_granted", format!("has privacy tier {tier} until {until}"))
        }
        Of::TierRejected { tier, .. } => {
            plain("tier_rejected", format!("privacy tier {tier} was rejected"))
        }
        Of::TierRefuted { .. } => {
            plain("tier_refuted", "evidence of its tier was refuted: tier 0".to_owned())
        }
        Of::ProbeHeld { .. } => plain("other", format!("{event:?}")),
    }
}

/// What happened to a provider's stake and reputation.
pub(super) fn stake(words: &Words<'_>, event: &stake::Event) -> Result<Said, AnswerError> {
    use stake::Event as Of;
    // Without rules nothing can be staked: the asset is never shown then.
    let asset = words.parameters.stake.as_ref().map(|rules| rules.asset).unwrap_or(AssetId(0));
    match event {
        Of::Staked { amount, .. } => words.amount("staked", asset, *amount, "staked"),
        Of::WithdrawalBegan { amount, completes, .. } => {
            let text = format!("of stake is unbonding until {completes}");
            words.amount("stake_withdrawal_began", asset, *amount, &text)
        }
        Of::Released { amount, .. } => {
            words.amount("stake_released", asset, *amount, "of stake released")
        }
        Of::Slashed { amount, offence, fraction, .. } => {
            let text = format!("slashed for {offence}, {fraction} of active and unbonding stake");
            words.amount("stake_slashed", asset, *amount, &text)
        }
        Of::MaliceSaid { account, case, .. } => {
            Ok(plain("malice_said", format!("a judge finds malice of {account} in case {case}")))
        }
        Of::MaliceFound { case, .. } => {
            Ok(plain("malice_found", format!("malice found in case {case}")))
        }
        Of::ReputationChanged { points, .. } => {
            Ok(plain("reputation", format!("reputation is now {points} of 1,000")))
        }
    }
}
