//! One row per rule: what is changed in a sound set of parameters, and what the checker says.

use super::super::*;
use super::check;
use crate::address::Address;
use crate::time::{DAY_MS, Duration};
use workmint_amounts::{Amount, Ratio};

pub(super) fn name(text: &str) -> Name {
    text.parse().unwrap()
}

pub(super) fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

fn market() -> Market {
    Market {
        asset: AssetId(0),
        close_window: Duration::Epochs(1),
        escrow: None,
        jobs: None,
        sessions: None,
        fee: None,
    }
}

fn fees() -> Fees {
    Fees {
        burned_share: Ratio::ZERO,
        asset: AssetId(0),
        flat: Amount::new(1),
        free: Vec::new(),
        kinds: Vec::new(),
        per_byte: Amount::ZERO,
        storage_deposit: Amount::ZERO,
        destination: Destination::Burn,
    }
}

/// Sound parameters with two assets, two models and three streams.
pub(crate) fn sound() -> Parameters {
    let model = |id| Model {
        difficulty: Ratio::ZERO,
        share: Ratio::ZERO,
        reference_weight: 0,
        id: name(id),
        units_per_weight: 10,
        price_per_unit: Amount::new(100),
        weight_factor: Ratio::ONE,
        compute_per_unit: 1,
        recorded_loss: 0,
    };
    Parameters {
        validators: None,
        opinions: None,
        network: Network {
            name: name("test"),
            chain_id: 7,
            epoch_length: EpochLength::Time(DAY_MS),
        },
        assets: ["GNK", "USD"]
            .map(|symbol| Asset { symbol: name(symbol), decimals: 2, cap: Amount::new(1_000_000) })
            .to_vec(),
        models: vec![model("small"), model("large")],
        emission: emission(),
        streams: streams(),
        weights: Weights {
            unit_price: None,
            base_weight_ratio: ratio("0.2"),
            collateral_per_weight_unit: ratio("3"),
            grace_until_epoch: None,
            power_cap: None,
            confirmation: None,
            participation: None,
            kept_share: Ratio::ZERO,
        },
        collateral: Collateral {
            asset: AssetId(0),
            unbonding: Duration::Milliseconds(28 * DAY_MS),
            max_withdrawals: 16,
        },
        slashing: slashing(),
        work: work(),
        market: market(),
        pricing: crate::modules::parameters::Pricing::Fixed,
        fees: fees(),
        claims: Claims {
            vesting_share: Ratio::ONE,
            mode: ClaimMode::Pull,
            window_epochs: 1,
            unclaimed: Destination::Burn,
            vesting_epochs: 0,
            vesting_remainder: VestingRemainder::Spread,
        },
        contributions: None,
        buckets: None,
        stake: None,
        attestation: None,
        exchange: None,
        governance: None,
    }
}

fn emission() -> Emission {
    Emission {
        utility: None,
        quota: Ratio::ZERO,
        reference_weight: 0,
        asset: AssetId(0),
        schedule: Schedule::Exponential {
            initial: Amount::new(500),
            rate: "-0.001".parse().unwrap(),
        },
        allocation: Amount::new(600_000),
        genesis_epoch: 1,
    }
}

fn slashing() -> Slashing {
    Slashing {
        downtime_most: None,
        invalid_work: ratio("0.2"),
        downtime: ratio("0.1"),
        reporter_share: ratio("0.2"),
        destination: Destination::Burn,
        rounding: SlashRounding::UpOnSum,
        base: crate::modules::parameters::SlashBase::All,
        evidence_max_age: Duration::Milliseconds(28 * DAY_MS),
    }
}

