//! One row per statement about the rules of Gonka's mainnet: caps, confirmation, sampling, status,
//! prices, escrow, subsidies.

use super::super::*;
use super::check;
use super::tests::{self, ErrorRow, RemarkRow, assert_errors, assert_remarks, ratio};
use crate::time::{DAY_MS, Duration};
use workmint_amounts::{Amount, Ratio};

/// Sound parameters in which every rule is switched on; epochs in blocks.
fn sound() -> Parameters {
    let mut all = tests::sound();
    all.network.epoch_length = EpochLength::Blocks(100);
    all.collateral.unbonding = Duration::Epochs(1);
    all.work.challenge_window = Duration::Epochs(0);
    all.work.decision_window = Duration::Epochs(1);
    let cap = PowerCap { of_two: ratio("0.5"), of_three: ratio("0.4"), of_many: ratio("0.3") };
    all.weights.power_cap = Some(cap);
    all.weights.confirmation =
        Some(Confirmation { inactive_below: ratio("0.5"), tolerance: ratio("0.909") });
    all.weights.participation = Some(Participation {
        refused: ratio("0.1"),
        absent: ratio("0.15"),
        delegated: ratio("0.05"),
        minimum_members: 3,
        minimum_share: ratio("0.1"),
    });
    all.weights.kept_share = ratio("0.1");
    all.slashing.base = SlashBase::Required;
    all.slashing.rounding = SlashRounding::DownPerHolding;
    all.work.missed_requests = MissedRequests::Tables { rate: ratio("0.4"), follows_network: true };
    all.work.missed_consequence = MissConsequence::Forfeit;
    all.work.sampling = Some(Sampling {
        minimum: ratio("0.01"),
        maximum: ratio("1"),
        halfway: ratio("0.05"),
        full_traffic: 10_000,
        low_traffic: 100,
    });
    all.work.status = Some(StatusTest {
        good_invalid: ratio("0.05"),
        bad_invalid: ratio("0.1"),
        invalid_threshold: ratio("4"),
        good_downtime: ratio("0.1"),
        bad_downtime: ratio("0.2"),
        downtime_threshold: ratio("4"),
        quick_failure: ratio("0.000001"),
    });
    all.work.reputation = Some(ReputationRule {
        epochs_to_full: 30,
        miss_cutoff: ratio("0.01"),
        miss_penalty: ratio("1"),
    });
    all.work.quorum_weight = Some(ratio("0.5"));
    all.work.proof_window_ms = Some(300_000);
    let expiry = Duration::Milliseconds(810_000);
    all.market.escrow = Some(EscrowRules { default_max_units: 5_000, expiry });
    all.pricing = Pricing::StabilityZone(StabilityZone {
        lower: ratio("0.4"),
        upper: ratio("0.6"),
        elasticity: ratio("0.05"),
        step: PriceStep::Block,
        window: 12,
        minimum: Amount::new(1),
        maximum: Amount::new(1_000),
        grace_end_epoch: 90,
        grace_price: Amount::ZERO,
        rounding: PriceRounding::Keep,
    });
    all
}

fn cap(all: &mut Parameters) -> &mut PowerCap {
    all.weights.power_cap.as_mut().unwrap()
}

fn confirmation(all: &mut Parameters) -> &mut Confirmation {
    all.weights.confirmation.as_mut().unwrap()
}

fn participation(all: &mut Parameters) -> &mut Participation {
    all.weights.participation.as_mut().unwrap()
}

fn sampling(all: &mut Parameters) -> &mut Sampling {
    all.work.sampling.as_mut().unwrap()
}

fn status(all: &mut Parameters) -> &mut StatusTest {
    all.work.status.as_mut().unwrap()
}

fn reputation(all: &mut Parameters) -> &mut ReputationRule {
    all.work.reputation.as_mut().unwrap()
}

fn escrow(all: &mut Parameters) -> &mut EscrowRules {
    all.market.escrow.as_mut().unwrap()
}

fn zone(all: &mut Parameters) -> &mut StabilityZone {
    match &mut all.pricing {
        Pricing::StabilityZone(zone) => zone,
        Pricing::Fixed
        | Pricing::UnitOfCompute { .. }
        | Pricing::Imbalance(_)
        | Pricing::Hamiltonian(_) => panic!("a stability zone"),
    }
}

