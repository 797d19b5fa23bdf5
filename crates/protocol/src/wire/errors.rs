//! The engine's numbered errors as custom errors of Solidity.
//!
//! Every error is `Name(uint16 code, ...)` with its values, declared in the interface of its module
//! (`contracts/IErrors.sol`); the number keeps errors of one name apart. What has no declaration of
//! its own, the refusals of bytes that are no transaction, is `Refused(uint16 code, string text)`.

use super::kind::{Kind, decode, solidity_name};
use super::token::{Token, address_word, encode, number_word};
use super::{Field, as_map};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use workmint_core::Error;
use workmint_core::error::{self, ErrorInfo, FieldInfo, FieldKind};

/// What is refused without an error of its own.
pub const REFUSED: ErrorInfo = ErrorInfo {
    code: 0,
    name: "Refused",
    about: "Refused before it reached the engine.",
    text: "{text}",
    fields: &[FieldInfo { name: "text", about: "Why.", kind: FieldKind::Text }],
};

/// The declaration of one error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorSpec {
    /// The module that it is of; its interface is `I<Module>Errors`.
    pub module: &'static str,
    /// What the engine knows of it.
    pub info: ErrorInfo,
    /// Name and kind of its fields in Solidity; the first is the number.
    pub fields: Vec<(String, Kind)>,
    /// The first four bytes of Keccak-256 of its signature.
    pub selector: [u8; 4],
}

impl ErrorSpec {
    fn new(module: &'static str, info: ErrorInfo) -> Self {
        let given = info.fields.iter().map(|field| (solidity_name(field.name, ""), field.kind));
        let mut fields = vec![("code".to_owned(), Kind::Uint(16))];
        fields.extend(given.map(|(name, kind)| (name, Kind::from(kind))));
        let types: Vec<String> = fields.iter().map(|(_, kind)| kind.abi()).collect();
        let digest = alloy_primitives::keccak256(format!("{}({})", info.name, types.join(",")));
        let selector = [digest[0], digest[1], digest[2], digest[3]];
        Self { module, info, fields, selector }
    }

    fn revert(&self, code: u16, values: impl IntoIterator<Item = error::Field>) -> Vec<u8> {
        let mut tokens = vec![Token::Word(number_word(u128::from(code)))];
        tokens.extend(values.into_iter().map(|value| match value {
            error::Field::Number(number) => Token::Word(number_word(number)),
            error::Field::Address(address) => Token::Word(address_word(&address)),
            error::Field::Hash(hash) => Token::Word(hash.0),
            error::Field::Text(text) => Token::Text(text),
            error::Field::Flag(flag) => Token::Word(number_word(u128::from(flag))),
        }));
        let mut data = self.selector.to_vec();
        data.extend(encode(&tokens));
        data
    }
}

static GENERIC: LazyLock<ErrorSpec> = LazyLock::new(|| ErrorSpec::new("wire", REFUSED));

/// The declarations of every error, by number, [`REFUSED`] first.
#[must_use]
pub fn catalogue() -> &'static BTreeMap<u16, ErrorSpec> {
    static ALL: LazyLock<BTreeMap<u16, ErrorSpec>> = LazyLock::new(|| {
        let of_module = |(module, infos): (&'static str, &'static [ErrorInfo])| {
            infos.iter().map(move |info| (info.code, ErrorSpec::new(module, *info)))
        };
        let engine = Error::catalogue().into_iter().flat_map(of_module);
        engine.chain([(REFUSED.code, GENERIC.clone())]).collect()
    });
    &ALL
}

/// What `eth_call` answers for a message that fails so.
#[must_use]
pub fn revert_data(error: &Error) -> Vec<u8> {
    match catalogue().get(&error.code()) {
        Some(spec) => spec.revert(error.code(), error.fields()),
        None => refused(error.code(), &error.to_string()),
    }
}

/// What `eth_call` answers for what is refused with this number and text.
#[must_use]
pub fn refused(code: u16, text: &str) -> Vec<u8> {
    GENERIC.revert(code, [error::Field::Text(text.to_owned())])
}

/// An error read back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DescribedError {
    /// Its stable number.
    pub code: u16,
    /// Its name.
    pub name: &'static str,
    /// Its values.
    #[serde(serialize_with = "as_map")]
    pub fields: Vec<(String, Field)>,
    /// Its text, with the values.
    pub text: String,
}

/// What the data of a failed call says; `None` if it is none of our errors.
#[must_use]
pub fn describe_revert(data: &[u8]) -> Option<DescribedError> {
    let (selector, rest) = data.split_first_chunk::<4>()?;
    let Field::Number(code) = decode(&[Kind::Uint(16)], rest.get(..32)?)?.pop()? else {
        return None;
    };
    let code = u16::try_from(code).ok()?;
    let own = catalogue().get(&code).filter(|spec| spec.selector == *selector);
    let spec = own.or_else(|| (GENERIC.selector == *selector).then_some(&*GENERIC))?;
    let kinds: Vec<Kind> = spec.fields.iter().map(|(_, kind)| *kind).collect();
    let values = decode(&kinds, rest)?;
    let names = spec.fields.iter().map(|(name, _)| name.clone());
    let fields: Vec<(String, Field)> = names.zip(values).skip(1).collect();
    let text = text_of(&spec.info, &fields);
    Some(DescribedError { code, name: spec.info.name, fields, text })
}

/// The text with every `{name}` replaced by the value of that field.
fn text_of(info: &ErrorInfo, fields: &[(String, Field)]) -> String {
    let mut text = String::new();
    let mut rest = info.text;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        let place = info.fields.iter().position(|field| field.name == name);
        if let Some((_, value)) = place.and_then(|place| fields.get(place)) {
            text.push_str(&value.to_string());
        }
        rest = after;
    }
    text.push_str(rest);
    text
}
