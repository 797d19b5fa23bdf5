//! The description of the interface: `OpenAPI` 3.1.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use utoipa::{PartialSchema, ToSchema};

use super::{events, paths};
use crate::problem::{MEDIA_TYPE, Problem};

/// Problems that an operation may answer with: status, name, description, which operations.
const PROBLEMS: [(u16, &str, &str, Which); 10] = [
    (400, "InvalidParameter", "A parameter or the body is missing, unknown or out of range", ALL),
    (403, "WrongHost", "The header Host names another machine than this one", ALL),
    (404, "NotFound", "There is no such thing, or the network has no such part", Which::Asking),
    (408, "Late", "The body did not come in time", Which::Sending),
    (413, "TooLong", "The body is too long", Which::Sending),
    (415, "MediaType", "The body is of a media type that is not taken", Which::Sending),
    (422, "Refused", "Well formed, but the network's rules refuse it", Which::Asking),
    (429, "TooMany", "Too many requests of this client; Retry-After says when to go on", ALL),
    (500, "Internal", "The node could not answer", ALL),
    (503, "Busy", "Too many long requests are under way, or the node stops", ALL),
];

/// Names of a closed list: what descriptions call the list, and its words.
fn words(name: &str) -> Option<BTreeSet<&'static str>> {
    match name {
        "CONTRACT" => Some(events::contracts()),
        "EVENT" => Some(events::names(None)),
        _ => None,
    }
}

/// Numbers as text: what descriptions name, and its pattern. None begins with a needless 0.
const NUMBERS: [(&str, &str); 5] = [
    // To 4,293.999999, a verifier's unit above which less than one is left.
    (
        "MULT",
        r"^(0|[1-9][0-9]{0,2}|[1-3][0-9]{3}|4[01][0-9]{2}|42[0-8][0-9]|429[0-3])(\.[0-9]{1,6})?$",
    ),
    // To 18 * 10^18 - 1, what follows is still below 2^64.
    ("WHOLE", "^(0|[1-9][0-9]{0,18}|1[0-7][0-9]{18})$"),
    ("GIGABYTES", r"^(0|[1-9][0-9]{0,9}|1[0-7][0-9]{9})(\.[0-9]{1,9})?$"),
    ("PERCENT", r"^((0|[1-9][0-9]?)(\.[0-9]{1,7})?|100(\.0{1,7})?)$"),
    // 0.001 to 8,760.
    (
        "HOURS",
        concat!(
            r"^(0\.(00[1-9]|0[1-9][0-9]?|[1-9][0-9]{0,2})|8760(\.0{1,3})?|",
            r"([1-9][0-9]{0,2}|[1-7][0-9]{3}|8[0-6][0-9]{2}|87[0-5][0-9])(\.[0-9]{1,3})?)$",
        ),
    ),
];

const ALL: Which = Which::All;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    All,
    /// Those with parameters or a body, and those about parts not every network has.
    Asking,
    /// Those with a body.
    Sending,
}

/// The description of every path.
#[must_use]
pub fn openapi() -> &'static Value {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(document);
    &DOCUMENT
}

/// `GET /openapi.json`.
pub(super) async fn serve() -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (kind, openapi().to_string()).into_response()
}

fn document() -> Value {
    let (_, described) = paths().split_for_parts();
    let mut document = serde_json::to_value(described).unwrap_or(Value::Null);
    document["info"] = json!({
        "title": "Workmint",
        "version": env!("CARGO_PKG_VERSION"),
        "summary": "What a network knows, and what it answers",
        "description": DESCRIPTION,
        "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
    });
    document["servers"] = json!([{ "url": "/", "description": "The node that serves this" }]);
    for path in children(&mut document["paths"]) {
        for operation in children(path) {
            describe(operation);
        }
    }
    let (name, problem) = (Problem::name().into_owned(), Problem::schema());
    document["components"]["schemas"][name] = serde_json::to_value(problem).unwrap_or(Value::Null);
    let problems = PROBLEMS.iter().map(|(_, name, description, _)| {
        let schema = json!({ "$ref": "#/components/schemas/Problem" });
        let answer = json!({
            "description": description,
            "content": { MEDIA_TYPE: { "schema": schema } },
        });
        ((*name).to_owned(), answer)
    });
    document["components"]["responses"] = Value::Object(problems.collect());
    document["components"]["headers"] = json!({
        "Height": {
            "description": "Height of the block the answer was computed at",
            "schema": { "type": "integer", "minimum": 0 },
        },
        "Time": {
            "description": "That block's time, milliseconds",
            "schema": { "type": "integer", "minimum": 0 },
        },
    });
    document
}

