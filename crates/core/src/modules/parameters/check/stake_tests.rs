//! One row per statement about stake, privacy tiers and single jobs.

use super::super::*;
use super::tests::{self, ErrorRow, RemarkRow, assert_errors, assert_remarks, ratio};
use crate::time::{DAY_MS, Duration};
use workmint_amounts::Amount;

const HOUR: Duration = Duration::Milliseconds(3_600_000);
const NONE: Duration = Duration::Milliseconds(0);
const ENDLESS: Duration = Duration::Epochs(100_001);

/// Sound parameters with stake, two tiers and jobs.
fn sound() -> Parameters {
    let mut all = tests::sound();
    all.stake = Some(Stake {
        asset: all.market.asset,
        minimum: Amount::new(100),
        full_lock_ms: 365 * DAY_MS,
        most_lock: ratio("2"),
        unbonding: Duration::Milliseconds(7 * DAY_MS),
        max_withdrawals: 16,
        unstake_burn: ratio("0.001"),
        capacity: None,
        slashing: StakeSlashing {
            sla_least: ratio("0.01"),
            sla_most: ratio("0.05"),
            attestation: ratio("0.1"),
            malice: ratio("1"),
        },
    });
    let tier = |name: &str, multiplier: &str| Tier {
        name: name.parse().unwrap(),
        multiplier: ratio(multiplier),
    };
    all.attestation = Some(Attestation {
        quorum: 2,
        validity: Duration::Milliseconds(7 * DAY_MS),
        tiers: vec![tier("open", "1"), tier("sealed", "1.5")],
        probes_per_epoch: 24,
    });
    all.market.jobs = Some(JobRules {
        accept_window: HOUR,
        result_window: HOUR,
        dispute_window: HOUR,
        evidence_window: HOUR,
        decision_window: HOUR,
        bond_minimum: Amount::new(1),
        bond_ratio: ratio("0.1"),
        least_quality: ratio("0.8"),
        most_quality: ratio("1.5"),
        max_units: 1_000,
        counts_from: Amount::ZERO,
    });
    all
}

fn stake(all: &mut Parameters) -> &mut Stake {
    all.stake.as_mut().unwrap()
}

fn tiers(all: &mut Parameters) -> &mut Attestation {
    all.attestation.as_mut().unwrap()
}

fn jobs(all: &mut Parameters) -> &mut JobRules {
    all.market.jobs.as_mut().unwrap()
}

#[rustfmt::skip]
const ERRORS: &[ErrorRow] = &[
    ("no least stake", |p| stake(p).minimum = Amount::ZERO, "stake.minimum", "one base unit"),
    ("short year", |p| stake(p).full_lock_ms = 999, "stake.full_lock", "1s to 3660d"),
    ("lock below 1", |p| stake(p).most_lock = ratio("0.9"), "stake.most_lock", "1 to 10"),
    ("lock of 11", |p| stake(p).most_lock = ratio("11"), "stake.most_lock", "1 to 10"),
    ("no withdrawal", |p| stake(p).max_withdrawals = 0, "stake.max_withdrawals", "1 to 1024"),
    ("burns more", |p| stake(p).unstake_burn = ratio("1.1"), "stake.unstake_burn", "0 to 1"),
    ("endless unbonding", |p| stake(p).unbonding = ENDLESS, "stake.unbonding",
     "locks money for ever"),
    ("least above most", |p| stake(p).slashing.sla_least = ratio("0.06"),
     "stake.slashing.sla_least", "0 to sla_most"),
    ("most above 1", |p| stake(p).slashing.sla_most = ratio("1.1"), "stake.slashing.sla_most",
     "0 to 1"),
    ("no attestor", |p| tiers(p).quorum = 0, "attestation.quorum", "1 to 64"),
    ("no validity", |p| tiers(p).validity = NONE, "attestation.validity", "above 0"),
    ("probes", |p| tiers(p).probes_per_epoch = 1_025, "attestation.probes_per_epoch", "0 to 1024"),
    ("no tiers", |p| tiers(p).tiers.clear(), "attestation.tiers", "1 to 16"),
    ("falling tiers", |p| tiers(p).tiers.swap(0, 1), "attestation.tiers[1].multiplier",
     "at least that of the tier below"),
    ("no bond", |p| jobs(p).bond_minimum = Amount::ZERO, "market.jobs.bond_minimum", "above 0"),
    ("bond above 1", |p| jobs(p).bond_ratio = ratio("1.1"), "market.jobs.bond_ratio", "0 to 1"),
    ("quality 0", |p| jobs(p).least_quality = ratio("0"), "market.jobs.least_quality", "above 0"),
    ("quality below 1", |p| jobs(p).most_quality = ratio("0.9"), "market.jobs.most_quality",
     "1 to 10"),
    ("no units", |p| jobs(p).max_units = 0, "market.jobs.max_units", "1 to 4294967296"),
    ("endless acceptance", |p| jobs(p).accept_window = ENDLESS, "market.jobs.accept_window",
     "locks money for ever"),
    ("endless work", |p| jobs(p).result_window = ENDLESS, "market.jobs.result_window",
     "locks money for ever"),
    ("endless doubt", |p| jobs(p).dispute_window = ENDLESS, "market.jobs.dispute_window",
     "locks money for ever"),
    ("endless evidence", |p| jobs(p).evidence_window = ENDLESS, "market.jobs.evidence_window",
     "locks money for ever"),
    ("endless judges", |p| jobs(p).decision_window = ENDLESS, "market.jobs.decision_window",
     "locks money for ever"),
];

#[rustfmt::skip]
const REMARKS: &[RemarkRow] = &[
    ("no unbonding", |p| stake(p).unbonding = NONE,
     Level::Warning, "stake.unbonding", "before it is slashed"),
    ("burned whole", |p| stake(p).unstake_burn = ratio("1"),
     Level::Warning, "stake.unstake_burn", "is burned"),
    ("harmless malice", |p| stake(p).slashing.malice = ratio("0"),
     Level::Warning, "stake.slashing.malice", "costs nothing"),
    ("one attestor", |p| tiers(p).quorum = 1,
     Level::Fact, "attestation.quorum", "one attestor alone"),
    ("nothing staked", |p| p.stake = None,
     Level::Warning, "attestation", "costs its provider nothing"),
    ("no evidence", |p| jobs(p).evidence_window = NONE,
     Level::Warning, "market.jobs.evidence_window", "lost by its provider"),
    ("flat bond", |p| jobs(p).bond_ratio = ratio("0"),
     Level::Warning, "market.jobs.bond_ratio", "does not grow"),
];

#[test]
fn every_error_of_stake_tiers_and_jobs() {
    assert_errors(&sound, ERRORS);
}

#[test]
fn remarks_on_stake_tiers_and_jobs() {
    assert_remarks(&sound, REMARKS);
}
