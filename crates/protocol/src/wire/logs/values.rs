//! How the engine's types are said in events.
//!
//! Amounts are base units of their asset, `uint256`. A fraction is a numerator and a denominator in
//! lowest terms. A deadline is a block time in milliseconds or an epoch, and says which. No account
//! is the zero address, which never owns anything.

use super::spec::Parts;
use super::{Kind, Words};
use crate::wire::token::{Token, address_word, number_word};
use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::contributions::{ClosedReason, ContributionKey};
use workmint_core::modules::governance::{Choice, Tally};
use workmint_core::modules::market::jobs::Outcome;
use workmint_core::modules::parameters::{Destination, Name};
use workmint_core::modules::rewards::{BucketLine, UnpaidReason};
use workmint_core::modules::work::{ReportKey, ReportRef, Status, StatusReason};
use workmint_core::modules::{market, slashing, stake, validators};
use workmint_core::names::{AssetId, ModelId};
use workmint_core::time::Deadline;
use workmint_core::{Address, Hash};

/// A type of an event's field.
pub(super) trait Value {
    /// The parts it has on the wire.
    const PARTS: Parts;

    /// Adds its parts.
    fn put(&self, to: &mut Vec<Token>);
}

/// A type that is one word.
trait Single {
    /// Its type on the wire.
    const KIND: Kind;

    /// The word.
    fn word(&self) -> [u8; 32];
}

impl<T: Single> Value for T {
    const PARTS: Parts = &[("", T::KIND)];

    fn put(&self, to: &mut Vec<Token>) {
        to.push(Token::Word(self.word()));
    }
}

macro_rules! numbers {
    ($($kind:ty: $bits:literal, $value:ident => $number:expr;)*) => { $(
        impl Single for $kind {
            const KIND: Kind = Kind::Uint($bits);

            fn word(&self) -> [u8; 32] {
                let $value = self;
                number_word($number)
            }
        }
    )* };
}

numbers! {
    u8: 8, value => u128::from(*value);
    u16: 16, value => u128::from(*value);
    u32: 32, value => u128::from(*value);
    u64: 64, value => u128::from(*value);
    u128: 128, value => *value;
    Amount: 256, value => value.get();
    AssetId: 16, value => u128::from(value.0);
    ModelId: 16, value => u128::from(value.0);
}

impl Single for Address {
    const KIND: Kind = Kind::Address;

    fn word(&self) -> [u8; 32] {
        address_word(self)
    }
}

impl Single for Option<Address> {
    const KIND: Kind = Kind::Address;

    fn word(&self) -> [u8; 32] {
        address_word(&self.unwrap_or(Address::ZERO))
    }
}

impl Single for Hash {
    const KIND: Kind = Kind::Hash;

    fn word(&self) -> [u8; 32] {
        self.0
    }
}

impl Single for bool {
    const KIND: Kind = Kind::Flag;

    fn word(&self) -> [u8; 32] {
        number_word(u128::from(*self))
    }
}

/// Enums whose place in the list is their number on the wire: never reorder, add at the end.
macro_rules! words {
    ($($kind:ty as $name:ident { $($word:ident),* $(,)? })*) => {
        $(
            impl Single for $kind {
                const KIND: Kind = Kind::Word(&Words {
                    name: stringify!($name),
                    words: &[ $( stringify!($word) ),* ],
                });

                fn word(&self) -> [u8; 32] {
                    enum Place { $( $word ),* }
                    number_word(match self { $( Self::$word => Place::$word as u128 ),* })
                }
            }
        )*

        /// Every enum of events.
        pub(super) fn enums() -> Vec<&'static Words> {
            let kinds = [$( <$kind as Single>::KIND, )* DEADLINE, REPORT];
            kinds.iter().filter_map(|kind| match kind {
                Kind::Word(words) => Some(*words),
                Kind::Uint(_) | Kind::Address | Kind::Hash | Kind::Flag | Kind::Text
                | Kind::Uints(_) | Kind::Addresses => None,
            }).collect()
        }
    };
}

words! {
    Destination as Destination { Burn, Treasury, Recycling }
    slashing::OffenceKind as CollateralOffence { Downtime, InvalidWork, ConsensusFault }
    stake::Offence as StakeOffence { ServiceLevel, Attestation, Malice }
    validators::Fault as BondFault { Consensus, Absence }
    validators::Why as LeavingReason { Retired, Displaced, Jailed, Empty, Reported }
    Status as Status { Active, Inactive, Invalid }
    StatusReason as StatusReason {
        AlreadySet, FailuresInARow, Invalidations, Downtime, Confirmation,
    }
    market::Return as RefundKind { Paid, Owed, Lost }
    Outcome as JobOutcome {
        Cancelled, NotAccepted, NotDelivered, Paid, NoEvidence, CustomerWon, ProviderWon,
        Undecided, Failed,
    }
    ClosedReason as ClosedReason {
        Rejected, Unverified, Refuted, DuplicateDataset, NoImprovement, StreamEnded,
    }
    UnpaidReason as UnpaidReason { Decayed, TooOld, LimitReached, NoBackpay, StreamEnded }
    Choice as VoteChoice { Yes, No, Abstain }
}