fn geometric(factor: &str, period_epochs: u64) -> Schedule {
    Schedule::Geometric { initial: Amount::new(5), factor: ratio(factor), period_epochs }
}

fn subsidy(rate: &str, interval: &str, reduction: &str) -> Schedule {
    Schedule::WorkSubsidy {
        rate: ratio(rate),
        interval: ratio(interval),
        reduction: ratio(reduction),
    }
}

fn tables(rate: &str) -> MissedRequests {
    MissedRequests::Tables { rate: ratio(rate), follows_network: false }
}

#[rustfmt::skip]
const ERRORS: &[ErrorRow] = &[
    ("weight factor", |p| p.models[1].weight_factor = ratio("1000000.5"),
     "models[1].weight_factor", "0 to 1000000"),
    ("no compute", |p| p.models[1].compute_per_unit = 0,
     "models[1].compute_per_unit", "1 to 1000000000"),
    ("endless compute", |p| p.models[1].compute_per_unit = 1_000_000_001,
     "models[1].compute_per_unit", "1 to 1000000000"),
    ("factor", |p| p.emission.schedule = geometric("2.1", 1), "emission.factor", "0 to 2"),
    ("period", |p| p.emission.schedule = geometric("0.9", 0), "emission.period", "\"0\" is out"),
    ("subsidy 1", |p| p.emission.schedule = subsidy("1", "0.05", "0.2"),
     "emission.rate", "0 to below 1"),
    ("interval 0", |p| p.emission.schedule = subsidy("0.9", "0", "0.2"),
     "emission.interval", "above 0, at most 1"),
    ("reduction", |p| p.emission.schedule = subsidy("0.9", "0.05", "1.2"),
     "emission.reduction", "0 to 1"),
    ("subsidy of another asset",
     |p| { p.emission.schedule = subsidy("0.9", "0.05", "0.2"); p.market.asset = AssetId(1) },
     "emission.schedule", "which are in USD; allowed: payments in GNK"),
    ("clipped payments", |p| p.streams[1].clip = Clip::Shares,
     "streams[1].clip", "never cut by allocation or cap; allowed: budget"),
    ("of two", |p| cap(p).of_two = ratio("0.49"), "weights.power_cap.of_two", "0.5 to 1"),
    ("of three", |p| cap(p).of_three = ratio("0.333"), "weights.power_cap.of_three", "1/3 to 1"),
    ("of many", |p| cap(p).of_many = ratio("0.24"), "weights.power_cap.of_many", "0.25 to 1"),
    ("more than all", |p| cap(p).of_many = ratio("1.1"), "weights.power_cap.of_many", "0.25 to 1"),
    ("inactive below", |p| confirmation(p).inactive_below = ratio("1.1"),
     "weights.confirmation.inactive_below", "0 to 1"),
    ("no tolerance", |p| confirmation(p).tolerance = Ratio::ZERO,
     "weights.confirmation.tolerance", "above 0, at most 1"),
    ("tolerance", |p| confirmation(p).tolerance = ratio("1.1"),
     "weights.confirmation.tolerance", "above 0, at most 1"),
    ("refused", |p| participation(p).refused = ratio("1.1"),
     "weights.participation.refused", "0 to 1"),
    ("absent", |p| participation(p).absent = ratio("1.1"),
     "weights.participation.absent", "0 to 1"),
    ("delegated", |p| participation(p).delegated = ratio("1.1"),
     "weights.participation.delegated", "0 to 1"),
    ("nobody serves", |p| participation(p).minimum_members = 0,
     "weights.participation.minimum_members", "1 to 1000"),
    ("too many", |p| participation(p).minimum_members = 1_001,
     "weights.participation.minimum_members", "1 to 1000"),
    ("more than all", |p| participation(p).minimum_share = ratio("1.1"),
     "weights.participation.minimum_share", "0 to 1"),
    ("kept share", |p| p.weights.kept_share = ratio("0.51"), "weights.kept_share", "0 to 0.5"),
    ("rate of tables", |p| p.work.missed_requests = tables("1"),
     "work.missed_requests.rate", "above 0, below 1"),
    ("weight quorum", |p| p.work.quorum_weight = Some(Ratio::ONE),
     "work.quorum_weight", "above 0, below 1"),
    ("no weight", |p| p.work.quorum_weight = Some(Ratio::ZERO),
     "work.quorum_weight", "above 0, below 1"),
    ("no proof", |p| p.work.proof_window_ms = Some(0), "work.proof_window", "1ms to 366d"),
    ("proof of two years", |p| p.work.proof_window_ms = Some(730 * DAY_MS),
     "work.proof_window", "\"730d\" is out of range"),
    ("minimum", |p| sampling(p).minimum = ratio("0.06"),
     "work.sampling.minimum", "0 to halfway"),
    ("halfway", |p| sampling(p).halfway = ratio("1.1"),
     "work.sampling.halfway", "minimum to maximum"),
    ("maximum", |p| sampling(p).maximum = ratio("100.1"), "work.sampling.maximum", "0 to 100"),
    ("traffic", |p| sampling(p).low_traffic = 5_000,
     "work.sampling.low_traffic", "below half of full_traffic"),
    ("no traffic", |p| { sampling(p).low_traffic = 0; sampling(p).full_traffic = 0 },
     "work.sampling.low_traffic", "below half"),
    ("good is bad", |p| status(p).good_invalid = ratio("0.1"),
     "work.status.good_invalid", "above 0, below bad_invalid"),
    ("never wrong", |p| status(p).good_invalid = Ratio::ZERO,
     "work.status.good_invalid", "above 0"),
    ("always bad", |p| status(p).bad_invalid = Ratio::ONE,
     "work.status.bad_invalid", "above 0, below 1"),
    ("hardly wrong", |p| status(p).good_invalid = ratio("0.0000009"),
     "work.status.good_invalid", "0.000001 to 0.999999"),
    ("hardly right", |p| status(p).bad_downtime = ratio("0.9999991"),
     "work.status.bad_downtime", "0.000001 to 0.999999"),
    ("too fine", |p| status(p).bad_invalid = ratio("0.1000000000001"),
     "work.status.bad_invalid", "at most 12 decimals"),
    ("no evidence", |p| status(p).invalid_threshold = Ratio::ZERO,
     "work.status.invalid_threshold", "above 0, at most 1000"),
    ("good downtime", |p| status(p).good_downtime = ratio("0.2"),
     "work.status.good_downtime", "above 0, below bad_downtime"),
    ("bad downtime", |p| status(p).bad_downtime = Ratio::ONE,
     "work.status.bad_downtime", "above 0, below 1"),
    ("downtime threshold", |p| status(p).downtime_threshold = ratio("1000.1"),
     "work.status.downtime_threshold", "above 0, at most 1000"),
    ("quick failure", |p| status(p).quick_failure = Ratio::ONE,
     "work.status.quick_failure", "0 to below 1"),
    ("epochs to full", |p| reputation(p).epochs_to_full = 0,
     "work.reputation.epochs_to_full", "1 to 10000"),
    ("miss cutoff", |p| reputation(p).miss_cutoff = ratio("1.1"),
     "work.reputation.miss_cutoff", "0 to 1"),
    ("miss penalty", |p| reputation(p).miss_penalty = ratio("101"),
     "work.reputation.miss_penalty", "0 to 100"),
    ("no answer", |p| escrow(p).default_max_units = 0,
     "market.escrow.default_max_units", "\"0\" is out of range"),
    ("endless expiry", |p| escrow(p).expiry = Duration::Epochs(100_001),
     "market.escrow.expiry", "locks money for ever"),
    ("lower", |p| zone(p).lower = ratio("0.61"), "pricing.lower", "0 to upper"),
    ("upper", |p| zone(p).upper = ratio("1.1"), "pricing.upper", "lower to 1"),
    ("elasticity", |p| zone(p).elasticity = ratio("1.1"), "pricing.elasticity", "0 to 1"),
    ("window 0", |p| zone(p).window = 0, "pricing.window", "1 to 10000"),
    ("window", |p| zone(p).window = 10_001, "pricing.window", "1 to 10000"),
    ("minimum price", |p| zone(p).minimum = Amount::ZERO,
     "pricing.minimum", "at least 1 base unit"),
    ("bounds", |p| { zone(p).minimum = Amount::new(7); zone(p).maximum = Amount::new(6) },
     "pricing.maximum", "the maximum 0.06 GNK is below the minimum; allowed: at least 0.07 GNK"),
    ("unpayable", |p| zone(p).maximum = Amount::new(1_000_001),
     "pricing.maximum", "than can ever exist"),
    ("unpayable grace", |p| zone(p).grace_price = Amount::new(1_000_001),
     "pricing.grace_price", "than can ever exist"),
    ("blocks of a day", |p| p.network.epoch_length = EpochLength::Time(DAY_MS),
     "pricing.step", "nobody knows how many blocks one has; allowed: epoch"),
    ("unpayable compute",
     |p| p.pricing = Pricing::UnitOfCompute { initial: Amount::new(1_000_001) },
     "pricing.initial", "than can ever exist"),
];

