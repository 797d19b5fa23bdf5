//! Events of `slashing`.

use super::events;
use crate::wire::addresses;
use workmint_amounts::{Amount, Ratio};
use workmint_core::Address;
use workmint_core::modules::slashing::{Event, OffenceKind};

events! {
    "ISlashingEvents" at addresses::SLASHING, of Event;

    Punished { account: Address, kind: OffenceKind, fraction: Ratio, amount: Amount }
}
