//! The gonka-mainnet preset: the mainnet's values in base units, and its file against its summary.

use crate::{read, replaced, says};
use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::parameters::*;
use workmint_core::time::Duration;
use workmint_networks::{NetworkDefinition, preset, summary};

const GNK: u128 = 1_000_000_000;

fn text() -> &'static str {
    preset("gonka-mainnet").unwrap().text
}

fn mainnet() -> NetworkDefinition {
    preset("gonka-mainnet").unwrap().definition().unwrap()
}

fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

#[test]
fn money_of_the_mainnet() {
    let definition = mainnet();
    let all = &definition.parameters;
    assert_eq!(all.network.epoch_length, EpochLength::Blocks(15_391));
    let expected = Schedule::Geometric {
        initial: Amount::new(323_000_000_000_000),
        factor: Ratio::new(9_995_251_127_946_402, 10_000_000_000_000_000).unwrap(),
        period_epochs: 1,
    };
    assert_eq!(all.emission.schedule, expected);
    assert_eq!(all.emission.allocation.get(), 680_000_000 * GNK);
    assert_eq!(all.emission.genesis_epoch, 1);
    let genesis: u128 = definition.allocations.iter().map(|of| of.amount.get()).sum();
    assert_eq!(genesis, 320_000_000 * GNK);
    assert_eq!(all.assets[0].cap.get(), genesis + all.emission.allocation.get());
    let compute = &all.streams[0];
    assert_eq!((compute.denominator, compute.clip), (Denominator::Full, Clip::Shares));
    assert_eq!(compute.forfeits, Destination::Treasury);
    assert_eq!(compute.remainder, Remainder::Forfeits);
    let off = Bonuses {
        utilisation_factor: Ratio::ZERO,
        full_coverage: Ratio::ONE,
        partial_coverage: Ratio::ZERO,
    };
    assert_eq!(compute.score, Score::PocWeight(off));
    let claims = &all.claims;
    assert_eq!((claims.window_epochs, claims.vesting_epochs), (1, 180));
    assert_eq!(claims.unclaimed, Destination::Treasury);
    assert_eq!(claims.vesting_remainder, VestingRemainder::First);
}

#[test]
fn weight_and_conduct_of_the_mainnet() {
    let all = mainnet().parameters;
    // 4.2 ngonka: 42/10 base units.
    assert_eq!(all.weights.collateral_per_weight_unit, Ratio::new(42, 10).unwrap());
    assert_eq!(all.weights.grace_until_epoch, Some(180));
    let cap = PowerCap { of_two: ratio("1/2"), of_three: ratio("2/5"), of_many: ratio("3/10") };
    assert_eq!(all.weights.power_cap, Some(cap));
    let confirmation = Confirmation { inactive_below: ratio("1/2"), tolerance: ratio("909/1000") };
    assert_eq!(all.weights.confirmation, Some(confirmation));
    assert_eq!(all.collateral.unbonding, Duration::Epochs(1));
    let slashing = &all.slashing;
    assert_eq!(
        (slashing.base, slashing.rounding),
        (SlashBase::Required, SlashRounding::DownPerHolding)
    );
    assert_eq!(slashing.destination, Destination::Treasury);
    let tables = MissedRequests::Tables { rate: ratio("2/5"), follows_network: true };
    assert_eq!(all.work.missed_requests, tables);
    assert_eq!(all.work.missed_consequence, MissConsequence::Forfeit);
    assert_eq!(all.work.proof_window_ms, Some(35 * 5_410));
    let sampling = all.work.sampling.unwrap();
    assert_eq!((sampling.low_traffic, sampling.full_traffic), (100, 10_000));
    assert_eq!(all.work.status.unwrap().bad_invalid, ratio("1/10"));
    assert_eq!(all.work.reputation.unwrap().epochs_to_full, 30);
}

#[test]
fn prices_of_the_mainnet() {
    let all = mainnet().parameters;
    assert!(all.models.iter().all(|model| model.price_per_unit.get() == 100));
    let factors: Vec<String> = all.models.iter().map(|of| of.weight_factor.to_string()).collect();
    assert_eq!(factors, ["0.3593", "0.78", "0.3024"]);
    let Pricing::StabilityZone(zone) = all.pricing else { panic!("a stability zone") };
    assert_eq!((zone.lower, zone.upper), (ratio("2/5"), ratio("3/5")));
    assert_eq!((zone.minimum.get(), zone.grace_price.get(), zone.window), (1, 0, 12));
    assert_eq!((zone.step, zone.rounding), (PriceStep::Block, PriceRounding::Keep));
    let escrow =
        EscrowRules { default_max_units: 5_000, expiry: Duration::Milliseconds(150 * 5_400) };
    assert_eq!(all.market.escrow, Some(escrow));
}

