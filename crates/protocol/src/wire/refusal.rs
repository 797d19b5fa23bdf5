//! Why bytes are not a transaction of this network.

use alloy_primitives::{U256, hex};
use std::fmt;
use workmint_core::{Address, Hash};

/// Declares the refusals: number, fields, text.
macro_rules! refusals {
    ($( $(#[$doc:meta])* $number:literal $name:ident
        { $( $(#[$field_doc:meta])* $field:ident : $kind:ty ),* $(,)? } => $text:literal; )*) => {
        /// Why bytes are not a transaction of this network. Nothing was changed.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Refusal {
            $( $(#[$doc])* $name { $( $(#[$field_doc])* $field : $kind ),* } ),*
        }

        impl Refusal {
            /// The stable number, from 3000 on; the engine's own errors are below.
            #[must_use]
            pub const fn code(&self) -> u16 {
                match self { $( Self::$name { .. } => 3000 + $number ),* }
            }
        }

        impl fmt::Display for Refusal {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $( Self::$name { $( $field ),* } => write!(formatter, $text) ),*
                }
            }
        }
    };
}

refusals! {
    /// No bytes.
    0 Empty {} => "the transaction has no bytes";
    /// More bytes than allowed.
    1 TooLarge {
        /// How many.
        bytes: usize,
        /// How many are allowed.
        limit: usize,
    } => "the transaction has {bytes} bytes, allowed are {limit}";
    /// A transaction without a type.
    2 Legacy {} => "legacy transactions are not taken; sign an EIP-1559 transaction (type 2)";
    /// Type 1.
    3 AccessListType {} =>
        "EIP-2930 transactions (type 1) are not taken; sign an EIP-1559 transaction (type 2)";
    /// Type 3.
    4 Blob {} => "blob transactions (type 3) are not taken: this network has no blobs; \
        sign an EIP-1559 transaction (type 2)";
    /// Type 4.
    5 SetCode {} => "EIP-7702 transactions (type 4) are not taken: accounts have no code; \
        sign an EIP-1559 transaction (type 2)";
    /// Another type.
    6 UnknownType {
        /// Its number.
        given: u8,
    } => "transaction type {given} is unknown; sign an EIP-1559 transaction (type 2)";
    /// Not the one valid RLP encoding.
    7 Rlp {
        /// Of which field.
        field: &'static str,
        /// What is wrong.
        why: String,
    } => "{field}: {why}";
    /// Bytes after the end.
    8 Trailing {
        /// How many.
        bytes: usize,
    } => "{bytes} bytes follow the transaction";
    /// Signed for another network.
    9 WrongChain {
        /// This network's.
        expected: u64,
        /// The transaction's.
        given: U256,
    } => "chainId is {given}, this network's is {expected}";
    /// Nobody to send to.
    10 Creation {} =>
        "to is empty: contracts cannot be created here; every contract is part of the network";
    /// An access list.
    11 AccessList {} => "accessList must be empty: this network has no storage slots to list";
    /// The second form of a signature.
    12 HighS {} =>
        "s is above half the order of secp256k1: of its two forms a signature has the lower s";
    /// Nobody's signature.
    13 Signature {
        /// Of which field.
        field: &'static str,
        /// What is wrong.
        why: &'static str,
    } => "{field}: {why}";
    /// A tip above the whole price.
    14 TipAboveFee {
        /// Of the tip, wei per gas.
        tip: u128,
        /// Of everything, wei per gas.
        fee: u128,
    } => "maxPriorityFeePerGas is {tip} wei, at most maxFeePerGas ({fee} wei) is allowed";
    /// Pays less for gas than it costs.
    15 PriceTooLow {
        /// Offered, wei per gas.
        given: u128,
        /// The network's price, wei per gas.
        price: U256,
    } => "maxFeePerGas is {given} wei, at least the network's price of {price} wei is needed";
    /// Allows less gas than the fee takes.
    16 GasTooLow {
        /// Allowed.
        given: u64,
        /// Needed.
        needed: u64,
    } => "gas limit is {given}, this transaction needs {needed}";
    /// Wei that are no whole base units.
    17 PartOfUnit {
        /// Wei.
        value: U256,
        /// Wei in one base unit.
        scale: U256,
    } => "value is {value} wei, allowed are multiples of {scale} wei (one base unit)";
    /// Value sent to a contract.
    18 ValueToContract {
        /// Its name.
        contract: &'static str,
    } => "value must be 0 in a call of {contract}: amounts are arguments of its functions";
    /// Data sent to an account.
    19 InputToAccount {
        /// Bytes.
        bytes: usize,
    } => "to is an account without code, but the input has {bytes} bytes: it must be empty";
    /// An address that nobody can own.
    20 Reserved {
        /// Of which field.
        field: &'static str,
        /// The address.
        address: Address,
    } => "{field} is {address}, a reserved address of the network that cannot own anything";
    /// A function that a contract does not have.
    21 UnknownFunction {
        /// The contract.
        contract: &'static str,
        /// The first four bytes of the input, or all if there are fewer.
        selector: Selector,
    } => "{contract} has no function with the selector {selector}";
    /// A function that only reads.
    22 View {
        /// The contract.
        contract: &'static str,
        /// The function's signature.
        function: String,
    } => "{contract}.{function} only reads: ask it with eth_call";
    /// Arguments that are no, or not the one valid, encoding.
    23 Arguments {
        /// The function's signature.
        function: String,
        /// What is wrong.
        why: String,
    } => "arguments of {function}: {why}";
    /// A value outside its range.
    24 Range {
        /// The field.
        field: String,
        /// The value.
        given: String,
        /// What is allowed.
        allowed: String,
    } => "{field} is {given}, allowed is {allowed}";
    /// A signature of somebody else.
    25 WrongSigner {
        /// Of which field.
        field: &'static str,
        /// Who had to sign.
        expected: Address,
        /// Who did.
        found: Address,
    } => "{field} is of {found}, it must be of {expected} over this network's chain id and \
        genesis hash";
}

impl std::error::Error for Refusal {}

/// The bytes that choose a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector(pub Vec<u8>);

impl Selector {
    /// The first four bytes of an input, or all if there are fewer.
    #[must_use]
    pub fn of(input: &[u8]) -> Self {
        Self(input.iter().take(4).copied().collect())
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "0x{}", hex::encode(&self.0))
    }
}

impl Refusal {
    /// A value outside its range.
    #[must_use]
    pub fn range(field: impl Into<String>, given: impl fmt::Display, allowed: &str) -> Self {
        Self::Range { field: field.into(), given: given.to_string(), allowed: allowed.to_owned() }
    }

    /// A hash where none may be.
    #[must_use]
    pub fn must_be_zero(field: &str, given: &Hash) -> Self {
        Self::range(field, given, "32 zero bytes here")
    }
}
