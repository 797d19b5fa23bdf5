//! `workmint network show NAME --toml`: the file to begin a network of one's own with.

use std::fs;

use workmint_networks::{parse, presets};

use crate::support::workmint_in;

#[test]
fn the_file_of_every_built_in_network_should_be_printed_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    for preset in presets() {
        let run = workmint_in(dir, &["network", "show", preset.name, "--toml"]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", preset.name);
        assert_eq!(run.stdout, preset.text, "{}", preset.name);
        let printed = parse(&run.stdout, &preset.file()).unwrap();
        assert_eq!(printed, preset.definition().unwrap(), "{}", preset.name);
        // As a file of one's own it is as good, and comes out as it went in.
        fs::write(dir.join("mine.toml"), &run.stdout).unwrap();
        let check = workmint_in(dir, &["network", "check", "mine.toml"]);
        assert_eq!(check.code, 0, "{}: {}", preset.name, check.stdout);
        let again = workmint_in(dir, &["network", "show", "mine.toml", "--toml"]);
        assert_eq!((again.code, again.stdout), (0, run.stdout), "{}", preset.name);
    }
}

#[test]
fn a_file_with_errors_should_not_be_printed() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let gonka = presets().iter().find(|preset| preset.name == "gonka").unwrap();
    let unknown = gonka.text.replacen("chain_id", "chain_number", 1);
    assert_ne!(unknown, gonka.text);
    fs::write(dir.join("unknown.toml"), unknown).unwrap();
    fs::write(dir.join("broken.toml"), "[network\n").unwrap();
    let refused: [(&[&str], &str); 4] = [
        (&["unknown.toml", "--toml"], "chain_number"),
        (&["broken.toml", "--toml"], "broken.toml:1"),
        (&["nowhere", "--toml"], "allowed: bittensor, "),
        (&["gonka", "--toml", "--json"], "'--toml' cannot be used with '--json'"),
    ];
    for (arguments, expected) in refused {
        let run = workmint_in(dir, &[&["network", "show"], arguments].concat());
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(run.stderr.contains(expected), "{arguments:?}: {}", run.stderr);
    }
}
