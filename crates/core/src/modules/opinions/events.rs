//! What happened in `opinions`.

use crate::address::Address;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, Ratio};

/// What happened in `opinions`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Event {
    /// An account took a seat.
    SeatTaken {
        /// The account.
        account: Address,
        /// The seat.
        seat: u16,
        /// What it paid, base units of the emission's asset.
        price: Amount,
        /// Of which burned, base units.
        burned: Amount,
        /// Who lost the seat for it.
        replaced: Option<Address>,
    },
    /// Seats are no more: the network has fewer.
    SeatEnded {
        /// Who held it.
        account: Address,
        /// The seat.
        seat: u16,
    },
    /// A seat's weights are others now.
    WeightsSet {
        /// Its holder.
        account: Address,
        /// The seat.
        seat: u16,
        /// Seats weighed.
        count: u16,
    },
    /// A seat committed to weights.
    WeightsCommitted {
        /// Its holder.
        account: Address,
        /// The seat.
        seat: u16,
        /// The epoch in which they must be revealed.
        reveal_in: u64,
    },
    /// A commitment was not revealed in time, or a later one was.
    CommitmentLapsed {
        /// The holder of the seat.
        account: Address,
        /// The seat.
        seat: u16,
        /// The epoch of the commitment.
        epoch: u64,
    },
    /// From an epoch on an account's power counts for others.
    ChildrenSet {
        /// The account.
        account: Address,
        /// For whom, and parts of 65,535.
        children: Vec<(Address, u16)>,
        /// The epoch.
        from: u64,
    },
    /// From an epoch on an account keeps another part of what others' power earns with its seat.
    TakeSet {
        /// The account.
        account: Address,
        /// The part.
        take: Ratio,
        /// The epoch.
        from: u64,
    },
}

impl Event {
    /// The accounts this is about.
    #[must_use]
    pub fn accounts(&self) -> Vec<Address> {
        match self {
            Self::SeatTaken { account, replaced, .. } => {
                [*account].into_iter().chain(*replaced).collect()
            }
            Self::SeatEnded { account, .. }
            | Self::WeightsSet { account, .. }
            | Self::WeightsCommitted { account, .. }
            | Self::CommitmentLapsed { account, .. }
            | Self::TakeSet { account, .. } => vec![*account],
            Self::ChildrenSet { account, children, .. } => {
                let others = children.iter().map(|(child, _)| *child);
                [*account].into_iter().chain(others).collect()
            }
        }
    }
}