#[rustfmt::skip]
const REMARKS: &[RemarkRow] = &[
    ("proofs for nothing", |p| p.models[0].weight_factor = Ratio::ZERO,
     Level::Warning, "models[0].weight_factor", "proofs with small count nothing"),
    ("compute without a price", |p| p.models[0].compute_per_unit = 2,
     Level::Warning, "models[0].compute_per_unit", "no effect"),
    ("growth", |p| p.emission.schedule = geometric("1.01", 1),
     Level::Fact, "emission.factor", "the schedule grows"),
    ("no decay", |p| p.emission.schedule = geometric("1", 1),
     Level::Fact, "emission.factor", "never falls"),
    ("no cut-off", |p| p.emission.schedule = subsidy("0.9", "0.05", "0"),
     Level::Fact, "emission.reduction", "no cut-off lowers"),
    ("shares", |p| p.streams[0].clip = Clip::Shares,
     Level::Fact, "streams[0].clip", "rounds every share down twice"),
    ("burned remainder", |p| p.streams[0].remainder = Remainder::Forfeits,
     Level::Fact, "streams[0].remainder", "leaves of compute is burned: not minted"),
    ("burned payments", |p| p.streams[1].remainder = Remainder::Forfeits,
     Level::Fact, "streams[1].remainder", "leaves of usage is burned"),
    // 0.5 / (1 - 0.5), 0.4 / (1 - 0.8), 0.3 / (1 - 0.9).
    ("power cap", |_| (), Level::Fact, "weights.power_cap",
     "given to nobody; the largest counts at most as much as the smallest x1 with 2, x2 with 3, \
      x3 with 4: a small newcomer"),
    ("loose cap", |p| { cap(p).of_two = Ratio::ONE; cap(p).of_three = ratio("0.5") },
     Level::Fact, "weights.power_cap", "as the smallest x3 with 4"),
    ("lowest reading", |_| (),
     Level::Fact, "weights.confirmation.inactive_below", "below 0.4545 of the weight"),
    ("no reading too low", |p| confirmation(p).inactive_below = Ratio::ZERO,
     Level::Fact, "weights.confirmation.inactive_below", "nobody becomes inactive"),
    ("silence", |_| (), Level::Fact, "weights.participation",
     "one of 2 models and says nothing of the others loses 0.15"),
    ("all lost", |p| participation(p).absent = Ratio::ONE, Level::Fact, "weights.participation",
     "loses all of its"),
    ("silence is cheap", |p| participation(p).absent = ratio("0.05"),
     Level::Warning, "weights.participation.absent", "costs 0.05, refusing 0.1"),
    ("served", |_| (), Level::Fact, "weights.participation.minimum_share",
     "once 3 serve it with 0.1 of all weight"),
    ("dust", |p| participation(p).minimum_share = Ratio::ZERO,
     Level::Warning, "weights.participation.minimum_share", "small proofs tax the network"),
    ("kept", |_| (), Level::Fact, "weights.kept_share", "a share of 0.1 of nodes"),
    ("required", |_| (), Level::Fact, "slashing.base", "who has no weight loses"),
    ("required after grace", |p| p.weights.grace_until_epoch = Some(180),
     Level::Fact, "slashing.base", "in the grace period the same offence costs more"),
    ("down per holding", |_| (), Level::Fact, "slashing.rounding", "splitting withdrawals saves"),
    ("nothing takes it", |p| p.work.status = None,
     Level::Warning, "slashing.downtime", "nothing takes it"),
    ("network of misses", |_| (),
     Level::Fact, "work.missed_requests.follows_network", "missed 0.381 of its requests"),
    ("between tables", |p| p.work.missed_requests = tables("0.25"),
     Level::Fact, "work.missed_requests.rate", "0.25 is judged by the table for 0.3"),
    ("beyond the tables", |p| p.work.missed_requests = tables("0.6"),
     Level::Fact, "work.missed_requests.rate", "no table for 0.6"),
    ("weight quorum", |_| (), Level::Fact, "work.quorum",
     "while the reporters of a report have no more than 0.5 of the weight"),
    ("no majority", |p| p.work.quorum_weight = Some(ratio("0.3")),
     Level::Warning, "work.quorum_weight", "above 0.3 is no majority"),
    ("long proof",
     |p| {
         p.network.epoch_length = EpochLength::Time(60_000);
         zone(p).step = PriceStep::Epoch;
     },
     Level::Warning, "work.proof_window", "a proof of 5m is longer than an epoch"),
    ("nobody owes", |p| p.work.checks_per_epoch = 0,
     Level::Warning, "work.checks_per_epoch", "nobody owes any"),
    ("sampling", |_| (), Level::Fact, "work.sampling",
     "1 times on average if its provider has no reputation, 0.01 times at full reputation"),
    ("no reputation", |p| p.work.reputation = None,
     Level::Fact, "work.sampling", "nobody earns reputation"),
    ("idle reputation", |p| p.work.sampling = None,
     Level::Fact, "work.reputation", "only shown"),
    // 0.05^4 = 6.25 x 10^-6, 0.05^5 = 3.125 x 10^-7.
    ("in a row", |_| (), Level::Fact, "work.status.quick_failure", "5 failures in a row"),
    ("no quick failure", |p| status(p).quick_failure = Ratio::ZERO,
     Level::Fact, "work.status.quick_failure", "make nobody invalid"),
    ("no time to answer", |p| escrow(p).expiry = Duration::Epochs(0),
     Level::Warning, "market.escrow.expiry", "refunded and missed"),
    ("debts", |p| p.market.asset = AssetId(1),
     Level::Fact, "market.escrow", "pay in USD, rewards are in GNK"),
    ("free grace", |_| (), Level::Fact, "pricing.grace_price", "free before epoch 90"),
    ("movement", |_| (), Level::Fact, "pricing.elasticity",
     "rises by at most 0.02 and falls by at most 0.02 of itself each block"),
    ("block steps", |_| (), Level::Fact, "pricing.step", "loads the block that closes its epoch"),
    ("no movement", |p| zone(p).elasticity = Ratio::ZERO,
     Level::Fact, "pricing.elasticity", "never move"),
    // floor(49 x 1.02) = floor(49.98) = 49; floor(50 x 1.02) = 51.
    ("stuck", |p| zone(p).rounding = PriceRounding::Truncate, Level::Warning, "pricing.rounding",
     "steps of at most 0.02, cut off, a price below 50 base units can never rise"),
    ("outside", |p| p.models[0].price_per_unit = Amount::new(1_001), Level::Warning,
     "models[0].price_per_unit", "starts at 10.01 GNK, but prices are 0.01 GNK to 10 GNK"),
    ("free compute", |p| p.pricing = Pricing::UnitOfCompute { initial: Amount::ZERO },
     Level::Fact, "pricing.initial", "free until a provider asks"),
];

