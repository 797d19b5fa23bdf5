//! What an event looks like on the wire: its Solidity declaration, and how values become words.

use super::{Kind, Log};
use crate::wire::kind::solidity_name;
use crate::wire::token::{Token, encode};
use workmint_core::{Address, Hash};

/// Most indexed fields that an event of Solidity has beside its own topic.
const MOST_INDEXED: usize = 3;

/// One field of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventField {
    /// Its name in Solidity.
    pub name: String,
    /// The field of the event in the engine that it says, or says a part of.
    pub of: &'static str,
    /// Which part of it; empty if it says all of it.
    pub part: &'static str,
    /// Its type.
    pub kind: Kind,
    /// Whether it is a topic: wallets and indexers can ask for it.
    pub indexed: bool,
}

/// The declaration of one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventSpec {
    /// The interface that declares it.
    pub contract: &'static str,
    /// Who emits it; for the ERC-20 events the zero address: every asset's contract does.
    pub address: Address,
    /// Its name.
    pub name: &'static str,
    /// Its fields, in order.
    pub fields: Vec<EventField>,
    /// Keccak-256 of its signature: the first topic.
    pub topic: Hash,
}

/// A name and the parts a value has: `""` for a value of one part.
pub(super) type Parts = &'static [(&'static str, Kind)];

impl EventSpec {
    /// The declaration of event `name` with these fields; the first three accounts are indexed.
    pub(super) fn new(
        contract: &'static str,
        address: Address,
        name: &'static str,
        given: &[(&'static str, Parts)],
    ) -> Self {
        let mut fields: Vec<EventField> = Vec::new();
        for (of, parts) in given {
            for (part, kind) in *parts {
                let before = fields.iter().filter(|field| field.indexed).count();
                let indexed = *kind == Kind::Address && before < MOST_INDEXED;
                fields.push(EventField {
                    name: solidity_name(of, part),
                    of,
                    part,
                    kind: *kind,
                    indexed,
                });
            }
        }
        let types: Vec<String> = fields.iter().map(|field| field.kind.abi()).collect();
        let signature = format!("{name}({})", types.join(","));
        let topic = Hash(alloy_primitives::keccak256(signature).0);
        Self { contract, address, name, fields, topic }
    }

    /// The log of this event with these values, one for each field.
    pub(super) fn log(&self, address: Address, values: Vec<Token>) -> Log {
        let mut topics = vec![self.topic];
        let mut rest = Vec::new();
        for (field, value) in self.fields.iter().zip(values) {
            match (field.indexed, value) {
                (true, Token::Word(word)) => topics.push(Hash(word)),
                (_, value) => rest.push(value),
            }
        }
        Log { address, topics, data: encode(&rest) }
    }
}

/// The declaration of one event.
macro_rules! spec {
    ($contract:literal, $address:expr, $name:ident { $( $field:ident : $kind:ty ),* }) => {
        super::EventSpec::new($contract, $address, stringify!($name), &[
            $( (stringify!($field), <$kind as super::Value>::PARTS) ),*
        ])
    };
}
pub(super) use spec;

/// Declares the events of one module: what the engine calls them and their fields, with the types
/// of the fields. Makes `log`, which turns an event into its log, and `specs`, the declarations.
/// `=> Variant in module` hands the events of a part of the module to that part.
macro_rules! events {
    ($contract:literal at $address:expr, of $event:ty;
     $( $name:ident { $( $field:ident : $kind:ty ),* $(,)? } )*
     $( => $inner:ident in $part:ident; )* ) => {
        type Of = $event;

        /// The log of an event.
        pub(super) fn log(event: &Of) -> super::Log {
            match event {
                $( Of::$name { $( $field ),* } => {
                    static SPEC: std::sync::LazyLock<super::EventSpec> =
                        std::sync::LazyLock::new(|| {
                            super::spec!($contract, $address, $name { $( $field : $kind ),* })
                        });
                    let mut values = Vec::new();
                    $( <$kind as super::Value>::put($field, &mut values); )*
                    SPEC.log($address, values)
                } )*
                $( Of::$inner(event) => super::$part::log(event), )*
            }
        }

        /// The declarations.
        pub(super) fn specs() -> Vec<super::EventSpec> {
            vec![ $( super::spec!($contract, $address, $name { $( $field : $kind ),* }) ),* ]
        }
    };
}
pub(super) use events;
