//! One row per statement about validators.

use super::super::*;
use super::tests::{self, ErrorRow, RemarkRow, assert_errors, assert_remarks, ratio};
use crate::time::{DAY_MS, Duration};
use workmint_amounts::Amount;

const NONE: Duration = Duration::Milliseconds(0);
const ENDLESS: Duration = Duration::Epochs(100_001);

/// Sound parameters with validators, paid by what is bonded.
fn sound() -> Parameters {
    let mut all = tests::sound();
    all.streams[0].score = Score::BondedStake;
    all.validators = Some(Validators {
        asset: all.emission.asset,
        minimum: Amount::new(1_000),
        minimum_delegation: Amount::new(10),
        most_active: 100,
        activation_delay_epochs: 2,
        churn_limit: 10,
        unbonding: Duration::Milliseconds(28 * DAY_MS),
        max_withdrawals: 7,
        most_commission: ratio("0.5"),
        commission_step: ratio("0.01"),
        least_signed: ratio("0.9"),
        absence_least: ratio("0.0001"),
        absence_most: ratio("0.01"),
        least_slash: Amount::new(1),
        jail_epochs: 7,
    });
    all
}

fn rules(all: &mut Parameters) -> &mut Validators {
    all.validators.as_mut().unwrap()
}

fn pot() -> Source {
    Source::Pot { name: "fees".parse().unwrap() }
}

#[rustfmt::skip]
const ERRORS: &[ErrorRow] = &[
    ("no asset", |p| rules(p).asset = AssetId(9), "validators.asset", "below"),
    ("no minimum", |p| rules(p).minimum = Amount::ZERO, "validators.minimum", "one base unit"),
    ("no least delegation", |p| rules(p).minimum_delegation = Amount::ZERO,
     "validators.minimum_delegation", "one base unit"),
    ("nobody", |p| rules(p).most_active = 0, "validators.most_active", "1 to 1024"),
    ("too many", |p| rules(p).most_active = 1_025, "validators.most_active", "1 to 1024"),
    ("long delay", |p| rules(p).activation_delay_epochs = 1_025,
     "validators.activation_delay", "0 to 1024"),
    ("no churn", |p| rules(p).churn_limit = 0, "validators.churn_limit", "1 to 100"),
    ("churn above all", |p| rules(p).churn_limit = 101, "validators.churn_limit", "1 to 100"),
    ("no unbonding", |p| rules(p).unbonding = NONE, "validators.unbonding", "above 0"),
    ("endless unbonding", |p| rules(p).unbonding = ENDLESS, "validators.unbonding",
     "locks money for ever"),
    ("no withdrawal", |p| rules(p).max_withdrawals = 0, "validators.max_withdrawals", "1 to 256"),
    ("commission", |p| rules(p).most_commission = ratio("1.1"), "validators.most_commission",
     "0 to 1"),
    ("step", |p| rules(p).commission_step = ratio("1.1"), "validators.commission_step", "0 to 1"),
    ("signed", |p| rules(p).least_signed = ratio("1.1"), "validators.least_signed", "0 to 1"),
    ("most absence", |p| rules(p).absence_most = ratio("1.1"), "validators.absence_most",
     "0 to 1"),
    ("least absence", |p| rules(p).absence_least = ratio("0.02"), "validators.absence_least",
     "0 to absence_most"),
    ("jail", |p| rules(p).jail_epochs = 100_001, "validators.jail", "0 to 100000"),
    ("nobody to score", |p| p.validators = None, "streams[0].score", "only with [validators]"),
];

#[rustfmt::skip]
const REMARKS: &[RemarkRow] = &[
    ("churn", |p| rules(p).churn_limit = 7, Level::Fact, "validators.churn_limit",
     "a third of the set takes 5 epochs"),
    ("short unbonding", |p| rules(p).unbonding = Duration::Milliseconds(DAY_MS),
     Level::Warning, "validators.unbonding", "late evidence finds nothing"),
    ("no jail", |p| rules(p).jail_epochs = 0, Level::Warning, "validators.jail",
     "next epoch"),
    ("free absence", |p| (rules(p).absence_least, rules(p).absence_most) = (ratio("0"), ratio("0")),
     Level::Warning, "validators.absence_most", "loses nothing"),
    ("no duty", |p| rules(p).least_signed = ratio("0"), Level::Fact, "validators.least_signed",
     "nobody is slashed"),
    ("every block", |p| rules(p).least_signed = ratio("1"), Level::Warning,
     "validators.least_signed", "a single block"),
    ("taken at once",
     |p| (rules(p).most_commission, rules(p).commission_step) = (ratio("1"), ratio("1")),
     Level::Warning, "validators.commission_step", "all of its delegators' rewards"),
    ("large least slash", |p| rules(p).least_slash = Amount::new(1_000), Level::Warning,
     "validators.least_slash", "all that the least validator bonds"),
    ("unpaid", |p| p.streams[0].score = Score::WorkDone, Level::Warning, "validators",
     "bonding earns nothing"),
];

#[test]
fn every_error_of_validators() {
    assert_errors(&sound, ERRORS);
}

#[test]
fn remarks_on_validators() {
    assert_remarks(&sound, REMARKS);
}

/// A pot of another asset than the emission's cannot be shared with delegators.
#[test]
fn what_is_shared_is_of_one_asset() {
    let mut all = sound();
    let last = all.streams.len() - 1;
    all.streams[last].source = pot();
    all.streams[last].score = Score::BondedStake;
    all.market.asset = AssetId(1);
    let path = format!("streams[{last}].source");
    let found = super::check(&all);
    assert!(found.iter().any(|one| one.path == path && one.message.contains("delegators")));
    all.market.asset = all.emission.asset;
    let found = super::check(&all);
    assert!(!found.iter().any(|one| one.message.contains("delegators")));
}
