//! Events of the engine itself, of no module.

use super::spec::EventSpec;
use super::{Log, Value, spec};
use crate::wire::addresses;
use std::sync::LazyLock;
use workmint_core::Event;

static SKIPPED: LazyLock<EventSpec> = LazyLock::new(skipped);
static QUARANTINED: LazyLock<EventSpec> = LazyLock::new(quarantined);

fn skipped() -> EventSpec {
    spec!("IEngineEvents", addresses::ENGINE, EpochsSkipped { first: u64, last: u64 })
}

fn quarantined() -> EventSpec {
    spec!("IEngineEvents", addresses::ENGINE, Quarantined { step: String, code: u16 })
}

/// The declarations.
pub(super) fn specs() -> Vec<EventSpec> {
    vec![skipped(), quarantined()]
}

/// The log of an event of no module; a module's own file has the others.
pub(super) fn log(event: &Event) -> Option<Log> {
    let mut values = Vec::new();
    let spec = match event {
        Event::EpochsSkipped { first, last } => {
            first.put(&mut values);
            last.put(&mut values);
            &SKIPPED
        }
        Event::Quarantined { step, code } => {
            step.put(&mut values);
            code.put(&mut values);
            &QUARANTINED
        }
        _ => return None,
    };
    Some(spec.log(addresses::ENGINE, values))
}
