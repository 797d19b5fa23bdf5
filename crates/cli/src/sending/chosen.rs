//! The kinds of transactions as subcommands, with an option for each input.

use clap::builder::Resettable;
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command, Error, FromArgMatches, Subcommand};

use super::kinds::{Input, Kind, kinds};
use super::sealed::sealed;
use super::values::Given;

/// A kind and what was given for its inputs.
#[derive(Clone, Debug)]
pub(crate) struct Chosen {
    /// The kind.
    pub(crate) kind: &'static Kind,
    /// By option.
    pub(crate) given: Given,
}

/// Which asset's contract, where a function belongs to none.
const ASSET: &str = "asset";

impl FromArgMatches for Chosen {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let missing = || Error::raw(ErrorKind::MissingSubcommand, "which kind of transaction?\n");
        let (name, matches) = matches.subcommand().ok_or_else(missing)?;
        let kind = kinds().iter().find(|kind| kind.name == name).ok_or_else(missing)?;
        let options = kind.options.iter().map(|input| input.option.as_str());
        let own = kind.contract.is_none().then_some(ASSET);
        let sealed = sealed(kind);
        let made_of = sealed.into_iter().flat_map(|sealed| {
            let options = sealed.options().map(|input| input.option.as_str());
            options.chain(sealed.own.map(|(name, _)| name))
        });
        let given = options.chain(own).chain(made_of).filter_map(|option| {
            let values = matches.get_many::<String>(option)?;
            Some((option.to_owned(), values.cloned().collect()))
        });
        Ok(Self { kind, given: given.collect() })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Subcommand for Chosen {
    fn augment_subcommands(command: Command) -> Command {
        let command = command.subcommand_required(true).arg_required_else_help(true);
        command.subcommands(kinds().iter().map(subcommand))
    }

    fn augment_subcommands_for_update(command: Command) -> Command {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        kinds().iter().any(|kind| kind.name == name)
    }
}

fn subcommand(kind: &'static Kind) -> Command {
    let sealed = sealed(kind);
    let help = match sealed {
        Some(sealed) => format!("{}\n{}", kind.example, sealed.example),
        None => kind.example.clone(),
    };
    let mut command = Command::new(kind.name.as_str())
        .about(kind.notice.as_str())
        .after_help(help)
        .arg_required_else_help(!kind.options.is_empty());
    for input in &kind.options {
        let may_lack = sealed.is_some_and(|sealed| sealed.option == input.option);
        command = command.arg(option(kind, input).required(!is_list(input) && !may_lack));
    }
    if let Some(sealed) = sealed {
        for input in sealed.options() {
            let argument = option(kind, input).conflicts_with(sealed.option);
            command = command
                .arg(argument.help(format!("{} Instead of --{}", input.says, sealed.option)));
        }
        if let Some((name, says)) = sealed.own {
            let argument = Arg::new(name).long(name).value_name("N").help(says);
            command = command.arg(argument.conflicts_with(sealed.option));
        }
    }
    if kind.contract.is_none() {
        let asset = Arg::new(ASSET).long(ASSET).value_name("SYMBOL");
        let help = "The asset, where the amount does not name it";
        command = command.arg(asset.help(help).help_heading(Resettable::Reset));
    }
    command
}

fn is_list(input: &Input) -> bool {
    input.param.ty.ends_with("[]")
}

fn option(kind: &'static Kind, input: &'static Input) -> Arg {
    let action = if is_list(input) { ArgAction::Append } else { ArgAction::Set };
    Arg::new(input.option.as_str())
        .long(input.option.as_str())
        .value_name(input.shape.as_str())
        .help(kind.help(input))
        .allow_hyphen_values(true)
        .action(action)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sending::facts::Facts;
    use crate::sending::values::Reader;
    use alloy_dyn_abi::JsonAbiExt;
    use clap::Parser;
    use std::collections::{BTreeMap, BTreeSet};
    use workmint_core::Address;
    use workmint_core::modules::parameters::MessageKind;
    use workmint_networks::{parse, preset};
    use workmint_protocol::wire::{Call, ChainSpec, addresses, message_of};

    #[derive(Debug, Parser)]
    struct Line {
        #[command(subcommand)]
        chosen: Chosen,
    }

    /// The words of a command line of a shell with quotes.
    fn words(line: &str) -> Vec<String> {
        let parts = line.split('\'').enumerate();
        let words = parts.flat_map(|(at, part)| match at % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect::<Vec<String>>(),
            _ => vec![part.to_owned()],
        });
        words.collect()
    }

    fn chain() -> ChainSpec {
        let preset = preset("gonka").unwrap();
        let definition = parse(preset.text, "gonka").unwrap();
        let names = definition.names().into_iter();
        let bindings = names.map(|name| {
            let address = Address::derived(name.as_str().as_bytes());
            (name.as_str().to_owned(), address)
        });
        ChainSpec::of(&definition.genesis(0, &bindings.collect()).unwrap()).unwrap()
    }