fn work() -> Work {
    Work {
        quorum: 2,
        challenge_window: Duration::Milliseconds(4 * 3_600_000),
        challenge_bond_minimum: Amount::new(10),
        challenge_bond_ratio: ratio("0.1"),
        decision_window: Duration::Milliseconds(12 * 3_600_000),
        max_customers_per_summary: 100,
        checks_per_epoch: 3,
        missed_requests: MissedRequests::Ratio { threshold: ratio("0.05") },
        sampling: None,
        missed_consequence: crate::modules::parameters::MissConsequence::Slash,
        status: None,
        reputation: None,
        quorum_weight: None,
        proof_window_ms: None,
    }
}

fn streams() -> Vec<Stream> {
    let stream = |text: &str, source: Source, score: Score, split: Split| Stream {
        name: name(text),
        source,
        score,
        split,
        denominator: Denominator::Full,
        limit: Limit::None,
        forfeits: Destination::Burn,
        remainder: crate::modules::parameters::Remainder::Carry,
        clip: crate::modules::parameters::Clip::Budget,
    };
    let share = |text| Source::Emission { share: ratio(text) };
    let bonuses = Bonuses {
        utilisation_factor: ratio("0.5"),
        full_coverage: ratio("1.2"),
        partial_coverage: ratio("0.1"),
    };
    let treasury = Score::FixedAccount { account: Payee::Treasury };
    vec![
        stream("compute", share("0.9"), Score::PocWeight(bonuses), Split::Proportional),
        stream("usage", Source::Payments, Score::WorkDone, Split::Proportional),
        stream("treasury", share("0.1"), treasury, Split::Direct),
    ]
}

fn bonuses(parameters: &mut Parameters) -> &mut Bonuses {
    match &mut parameters.streams[0].score {
        Score::PocWeight(bonuses) => bonuses,
        _ => {
            panic!("stream 0 scores poc_weight")
        }
    }
}

pub(super) fn assert_found(findings: &[Finding], name: &str, level: Level, path: &str, text: &str) {
    let hit = |finding: &&Finding| {
        finding.level == level && finding.path == path && finding.text().contains(text)
    };
    let all: Vec<String> = findings.iter().map(Finding::to_string).collect();
    assert!(findings.iter().any(|of| hit(&of)), "{name}: no {level} `{text}` in {all:#?}");
}