const DESCRIPTION: &str = "Every answer says at which height it was computed. Amounts are decimal \
    strings of base units with asset and decimals beside them (`/rewards` has display units, as \
    its document says); weights, powers and units of work are decimal strings too; heights, \
    epochs, times and counts are integers below 2^53. A list is `{items, next}`: `next` is the \
    `cursor` of the page that follows. Lists by time are read from either end: `order=asc` or \
    `order=desc`, and a cursor belongs to its order. Unknown parameters are refused. Errors are \
    RFC 9457 problems.";

fn children(value: &mut Value) -> impl Iterator<Item = &mut Value> {
    value.as_object_mut().into_iter().flat_map(Map::values_mut)
}

/// Adds what all operations have: headers, problems.
fn describe(operation: &mut Value) {
    let sends = operation.get("requestBody").is_some();
    let is_of_part = operation["tags"].as_array().is_some_and(|tags| {
        tags.iter().any(|tag| tag == "document 002" || tag == "rewards" || tag == "questions")
    });
    let asks = sends || is_of_part || operation.get("parameters").is_some();
    let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
    for schema in parameters.into_iter().flatten().filter_map(|one| one.get_mut("schema")) {
        // A parameter that is not given is absent: there is no way to write null.
        if let Some([of, _null]) = schema["type"].as_array().map(Vec::as_slice) {
            schema["type"] = of.clone();
        }
        let named = NUMBERS.iter().find(|(name, _)| schema.get("pattern") == Some(&json!(name)));
        if let Some((_, pattern)) = named {
            schema["pattern"] = json!(pattern);
        }
        let listed = schema["pattern"].as_str().and_then(words);
        if let (Some(words), Some(schema)) = (listed, schema.as_object_mut()) {
            schema.remove("pattern");
            schema.insert("enum".to_owned(), json!(words));
        }
    }
    for (status, answer) in operation["responses"].as_object_mut().into_iter().flatten() {
        if status.starts_with('2') {
            answer["headers"] = json!({
                "x-workmint-height": { "$ref": "#/components/headers/Height" },
                "x-workmint-time-ms": { "$ref": "#/components/headers/Time" },
            });
        }
    }
    for (status, name, _, which) in PROBLEMS {
        let has = match which {
            Which::All => true,
            Which::Asking => asks,
            Which::Sending => sends,
        };
        if has {
            let answer = json!({ "$ref": format!("#/components/responses/{name}") });
            operation["responses"][status.to_string()] = answer;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Calls `look` with every value of a document.
    fn each(value: &Value, look: &mut impl FnMut(&Value)) {
        look(value);
        match value {
            Value::Array(list) => list.iter().for_each(|one| each(one, look)),
            Value::Object(map) => map.values().for_each(|one| each(one, look)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_has_its_target() {
        let (document, mut count) = (openapi(), 0);
        each(document, &mut |value| {
            if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
                let path = reference.strip_prefix('#').unwrap();
                assert!(document.pointer(path).is_some(), "{reference}");
                count += 1;
            }
        });
        assert!(count > 500, "{count}");
    }

    #[test]
    fn no_parameter_is_null_and_no_pattern_is_a_name() {
        each(openapi(), &mut |value| {
            for parameter in value.get("parameters").and_then(Value::as_array).into_iter().flatten()
            {
                assert!(parameter["schema"]["type"].is_string(), "{parameter}");
                let pattern = parameter["schema"].get("pattern");
                let named = NUMBERS.iter().any(|(name, _)| pattern == Some(&json!(name)));
                let listed = pattern.and_then(Value::as_str).and_then(words).is_some();
                assert!(!named && !listed, "{parameter}");
            }
        });
    }
}