    fn facts() -> Facts {
        let parts = ["collateral", "market", "emission", "stake", "validators", "fees"];
        let mut rows: Vec<serde_json::Value> = parts
            .iter()
            .map(|part| serde_json::json!({"section": part, "key": "asset", "value": "GNK"}))
            .collect();
        for key in ["first_asset", "second_asset"] {
            rows.push(serde_json::json!({"section": "exchange", "key": key, "value": "GNK"}));
        }
        let text = serde_json::json!({
            "name": "gonka", "chain_id": 285_000, "epoch": 3, "parameters_version": 1,
            "fee_asset": "GNK", "parameters": rows,
            "assets": [{"number": 0, "symbol": "GNK", "decimals": 9}],
            "models": [{"number": 0, "id": "Qwen/Qwen2.5-7B-Instruct"}],
        });
        Facts::read(&text.to_string(), "test").unwrap()
    }

    fn call(line: &str) -> Call {
        let words = words(line).into_iter().skip(1);
        let parsed = Line::try_parse_from(words).unwrap_or_else(|error| panic!("{line}: {error}"));
        let Chosen { kind, given } = parsed.chosen;
        let facts = facts();
        let names = BTreeMap::from([("bob".to_owned(), Address::derived(b"bob"))]);
        let reader = Reader::new(&facts, &names, kind, &given);
        let values = reader.values().unwrap_or_else(|error| panic!("{line}: {error}"));
        let input = kind.function.abi_encode_input(&values).unwrap();
        let to = match kind.contract {
            Some(contract) => contract.address(),
            None => addresses::token(workmint_core::names::AssetId(0)),
        };
        Call { to, value: Default::default(), input }
    }

    /// Every function's example is a command line that encodes to a message, and every kind of
    /// message that the engine knows is one of them: none is missing.
    #[test]
    fn every_message_can_be_written() {
        let chain = chain();
        let mut found = BTreeSet::new();
        let mut refused = Vec::new();
        for kind in kinds() {
            match message_of(&call(&kind.example), &chain) {
                Ok(message) => {
                    found.insert(message.kind());
                }
                // What stands in an example for a signature is none.
                Err(error) => refused.push((kind.name.as_str(), error.to_string())),
            }
        }
        refused.retain(|(name, error)| {
            let kind = match *name {
                "redeem-voucher" => MessageKind::RedeemVoucher,
                name if name.starts_with("relay-") => MessageKind::Relayed,
                _ => return true,
            };
            found.insert(kind);
            !error.contains("signature")
        });
        assert!(refused.is_empty(), "{refused:?}");
        let missing: Vec<&MessageKind> =
            MessageKind::ALL.iter().filter(|kind| !found.contains(kind)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn names_are_those_of_the_engine() {
        for kind in kinds() {
            let name = kind.name.replace('-', "_");
            let known = MessageKind::ALL.iter().any(|known| known.name() == name);
            let family = name.starts_with("propose_") || name.starts_with("relay_");
            assert!(known || family, "{name}");
            assert!(!kind.notice.is_empty(), "{name} says nothing");
            for input in &kind.options {
                assert!(!input.says.is_empty(), "{name} --{} says nothing", input.option);
            }
        }
        let names: BTreeSet<&str> = kinds().iter().map(|kind| kind.name.as_str()).collect();
        assert_eq!(names.len(), kinds().len(), "no two have one name");
    }

    #[test]
    fn money_is_read_in_the_unit_it_is_named_in() {
        let five = call("workmint tx deposit-collateral --amount '5 GNK'");
        assert_eq!(five, call("workmint tx deposit-collateral --amount 5"));
        assert_eq!(five, call("workmint tx deposit-collateral --amount '5000000000 base'"));
        assert_eq!(five.input[4..], {
            let mut word = [0_u8; 32];
            word[24..].copy_from_slice(&5_000_000_000_u64.to_be_bytes());
            word
        });
        let all = call(
            "workmint tx approve --spender \
                        0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --amount unlimited",
        );
        assert_eq!(all.input[36..], [0xff; 32]);
    }

    #[test]
    fn accounts_go_by_the_names_of_keys() {
        let by_name = call("workmint tx set-recipient --recipient bob");
        let address = Address::derived(b"bob");
        assert_eq!(by_name.input[16..], address.as_bytes()[..]);
        let none = call("workmint tx register-participant --owner bob --validator none");
        assert_eq!(none.input[36..], [0; 32]);
    }

    #[test]
    fn what_cannot_be_is_refused_by_its_option() {
        let refused = [
            ("deposit-collateral --amount '5 BTC'", "--amount: \"5 BTC\" is in BTC"),
            ("deposit-collateral --amount 0.0000000001", "--amount"),
            ("claim --epoch never", "--epoch: \"never\"; allowed: a number, \"open\""),
            ("claim --epoch 18446744073709551616", "--epoch"),
            ("delegate-model --model GPT --to none", "--model: \"GPT\" is no model of gonka"),
            ("set-recipient --recipient 0x12", "--recipient"),
            ("vote --proposal 0 --choice maybe", "--choice: \"maybe\"; allowed: yes, no"),
            ("set-weights --entries seat=1", "--entries: weight is missing"),
            ("set-weights --entries seat=1,seat=2", "seat stands twice"),
            ("set-weights --entries chair=1", "fields: seat, weight"),
            ("register-node --node 4294967296 --models 0", "--node"),
        ];
        for (line, expected) in refused {
            let line = format!("x {line}");
            let parsed = Line::try_parse_from(words(&line)).unwrap();
            let facts = facts();
            let names = BTreeMap::new();
            let reader = Reader::new(&facts, &names, parsed.chosen.kind, &parsed.chosen.given);
            let error = reader.values().unwrap_err();
            assert!(error.contains(expected), "{line}: {error}");
        }
    }
}