#[test]
fn sound_rules_have_no_error_and_no_warning() {
    let findings = check(&sound());
    let bad = findings.iter().filter(|finding| finding.level != Level::Fact);
    let bad: Vec<String> = bad.map(Finding::to_string).collect();
    // The challenge window of no length is what lets the unbonding be compared in epochs.
    let path = "work.challenge_window";
    assert!(bad.len() == 1 && bad[0].contains(path), "{bad:#?}");
}

#[test]
fn every_error_of_the_rules() {
    assert_errors(&sound, ERRORS);
}

#[test]
fn every_remark_on_the_rules() {
    assert_remarks(&sound, REMARKS);
}

#[test]
fn bounds_are_accepted() {
    let mut all = sound();
    *cap(&mut all) =
        PowerCap { of_two: ratio("0.5"), of_three: ratio("1/3"), of_many: ratio("0.25") };
    all.weights.kept_share = ratio("0.5");
    sampling(&mut all).low_traffic = 4_999;
    zone(&mut all).maximum = Amount::new(1_000_000);
    let truncated = zone(&mut all);
    truncated.minimum = Amount::new(50);
    truncated.rounding = PriceRounding::Truncate;
    let findings = check(&all);
    assert!(findings.iter().all(|of| of.level != Level::Error), "{findings:#?}");
    assert!(findings.iter().all(|of| of.path != "pricing.rounding"), "50 can rise");
}
