//! Logs read back: names and values for JSON.

use super::{Kind, Log, spec_of};
use crate::wire::Field;
use crate::wire::kind::decode;
use serde::Serialize;

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
    let kinds = |indexed: bool| -> Vec<Kind> {
        let fields = spec.fields.iter().filter(|field| field.indexed == indexed);
        fields.map(|field| field.kind).collect()
    };
    if indexed.len() != spec.fields.iter().filter(|field| field.indexed).count() {
        return None;
    }
    let words: Vec<u8> = indexed.iter().flat_map(|topic| topic.0).collect();
    let mut topics = decode(&kinds(true), &words)?.into_iter();
    let mut values = decode(&kinds(false), &log.data)?.into_iter();
    let mut fields = Vec::with_capacity(spec.fields.len());
    for field in &spec.fields {
        let value = if field.indexed { topics.next()? } else { values.next()? };
        fields.push((field.name.clone(), value));
    }
    Some(Described { contract: spec.contract, event: spec.name, fields })
}
