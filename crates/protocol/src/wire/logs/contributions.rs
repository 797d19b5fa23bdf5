//! Events of `contributions`.

use super::events;
use crate::wire::addresses;
use workmint_amounts::Amount;
use workmint_core::Address;
use workmint_core::modules::contributions::{ClosedReason, ContributionKey, Event};
use workmint_core::modules::parameters::Name;

events! {
    "IContributionsEvents" at addresses::CONTRIBUTIONS, of Event;

    Submitted { contribution: ContributionKey, stream: Name, quantity: u64 }
    Repeated { contribution: ContributionKey }
    Verified {
        contribution: ContributionKey,
        verifier: Address,
        approved: bool,
        confidence: u32,
        quantity: u64,
        first: u32,
        second: u32,
    }
    Accepted {
        contribution: ContributionKey,
        stream: Name,
        quantity: u64,
        first: u32,
        second: u32,
    }
    Challenged { contribution: ContributionKey, challenger: Address, bond: Amount }
    Judged { contribution: ContributionKey, judge: Address, refuted: bool }
    Upheld { contribution: ContributionKey, challenger: Address, bond: Amount }
    Undecided { contribution: ContributionKey }
    Closed { contribution: ContributionKey, reason: ClosedReason }
    Settled {
        contribution: ContributionKey,
        stream: Name,
        epoch: u64,
        quantity: u64,
        recorded_loss: Option<u64>,
    }
}