const DEADLINE: Kind = Kind::Word(&Words { name: "DeadlineKind", words: &["Time", "Epoch"] });
const REPORT: Kind = Kind::Word(&Words {
    name: "ReportKind",
    words: &["Summary", "Proof", "Misses", "Confirmation"],
});

impl Value for Deadline {
    const PARTS: Parts = &[("kind", DEADLINE), ("value", Kind::Uint(64))];

    fn put(&self, to: &mut Vec<Token>) {
        let (kind, value) = match self {
            Self::Time(time_ms) => (0, *time_ms),
            Self::Epoch(epoch) => (1, *epoch),
        };
        to.push(Token::Word(number_word(kind)));
        value.put(to);
    }
}

impl Value for Ratio {
    const PARTS: Parts = &[("numerator", Kind::Uint(128)), ("denominator", Kind::Uint(128))];

    fn put(&self, to: &mut Vec<Token>) {
        self.numerator().put(to);
        self.denominator().put(to);
    }
}

/// What a report is not about is zero.
impl Value for ReportRef {
    const PARTS: Parts = &[
        ("kind", REPORT),
        ("epoch", Kind::Uint(64)),
        ("participant", Kind::Address),
        ("node", Kind::Uint(32)),
        ("model", Kind::Uint(16)),
        ("reporter", Kind::Address),
    ];

    fn put(&self, to: &mut Vec<Token>) {
        let (kind, key, reporter) = match self {
            Self::Summary(key) => (0, *key, Address::ZERO),
            Self::Proof(key) => (1, *key, Address::ZERO),
            Self::Misses(key) => (2, no_node(key.epoch, key.participant), key.reporter),
            Self::Confirmation(key) => (3, no_node(key.epoch, key.participant), key.reporter),
        };
        to.push(Token::Word(number_word(kind)));
        key.put(to);
        reporter.put(to);
    }
}

/// The key of a report that is of no node and no model.
fn no_node(epoch: u64, participant: Address) -> ReportKey {
    ReportKey { epoch, participant, node: 0, model: ModelId(0) }
}

/// Structs whose fields are parts.
macro_rules! parts {
    ($($of:ty { $($field:ident : $kind:ty),* $(,)? })*) => { $(
        impl Value for $of {
            const PARTS: Parts = &[ $( (stringify!($field), <$kind as Single>::KIND) ),* ];

            fn put(&self, to: &mut Vec<Token>) {
                let Self { $( $field ),* } = self;
                $( <$kind as Value>::put($field, to); )*
            }
        }
    )* };
}

parts! {
    ReportKey { epoch: u64, participant: Address, node: u32, model: ModelId }
    ContributionKey { epoch: u64, contributor: Address, id: u64 }
    Tally { yes: u128, no: u128, abstain: u128 }
    BucketLine {
        target: Amount, floor: Amount, ceiling: Amount, rolled_in: Amount, expired: Amount,
        demand: Amount, due: Amount, lent: Amount, borrowed: Amount, paid_new: Amount,
        paid_backpay: Amount, newly_owed: Amount, closed: Amount, owed: Amount,
        rolled_out: Amount,
    }
}

impl Value for Box<BucketLine> {
    const PARTS: Parts = BucketLine::PARTS;

    fn put(&self, to: &mut Vec<Token>) {
        BucketLine::put(self, to);
    }
}

impl Value for (Amount, Amount) {
    const PARTS: Parts = &[("first", Kind::Uint(256)), ("second", Kind::Uint(256))];

    fn put(&self, to: &mut Vec<Token>) {
        self.0.put(to);
        self.1.put(to);
    }
}

impl Value for Option<u64> {
    const PARTS: Parts = &[("given", Kind::Flag), ("", Kind::Uint(64))];

    fn put(&self, to: &mut Vec<Token>) {
        self.is_some().put(to);
        self.unwrap_or(0).put(to);
    }
}

impl Value for Name {
    const PARTS: Parts = &[("", Kind::Text)];

    fn put(&self, to: &mut Vec<Token>) {
        to.push(Token::Text(self.as_str().to_owned()));
    }
}

impl Value for String {
    const PARTS: Parts = &[("", Kind::Text)];

    fn put(&self, to: &mut Vec<Token>) {
        to.push(Token::Text(self.clone()));
    }
}

impl Value for Vec<Amount> {
    const PARTS: Parts = &[("", Kind::Uints(256))];

    fn put(&self, to: &mut Vec<Token>) {
        to.push(Token::Words(self.iter().map(Single::word).collect()));
    }
}

/// Accounts and parts of 65,535, two lists of the same length.
impl Value for Vec<(Address, u16)> {
    const PARTS: Parts = &[("accounts", Kind::Addresses), ("parts", Kind::Uints(16))];

    fn put(&self, to: &mut Vec<Token>) {
        to.push(Token::Words(self.iter().map(|(account, _)| account.word()).collect()));
        to.push(Token::Words(self.iter().map(|(_, part)| part.word()).collect()));
    }
}
