//! Yuma consensus: from validators' weights on miners to incentive, dividends and bonds. Pure
//! functions of numbers; the state is not known here.
//!
//! | file | holds |
//! |---|---|
//! | `masks.rs` | who has a say, which weights count, who may weigh others next |
//! | `matrix.rs` | the sparse matrix both modes read and write |
//! | `strict/` | our arithmetic: conserves, and does not depend on the order or numbers of seats |
//! | `subtensor/` | upstream's arithmetic, bit for bit |
//! | `trace.rs` | how one seat came to what it has, for explanations |

mod masks;
mod matrix;
pub mod strict;
pub mod subtensor;
pub mod trace;

pub use masks::{Ignored, Masks, Silence, Speaker};
pub use matrix::Matrix;

use crate::error::Error;
use crate::modules::parameters::{Yuma, YumaMode};
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Amount;

/// What a run of Yuma reads: the seats of a network at a close, in order of their numbers. All
/// columns and both matrices have one entry or row per seat.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Seats {
    /// Height of the closing block.
    pub height: u64,
    /// Blocks of the epoch that closes (upstream's tempo).
    pub blocks: u64,
    /// Height of the last close that ran it; 0: none did.
    pub last_run: u64,
    /// The network's owner.
    pub owner: Option<u16>,
    /// Power behind its opinion, base units.
    pub power: Vec<Amount>,
    /// Whether the last run let it weigh others.
    pub permit: Vec<bool>,
    /// Height at which it last set weights; 0: never.
    pub last_update: Vec<u64>,
    /// Height at which the present holder got it.
    pub registered: Vec<u64>,
    /// Height of its earliest commitment that is neither revealed nor expired.
    pub committed: Vec<Option<u64>>,
    /// Weights: row of the validator, column of the miner; 0 to 65,535.
    pub weights: Matrix,
    /// Bonds the last run left, in the units of the mode.
    pub bonds: Matrix,
}

/// Rules of a run besides [`Yuma`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// A seat with less power has no say, base units; the owner's is exempt.
    pub least_power: Amount,
    /// Seats that may weigh others.
    pub most_validators: u16,
    /// Blocks after which a validator that set no weights has no say.
    pub activity_cutoff_blocks: u64,
    /// Whether weights come by commit and reveal: then weights on a seat that changed hands after
    /// the commitment do not count.
    pub commit_reveal: bool,
}

/// What a run gives. All columns have one entry per seat, in parts of `unit`.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Outcome {
    /// What 1 is.
    pub unit: u64,
    /// Share of all power, before inactive seats and those without a permit are left out.
    pub stake: Vec<u64>,
    /// Share of the power that has a say.
    pub active_stake: Vec<u64>,
    /// The weight that enough power agrees on; what is above it is cut off.
    pub consensus: Vec<u64>,
    /// How much of a validator's weights was within consensus.
    pub trust: Vec<u64>,
    /// A miner's share of what miners earn.
    pub incentive: Vec<u64>,
    /// A validator's share of what validators earn.
    pub dividends: Vec<u64>,
    /// Who may weigh others until the next run.
    pub permit: Vec<bool>,
    /// What is stored for the next run, in the units of the mode.
    pub bonds: Matrix,
}

/// Everything a run depends on.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// Consensus and bonds.
    pub rules: &'a Yuma,
    /// The rest of the rules.
    pub limits: Limits,
    /// The seats.
    pub seats: &'a Seats,
}

/// One run, in the arithmetic of the network's mode.
///
/// # Errors
/// A column or matrix of the seats has not one entry or row per seat; the power of all seats is
/// beyond 2^128 - 1 base units, in mode `subtensor` 2^127 - 1.
pub fn run(run: &Run<'_>) -> Result<Outcome, Error> {
    match run.rules.mode {
        YumaMode::Strict => strict::run(run),
        YumaMode::Subtensor => subtensor::run(run),
    }
}
