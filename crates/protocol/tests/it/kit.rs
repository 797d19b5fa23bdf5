//! A network of its own: TOY with two decimals, an epoch an hour of 1,000 TOY; `chat` pays 2 TOY
//! for 1,000 tokens, `tuning` 100 TOY for 1 %, with a difficulty that the improvement decides.

use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::parameters::*;
use workmint_core::time::{DAY_MS, Duration};

/// An hour in milliseconds.
pub(crate) const HOUR_MS: u64 = DAY_MS / 24;

pub(crate) fn name(text: &str) -> Name {
    text.parse().expect("a name")
}

pub(crate) fn ratio(text: &str) -> Ratio {
    text.parse().expect("a ratio")
}

/// Hundredths of a TOY.
pub(crate) fn cents(amount: u128) -> Amount {
    Amount::new(amount)
}

pub(crate) fn steps(steps: &[(&str, &str)]) -> Steps {
    let step = |(from, value): &(&str, &str)| Step { from: ratio(from), value: ratio(value) };
    Steps { steps: steps.iter().map(step).collect() }
}

pub(crate) fn multiplier(min: &str, max: &str, rule: MultiplierRule) -> Multiplier {
    Multiplier { min: ratio(min), max: ratio(max), rule }
}

fn stream(text: &str, share: &str, bounds: (&str, &str), score: RateScore) -> Stream {
    let bounds = Bucket { floor: ratio(bounds.0), ceiling: ratio(bounds.1), priority: 1 };
    Stream {
        name: name(text),
        source: Source::Emission { share: ratio(share) },
        score: Score::Rate(Box::new(score)),
        split: Split::Rate(bounds),
        denominator: Denominator::Full,
        limit: Limit::None,
        forfeits: Destination::Burn,
        remainder: Remainder::Carry,
        clip: Clip::Budget,
    }
}

fn streams() -> Vec<Stream> {
    let one = || multiplier("1", "1", MultiplierRule::Measured);
    let chat = RateScore {
        kind: ContributionKind::Tokens,
        rate: cents(200),
        first: multiplier("0.5", "1.5", MultiplierRule::Measured),
        second: one(),
        minimum: cents(50),
        maximum: cents(10_000),
        least_improvement: Ratio::ZERO,
    };
    let by = steps(&[("0", "1"), ("0.05", "1.5"), ("0.1", "2")]);
    let tuning = RateScore {
        kind: ContributionKind::Improvement,
        rate: cents(10_000),
        first: multiplier("1", "3", MultiplierRule::ByImprovement(by)),
        second: multiplier("0.8", "1.2", MultiplierRule::Measured),
        minimum: Amount::ZERO,
        maximum: cents(1_000_000),
        least_improvement: ratio("0.001"),
    };
    vec![
        stream("chat", "0.6", ("0.4", "0.8"), chat),
        stream("tuning", "0.4", ("0.2", "0.6"), tuning),
    ]
}

fn buckets() -> Buckets {
    Buckets {
        rollover_epochs: 3,
        max_recipient_share: Ratio::ONE,
        backpay: Some(Backpay {
            max_age_ms: 30 * DAY_MS,
            decay: steps(&[("0", "1"), ("0.25", "0.5")]),
            max_periods: 1_000,
            share: ratio("0.5"),
        }),
        alerts: Some(BucketAlerts {
            streams: vec![name("tuning")],
            least_utilization: ratio("0.15"),
            high_backpay: cents(100_000),
            critical_backpay: cents(200_000),
        }),
    }
}

/// The network.
pub(crate) fn toy() -> Parameters {
    let asset = Asset { symbol: name("TOY"), decimals: 2, cap: cents(1_000_000_000) };
    Parameters {
        validators: None,
        opinions: None,
        network: Network {
            name: name("playground"),
            chain_id: 7,
            epoch_length: EpochLength::Time(HOUR_MS),
        },
        assets: vec![asset],
        models: vec![Model {
            difficulty: Ratio::ZERO,
            share: Ratio::ZERO,
            reference_weight: 0,
            id: name("small"),
            units_per_weight: 10,
            price_per_unit: cents(1),
            weight_factor: Ratio::ONE,
            compute_per_unit: 1,
            recorded_loss: 2_500_000_000,
        }],
        emission: Emission {
            utility: None,
            quota: Ratio::ZERO,
            reference_weight: 0,
            asset: AssetId(0),
            schedule: Schedule::Exponential {
                initial: cents(100_000),
                rate: "0".parse().expect("a rate"),
            },
            allocation: cents(1_000_000_000),
            genesis_epoch: 0,
        },
        streams: streams(),
        weights: Weights {
            unit_price: None,
            base_weight_ratio: Ratio::ONE,
            collateral_per_weight_unit: Ratio::ONE,
            grace_until_epoch: None,
            power_cap: None,
            confirmation: None,
            participation: None,
            kept_share: Ratio::ZERO,
        },
        collateral: Collateral {
            asset: AssetId(0),
            unbonding: Duration::Milliseconds(DAY_MS),
            max_withdrawals: 3,
        },
        slashing: Slashing {
            downtime_most: None,
            invalid_work: ratio("0.2"),
            downtime: ratio("0.1"),
            reporter_share: ratio("0.2"),
            destination: Destination::Burn,
            rounding: SlashRounding::UpOnSum,
            base: SlashBase::All,
            evidence_max_age: Duration::Milliseconds(DAY_MS),
        },
        work: work(),
        market: Market {
            asset: AssetId(0),
            close_window: Duration::Milliseconds(HOUR_MS),
            escrow: None,
            jobs: None,
            sessions: None,
            fee: None,
        },
        pricing: Pricing::Fixed,
        fees: Fees {
            burned_share: Ratio::ZERO,
            asset: AssetId(0),
            flat: Amount::ZERO,
            free: Vec::new(),
            kinds: Vec::new(),
            per_byte: Amount::ZERO,
            storage_deposit: Amount::ZERO,
            destination: Destination::Burn,
        },
        claims: Claims {
            vesting_share: Ratio::ONE,
            mode: ClaimMode::Push,
            window_epochs: 1,
            unclaimed: Destination::Burn,
            vesting_epochs: 0,
            vesting_remainder: VestingRemainder::Spread,
        },
        contributions: Some(Contributions {
            submit_window_epochs: 24,
            verifiers: 3,
            approvals: 2,
            confidence: ratio("0.9"),
            verify_window: Duration::Milliseconds(HOUR_MS),
            challenge_window: Duration::Milliseconds(6 * HOUR_MS),
            challenge_bond: cents(100),
            decision_window: Duration::Milliseconds(HOUR_MS),
            rate_limit: None,
            reputation: None,
        }),
        buckets: Some(buckets()),
        stake: None,
        attestation: None,
        exchange: None,
        governance: None,
    }
}

fn work() -> Work {
    Work {
        quorum: 1,
        challenge_window: Duration::Milliseconds(HOUR_MS),
        challenge_bond_minimum: cents(10),
        challenge_bond_ratio: ratio("0.1"),
        decision_window: Duration::Milliseconds(HOUR_MS),
        max_customers_per_summary: 4,
        checks_per_epoch: 0,
        missed_requests: MissedRequests::Ratio { threshold: ratio("0.05") },
        sampling: None,
        missed_consequence: MissConsequence::Slash,
        status: None,
        reputation: None,
        quorum_weight: None,
        proof_window_ms: None,
    }
}
