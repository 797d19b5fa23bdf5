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
        Some(sealed) => {
            let other = sealed.example.replace('\n', "\n  ");
            format!("Examples:\n  {}\n  {other}", kind.example)
        }
        None => format!("Example:\n  {}", kind.example),
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
    use crate::sending::sealed::Sealing;
    use crate::sending::values::{Names, Reader};
    use clap::Parser;
    use std::collections::{BTreeMap, BTreeSet};
    use workmint_core::modules::parameters::MessageKind;
    use workmint_core::modules::{opinions, work};
    use workmint_core::{Address, Hash};
    use workmint_networks::{parse, preset};
    use workmint_protocol::wire::{Call, ChainSpec, message_of};

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
        for (at, name) in ["open", "at-rest"].into_iter().enumerate() {
            let section = format!("attestation.tiers[{at}]");
            rows.push(serde_json::json!({"section": section, "key": "name", "value": name}));
        }
        let text = serde_json::json!({
            "name": "gonka", "chain_id": 285_000, "epoch": 3, "parameters_version": 1,
            "genesis": Hash([0x11; 32]).to_string(),
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
        let names = names();
        let sender = Address::derived(b"alice");
        let sealing = Sealing { facts: &facts, names: &names, sender, client: None };
        let given = sealing.completed(kind, &given).unwrap();
        let reader = Reader::new(&facts, &names, kind, &given);
        let values = reader.values().unwrap_or_else(|error| panic!("{line}: {error}"));
        reader.call(&values).unwrap()
    }

    fn names() -> Names {
        BTreeMap::from([("bob".to_owned(), Address::derived(b"bob"))])
    }

    /// What is shown of a command line before it is signed.
    fn shown(line: &str) -> Vec<(String, String)> {
        let parsed = Line::try_parse_from(words(line).into_iter().skip(1)).unwrap();
        let Chosen { kind, given } = parsed.chosen;
        let (facts, names) = (facts(), names());
        let reader = Reader::new(&facts, &names, kind, &given);
        reader.shown(&reader.values().unwrap())
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
            ("transfer --to bob --amount '5 BTC'", "--amount: \"BTC\" is no asset of gonka"),
            ("request-tier --tier gpu --evidence 0x00", "allowed: open or 0, at-rest or 1"),
            ("transfer --to bob --amount unlimited", "--amount: \"unlimited\": this amount has a"),
            ("set-commission --commission 5/0", "--commission: \"5/0\"; allowed: a ratio"),
        ];
        for (line, expected) in refused {
            let line = format!("x {line}");
            let parsed = Line::try_parse_from(words(&line)).unwrap();
            let facts = facts();
            let names = names();
            let reader = Reader::new(&facts, &names, parsed.chosen.kind, &parsed.chosen.given);
            let error = reader.values().unwrap_err();
            assert!(error.contains(expected), "{line}: {error}");
            assert_eq!(error.matches("--").count(), 1, "{line}: {error}");
        }
    }

    /// Hashes of what is revealed later are the core's, of the sender, its seat, the open epoch.
    #[test]
    fn commitments_are_made_of_what_will_be_revealed() {
        let salt = Hash([0x9c; 32]);
        let line = format!(
            "x tx commit-weights --seat 4 --entries seat=2,weight=10 --entries seat=3,weight=5 \
             --salt {salt}"
        );
        let who = (&Address::derived(b"alice"), 4);
        let entries = [(2, 10), (3, 5)];
        let hash = opinions::commitment(&Hash([0x11; 32]), who, 3, &entries, &salt);
        assert_eq!(call(&line), call(&format!("x tx commit-weights --hash {hash}")));
        let made = call(&format!("x tx commit-seed --epoch 3 --seed {salt} --signature 0x00"));
        let hash = work::commitment_of(&salt);
        let given = format!("x tx commit-seed --epoch 3 --commitment {hash} --signature 0x00");
        assert_eq!(made, call(&given));
        // Half of it is not enough, and both are too much.
        let both = "x commit-seed --epoch 3 --commitment 0x00 --seed 0x00 --signature 0x00";
        assert!(Line::try_parse_from(words(both)).is_err());
        let half = "x commit-weights --entries seat=2,weight=10";
        let Chosen { kind, given } = Line::try_parse_from(words(half)).unwrap().chosen;
        let (facts, names) = (facts(), names());
        let sender = Address::derived(b"alice");
        let sealing = Sealing { facts: &facts, names: &names, sender, client: None };
        let refused = sealing.completed(kind, &given).unwrap_err().to_string();
        assert!(refused.contains("--hash") && refused.contains("--salt, --seat"), "{refused}");
    }

    #[test]
    fn ratios_and_tiers_go_by_what_people_call_them() {
        for (text, upper, lower) in [("5%", 1, 20), ("0.5", 1, 2), ("2/6", 1, 3), ("none", 0, 0)] {
            let call = call(&format!("x tx bond --amount 5 --commission {text}"));
            assert_eq!((call.input[67], call.input[99]), (upper, lower), "{text}");
        }
        let named = "--model 0 --capacity 9 --tier at-rest";
        let numbered = "--model 0 --capacity 9 --tier 1";
        let offer = |how: &str| call(&format!("x tx put-offer {how}"));
        assert_eq!(offer(named), offer(numbered));
    }

    #[test]
    fn what_is_signed_is_shown_resolved() {
        let line = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        let bob = format!("bob ({})", Address::derived(b"bob"));
        let token = "GNK (contract 0x0000000000000000000000000000000000010000)";
        assert_eq!(
            shown("x tx transfer --to bob --amount 1000 --asset GNK"),
            [
                line("to", &bob),
                line("amount", "1,000 GNK (1000000000000 base units)"),
                line("asset", token),
            ]
        );
        assert_eq!(
            shown("x tx approve --spender bob --amount unlimited"),
            [line("spender", &bob), line("amount", "no limit of GNK"), line("asset", token)]
        );
        assert_eq!(shown("x tx claim --epoch closed"), [line("epoch", "2")]);
        let offer = shown("x tx put-offer --model 0 --tier 1 --capacity 9");
        assert_eq!(offer[0], line("model", "Qwen/Qwen2.5-7B-Instruct (number 0)"));
        assert_eq!(offer[1], line("tier", "at-rest (tier 1)"));
        let weights = shown("x tx set-weights --entries seat=1,weight=7");
        assert_eq!(weights, [line("entries", "seat=1,weight=7")]);
    }
}
