//! Every kind of transaction: one for each function of the system contracts and of the assets'
//! contract, with the name that the command line gives it.

use alloy_json_abi::{Function, Param, StateMutability};
use std::sync::LazyLock;
use workmint_protocol::wire::contracts::{self, Contract};

use super::meaning::{Meaning, example, meaning, shape, written};
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
            input(&function.name, param, says, &words)
        });
        let inputs: Vec<Input> = inputs.collect();
        Kind {
            name: name(interface, &function.name),
            contract,
            // A ratio is one option for two numbers.
            options: inputs
                .iter()
                .flat_map(Input::options)
                .filter(|input| meaning(&function.name, &input.param) != Meaning::Denominator)
                .cloned()
                .collect(),
            inputs,
            notice: said.notice,
            function,
            example: String::new(),
        }
    })
    .map(|kind| Kind { example: kind.example(), ..kind })
    .collect()
}

fn input(function: &str, param: &Param, says: String, words: &Words) -> Input {
    let names: Vec<String> = param.components.iter().map(|field| field.name.clone()).collect();
    let said = words.fields(&names).iter().cloned().chain(std::iter::repeat(String::new()));
    let fields = param.components.iter().zip(said);
    let fields = fields.map(|(field, says)| input(function, field, says, words));
    Input {
        option: match (meaning(function, param), param.name.as_str()) {
            // What moves is called an amount everywhere.
            (_, "value") => "amount".to_owned(),
            (Meaning::Numerator | Meaning::Denominator, _) => match function {
                "setChildTake" => "take".to_owned(),
                _ => "commission".to_owned(),
            },
            (_, name) => kebab(name),
        },
        shape: match param.components.is_empty() {
            true => shape(function, param),
            false => fields_shape(param),
        },
        fields: fields.collect(),
        param: param.clone(),
        says,
    }
}

fn fields_shape(param: &Param) -> String {
    let fields = param.components.iter().map(|field| format!("{}=..", kebab(&field.name)));
    let fields = fields.collect::<Vec<String>>().join(",");
    if param.ty.ends_with("[]") { format!("{fields} ..") } else { fields }
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

    /// Whether the largest number stands for no limit here, as the interface says.
    pub(crate) fn may_be_unlimited(&self) -> bool {
        self.says.contains("2^256 - 1")
    }

    fn options(&self) -> Vec<&Self> {
        match self.is_struct() {
            true => self.fields.iter().flat_map(Self::options).collect(),
            false => vec![self],
        }
    }
}

impl Kind {
    /// The help of an option: what it is, and how it is written.
    pub(crate) fn help(&self, input: &Input) -> String {
        let mut help = input.says.clone();
        for field in &input.fields {
            help.push_str(&format!("; {}: {}", field.option, field.says.trim_end_matches('.')));
        }
        if input.may_be_unlimited() {
            help.push_str(" 2^256 - 1 is written unlimited.");
        }
        match written(&self.function.name, &input.param) {
            Some(how) if input.fields.is_empty() => {
                format!("{}. {how}", help.trim_end_matches('.'))
            }
            _ => help,
        }
    }

    fn example(&self) -> String {
        let options = self.options.iter().map(|input| {
            let value = example(self, input);
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
