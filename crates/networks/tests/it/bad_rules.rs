//! Ways to get the rules of Gonka's mainnet wrong, and the line and words that say so.

use crate::bad_files::{Case, assert_cases, problems};
use workmint_networks::preset;

#[rustfmt::skip]
const CASES: &[Case] = &[
    // Schedules.
    ("rate of a geometric schedule", "factor = \"0.9995251127946402\"",
     "factor = \"0.9995251127946402\"\nrate = \"-0.1\"", "rate = \"-0.1\"", "emission.rate",
     "has no meaning beside schedule \"geometric\""),
    ("no factor", "factor = \"0.9995251127946402\"", "", "[emission]", "emission.factor",
     "missing in [emission]: a period's amount"),
    ("period of a day", "period = \"1 epoch\"", "period = \"1d\"", "period", "emission.period",
     "allowed: whole epochs"),
    ("no period", "period = \"1 epoch\"", "period = \"0 epochs\"", "period", "emission.period",
     "\"0\" is out of range"),
    ("factor 3", "factor = \"0.9995251127946402\"", "factor = \"3\"", "factor",
     "emission.factor", "0 to 2"),
    ("initial of a subsidy", "schedule = \"geometric\"", "schedule = \"work_subsidy\"", "initial",
     "emission.initial", "has no meaning beside schedule \"work_subsidy\""),
    ("interval of a geometric schedule", "period = \"1 epoch\"",
     "period = \"1 epoch\"\ninterval = \"0.05\"", "interval", "emission.interval",
     "no meaning beside schedule \"geometric\""),
    // Streams and models.
    ("unknown remainder", "remainder = \"forfeits\"", "remainder = \"burn\"", "remainder",
     "streams[0].remainder", "unknown word \"burn\"; allowed: carry, forfeits"),
    ("unknown clip", "clip = \"shares\"", "clip = \"all\"", "clip", "streams[0].clip",
     "allowed: budget, shares"),
    ("clipped payments", "source = \"payments\"", "source = \"payments\"\nclip = \"shares\"",
     "clip = \"shares\"", "streams[1].clip", "no meaning beside source \"payments\""),
    ("bare factor", "weight_factor = \"0.78\"", "weight_factor = 0.78", "weight_factor = 0.78",
     "models[1].weight_factor", "ratios are decimal strings: write \"0.78\""),
    ("compute in quotes", "weight_factor = \"0.78\"", "compute_per_unit = \"2\"",
     "compute_per_unit", "models[1].compute_per_unit", "counts have no quotes"),
    // Weights.
    ("half a cap", "of_three = \"0.4\"", "", "[weights.power_cap]", "weights.power_cap.of_three",
     "missing in [weights.power_cap]: of three participants"),
    ("tight cap", "of_many = \"0.3\"", "of_many = \"0.2\"", "of_many",
     "weights.power_cap.of_many", "\"0.2\" is out of range; allowed: 0.25 to 1"),
    ("cap of five", "of_many = \"0.3\"", "of_many = \"0.3\"\nof_five = \"0.3\"", "of_five",
     "weights.power_cap.of_five", "unknown key"),
    ("cap as a value", "kept_share = \"0.1\"", "kept_share = \"0.1\"\nconfirmation = \"0.5\"",
     "[weights.confirmation]", "", "duplicate key"),
    ("unknown nested section", "[weights.participation]", "[weights.participations]",
     "[weights.participations]", "weights.participations",
     "the nearest known key is \"participation\""),
    ("kept share", "kept_share = \"0.1\"", "kept_share = \"0.6\"", "kept_share",
     "weights.kept_share", "0 to 0.5"),
    ("no tolerance", "tolerance = \"0.909\"", "tolerance = \"0\"", "tolerance",
     "weights.confirmation.tolerance", "above 0, at most 1"),
    // Slashing and work.
    ("unknown base", "base = \"required\"", "base = \"active\"", "base", "slashing.base",
     "unknown word \"active\"; allowed: all, required"),
    ("unknown consequence", "missed_consequence = \"forfeit\"", "missed_consequence = \"jail\"",
     "missed_consequence", "work.missed_consequence", "allowed: slash, forfeit"),
    ("weight quorum of all", "quorum_weight = \"0.5\"", "quorum_weight = \"1\"", "quorum_weight",
     "work.quorum_weight", "above 0, below 1"),
    ("proof of an epoch", "proof_window = \"189350ms\"", "proof_window = \"1 epoch\"",
     "proof_window", "work.proof_window",
     "\"1 epoch\" cannot be read; allowed: a whole number and a unit"),
    ("flag in quotes", "follows_network = true", "follows_network = \"true\"", "follows_network",
     "work.missed_requests.follows_network",
     "true or false is needed, not a text; allowed: true, false, without quotes"),
    ("flag as a number", "follows_network = true", "follows_network = 1", "follows_network",
     "work.missed_requests.follows_network", "not a bare number"),
    ("significance of tables", "rate = \"0.40\"", "rate = \"0.40\"\nsignificance = \"0.05\"",
     "significance", "work.missed_requests.significance", "no meaning beside rule \"tables\""),
    ("follower of a ratio", "rule = \"tables\"", "rule = \"ratio\"", "follows_network",
     "work.missed_requests.follows_network", "no meaning beside rule \"ratio\""),
    ("sampling upside down", "minimum = \"0.01\"", "minimum = \"0.1\"", "minimum",
     "work.sampling.minimum", "0 to halfway"),
    ("half a sampling", "low_traffic = 100", "", "[work.sampling]", "work.sampling.low_traffic",
     "missing in [work.sampling]: up to here traffic is low"),
    ("sampling as a list", "[work.sampling]", "[[work.sampling]]", "[[work.sampling]]",
     "work.sampling", "this is one section, not a list"),
    ("good as bad", "good_downtime = \"0.98\"", "good_downtime = \"0.99\"", "good_downtime",
     "work.status.good_downtime", "above 0, below bad_downtime"),
    ("endless reputation", "epochs_to_full = 30", "epochs_to_full = 10001", "epochs_to_full",
     "work.reputation.epochs_to_full", "1 to 10000"),
    // Escrow and prices.
    ("escrow in blocks", "expiry = \"810s\"", "expiry = \"150 blocks\"", "expiry",
     "market.escrow.expiry", "\"150 blocks\" cannot be read"),
    ("no units", "default_max_units = 5000", "default_max_units = 0", "default_max_units",
     "market.escrow.default_max_units", "\"0\" is out of range"),
    ("unknown pricing", "rule = \"stability_zone\"", "rule = \"guess\"", "rule",
     "pricing.rule", "allowed: fixed, stability_zone, unit_of_compute, imbalance, hamiltonian"),
    ("bounds of fixed prices", "rule = \"stability_zone\"", "rule = \"fixed\"", "upper",
     "pricing.upper", "no meaning beside rule \"fixed\""),
    ("bounds of compute", "rule = \"stability_zone\"", "rule = \"unit_of_compute\"", "elasticity",
     "pricing.elasticity", "no meaning beside rule \"unit_of_compute\""),
    ("initial of a zone", "window = 12", "window = 12\ninitial = \"0.1\"", "initial = \"0.1\"",
     "pricing.initial", "no meaning beside rule \"stability_zone\""),
    ("bare price", "maximum = \"0.001\"", "maximum = 0.001", "maximum = 0.001",
     "pricing.maximum", "amounts are decimal strings"),
    ("zone upside down", "lower = \"0.40\"", "lower = \"0.7\"", "lower", "pricing.lower",
     "0 to upper"),
    ("price 0", "minimum = \"0.000000001\"", "minimum = \"0\"", "minimum = \"0\"",
     "pricing.minimum", "at least 1 base unit"),
    ("maximum below minimum", "minimum = \"0.000000001\"", "minimum = \"1\"", "maximum",
     "pricing.maximum", "the maximum 0.001 GNK is below the minimum; allowed: at least 1 GNK"),
    ("step of a time", "epoch_length = \"15391 blocks\"", "epoch_length = \"1d\"", "step",
     "pricing.step", "nobody knows how many blocks one has; allowed: epoch"),
    ("unknown price rounding", "rounding = \"keep\"", "rounding = \"up\"", "rounding",
     "pricing.rounding", "allowed: keep, truncate"),
    ("unknown vesting remainder", "vesting_remainder = \"first\"", "vesting_remainder = \"last\"",
     "vesting_remainder", "claims.vesting_remainder", "allowed: spread, first"),
];

