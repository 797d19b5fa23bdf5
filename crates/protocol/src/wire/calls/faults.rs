//! What is wrong with arguments that do not decode: the first field whose value has no place in its
//! type. Looked for only after decoding has failed.

use alloy_json_abi::{Function, Param};
use alloy_primitives::U256;

use crate::wire::contracts;
use crate::wire::refusal::{Refusal, Selector};

/// Bytes of a word.
const WORD: usize = 32;

/// The function of a contract that an input calls.
pub(crate) fn function_of(contract: &str, input: &[u8]) -> Option<&'static Function> {
    let selector = input.first_chunk::<4>()?;
    let mut functions = contracts::abi_of(contract)?.functions();
    functions.find(|function| function.selector() == *selector)
}

/// The refusal of a function that only reads.
pub(crate) fn view(contract: &'static str, input: &[u8]) -> Refusal {
    match function_of(contract, input) {
        Some(function) => Refusal::View { contract, function: function.signature() },
        None => Refusal::UnknownFunction { contract, selector: Selector::of(input) },
    }
}

/// The refusal of arguments: the first field at fault, else `why`.
pub(crate) fn arguments(contract: &'static str, input: &[u8], why: String) -> Refusal {
    let Some(function) = function_of(contract, input) else {
        return Refusal::Arguments { function: contract.to_owned(), why };
    };
    let arguments = input.get(4..).unwrap_or_default();
    match walk_all("", &function.inputs, arguments, 0) {
        Err(Fault::Range(refusal)) => refusal,
        Err(Fault::Form(why)) => Refusal::Arguments { function: function.signature(), why },
        Ok(()) => Refusal::Arguments { function: function.signature(), why },
    }
}

enum Fault {
    Range(Refusal),
    Form(String),
}

/// Values one after another from a place of their frame on.
fn walk_all(path: &str, params: &[Param], frame: &[u8], from: usize) -> Result<(), Fault> {
    let mut at = from;
    for param in params {
        let path = match (path, param.name.as_str()) {
            ("", name) => name.to_owned(),
            (path, name) => format!("{path}.{name}"),
        };
        walk(&path, &param.ty, &param.components, (frame, at))?;
        at += head_size(&param.ty, &param.components);
    }
    Ok(())
}

fn walk(
    path: &str,
    ty: &str,
    components: &[Param],
    (frame, at): (&[u8], usize),
) -> Result<(), Fault> {
    if !is_dynamic(ty, components) {
        return match ty {
            "tuple" => walk_all(path, components, frame, at),
            leaf => check(path, leaf, word(path, frame, at)?),
        };
    }
    let offset = small(path, "offset", word(path, frame, at)?)?;
    let part = frame.get(offset..).ok_or_else(|| ends_inside(path))?;
    if let Some(element) = ty.strip_suffix("[]") {
        let count = small(path, "length", word(path, part, 0)?)?;
        let elements = part.get(WORD..).unwrap_or_default();
        let size = head_size(element, components);
        if count > elements.len() / size {
            return Err(ends_inside(path));
        }
        return (0..count).try_for_each(|number| {
            let path = format!("{path}[{number}]");
            walk(&path, element, components, (elements, number * size))
        });
    }
    if ty == "tuple" {
        return walk_all(path, components, part, 0);
    }
    let length = small(path, "length", word(path, part, 0)?)?;
    let content = part.get(WORD..).unwrap_or_default();
    let Some((bytes, rest)) = content.split_at_checked(length) else {
        return Err(ends_inside(path));
    };
    if ty == "string" && std::str::from_utf8(bytes).is_err() {
        return Err(Fault::Form(format!("{path} is not UTF-8 text")));
    }
    let padding = length.next_multiple_of(WORD) - length;
    match rest.get(..padding) {
        Some(padding) if padding.iter().all(|byte| *byte == 0) => Ok(()),
        Some(_) => Err(Fault::Form(format!("the bytes after {path} up to its word must be zero"))),
        None => Err(ends_inside(path)),
    }
}

/// A value of one word.
fn check(path: &str, ty: &str, word: U256) -> Result<(), Fault> {
    let outside = |allowed: &str| Fault::Range(Refusal::range(path, word, allowed));
    if let Some(bits) = ty.strip_prefix("uint").and_then(|bits| bits.parse::<usize>().ok()) {
        if word.bit_len() > bits {
            return Err(outside(&format!("0 to 2^{bits} - 1")));
        }
        return Ok(());
    }
    match ty {
        "bool" if word.bit_len() > 1 => Err(outside("0 (false) or 1 (true)")),
        "address" if word.bit_len() > 160 => Err(outside("an address: 20 bytes after 12 zeros")),
        _ => Ok(()),
    }
}

fn word(path: &str, frame: &[u8], at: usize) -> Result<U256, Fault> {
    let bytes = at.checked_add(WORD).and_then(|end| frame.get(at..end));
    bytes.map(U256::from_be_slice).ok_or_else(|| ends_inside(path))
}

/// An offset or a length, which is never more than the input has bytes.
fn small(path: &str, what: &str, value: U256) -> Result<usize, Fault> {
    u32::try_from(value)
        .ok()
        .and_then(|value| usize::try_from(value).ok())
        .ok_or_else(|| Fault::Form(format!("the {what} of {path} is {value}: beyond the input")))
}

fn ends_inside(path: &str) -> Fault {
    Fault::Form(format!("the input ends inside {path}"))
}

fn is_dynamic(ty: &str, components: &[Param]) -> bool {
    match ty {
        "bytes" | "string" => true,
        "tuple" => components.iter().any(|param| is_dynamic(&param.ty, &param.components)),
        other => other.ends_with("[]"),
    }
}

/// Bytes that a value takes in the frame it stands in.
fn head_size(ty: &str, components: &[Param]) -> usize {
    match ty {
        "tuple" if !is_dynamic(ty, components) => {
            components.iter().map(|param| head_size(&param.ty, &param.components)).sum()
        }
        _ => WORD,
    }
}
