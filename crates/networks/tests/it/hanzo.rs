//! The network hanzo: the numbers of document 003, and its file against its summary.

use crate::says;
use std::collections::BTreeMap;
use workmint_amounts::{Amount, Ratio};
use workmint_core::Address;
use workmint_core::State;
use workmint_core::genesis::AllocationTo;
use workmint_core::modules::emission::{Bound, project};
use workmint_core::modules::parameters::{AssetId, EpochLength, FeeTo, Level, PowerRule, Schedule};
use workmint_core::time::Duration;
use workmint_networks::{NetworkDefinition, findings, preset, summary};

const AI: u128 = 1_000_000_000_000_000_000;
const MILLION: u128 = 1_000_000;

fn text() -> &'static str {
    preset("hanzo").unwrap().text
}

fn hanzo() -> NetworkDefinition {
    preset("hanzo").unwrap().definition().unwrap()
}

fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

#[test]
fn tokens_and_emission_of_the_document() {
    let parameters = hanzo().parameters;
    assert_eq!(parameters.network.epoch_length, EpochLength::Time(86_400_000));
    let assets: Vec<_> = parameters
        .assets
        .iter()
        .map(|asset| (asset.symbol.as_str(), asset.decimals, asset.cap.get()))
        .collect();
    assert_eq!(assets, [("AI", 18, 1_000 * MILLION * AI), ("HANZO", 18, 1_000 * MILLION * AI)]);
    let expected = Schedule::Geometric {
        initial: Amount::new(100 * MILLION * AI),
        factor: ratio("0.9"),
        period_epochs: 365,
    };
    assert_eq!(parameters.emission.schedule, expected);
    assert_eq!(parameters.emission.allocation.get(), 250 * MILLION * AI, "25 % of the supply");
    assert_eq!((parameters.market.asset, parameters.fees.asset), (AssetId(0), AssetId(1)));
}

/// Stake, tiers, jobs, fees and votes, by document 003.
#[test]
fn rules_of_the_document() {
    let parameters = hanzo().parameters;
    let stake = parameters.stake.unwrap();
    assert_eq!((stake.minimum.get(), stake.unstake_burn), (100 * AI, ratio("0.001")));
    let slashing = stake.slashing;
    let all = [slashing.sla_least, slashing.sla_most, slashing.attestation, slashing.malice];
    assert_eq!(all, ["0.01", "0.05", "0.1", "1"].map(ratio));
    let tiers = parameters.attestation.unwrap().tiers;
    let multipliers: Vec<Ratio> = tiers.iter().map(|tier| tier.multiplier).collect();
    assert_eq!(multipliers, ["1", "1.2", "1.5", "1.8", "2"].map(ratio));
    let jobs = parameters.market.jobs.unwrap();
    assert_eq!((jobs.least_quality, jobs.most_quality), (ratio("0.8"), ratio("1.5")));
    let fee = parameters.market.fee.unwrap();
    let pot = |name: &str| FeeTo::Pot(name.parse().unwrap());
    let split: Vec<(FeeTo, Ratio)> =
        fee.split.into_iter().map(|part| (part.to, part.share)).collect();
    let expected = [
        (FeeTo::Burn, ratio("0.4")),
        (pot("providers"), ratio("0.3")),
        (FeeTo::Treasury, ratio("0.2")),
        (pot("liquidity"), ratio("0.1")),
    ];
    assert_eq!((fee.rate, split), (ratio("0.003"), expected.to_vec()));
    let votes = parameters.governance.unwrap();
    assert_eq!(votes.power, PowerRule::Sqrt);
    for (rules, quorum, approval, epochs) in [
        (votes.parameters, "0.51", "1/2", 3),
        (votes.treasury, "0.6", "1/2", 7),
        (votes.upgrade, "0.75", "2/3", 14),
    ] {
        assert_eq!((rules.quorum, rules.approval), (ratio(quorum), ratio(approval)));
        assert_eq!(rules.voting, Duration::Epochs(epochs));
    }
    assert_eq!(votes.least_power, Amount::new(100 * AI));
    assert_eq!((votes.timelock, votes.deposit), (Duration::Epochs(2), Amount::new(1_000 * AI)));
}

/// 100 + 90 M in two years, the rest of 250 M at 81 M / 365 a day: 60 / 81 x 365 = 270.37 days.
#[test]
fn emission_ends_with_the_mining_allocation() {
    let parameters = hanzo().parameters;
    let genesis = Amount::new(750 * MILLION * AI);
    let rows = project(&parameters, genesis, 0);
    let rows: Vec<_> = rows.take(1_500).map(Result::unwrap).collect();
    let sum = |days: usize| rows[days - 1].cumulative.get();
    assert_eq!((sum(365), sum(730)), (100 * MILLION * AI, 190 * MILLION * AI));
    assert!(sum(1_000) < 250 * MILLION * AI, "270 days of the third year are paid in full");
    assert_eq!((sum(1_001), sum(1_500)), (250 * MILLION * AI, 250 * MILLION * AI));
    let bound = rows.iter().position(|row| row.bound_by == Bound::Allocation);
    assert_eq!(bound, Some(1_000));
}

