//! Every folder of `networks/` is a preset without problems.

use std::collections::BTreeSet;
use std::path::Path;
use workmint_core::modules::parameters::Level;
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
