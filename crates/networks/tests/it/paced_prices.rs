//! `[pricing]` of the market's rules: read as written, wrong values with their line.

use crate::bad_files::problems;
use crate::{replaced, says};
use workmint_amounts::Amount;
use workmint_core::modules::parameters::{Hamiltonian, Imbalance, PriceMoves, Pricing};
use workmint_networks::{parse, preset};

const IMBALANCE: &str = "[pricing]\nrule = \"imbalance\"\nelasticity = \"0.5\"\n\
    steps_per_epoch = 24\nlargest_step = \"0.2\"\nminimum = \"0.00001\"\nmaximum = \"0.01\"\n\n";
const HAMILTONIAN: &str = "[pricing]\nrule = \"hamiltonian\"\nstiffness = \"0.05\"\n\
    damping = \"0.3\"\nmost_queue = \"10\"\nsteps_per_epoch = 24\nlargest_step = \"0.2\"\n\
    minimum = \"0.00001\"\nmaximum = \"0.01\"\n\n";

/// Gonka's mainnet with another section.
fn file(section: &str) -> String {
    let text = preset("gonka-mainnet").unwrap().text;
    let (before, rest) = text.split_once("[pricing]\n").unwrap();
    let (_, after) = rest.split_once("[fees]\n").unwrap();
    format!("{before}{section}[fees]\n{after}")
}

fn moves() -> PriceMoves {
    PriceMoves {
        steps_per_epoch: 24,
        largest_step: "0.2".parse().unwrap(),
        minimum: Amount::new(10_000),
        maximum: Amount::new(10_000_000),
    }
}

#[test]
fn the_rules_are_read_as_written() {
    let definition = parse(&file(IMBALANCE), "x.toml").unwrap();
    let expected = Imbalance { elasticity: "0.5".parse().unwrap(), moves: moves() };
    assert_eq!(definition.parameters.pricing, Pricing::Imbalance(expected));
    assert!(says(&definition, "pricing.elasticity", "lowers demand by less than 4 %"));
    assert!(says(&definition, "pricing.rule", "demand is work done"));

    let definition = parse(&file(HAMILTONIAN), "x.toml").unwrap();
    let expected = Hamiltonian {
        stiffness: "0.05".parse().unwrap(),
        damping: "0.3".parse().unwrap(),
        most_queue: "10".parse().unwrap(),
        moves: moves(),
    };
    assert_eq!(definition.parameters.pricing, Pricing::Hamiltonian(expected));
    // 4 / (0.05 + 2 x 0.3) = 6.15...
    assert!(says(&definition, "pricing.damping", "lowers demand by less than 6.15"));
    assert!(says(&definition, "pricing.largest_step", "at most 0.2 of itself, 24 times an epoch"));
}

#[test]
fn wrong_values_are_named() {
    let rows = [
        (IMBALANCE, "elasticity = \"0.5\"", "elasticity = \"0\"", "pricing.elasticity", "above 0"),
        (IMBALANCE, "elasticity = \"0.5\"", "elasticity = \"11\"", "pricing.elasticity", "most 10"),
        (IMBALANCE, "_epoch = 24", "_epoch = 0", "pricing.steps_per_epoch", "1 to 10000"),
        (IMBALANCE, "_epoch = 24", "_epoch = 10001", "pricing.steps_per_epoch", "1 to 10000"),
        (IMBALANCE, "step = \"0.2\"", "step = \"1\"", "pricing.largest_step", "above 0, below 1"),
        (IMBALANCE, "step = \"0.2\"", "step = \"0\"", "pricing.largest_step", "above 0, below 1"),
        (IMBALANCE, "minimum = \"0.00001\"", "minimum = \"0\"", "pricing.minimum", "at least 1"),
        (IMBALANCE, "maximum = \"0.01\"", "maximum = \"0.000001\"", "pricing.maximum", "below"),
        (IMBALANCE, "elasticity", "damping = \"1\"\nelasticity", "pricing.damping", "no meaning"),
        (HAMILTONIAN, "stiffness = \"0.05\"", "", "pricing.stiffness", "missing"),
        (HAMILTONIAN, "stiffness = \"0.05\"", "stiffness = \"1.1\"", "pricing.stiffness", "most 1"),
        (HAMILTONIAN, "damping = \"0.3\"", "damping = \"0\"", "pricing.damping", "above 0"),
        (HAMILTONIAN, "queue = \"10\"", "queue = \"1001\"", "pricing.most_queue", "most 1000"),
        (HAMILTONIAN, "stiffness", "window = 3\nstiffness", "pricing.window", "no meaning"),
    ];
    for (section, from, to, path, text) in rows {
        let all = problems(&replaced(&file(section), from, to));
        let hit = all.iter().any(|problem| {
            let line = problem.to_string();
            line.contains(path) && line.contains(text)
        });
        assert!(hit, "{to}: no `{path}` `{text}` in {all:#?}");
    }
}

/// An epoch of 10 blocks has no 24 steps.
#[test]
fn no_more_steps_than_blocks() {
    let text = replaced(
        &file(IMBALANCE),
        "epoch_length = \"15391 blocks\"",
        "epoch_length = \"10 blocks\"",
    );
    let all: Vec<String> = problems(&text).iter().map(ToString::to_string).collect();
    assert!(all.iter().any(|line| line.contains("at most one step a block; allowed: 1 to 10")));
}