pub(super) type Change = fn(&mut Parameters);
/// Case, change, path, part of the text.
pub(super) type ErrorRow = (&'static str, Change, &'static str, &'static str);
/// Case, change, level, path, part of the text.
pub(super) type RemarkRow = (&'static str, Change, Level, &'static str, &'static str);

#[rustfmt::skip]
const ERRORS: &[ErrorRow] = &[
    ("chain id of 2^53", |p| p.network.chain_id = 1 << 53,
     "network.chain_id", "is out of range; allowed: 0 to 4503599627370476"),
    ("epoch of half a second", |p| p.network.epoch_length = EpochLength::Time(500),
     "network.epoch_length", "1s to 366d"),
    ("epoch of 367 days", |p| p.network.epoch_length = EpochLength::Time(367 * DAY_MS),
     "network.epoch_length", "1s to 366d"),
    ("epoch of 0 blocks", |p| p.network.epoch_length = EpochLength::Blocks(0),
     "network.epoch_length", "at least 1 block"),
    ("no asset", |p| p.assets.clear(), "assets", "1 to 16"),
    ("17 assets", |p| p.assets.resize(17, p.assets[0].clone()), "assets", "there are 17"),
    ("19 decimals", |p| p.assets[1].decimals = 19, "assets[1].decimals", "0 to 18"),
    ("cap 0", |p| p.assets[1].cap = Amount::ZERO, "assets[1].cap", "above 0"),
    ("symbol twice", |p| p.assets[1].symbol = name("GNK"),
     "assets[1].symbol", "already the name of assets[0].symbol"),
    ("model twice", |p| p.models[1].id = name("small"),
     "models[1].id", "already the name of models[0].id"),
    ("1025 models", |p| p.models.resize(1_025, p.models[0].clone()), "models", "0 to 1024"),
    ("model without capacity", |p| p.models[0].units_per_weight = 0,
     "models[0].units_per_weight", "\"0\" is out of range"),
    ("emitted asset", |p| p.emission.asset = AssetId(2), "emission.asset", "no asset number 2"),
    ("allocation above cap", |p| p.emission.allocation = Amount::new(1_000_001),
     "emission.allocation", "at most 10,000 GNK"),
    ("growing schedule",
     |p| p.emission.schedule =
         Schedule::Exponential { initial: Amount::new(1), rate: "0.1".parse().unwrap() },
     "emission.rate", "-1 to 0"),
    ("rate -2",
     |p| p.emission.schedule =
         Schedule::Exponential { initial: Amount::new(1), rate: "-2".parse().unwrap() },
     "emission.rate", "\"-2\" is out of range; allowed: -1 to 0"),
    ("fraction 0", |p| p.emission.schedule = Schedule::RemainingFraction { rate: Ratio::ZERO },
     "emission.rate", "above 0, at most 1"),
    ("fraction above 1",
     |p| p.emission.schedule = Schedule::RemainingFraction { rate: ratio("1.5") },
     "emission.rate", "above 0, at most 1"),
    ("65 streams", |p| p.streams.resize(65, p.streams[1].clone()), "streams", "0 to 64"),
    ("stream twice", |p| p.streams[2].name = name("usage"),
     "streams[2].name", "already the name of streams[1].name"),
    ("share 0", |p| p.streams[2].source = Source::Emission { share: Ratio::ZERO },
     "streams[2].share", "above 0, at most 1"),
    ("share above 1", |p| p.streams[2].source = Source::Emission { share: ratio("1.1") },
     "streams[2].share", "above 0, at most 1"),
    ("shares below 1", |p| p.streams[2].source = Source::Emission { share: ratio("0.05") },
     "streams", "sum to 0.95; allowed: shares that sum to exactly 1"),
    ("shares above 1", |p| p.streams[2].source = Source::Emission { share: ratio("0.2") },
     "streams", "sum to 1.1"),
    ("no stream", |p| p.streams.clear(), "streams", "sum to 0"),
    ("payments twice", |p| p.streams[2].source = Source::Payments,
     "streams[2].source", "stream usage already takes all payments"),
    ("fixed account, zero",
     |p| p.streams[2].score = Score::FixedAccount { account: Payee::Account(Address::ZERO) },
     "streams[2].account", "zero address"),
    ("fixed account shared out", |p| p.streams[2].split = Split::Proportional,
     "streams[2].split", "allowed: direct"),
    ("scores paid to one", |p| p.streams[0].split = Split::Direct,
     "streams[0].split", "allowed: proportional"),
    ("price above the cap", |p| p.models[0].price_per_unit = Amount::MAX,
     "models[0].price_per_unit", "than can ever exist"),
    ("bond above the cap", |p| p.work.challenge_bond_minimum = Amount::MAX,
     "work.challenge_bond_minimum", "than can ever exist"),
    ("endless unbonding", |p| p.collateral.unbonding = Duration::Epochs(u64::MAX),
     "collateral.unbonding", "locks money for ever"),
    ("payments limited", |p| p.streams[1].limit = Limit::BurnedFees,
     "streams[1].limit", "allowed: none"),
    ("limit in another asset",
     |p| { p.streams[0].limit = Limit::BurnedFees; p.fees.asset = AssetId(1) },
     "streams[0].limit", "burned in USD, the budget is in GNK"),
    ("utilisation", |p| bonuses(p).utilisation_factor = ratio("10.1"),
     "streams[0].utilisation_factor", "0 to 10"),
    ("full coverage", |p| bonuses(p).full_coverage = ratio("0.9"),
     "streams[0].full_coverage", "1 to 10"),
    ("partial coverage", |p| bonuses(p).partial_coverage = ratio("11"),
     "streams[0].partial_coverage", "0 to 10"),
    ("base ratio", |p| p.weights.base_weight_ratio = ratio("1.01"),
     "weights.base_weight_ratio", "0 to 1"),
    ("digits of a ratio", |p| p.weights.base_weight_ratio = ratio("0.2000000000000000001"),
     "weights.base_weight_ratio", "too many digits"),
    ("free weight", |p| p.weights.collateral_per_weight_unit = Ratio::ZERO,
     "weights.collateral_per_weight_unit", "above 0"),
    ("collateral asset", |p| p.collateral.asset = AssetId(9),
     "collateral.asset", "no asset number 9; allowed: below 2"),
    ("no withdrawal", |p| p.collateral.max_withdrawals = 0,
     "collateral.max_withdrawals", "1 to 256"),
    ("too many withdrawals", |p| p.collateral.max_withdrawals = 257,
     "collateral.max_withdrawals", "1 to 256"),
    ("slash above 1", |p| p.slashing.invalid_work = ratio("1.2"),
     "slashing.invalid_work", "0 to 1"),
    ("downtime above 1", |p| p.slashing.downtime = ratio("2"), "slashing.downtime", "0 to 1"),
    ("reporter share", |p| p.slashing.reporter_share = ratio("0.51"),
     "slashing.reporter_share", "0 to 0.5"),
    ("age in epochs", |p| p.slashing.evidence_max_age = Duration::Epochs(28),
     "slashing.evidence_max_age", "an age of 28 epochs refuses all of it"),
    ("quorum 0", |p| p.work.quorum = 0, "work.quorum", "1 to 64"),
    ("quorum 65", |p| p.work.quorum = 65, "work.quorum", "1 to 64"),
    ("customers 0", |p| p.work.max_customers_per_summary = 0,
     "work.max_customers_per_summary", "1 to 4096"),
    ("customers 4097", |p| p.work.max_customers_per_summary = 4_097,
     "work.max_customers_per_summary", "1 to 4096"),
    ("bond above value", |p| p.work.challenge_bond_ratio = ratio("1.1"),
     "work.challenge_bond_ratio", "0 to 1"),
    ("threshold", |p| p.work.missed_requests = MissedRequests::Ratio { threshold: ratio("1.5") },
     "work.missed_requests.threshold", "0 to 1"),
    ("binomial rate",
     |p| p.work.missed_requests =
         MissedRequests::Binomial { rate: Ratio::ONE, significance: ratio("0.05") },
     "work.missed_requests.rate", "above 0, below 1"),
    ("significance",
     |p| p.work.missed_requests =
         MissedRequests::Binomial { rate: ratio("0.1"), significance: Ratio::ZERO },
     "work.missed_requests.significance", "above 0, below 1"),
    ("market asset", |p| p.market.asset = AssetId(2), "market.asset", "no asset number 2"),
    ("fee asset", |p| p.fees.asset = AssetId(2), "fees.asset", "no asset number 2"),
    ("window 0", |p| p.claims.window_epochs = 0, "claims.window", "1 to 1024"),
    ("window 1025", |p| p.claims.window_epochs = 1_025, "claims.window", "1 to 1024"),
    ("vesting", |p| p.claims.vesting_epochs = 3_651, "claims.vesting", "0 to 3650"),
];

#[rustfmt::skip]
const REMARKS: &[RemarkRow] = &[
    ("free model", |p| p.models[0].price_per_unit = Amount::ZERO,
     Level::Fact, "models[0].price_per_unit", "small is free"),
    ("rate 0",
     |p| p.emission.schedule =
         Schedule::Exponential { initial: Amount::new(1), rate: "0".parse().unwrap() },
     Level::Fact, "emission.rate", "never falls"),
    ("initial 0",
     |p| p.emission.schedule =
         Schedule::Exponential { initial: Amount::ZERO, rate: "0".parse().unwrap() },
     Level::Warning, "emission.initial", "mints nothing"),
    ("reward 0", |p| p.emission.schedule = Schedule::FixedPerBlock { reward: Amount::ZERO },
     Level::Warning, "emission.reward", "mints nothing"),
    ("all at once", |p| p.emission.schedule = Schedule::RemainingFraction { rate: Ratio::ONE },
     Level::Fact, "emission.rate", "whole allocation"),
    ("nothing scored", |p| {
         p.streams[0].score = Score::FixedAccount { account: Payee::Treasury };
         p.streams[0].split = Split::Direct;
     },
     Level::Warning, "streams", "all of it goes to fixed accounts"),
    ("payments pile up", |p| { p.streams.remove(1); },
     Level::Warning, "streams", "stays in its pot for ever"),
    ("no model", |p| p.models.clear(), Level::Warning, "streams[0].score", "no model to serve"),
    ("limit without fees",
     |p| { p.streams[0].limit = Limit::BurnedFees; p.fees.flat = Amount::ZERO },
     Level::Warning, "streams[0].limit", "always 0"),
    ("burned emission", |_| (),
     Level::Fact, "streams[0].forfeits", "forfeits of compute are burned: not minted"),
    ("payments are not judged", |_| (),
     Level::Fact, "streams[1].source", "penalties leave usage alone"),
    ("paid beside others", |_| (),
     Level::Fact, "streams[2].score", "treasury is paid only when a scored stream"),
    ("shared penalties", |p| p.streams[0].denominator = Denominator::Paid,
     Level::Fact, "streams[0].denominator", "gain by its failing"),
    ("recycled slashes",
     |p| { p.collateral.asset = AssetId(1); p.slashing.destination = Destination::Recycling },
     Level::Warning, "slashing.destination", "never re-issued"),
    ("recycled fees",
     |p| { p.fees.asset = AssetId(1); p.fees.destination = Destination::Recycling },
     Level::Warning, "fees.destination", "never re-issued"),
    ("recycled claims",
     |p| { p.market.asset = AssetId(1); p.claims.unclaimed = Destination::Recycling },
     Level::Warning, "claims.unclaimed", "USD in the recycling pool"),
    ("coverage cliff", |_| (),
     Level::Fact, "streams[0].full_coverage",
     "1 of 2 models earn x1.05, all 2 x1.2; adding a model drops everybody who served all from \
      x1.2 to x1.0666"),
    ("coverage upside down", |p| bonuses(p).full_coverage = Ratio::ONE,
     Level::Warning, "streams[0].full_coverage", "x1, less than x1.05"),
    ("base ratio", |_| (),
     Level::Fact, "weights.base_weight_ratio",
     "a ratio of 0.2 of potential weight needs no collateral"),
    ("base ratio 1", |p| p.weights.base_weight_ratio = Ratio::ONE,
     Level::Warning, "weights.base_weight_ratio", "nothing is at stake"),
    ("backing", |_| (),
     Level::Fact, "weights.collateral_per_weight_unit", "1,000 is fully effective with 24 GNK"),
    ("grace", |p| p.weights.grace_until_epoch = Some(180),
     Level::Fact, "weights.grace_until_epoch", "epoch 180"),
    ("cheater leaves", |p| p.collateral.unbonding = Duration::Milliseconds(15 * 3_600_000),
     Level::Warning, "collateral.unbonding",
     "unbonding 15h is shorter than challenge window 4h + decision window 12h"),
    ("cheater leaves by epochs",
     |p| {
         p.network.epoch_length = EpochLength::Blocks(9);
         p.collateral.unbonding = Duration::Epochs(2);
         p.work.challenge_window = Duration::Epochs(1);
         p.work.decision_window = Duration::Epochs(2);
     },
     Level::Warning, "collateral.unbonding", "can leave before judgement"),
    ("blocks against time",
     |p| {
         p.network.epoch_length = EpochLength::Blocks(9);
         p.collateral.unbonding = Duration::Epochs(2);
     },
     Level::Fact, "collateral.unbonding", "cannot be compared"),
    ("late evidence", |p| p.slashing.evidence_max_age = Duration::Milliseconds(29 * DAY_MS),
     Level::Warning, "slashing.evidence_max_age", "finds nothing to take"),
    ("cheating is free", |p| p.slashing.invalid_work = Ratio::ZERO,
     Level::Warning, "slashing.invalid_work", "costs no collateral"),
    ("offline costs more", |p| p.slashing.downtime = ratio("0.3"),
     Level::Warning, "slashing.downtime", "being offline costs 0.3, cheating only 0.2"),
    ("self challenge", |_| (),
     Level::Fact, "slashing.reporter_share", "at most 0.2 of the slash; the rest is burned"),
    ("free challenges",
     |p| {
         p.work.challenge_bond_ratio = Ratio::ZERO;
         p.work.challenge_bond_minimum = Amount::ZERO;
     },
     Level::Warning, "work.challenge_bond_ratio", "costs nothing"),
    ("quorum 1", |p| p.work.quorum = 1, Level::Fact, "work.quorum", "one reporter alone"),
    ("no challenge", |p| p.work.challenge_window = Duration::Epochs(0),
     Level::Warning, "work.challenge_window", "ever be challenged"),
    ("long window", |p| p.work.challenge_window = Duration::Milliseconds(DAY_MS),
     Level::Fact, "work.challenge_window", "all work is paid an epoch later"),
    ("short window", |_| (),
     Level::Fact, "work.challenge_window", "last 4h of an epoch is paid with the next"),
    ("no judgement", |p| p.work.decision_window = Duration::Milliseconds(0),
     Level::Warning, "work.decision_window", "judges have no time"),
    ("no duties", |p| p.work.checks_per_epoch = 0,
     Level::Fact, "work.checks_per_epoch", "owe no sampled checks"),
    ("never offline", |p| p.work.missed_requests = MissedRequests::Ratio { threshold: Ratio::ONE },
     Level::Warning, "work.missed_requests.threshold", "nobody can ever fail"),
    ("one miss", |_| (),
     Level::Fact, "work.missed_requests.threshold", "fewer than 20 requests a single miss fails"),
    ("no request", |_| (),
     Level::Fact, "work.missed_requests", "a participant with no request passes"),
    ("run away", |p| p.market.close_window = Duration::Epochs(0),
     Level::Warning, "market.close_window", "before it is reported"),
    ("free messages", |p| p.fees.flat = Amount::ZERO,
     Level::Fact, "fees.flat", "local networks only"),
    ("unclaimed", |_| (), Level::Fact, "claims.unclaimed",
     "not claimed within 1 epoch of its settlement is burned"),
    ("push before duties", |p| p.claims.mode = ClaimMode::Push,
     Level::Warning, "claims.mode", "forfeits nothing"),
];

#[test]
fn sound_parameters_have_no_error_and_no_warning() {
    let findings = check(&sound());
    assert!(findings.iter().all(|finding| finding.level == Level::Fact), "{findings:#?}");
}

#[test]
fn every_error() {
    assert_errors(&sound, ERRORS);
}

#[test]
fn every_warning_and_fact() {
    assert_remarks(&sound, REMARKS);
}

/// Each change makes of sound parameters such that have the error.
pub(super) fn assert_errors(sound: &dyn Fn() -> Parameters, rows: &[ErrorRow]) {
    for (case, change, path, text) in rows {
        let mut parameters = sound();
        change(&mut parameters);
        assert_found(&check(&parameters), case, Level::Error, path, text);
    }
}

/// Each change makes of sound parameters such that have the warning or fact, and no error.
pub(super) fn assert_remarks(sound: &dyn Fn() -> Parameters, rows: &[RemarkRow]) {
    for (case, change, level, path, text) in rows {
        let mut parameters = sound();
        change(&mut parameters);
        let findings = check(&parameters);
        assert_found(&findings, case, *level, path, text);
        let errors = findings.iter().filter(|finding| finding.level == Level::Error);
        assert_eq!(errors.count(), 0, "{case}: {findings:#?}");
    }
}
