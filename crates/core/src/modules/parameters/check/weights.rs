//! `[weights]`: how proven compute becomes weight.

use super::super::{Confirmation, Participation, PowerCap};
use super::checker::{Checker, brief, grouped};
use workmint_amounts::{Amount, ArithmeticError, Ratio};

pub(super) fn check(checker: &mut Checker<'_>) {
    let weights = &checker.parameters.weights;
    let (base, per_unit) = (weights.base_weight_ratio, weights.collateral_per_weight_unit);
    let path = "weights.base_weight_ratio";
    checker.ratio(base.at_most_one(), path, base, "0 to 1");
    let unit_path = "weights.collateral_per_weight_unit";
    checker.ratio(!per_unit.is_zero(), unit_path, per_unit, "above 0");
    if base == Ratio::ONE {
        checker.warning(path, "all weight is effective without collateral: nothing is at stake");
    } else if !base.is_zero() {
        let message = format!(
            "a ratio of {} of potential weight needs no collateral: splitting into identities \
             costs nothing there",
            brief(base)
        );
        checker.fact(path, message);
    }
    let backing = base.complement().and_then(|eligible| eligible.checked_mul(per_unit));
    if let Ok(amount) = backing.and_then(|each| each.ceil_mul(1_000)) {
        let shown = checker.shown(Amount::new(amount), checker.parameters.collateral.asset);
        let message = format!("a potential weight of 1,000 is fully effective with {shown}");
        checker.fact(unit_path, message);
    }
    if let Some(epoch) = weights.grace_until_epoch {
        let epoch = grouped(epoch);
        let message = format!("up to and including epoch {epoch} no weight needs collateral");
        checker.fact("weights.grace_until_epoch", message);
    }
    if let Some(cap) = &weights.power_cap {
        power_cap(checker, cap);
    }
    if let Some(rule) = &weights.confirmation {
        confirmation(checker, rule);
    }
    if let Some(rule) = &weights.participation {
        participation(checker, rule);
    }
    let (kept, path) = (weights.kept_share, "weights.kept_share");
    let holds = kept.checked_add(kept).is_ok_and(Ratio::at_most_one);
    checker.ratio(holds, path, kept, "0 to 0.5");
    if !kept.is_zero() {
        let kept = brief(kept);
        let message = format!("a share of {kept} of nodes keeps its weight without a new proof");
        checker.fact(path, message);
    }
}

fn power_cap(checker: &mut Checker<'_>, cap: &PowerCap) {
    let mut bounds = Vec::new();
    for (key, share, participants, allowed) in [
        ("of_two", cap.of_two, 2, "0.5 to 1"),
        ("of_three", cap.of_three, 3, "1/3 to 1"),
        ("of_many", cap.of_many, 4, "0.25 to 1"),
    ] {
        // With a smaller share the parts of all of them cannot sum to the whole.
        let lowest = Ratio::new(1, participants);
        let holds = lowest.is_ok_and(|lowest| lowest <= share) && share.at_most_one();
        checker.ratio(holds, &format!("weights.power_cap.{key}"), share, allowed);
        if let Ok(Some(times)) = times_the_smallest(share, participants) {
            bounds.push(format!("x{} with {participants}", brief(times)));
        }
    }
    let mut message = "what the power cap cuts off is given to nobody".to_owned();
    if !bounds.is_empty() {
        message = format!(
            "{message}; the largest counts at most as much as the smallest {}: a small newcomer \
             cuts the others down",
            bounds.join(", ")
        );
    }
    checker.fact("weights.power_cap", message);
}

/// How often the smallest weight fits into the largest capped one: share / (1 - (count - 1) x
/// share); `None`: without limit.
fn times_the_smallest(share: Ratio, count: u128) -> Result<Option<Ratio>, ArithmeticError> {
    let others = count.checked_sub(1).ok_or(ArithmeticError::Underflow)?;
    let left = share.checked_mul(Ratio::from_integer(others))?.complement();
    match left {
        Ok(left) if !left.is_zero() => share.checked_div(left).map(Some),
        _ => Ok(None),
    }
}

fn confirmation(checker: &mut Checker<'_>, rule: &Confirmation) {
    let Confirmation { inactive_below, tolerance } = *rule;
    let path = "weights.confirmation.inactive_below";
    checker.ratio(inactive_below.at_most_one(), path, inactive_below, "0 to 1");
    let holds = !tolerance.is_zero() && tolerance.at_most_one();
    let key = "weights.confirmation.tolerance";
    checker.ratio(holds, key, tolerance, "above 0, at most 1");
    if inactive_below.is_zero() {
        checker.fact(path, "no reading is too low: nobody becomes inactive");
    } else if let Ok(least) = inactive_below.checked_mul(tolerance) {
        let message = format!(
            "one reading below {} of the weight it should have makes a participant inactive",
            brief(least)
        );
        checker.fact(path, message);
    }
}

fn participation(checker: &mut Checker<'_>, rule: &Participation) {
    let Participation { refused, absent, delegated, minimum_members, minimum_share } = *rule;
    for (key, share) in [
        ("refused", refused),
        ("absent", absent),
        ("delegated", delegated),
        ("minimum_share", minimum_share),
    ] {
        let path = format!("weights.participation.{key}");
        checker.ratio(share.at_most_one(), &path, share, "0 to 1");
    }
    let path = "weights.participation.minimum_members";
    checker.count(path, u64::from(minimum_members), 1, 1_000);
    served(checker, minimum_members, minimum_share);
    if absent < refused {
        let (absent, refused) = (brief(absent), brief(refused));
        let message = format!("saying nothing costs {absent}, refusing {refused}: nobody refuses");
        checker.warning("weights.participation.absent", message);
    }
    let models = checker.parameters.models.len();
    let others = models.checked_sub(1).and_then(|others| u128::try_from(others).ok());
    let lost = others.map(|others| absent.checked_mul(Ratio::from_integer(others)));
    if let Some(Ok(lost)) = lost.filter(|_| models > 1) {
        let lost = if lost < Ratio::ONE { brief(lost) } else { "all".to_owned() };
        let message = format!(
            "who serves one of {models} models and says nothing of the others loses {lost} of its \
             reward weight"
        );
        checker.fact("weights.participation", message);
    }
}

fn served(checker: &mut Checker<'_>, members: u32, share: Ratio) {
    let path = "weights.participation.minimum_share";
    if share.is_zero() {
        let message = format!(
            "a model that {members} serve costs all others, however little weight it has: small \
             proofs tax the network"
        );
        checker.warning(path, message);
    } else {
        let message = format!(
            "a model costs those that do not serve it once {members} serve it with {} of all \
             weight together",
            brief(share)
        );
        checker.fact(path, message);
    }
}