#[test]
fn upstreams_rounding_is_a_warning() {
    let cut = replaced(text(), "rounding = \"keep\"", "rounding = \"truncate\"");
    assert!(says(&read(&cut), "pricing.rounding", "below 50 base units can never rise"));
}

/// Every key of the file is a row with the file's value, and nothing else is but the defaults.
#[test]
fn the_summary_says_what_the_file_says() {
    let rows = summary(&mainnet());
    let mut section = String::new();
    let mut keys = 0;
    for line in text().lines().filter(|line| !line.starts_with('#')) {
        if let Some(header) = line.strip_prefix('[') {
            section = header.trim_matches(['[', ']']).to_owned();
        }
        let Some((key, value)) = line.split_once(" = ") else {
            continue;
        };
        keys += 1;
        let value = value.split(" #").next().unwrap().trim();
        let quoted = value.starts_with('"');
        let value = value.trim_matches('"');
        let same = |row: &str| row == value || (quoted && value.trim_end_matches('0') == row);
        let of_section = |path: &str| {
            let parts: Vec<&str> =
                path.split('.').map(|part| part.split('[').next().unwrap()).collect();
            parts.join(".") == section
        };
        let hit = rows.iter().any(|row| {
            row.key == key && of_section(&row.section) && (same(&row.value) || value.contains('['))
        });
        assert!(hit, "[{section}] {line}");
    }
    // compute_per_unit of three models, limit of both streams; of usage denominator, forfeits and
    // remainder; cliff and at_once of two allocations, quota, reference_weight, burned_share,
    // vesting_share.
    assert_eq!(rows.len(), keys + 3 + 2 + 3 + 4 + 4);
    assert!(rows.iter().all(|row| !row.meaning.is_empty() && !row.unit.contains('$')));
}

/// The choices that no preset uses.
#[test]
fn other_rules() {
    let from = text().find("schedule = \"geometric\"").unwrap();
    let to = text().find("# Genesis: standard_reward_amount").unwrap();
    let schedule = &text()[from..to];
    let subsidy = "schedule = \"work_subsidy\"\nrate = \"0.9\"\ninterval = \"0.05\"\n\
                   reduction = \"0.2\"\n";
    let start = text().find("[pricing]").unwrap();
    let end = text().find("[fees]").unwrap();
    let pricing = &text()[start..end];
    let changed = replaced(text(), schedule, subsidy);
    let compute = "[pricing]\nrule = \"unit_of_compute\"\ninitial = \"0.0000001\"\n\n";
    let changed = replaced(&changed, pricing, compute);
    let weight = "weight_factor = \"0.78\" # v0.2.13";
    let changed = replaced(&changed, weight, "compute_per_unit = 1000");
    let definition = read(&changed);
    let all = &definition.parameters;
    let expected = Schedule::WorkSubsidy {
        rate: ratio("9/10"),
        interval: ratio("1/20"),
        reduction: ratio("1/5"),
    };
    assert_eq!(all.emission.schedule, expected);
    assert_eq!(all.pricing, Pricing::UnitOfCompute { initial: Amount::new(100) });
    assert_eq!((all.models[1].compute_per_unit, all.models[1].weight_factor), (1_000, Ratio::ONE));
    let rows = summary(&definition);
    let value = |section: &str, key: &str| {
        let found = rows.iter().find(|row| row.section == section && row.key == key);
        found.map(|row| row.value.clone())
    };
    assert_eq!(value("emission", "interval").as_deref(), Some("0.05"));
    assert_eq!(value("pricing", "initial").as_deref(), Some("0.0000001"));
    assert_eq!(value("pricing", "upper"), None);
    assert_eq!(value("models[1]", "compute_per_unit").as_deref(), Some("1000"));
    // Without its optional sections there is none of their rules, and prices are fixed.
    let bare = read(&replaced(text(), pricing, ""));
    assert_eq!(bare.parameters.pricing, Pricing::Fixed);
}
