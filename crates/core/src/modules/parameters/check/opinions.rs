//! `[opinions]`: seats, weights and the consensus over them, and streams that pay by them.

use super::super::{
    ChildRules, EpochLength, LiquidAlpha, OpinionPower, Opinions, Score, SeatRegistration,
    Weighing, Yuma, YumaKind, YumaMode,
};
use super::checker::{Checker, grouped};
use workmint_amounts::Ratio;

const MOST_SEATS: u64 = 4_096;
const MOST_HALF_LIFE: u64 = 1_000_000;
/// Half of the parts of `kappa`, rounded down: what upstream uses.
const HALF: u16 = 32_767;
const LEAST_ALPHA: u16 = 1_638;
const MILLION: u64 = 1_000_000;

pub(super) fn check(checker: &mut Checker<'_>) {
    let Some(rules) = &checker.parameters.opinions else {
        return;
    };
    seats(checker, rules);
    registration(checker, &rules.registration);
    weighing(checker, rules, &rules.weighing);
    if let Some(yuma) = &rules.yuma {
        consensus(checker, yuma);
    }
    if let Some(children) = &rules.children {
        check_children(checker, rules.power, children);
    }
    let paid = checker.parameters.streams.iter().any(|stream| is_of_seats(&stream.score));
    if !paid {
        checker.warning("opinions", "no stream pays by weights or consensus: seats earn nothing");
    }
}

fn is_of_seats(score: &Score) -> bool {
    matches!(score, Score::Performance | Score::YumaIncentive | Score::YumaDividends)
}

/// A stream that scores seats needs them, and a consensus if it pays by one.
pub(super) fn check_stream(
    checker: &mut Checker<'_>,
    score: &Score,
    path: &dyn Fn(&str) -> String,
) {
    let needs_yuma = matches!(score, Score::YumaIncentive | Score::YumaDividends);
    match &checker.parameters.opinions {
        None => {
            let message = "nobody has a seat: there is no section opinions";
            checker.error(&path("score"), message, "a network with [opinions]");
        }
        Some(rules) if needs_yuma && rules.yuma.is_none() => {
            let message = "there is no consensus: section opinions.yuma is missing";
            checker.error(&path("score"), message, "a network with [opinions.yuma]");
        }
        Some(_) => {}
    }
}

fn seats(checker: &mut Checker<'_>, rules: &Opinions) {
    let seats = u64::from(rules.seats);
    checker.count("opinions.seats", seats, 1, MOST_SEATS);
    let validators = u64::from(rules.most_validators);
    checker.count("opinions.most_validators", validators, 1, seats.max(1));
    let missing = match rules.power {
        OpinionPower::Bonded => checker.parameters.validators.is_none().then_some("validators"),
        OpinionPower::Stake => checker.parameters.stake.is_none().then_some("stake"),
        OpinionPower::Collateral => None,
    };
    if let Some(section) = missing {
        let message = format!("nothing backs opinions: there is no section {section}");
        checker.error("opinions.power", message, &format!("a network with [{section}]"));
    }
    let (cutoff, path) = (rules.activity_cutoff_blocks, "opinions.activity_cutoff");
    checker.require(cutoff > 0, path, cutoff, "at least 1");
    if cutoff < rules.weighing.rate_limit_blocks {
        let message = format!(
            "a validator loses its say after {} blocks and may set weights again only after {}",
            grouped(cutoff),
            grouped(rules.weighing.rate_limit_blocks)
        );
        checker.warning(path, message);
    }
    let EpochLength::Blocks(epoch) = checker.parameters.network.epoch_length else {
        return;
    };
    let waits = rules.weighing.reveal_epochs.unwrap_or(0).checked_add(1);
    if waits.and_then(|waits| waits.checked_mul(epoch)).is_none_or(|waits| cutoff < waits) {
        let message = "weights set in every epoch are too old to count at some of its closes";
        checker.warning(path, message);
    }
    if rules.registration.immunity_blocks < epoch {
        let message = "a new seat can be lost before the first close at which it earns";
        checker.warning("opinions.registration.immunity", message);
    }
}

fn registration(checker: &mut Checker<'_>, rules: &SeatRegistration) {
    let path = |key: &str| format!("opinions.registration.{key}");
    let asset = checker.parameters.emission.asset;
    let (least, most) = (rules.minimum, rules.maximum);
    if least > most {
        let (least, most) = (checker.shown(least, asset), checker.shown(most, asset));
        let message = format!("{least} is more than the maximum, {most}");
        checker.error(&path("minimum"), message, "0 to maximum");
    } else if !(least..=most).contains(&rules.initial) {
        let message = format!("{} is out of range", checker.shown(rules.initial, asset));
        let (least, most) = (checker.shown(least, asset), checker.shown(most, asset));
        checker.error(&path("initial"), message, &format!("{least} to {most}"));
    }
    if most.is_zero() {
        let message = "a seat costs nothing: whoever pays fees takes all of them";
        checker.warning(&path("maximum"), message);
    }
    checker.count(&path("half_life"), rules.half_life_blocks, 1, MOST_HALF_LIFE);
    let (rise, key) = (rules.rise, path("rise"));
    let holds = (Ratio::ONE..=Ratio::from_integer(10)).contains(&rise);
    checker.ratio(holds, &key, rise, "1 to 10");
    if rise.apply_floor(most).is_err() {
        let message = "rise x maximum exceeds 128 bits";
        checker.error(&path("maximum"), message, "below 2^128 base units / rise");
    }
    let (share, key) = (rules.burned_share, path("burned_share"));
    checker.ratio(share.at_most_one(), &key, share, "0 to 1");
    checker.recycling(&path("rest"), rules.rest, asset);
}

