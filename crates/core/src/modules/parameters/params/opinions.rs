//! Validators' weights on miners, and the consensus over them.

use super::Destination;
use crate::address::Address;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, Ratio};

/// Seats of one network of miners and validators, their weights on each other, and what is
/// computed from them (reference/bittensor.md §1).
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Opinions {
    /// Seats, numbered from 0; 1 to 4,096.
    pub seats: u16,
    /// The network's owner: its seat may weigh others without power or permit. `None`: there is
    /// none.
    pub owner: Option<Address>,
    /// What backs a seat's opinion.
    pub power: OpinionPower,
    /// A seat with less power has no say, base units; the owner's seat is exempt.
    pub least_power: Amount,
    /// Seats with the most power that may weigh others; 1 to `seats`.
    pub most_validators: u16,
    /// A validator that set no weights for so many blocks has no say; at least 1.
    pub activity_cutoff_blocks: u64,
    /// What a seat costs, and how long it is safe.
    pub registration: SeatRegistration,
    /// What weights may be, and how they come in.
    pub weighing: Weighing,
    /// Yuma consensus; `None`: only the median of scores (`performance`) is computed.
    pub yuma: Option<Yuma>,
    /// Validators that stake through others; `None`: there are none.
    pub children: Option<ChildRules>,
}

/// What backs a seat's opinion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum OpinionPower {
    /// What is bonded to it as a validator, its own and delegated.
    Bonded,
    /// Its collateral.
    Collateral,
    /// What it stakes as a provider.
    Stake,
}

/// The price of a seat: it falls with time and rises with each registration.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct SeatRegistration {
    /// Base units at genesis; `minimum` to `maximum`.
    pub initial: Amount,
    /// Never below this, base units.
    pub minimum: Amount,
    /// Never above this, base units.
    pub maximum: Amount,
    /// Blocks after which it has halved; 1 to 1,000,000.
    pub half_life_blocks: u64,
    /// What each registration multiplies it by; 1 to 10.
    pub rise: Ratio,
    /// Where the price goes: the burned share of it, 0 to 1.
    pub burned_share: Ratio,
    /// Where the rest goes.
    pub rest: Destination,
    /// Blocks for which a new seat is not taken away while others can be.
    pub immunity_blocks: u64,
}

/// What weights may be, and how they come in.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Weighing {
    /// Fewest seats to weigh, or all if there are fewer; 0 to 4,096. One weight on oneself is
    /// always allowed.
    pub minimum_count: u16,
    /// Blocks between two settings of weights by one seat.
    pub rate_limit_blocks: u64,
    /// Epochs between the commitment to weights and their reveal; 1 to 100. `None`: weights are set
    /// in the open.
    pub reveal_epochs: Option<u64>,
    /// Commitments a seat may have open; 1 to 64.
    pub most_commitments: u32,
}

/// Yuma consensus. What upstream counts in parts of 65,535 is so here.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Yuma {
    /// Whose arithmetic.
    pub mode: YumaMode,
    /// Which bonds.
    pub kind: YumaKind,
    /// Share of stake that must agree, parts of 65,535; 0 to 65,535.
    pub kappa: u16,
    /// How far bonds go by clipped weights: 65,535 whole, 0 not at all.
    pub bonds_penalty: u16,
    /// How much of a bond stays each epoch, parts of 1,000,000; 0 to 1,000,000.
    pub bonds_moving_average: u32,
    /// Bonds that move faster where a validator is ahead of the others; only with
    /// [`YumaKind::Yuma3`].
    pub liquid: Option<LiquidAlpha>,
}

/// Whose arithmetic Yuma uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum YumaMode {
    /// Ours: rows sorted, nothing created or lost, the same under any numbering of seats.
    Strict,
    /// Subtensor's, bit for bit, with what is wrong with it.
    Subtensor,
}

/// Which bonds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum YumaKind {
    /// A miner's bonds are shares of stake; they sum to 1.
    Yuma1,
    /// Each validator's bond moves toward its weight, whatever others do.
    Yuma3,
}

/// Limits of how fast bonds move, parts of 65,535.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct LiquidAlpha {
    /// Where all agree; 1,638 to `high`.
    pub low: u16,
    /// Where a validator differs most.
    pub high: u16,
    /// Steepness of the curve between them, 1 / 100; -32,768 to 32,767.
    pub steepness: i16,
}

/// How a validator's power may count for others (Bittensor's child keys).
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ChildRules {
    /// Others it may count for; 1 to 64.
    pub most: u16,
    /// Most that one may keep of what it earns with others' power; 0 to 1.
    pub most_take: Ratio,
    /// Epochs until a change of who counts for whom takes effect; at least 1.
    pub delay_epochs: u64,
}
