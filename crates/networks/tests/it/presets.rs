//! Every folder of `networks/` is a preset without problems.

use std::collections::BTreeSet;
use std::path::Path;
use workmint_amounts::Amount;
use workmint_core::modules::parameters::{
    Governance, Level, MessageGroup, MessageKind, Parameters, check,
};
use workmint_networks::{findings, preset, presets};

#[test]
fn every_folder_is_registered() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../networks");
    let folders: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let registered: BTreeSet<String> =
        presets().iter().map(|preset| preset.name.to_owned()).collect();
    assert_eq!(folders, registered, "folders of networks/ against PRESETS in src/presets.rs");
}

/// Network and path of a warning about a rule that the network's document demands.
const DOCUMENTED: [(&str, &str); 1] = [("hanzo", "governance.power")];

#[test]
fn every_preset_reads_without_warning() {
    for preset in presets() {
        let definition = preset.definition().unwrap();
        assert_eq!(definition.parameters.network.name.as_str(), preset.name);
        for found in findings(&definition) {
            let documented = DOCUMENTED.contains(&(preset.name, &found.finding.path));
            let level = if documented { Level::Warning } else { Level::Fact };
            assert_eq!(found.finding.level, level, "{found}");
            assert!(found.file == preset.file() && found.line > 1, "{found}");
        }
        assert!(preset.readme.starts_with("# "));
    }
    assert!(preset("gonka").is_some());
    assert!(preset("gonk").is_none());
}

#[test]
fn every_readme_states_the_findings() {
    for preset in presets() {
        for found in findings(&preset.definition().unwrap()) {
            let line = format!("- `{}`: {}", found.finding.path, found.finding.text());
            assert!(preset.readme.contains(&line), "{}: {line}", preset.name);
        }
    }
}

#[test]
fn the_specification_names_every_key() {
    let text = include_str!("../../../../docs/spec/parameters.md");
    for kind in MessageKind::ALL {
        assert!(text.contains(&format!("`{}`", kind.name())), "{}", kind.name());
    }
    for preset in presets() {
        for row in workmint_networks::summary(&preset.definition().unwrap()) {
            let named = [format!("`{}`", row.key), format!(".{}`", row.key)];
            assert!(
                named.iter().any(|name| text.contains(name)),
                "{}.{} is not in docs/spec/parameters.md",
                row.section,
                row.key
            );
        }
    }
}

/// Votes can be switched on in every network, by its governor: nothing else has to change.
#[test]
fn every_preset_passes_with_votes() {
    let votes = preset("hanzo").unwrap().definition().unwrap().parameters.governance;
    for preset in presets() {
        let mut parameters = preset.definition().unwrap().parameters;
        let asset =
            parameters.stake.as_ref().map_or(parameters.emission.asset, |rules| rules.asset);
        let cap = parameters.assets[usize::from(asset.0)].cap;
        let share = |part: u128| Amount::new(cap.get() / part);
        parameters.governance = votes.clone().map(|votes| Governance {
            asset,
            least_power: share(10_000_000),
            deposit: share(1_000_000),
            ..votes
        });
        let errors: Vec<_> =
            check(&parameters).into_iter().filter(|found| found.level == Level::Error).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", preset.name);
        // A fee that everybody pays, voters too, is refused; without votes it is not.
        parameters.fees.flat = Amount::new(1);
        let refused = |parameters: &Parameters| {
            check(parameters)
                .iter()
                .any(|found| found.path == "fees.free" && found.level == Level::Error)
        };
        let named = parameters.fees.free.contains(&MessageGroup::Governance);
        assert_eq!(refused(&parameters), !named, "{}", preset.name);
        parameters.governance = None;
        assert!(!refused(&parameters), "{}", preset.name);
    }
}
