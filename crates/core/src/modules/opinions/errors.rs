//! Errors of `opinions`, by number; `docs/spec` gives the order in which they are checked.

use crate::address::Address;
use crate::error::numbered_errors;
use workmint_amounts::{Amount, Ratio};

numbered_errors! {
    /// Why seats, weights or lent power did not change.
    2100;
    /// The network has no seats.
    1 Off {} => "this network has no seats";
    /// The sender has a seat.
    2 AlreadySeated {
        /// It.
        seat: u16,
    } => "the account holds seat {seat} already: an account has at most one";
    /// A seat costs more than the sender pays.
    3 TooDear {
        /// Base units.
        price: Amount,
        /// Most the sender pays, base units.
        most: Amount,
    } => "a seat costs {price} base units, the message pays at most {most}";
    /// Nobody can be replaced.
    4 NoneFree {
        /// All seats.
        seats: u16,
    } => "all of the {seats} seats are taken and none of them may be replaced";
    /// The sender has no seat.
    5 NoSeat {} => "the account holds no seat";
    /// The seat had too little power at the last close.
    6 TooLittlePower {
        /// Base units.
        power: Amount,
        /// Base units.
        least: Amount,
    } => "{power} base units of power are too little, at least {least} are needed";
    /// Weights were set or committed a short while ago.
    7 TooSoon {
        /// First height at which it is allowed.
        from: u64,
    } => "the seat may do this again from block {from} on";
    /// The seat may weigh itself only.
    8 NoPermit {} => "the seat has no permit to weigh others: allowed is one weight, on itself";
    /// A seat is weighed twice.
    9 WeighedTwice {
        /// It.
        seat: u16,
    } => "seat {seat} is weighed twice";
    /// A seat that nobody holds.
    10 UnknownSeat {
        /// It.
        seat: u16,
        /// Seats taken.
        taken: u16,
    } => "nobody holds seat {seat}: allowed are seats below {taken}";
    /// Too few seats are weighed.
    11 TooFew {
        /// Seats weighed.
        count: usize,
        /// Fewest.
        least: u16,
    } => "{count} seats are weighed, at least {least} must be, or only the own one";
    /// Weights are not committed here.
    12 SetInTheOpen {} => "this network has no commitments: set weights in the open";
    /// Weights are committed and revealed here.
    13 CommitFirst {} => "weights of this network are committed and revealed, not set in the open";
    /// Too many commitments are open.
    14 TooManyCommitments {
        /// Most.
        most: u32,
    } => "the seat has {most} open commitments, which is the most";
    /// The seat has an open commitment of this hash.
    15 CommittedTwice {} => "the seat has committed to this hash already";
    /// No open commitment of the seat is to these weights with this salt.
    16 NotCommitted {} => "no open commitment of the seat is to these weights with this salt";
    /// It is not time yet.
    17 RevealTooEarly {
        /// The epoch in which it must be revealed.
        epoch: u64,
    } => "this commitment is to be revealed in epoch {epoch}, not before";
    /// Nobody's power counts for others here.
    18 NoChildren {} => "in this network nobody's power counts for others";
    /// Power would count for too many.
    19 TooManyChildren {
        /// How many.
        count: usize,
        /// Most.
        most: u16,
    } => "power may count for at most {most} others, not {count}";
    /// One's own power counts for oneself without being asked.
    20 OwnChild {} => "one's own power counts for oneself: it cannot be lent to oneself";
    /// An account is named twice.
    21 ChildTwice {
        /// It.
        account: Address,
    } => "{account} is named twice";
    /// The network has never seen this account.
    22 UnknownChild {
        /// It.
        account: Address,
    } => "the network has never seen {account}";
    /// Nothing would count for an account.
    23 NoShare {
        /// It.
        account: Address,
    } => "the share of {account} is 0: allowed are 1 to 65535";
    /// More than all would count for others.
    24 MoreThanAll {
        /// Parts of 65,535.
        sum: u64,
    } => "the shares sum to {sum}: allowed are at most 65535";
    /// More would be kept than allowed.
    25 TakeTooHigh {
        /// Asked for.
        take: Ratio,
        /// Most.
        most: Ratio,
    } => "a take of {take} is too high: allowed are 0 to {most}";
}