#[test]
fn every_problem_of_the_rules_has_its_line() {
    assert_cases(preset("gonka-mainnet").unwrap().text, CASES);
}

#[test]
fn the_column_is_that_of_the_value() {
    let file = preset("gonka-mainnet").unwrap().text;
    let text = crate::replaced(file, "window = 12", "window = 10001");
    let line = 1 + text.lines().position(|line| line.starts_with("window = 10001")).unwrap();
    let expected = format!(
        "bad.toml:{line}:10: pricing.window: \"10001\" is out of range; allowed: 1 to 10000"
    );
    assert_eq!(problems(&text)[0].to_string(), expected);
}

#[test]
fn a_section_of_another_kind() {
    let text = "[work]\nstatus = []\n[market]\nescrow = [1]\n[pricing]\n";
    let all: Vec<String> = problems(text).iter().map(ToString::to_string).collect();
    for expected in [
        "bad.toml:2:10: work.status: this is one section, not a list; allowed: [work.status]",
        "bad.toml:4:10: market.escrow: this is one section, not a list; allowed: [market.escrow]",
        "bad.toml:5:1: pricing.rule: missing in [pricing]: how the price of a unit of work moves",
    ] {
        assert!(all.iter().any(|line| line == expected), "{expected} in {all:#?}");
    }
}
