//! Events of `parameters`.

use super::events;
use crate::wire::addresses;
use workmint_core::modules::parameters::Event;

events! {
    "IParametersEvents" at addresses::PARAMETERS, of Event;

    Scheduled { epoch: u64 }
    Activated { epoch: u64, version: u64 }
    Dropped { epoch: u64, code: u16 }
}