/// Document 003's shares of 1,000 M: 30, 20 (vesting four years), 15 and 10 %.
#[test]
fn genesis_of_the_document() {
    let definition = hanzo();
    let address = |name: &str| Address::derived(name.as_bytes());
    let names = definition.names();
    let bindings: BTreeMap<String, Address> =
        names.iter().map(|name| (name.to_string(), address(name.as_str()))).collect();
    let genesis = definition.genesis(1_700_000_000_000, &bindings).unwrap();
    let of = |to: &AllocationTo, asset: u16| -> u128 {
        let all = genesis.allocations.iter();
        let of = all.filter(|of| of.to == *to && of.asset == AssetId(asset));
        of.map(|of| of.amount.get() / AI / MILLION).sum()
    };
    let account = |name: &str| AllocationTo::Account(address(name));
    assert_eq!((of(&account("community"), 0), of(&account("team"), 0)), (300, 200));
    assert_eq!((of(&AllocationTo::Treasury, 0), of(&AllocationTo::Treasury, 1)), (250, 1_000));
    let team = genesis.allocations.iter().find(|of| of.to == account("team")).unwrap();
    assert_eq!(team.vesting_epochs, 4 * 365);
    let state = State::genesis(&genesis).unwrap();
    let holding =
        |name: &str| state.ledger.holding(state.ledger.handle(&address(name)).unwrap(), AssetId(0));
    assert_eq!(holding("community").balance.get(), 300 * MILLION * AI);
    assert_eq!(holding("team").locked, Amount::new(200 * MILLION * AI), "nothing has vested");
    let pots: u128 = state
        .ledger
        .pots()
        .filter(|(asset, _, _)| *asset == AssetId(0))
        .map(|(_, _, amount)| amount.get())
        .sum();
    let held = ["community", "team"].map(|name| holding(name).balance.get());
    assert_eq!(pots + held[0] + held[1], 750 * MILLION * AI, "not a unit but in accounts and pots");
}

/// (path, text): what an author should know, each number by hand.
const FINDINGS: &[(&str, &str)] = &[
    ("assets[0].cap", "genesis 750,000,000 AI + emission 250,000,000 AI; 0 AI of the cap"),
    ("assets[1].cap", "genesis 1,000,000,000 HANZO + emission 0 HANZO; 0 HANZO of the cap"),
    // 0.9^6 = 0.531441, 0.9^7 = 0.4782969: the eighth year, 7 x 365 = 2,555.
    ("emission.factor", "the first period below half of the first begins at offset 2,555"),
    (
        "emission.allocation",
        "the limit binds at epoch offset 1,000 (epoch 1,000, after 2.73 years)",
    ),
    // 0.3 % x 40 %.
    ("market.fee", "0.0012 is burned"),
    ("fees.free", "a node must limit them"),
    ("exchange.first_seed", "100,000,000 AI and 100,000,000 HANZO of the treasury for ever"),
    // 10^9 / 100 = 10^7 parts; 3,162^2 = 9,998,244, 3,163^2 = 10,004,569.
    (
        "governance.power",
        "n accounts with 100 AI each have sqrt(n) times the power of one with all",
    ),
    ("governance.power", "who owned the whole cap, 3,163 times at most"),
    // 1 - 0.1^2.
    ("pricing.largest_step", "one of each leaves 0.99 of it"),
    ("governance.timelock", "the timelock 2 epochs is shorter than the unbonding 7d of stake"),
];

#[test]
fn findings_as_expected() {
    let definition = hanzo();
    let found = findings(&definition);
    let warned = found.iter().filter(|found| found.finding.level != Level::Fact);
    assert_eq!(warned.count(), 1, "square roots: {found:#?}");
    for (path, text) in FINDINGS {
        assert!(says(&definition, path, text), "{path}: {text}\n{found:#?}");
    }
}

#[test]
fn summary_has_every_key_of_the_file() {
    let rows = summary(&hanzo());
    assert!(rows.iter().all(|row| !row.meaning.is_empty() && !row.unit.contains('$')));
    let mut keys = 0;
    for line in text().lines().filter(|line| !line.starts_with('#')) {
        let Some((key, value)) = line.split_once(" = ") else {
            continue;
        };
        keys += 1;
        let value = value.split(" #").next().unwrap().trim().replace(['[', ']', '"'], "");
        // A day and 24 hours are one length, and lists of names are written back with commas.
        let plain = match value.as_str() {
            "24h" => "1d",
            value if value.contains('.') => value.trim_end_matches('0'),
            value => value,
        };
        let row = rows.iter().find(|row| row.key == key && [&value, plain].contains(&&*row.value));
        assert!(row.is_some(), "{line}");
    }
    assert!(keys > 70, "{keys}");
}
