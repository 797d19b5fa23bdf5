//! Logs read back: names and values for JSON.

use super::{EventField, Kind, Log, spec_of};
use crate::wire::Field;
use alloy_dyn_abi::{DynSolType, DynSolValue};
use serde::Serialize;
use workmint_core::{Address, Hash};

/// A log with names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Described {
    /// The interface that declares the event.
    pub contract: &'static str,
    /// The event.
    pub event: &'static str,
    /// Its fields, in order.
    #[serde(serialize_with = "crate::wire::as_map")]
    pub fields: Vec<(String, Field)>,
}

/// What a log says; `None` if it is none of ours.
#[must_use]
pub fn describe(log: &Log) -> Option<Described> {
    let (topic, indexed) = log.topics.split_first()?;
    let spec = spec_of(&log.address, topic)?;
    let rest: Vec<&EventField> = spec.fields.iter().filter(|field| !field.indexed).collect();
    let kinds = rest.iter().map(|field| sol_type(field.kind)).collect();
    let decoded = match DynSolType::Tuple(kinds).abi_decode_params(&log.data).ok()? {
        DynSolValue::Tuple(values) => values,
        other => vec![other],
    };
    if indexed.len().checked_add(rest.len())? != spec.fields.len() || decoded.len() != rest.len() {
        return None;
    }
    let (mut topics, mut values) = (indexed.iter(), decoded.into_iter());
    let mut fields = Vec::with_capacity(spec.fields.len());
    for field in &spec.fields {
        let value = if field.indexed {
            sol_type(field.kind).abi_decode(&topics.next()?.0).ok()?
        } else {
            values.next()?
        };
        fields.push((field.name.clone(), field_of(field.kind, value)?));
    }
    Some(Described { contract: spec.contract, event: spec.name, fields })
}

fn sol_type(kind: Kind) -> DynSolType {
    match kind {
        Kind::Uint(bits) => DynSolType::Uint(usize::from(bits)),
        Kind::Address => DynSolType::Address,
        Kind::Hash => DynSolType::FixedBytes(32),
        Kind::Flag => DynSolType::Bool,
        Kind::Text => DynSolType::String,
        Kind::Word(_) => DynSolType::Uint(8),
        Kind::Uints(bits) => DynSolType::Array(Box::new(DynSolType::Uint(usize::from(bits)))),
        Kind::Addresses => DynSolType::Array(Box::new(DynSolType::Address)),
    }
}

fn field_of(kind: Kind, value: DynSolValue) -> Option<Field> {
    Some(match (kind, value) {
        (Kind::Word(words), DynSolValue::Uint(number, _)) => {
            Field::Word(words.words.get(usize::try_from(number).ok()?)?)
        }
        (_, DynSolValue::Uint(number, _)) => Field::Number(u128::try_from(number).ok()?),
        (_, DynSolValue::Address(address)) => Field::Address(Address(address.0.0)),
        (_, DynSolValue::FixedBytes(bytes, 32)) => Field::Hash(Hash(bytes.0)),
        (_, DynSolValue::Bool(flag)) => Field::Flag(flag),
        (_, DynSolValue::String(text)) => Field::Text(text),
        (Kind::Uints(bits), DynSolValue::Array(items)) => list(Kind::Uint(bits), items)?,
        (Kind::Addresses, DynSolValue::Array(items)) => list(Kind::Address, items)?,
        _ => return None,
    })
}

fn list(kind: Kind, items: Vec<DynSolValue>) -> Option<Field> {
    items.into_iter().map(|item| field_of(kind, item)).collect::<Option<_>>().map(Field::List)
}
