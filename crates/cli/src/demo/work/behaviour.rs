//! Who misbehaves, and who is wronged, in which epoch.

use super::cast::Cast;
use crate::demo::random::Draws;
use crate::demo::settings::Settings;
use std::collections::BTreeSet;
use workmint_amounts::Ratio;
use workmint_core::{Evidence, Hash};

/// The hosts, by number, that stand out in one epoch.
#[derive(Debug)]
pub(in crate::demo) struct Behaviour {
    /// Report three times the units they did; they are challenged and refuted.
    pub(in crate::demo) cheats: BTreeSet<u64>,
    /// Leave about a seventh of their requests unanswered and say so.
    pub(in crate::demo) overloaded: BTreeSet<u64>,
    /// The same, but a reporter has to say it.
    pub(in crate::demo) silent: BTreeSet<u64>,
    /// Are challenged although they did nothing wrong.
    pub(in crate::demo) accused: BTreeSet<u64>,
    /// Their reports are attested so late that they become final in the next epoch.
    pub(in crate::demo) late: BTreeSet<u64>,
    /// Begin to withdraw half of their collateral.
    pub(in crate::demo) leaving: BTreeSet<u64>,
}

impl Behaviour {
    /// The behaviour of an epoch.
    pub(in crate::demo) fn new(settings: &Settings, epoch: u64) -> Self {
        let hosts = settings.participants;
        let draw = |purpose: &str, when: bool, one_in: u64| {
            let count = if when { (hosts / one_in).max(1) } else { 0 };
            Draws::new(settings.seed, epoch, 0, purpose).choose(count, hosts)
        };
        let cheats = draw("cheats", epoch % 3 == 2, 24);
        let overloaded = draw("overloaded", epoch % 2 == 1, 24);
        let mut silent = draw("silent", epoch % 4 == 2, 24);
        let mut accused = draw("accused", epoch % 4 == 3, 24);
        let mut late = draw("late", epoch % 3 == 1, 12);
        // One role each: whoever is late or silent has no report to challenge in time.
        silent.retain(|host| !cheats.contains(host));
        accused.retain(|host| !cheats.contains(host));
        late.retain(|host| !cheats.contains(host) && !accused.contains(host));
        Self {
            cheats,
            overloaded,
            silent,
            accused,
            late,
            leaving: draw("leaving", epoch % 4 == 2, 24),
        }
    }
}

/// News of validators: one leaves the active set for two epochs, another is punished meanwhile.
pub(in crate::demo) fn evidence(
    settings: &Settings,
    cast: &Cast,
    epoch: u64,
    time_ms: u64,
) -> Vec<Evidence> {
    let mut validators = cast.validators();
    let (first, last) = match (validators.next(), validators.next_back()) {
        (Some(first), last) => (first, last.unwrap_or(first)),
        (None, _) => return Vec::new(),
    };
    match epoch % 6 {
        2 => vec![Evidence::ValidatorBeganUnbonding { validator: first }],
        3 => {
            let key = [settings.seed.to_le_bytes(), epoch.to_le_bytes()];
            let Ok(fraction) = Ratio::new(1, 20) else {
                return Vec::new();
            };
            vec![Evidence::ValidatorSlashed {
                validator: last,
                fraction,
                fault: Hash::of("workmint demo fault", &[&key[0], &key[1]]),
                time_ms,
            }]
        }
        4 => vec![Evidence::ValidatorBonded { validator: first }],
        _ => Vec::new(),
    }
}
