//! Every kind of transaction: one for each function of the system contracts and of the assets'
//! contract, with the name that the command line gives it.

use alloy_json_abi::{Function, Param, StateMutability};
use std::sync::LazyLock;
use workmint_protocol::wire::contracts::{self, Contract};

use super::natspec::Words;

/// Something that can be asked of a network.
#[derive(Clone, Debug)]
pub(crate) struct Kind {
    /// Its name on the command line.
    pub(crate) name: String,
    /// Whose function it is; `None`: of an asset.
    pub(crate) contract: Option<Contract>,
    /// The function.
    pub(crate) function: Function,
    /// What it does.
    pub(crate) notice: String,
    /// What it needs, in the function's order; a struct has fields.
    pub(crate) inputs: Vec<Input>,
    /// What the command line asks for: the inputs, of a struct its fields instead.
    pub(crate) options: Vec<Input>,
    /// How the command line asks for it, with values that can stand there.
    pub(crate) example: String,
}

/// What a kind needs.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    /// The option's name: `--max-price`.
    pub(crate) option: String,
    /// As the ABI declares it.
    pub(crate) param: Param,
    /// What it is.
    pub(crate) says: String,
    /// What a value looks like, in a word.
    pub(crate) shape: String,
    /// Fields, of a struct or a list of structs.
    pub(crate) fields: Vec<Input>,
}

/// Functions whose own name says too little.
const RENAMED: [(&str, &str, &str); 2] = [
    ("ICollateral", "deposit", "deposit-collateral"),
    ("ICollateral", "withdraw", "withdraw-collateral"),
];

/// Every kind, by name.
pub(crate) fn kinds() -> &'static [Kind] {
    static KINDS: LazyLock<Vec<Kind>> = LazyLock::new(|| {
        let mut kinds: Vec<Kind> = Contract::ALL
            .iter()
            .flat_map(|contract| of_contract(Some(*contract), contract.name(), contract.source()))
            .collect();
        kinds.extend(of_contract(None, contracts::TOKEN_NAME, contracts::TOKEN_SOURCE));
        kinds.sort_by(|one, other| one.name.cmp(&other.name));
        kinds
    });
    &KINDS
}

fn of_contract(contract: Option<Contract>, interface: &str, source: &str) -> Vec<Kind> {
    let abi = contract.map_or_else(contracts::token_abi, Contract::abi);
    let words = Words::read(source);
    let functions = abi.functions.into_values().flatten();
    let asks = functions.filter(|function| {
        !matches!(function.state_mutability, StateMutability::View | StateMutability::Pure)
    });
    asks.map(|function| {
        let said = words.function(&function.name);
        let inputs = function.inputs.iter().map(|param| {
            let says = said.parameters.get(&param.name).cloned().unwrap_or_default();
            input(param, says, &words)
        });
        let inputs: Vec<Input> = inputs.collect();
        Kind {
            name: name(interface, &function.name),
            contract,
            options: inputs.iter().flat_map(Input::options).cloned().collect(),
            inputs,
            notice: said.notice,
            function,
            example: String::new(),
        }
    })
    .map(|kind| Kind { example: kind.example(), ..kind })
    .collect()
}

fn input(param: &Param, says: String, words: &Words) -> Input {
    let names: Vec<String> = param.components.iter().map(|field| field.name.clone()).collect();
    let said = words.fields(&names).iter().cloned().chain(std::iter::repeat(String::new()));
    let fields = param.components.iter().zip(said).map(|(field, says)| input(field, says, words));
    Input {
        // What moves is called an amount everywhere.
        option: match param.name.as_str() {
            "value" => "amount".to_owned(),
            name => kebab(name),
        },
        shape: shape(param),
        fields: fields.collect(),
        param: param.clone(),
        says,
    }
}

fn shape(param: &Param) -> String {
    if !param.components.is_empty() {
        let fields = param.components.iter().map(|field| format!("{}=..", kebab(&field.name)));
        return fields.collect::<Vec<String>>().join(",");
    }
    let shape = match param.ty.trim_end_matches("[]") {
        "address" => "ADDRESS",
        "bool" => "true|false",
        "bytes32" => "HASH",
        "bytes" => "HEX",
        "string" => "TEXT",
        "uint256" => "AMOUNT",
        _ => "N",
    };
    if param.ty.ends_with("[]") { format!("{shape},..") } else { shape.to_owned() }
}

fn name(interface: &str, function: &str) -> String {
    let renamed = RENAMED.iter().find(|(of, name, _)| *of == interface && *name == function);
    renamed.map_or_else(|| kebab(function), |(_, _, name)| (*name).to_owned())
}

/// `maxPrice` as `max-price`.
pub(crate) fn kebab(name: &str) -> String {
    name.chars().fold(String::new(), |mut text, letter| {
        if letter.is_ascii_uppercase() {
            text.push('-');
        }
        text.push(letter.to_ascii_lowercase());
        text
    })
}

impl Input {
    /// Whether it is one struct: its fields are options of their own.
    pub(crate) fn is_struct(&self) -> bool {
        !self.fields.is_empty() && !self.param.ty.ends_with("[]")
    }

    fn options(&self) -> Vec<&Self> {
        match self.is_struct() {
            true => self.fields.iter().flat_map(Self::options).collect(),
            false => vec![self],
        }
    }
}

impl Kind {
    fn example(&self) -> String {
        let options = self.options.iter().map(|input| {
            let value = super::values::example(self, input);
            format!(" --{} {}", input.option, quoted(&value))
        });
        format!("workmint tx {}{}", self.name, options.collect::<String>())
    }
}

fn quoted(value: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "._/-=,:@".contains(letter);
    if !value.is_empty() && value.chars().all(plain) {
        value.to_owned()
    } else {
        format!("'{value}'")
    }
}
