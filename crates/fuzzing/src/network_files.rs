//! Files of networks: any text, and built-in networks with any changes.

use std::collections::BTreeMap;
use workmint_core::{Address, State};
use workmint_networks::{parse, presets, summary};

/// The first byte of text that is no change of a built-in network.
const TEXT: u8 = 255;

/// Any text is a network that can begin, or has problems that stand in the text.
///
/// Other first bytes choose a built-in network; each group of bytes after it is a change: two for
/// the place, one for how many bytes go, one for how many follow that come.
pub fn network_file(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else {
        return;
    };
    if *first == TEXT {
        check(&String::from_utf8_lossy(rest));
    } else {
        let presets = presets();
        let preset = &presets[usize::from(*first) % presets.len()];
        check(&changed(preset.text, rest));
    }
}

fn changed(text: &str, mut changes: &[u8]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    while let [high, low, gone, come, rest @ ..] = changes {
        let (new, after) = rest.split_at(usize::from(*come).min(rest.len()));
        let begin = usize::from(u16::from_be_bytes([*high, *low])).min(bytes.len());
        let end = begin.saturating_add(usize::from(*gone)).min(bytes.len());
        bytes.splice(begin..end, new.iter().copied());
        changes = after;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn check(text: &str) {
    let lines = text.lines().count().max(1) + 1;
    let definition = match parse(text, "fuzzed.toml") {
        Ok(definition) => definition,
        Err(problems) => {
            assert!(!problems.is_empty(), "refused without a problem");
            for problem in problems {
                assert!((1..=lines).contains(&(problem.line as usize)), "{problem}");
                assert!(problem.column >= 1, "{problem}");
            }
            return;
        }
    };
    assert!(!summary(&definition).is_empty());
    let bindings: BTreeMap<String, Address> = definition
        .names()
        .iter()
        .map(|name| (name.to_string(), Address::derived(name.as_str().as_bytes())))
        .collect();
    if let Ok(genesis) = definition.genesis(1_800_000_000_000, &bindings) {
        State::genesis(&genesis).expect("a checked network begins");
    }
}