fn weighing(checker: &mut Checker<'_>, all: &Opinions, rules: &Weighing) {
    let path = |key: &str| format!("opinions.weighing.{key}");
    let count = u64::from(rules.minimum_count);
    checker.count(&path("minimum_count"), count, 0, MOST_SEATS);
    if rules.minimum_count > all.seats {
        let message = "there are fewer seats: a validator has to weigh all of them";
        checker.fact(&path("minimum_count"), message);
    }
    let most = u64::from(rules.most_commitments);
    checker.count(&path("most_commitments"), most, 1, 64);
    if rules.reveal_epochs.is_some() && most > 1 {
        let message = format!(
            "a seat may commit to {most} opinions and reveal the one it likes once it has seen \
             others'"
        );
        checker.fact(&path("most_commitments"), message);
    }
    match rules.reveal_epochs {
        Some(epochs) => checker.count(&path("reveal"), epochs, 1, 100),
        None => {
            let message = "weights are set in the open: whoever sets them last can copy them";
            checker.fact(&path("reveal"), message);
        }
    }
}

fn consensus(checker: &mut Checker<'_>, rules: &Yuma) {
    let path = |key: &str| format!("opinions.yuma.{key}");
    match rules.kappa {
        HALF => {
            let message = "kappa is just below half: two halves of the power that disagree give \
                           the higher weight";
            checker.fact(&path("kappa"), message);
        }
        kappa if kappa < HALF => {
            let message = "kappa is below half: a minority of the power decides what a miner gets";
            checker.warning(&path("kappa"), message);
        }
        _ => {}
    }
    let (stays, key) = (u64::from(rules.bonds_moving_average), path("bonds_moving_average"));
    checker.count(&key, stays, 0, MILLION);
    if stays == MILLION {
        checker.warning(&key, "bonds never move: no validator ever earns by consensus");
    } else if stays == 0 {
        checker.fact(&key, "bonds have no memory: those who copy weights earn like the first");
    }
    if rules.mode == YumaMode::Subtensor {
        let message = "upstream's arithmetic: rounding loses a little, and the order of weights \
                       and numbers of seats can change results";
        checker.fact(&path("mode"), message);
    }
    if let Some(liquid) = &rules.liquid {
        check_liquid(checker, rules.kind, liquid);
    }
}

fn check_liquid(checker: &mut Checker<'_>, kind: YumaKind, rules: &LiquidAlpha) {
    if kind != YumaKind::Yuma3 {
        let message = "only bonds of yuma3 move by themselves";
        checker.error("opinions.yuma.liquid", message, "a network with kind = \"yuma3\"");
    }
    let (low, high) = (rules.low, rules.high);
    let holds = (LEAST_ALPHA..=high).contains(&low);
    checker.require(holds, "opinions.yuma.liquid.low", low, "1638 to high");
}

fn check_children(checker: &mut Checker<'_>, power: OpinionPower, rules: &ChildRules) {
    let path = |key: &str| format!("opinions.children.{key}");
    checker.count(&path("most"), u64::from(rules.most), 1, 64);
    let (take, key) = (rules.most_take, path("most_take"));
    checker.ratio(take.at_most_one(), &key, take, "0 to 1");
    if take == Ratio::ONE {
        checker.warning(&key, "a seat may keep all that others' power earns");
    }
    let commission = checker.parameters.validators.as_ref().map(|rules| rules.most_commission);
    let bonded = power == OpinionPower::Bonded;
    if let (Some(commission), true) = (commission, bonded && !take.is_zero()) {
        let kept = |of: Ratio| of.complement().ok();
        let left = kept(commission).zip(kept(take));
        let left = left.and_then(|(one, other)| one.checked_mul(other).ok());
        let both = left.and_then(|left| left.complement().ok()).unwrap_or(Ratio::ONE);
        let message = format!(
            "a validator that lends its power to a seat of its own keeps commission and take: up \
             to {} of what its delegators' money earns, not {}",
            both.to_decimal_string(4),
            commission.to_decimal_string(4)
        );
        checker.fact(&key, message);
    }
    let (delay, key) = (rules.delay_epochs, path("delay"));
    checker.count(&key, delay, 1, 100_000);
}
