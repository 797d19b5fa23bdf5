//! Every function that asks for something, with no, a wrong and the right role, and in every broken
//! form: one row a function in `roles.txt`, and none without.

use std::collections::BTreeSet;

use alloy_dyn_abi::{DynSolType, DynSolValue, JsonAbiExt};
use alloy_primitives::hex;
use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_api::ApiConfig;
use workmint_core::modules::contributions::submission_hash;
use workmint_core::modules::market::jobs;
use workmint_core::modules::parameters::MessageKind;
use workmint_core::modules::{opinions, work};
use workmint_core::{DecodedTransaction, Hash, Message, Report, merkle};
use workmint_protocol::wire::contracts::{self, Contract};
use workmint_protocol::wire::{self, Call, U256, typed};

use crate::kit::{Running, address, key, named};

/// One row a function: what is sent, by whom, and what each of them is told: 0 for success, else
/// the number of the engine's error.
const ROWS: &str = include_str!("roles.txt");

/// The hash that `H` stands for in a row.
const H: Hash = Hash([0x11; 32]);
/// Who carries what others sign.
const CARRIER: u8 = 7;

/// A call of one function.
struct Row {
    kind: &'static str,
    network: &'static str,
    contract: &'static str,
    function: &'static str,
    arguments: &'static str,
    /// Somebody without a role, somebody with another one, and who may: a key's number or a name.
    /// Of a report that others carry, who signs it.
    senders: Vec<&'static str>,
    codes: Vec<u16>,
}

/// Every row.
fn rows() -> impl Iterator<Item = Row> {
    let lines = ROWS.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| {
        let cells: Vec<&str> = line.split(" | ").collect();
        let [kind, network, contract, function, arguments, senders, codes] = cells[..] else {
            panic!("{line}")
        };
        let senders: Vec<&str> = senders.split(' ').collect();
        let codes: Vec<u16> = codes.split(' ').map(|code| code.parse().unwrap()).collect();
        assert_eq!((senders.len(), codes.len()), (3, 3), "{line}");
        assert!(NETWORKS.contains(&network), "{line}");
        Row { kind, network, contract, function, arguments, senders, codes }
    })
}

/// Every function that asks for something, as the Solidity interfaces declare them: contract and
/// name, as rows write them.
pub(crate) fn asking() -> BTreeSet<(String, String)> {
    let contracts = Contract::ALL.iter();
    let contracts = contracts.map(|one| (one.name().strip_prefix('I').unwrap(), one.abi()));
    let all = contracts.chain([("token", contracts::token_abi())]);
    all.flat_map(|(contract, abi)| {
        let asks = abi
            .functions()
            .filter(|one| !["pure", "view"].contains(&one.state_mutability.as_json_str()));
        let names = asks.map(|one| (contract.to_owned(), one.name.clone()));
        names.collect::<Vec<_>>()
    })
    .collect()
}

impl Row {
    fn sender(&self, at: usize) -> u8 {
        let name = self.senders[at];
        name.parse().unwrap_or_else(|_| named(self.network)[name])
    }

    /// Who sends it for the sender of that place, and the call.
    fn sent(&self, running: &Running, at: usize) -> (u8, Call) {
        let function = (self.contract, self.function);
        sent_for(self.sender(at), running, self.network, function, self.arguments)
    }
}

/// The function that says oneself what another one carries.
fn own_of(function: &str) -> Option<&'static str> {
    let pairs = [
        ("relaySummary", "submitSummary"),
        ("relayComputeProof", "submitComputeProof"),
        ("relayMisses", "reportMisses"),
        ("relayConfirmation", "reportConfirmation"),
        ("relayAttest", "attest"),
        ("relayHeartbeats", "attestHeartbeats"),
        ("relayQuality", "attestQuality"),
        ("relayVerdicts", "verifyContributions"),
    ];
    pairs.iter().find(|(relay, _)| *relay == function).map(|(_, own)| *own)
}

/// Who sends a row's call, and the call: `who`, or, of a report that `who` signs, another account.
pub(crate) fn sent_for(
    who: u8,
    running: &Running,
    network: &str,
    (contract, function): (&str, &str),
    arguments: &str,
) -> (u8, Call) {
    let Some(own) = own_of(function) else {
        return (who, call(running, network, (contract, function), arguments));
    };
    // Who answered a probe says the epoch only when others carry it.
    let (epoch, said) = match function {
        "relayHeartbeats" => {
            let words = arguments.trim_matches(['(', ')']).split_once(',').unwrap();
            (words.0.parse().unwrap(), words.1)
        }
        _ => (0, arguments),
    };
    let chain = running.node.chain();
    let said = call(running, network, (contract, own), said);
    let report = Report::of(&wire::message_of(&said, chain).unwrap(), epoch).unwrap();
    let signature = typed::sign_typed(&key(who), &typed::report_digest(&report, chain));
    let signature = hex::encode_prefixed(signature);
    let arguments = format!("@{who},{arguments},{signature}");
    (CARRIER, call(running, network, (contract, function), &arguments))
}

/// A call as a row of a table writes it.
fn call(
    running: &Running,
    network: &str,
    (contract, function): (&str, &str),
    arguments: &str,
) -> Call {
    let (to, abi) = match contract {
        "token" => {
            let token = wire::addresses::token(workmint_core::names::AssetId(0));
            (token, contracts::token_abi())
        }
        name => {
            let all = Contract::ALL.iter();
            let mut of_name = all.filter(|one| one.name() == format!("I{name}"));
            let contract = of_name.next().unwrap();
            (contract.address(), contract.abi())
        }
    };
    let function = &abi.function(function).unwrap()[0];
    let texts = filled(&signed(running, network, arguments));
    let kinds: Vec<String> =
        function.inputs.iter().map(|input| input.selector_type().into_owned()).collect();
    let tuple = DynSolType::parse(&format!("({})", kinds.join(","))).unwrap();
    let values = match kinds.len() {
        0 => Vec::new(),
        _ => match tuple.coerce_str(&format!("({texts})")) {
            Ok(DynSolValue::Tuple(values)) => values,
            other => panic!("{}({texts}): {other:?}", function.name),
        },
    };
    let input = function.abi_encode_input(&values).unwrap();
    Call { to, value: U256::ZERO, input }
}

/// Arguments that are signed or computed, where a word stands for them.
fn signed(running: &Running, network: &str, arguments: &str) -> String {
    let chain = running.node.chain();
    let voucher = |customer: u8, session: u64, sum: u128| {
        let digest = typed::voucher_digest(session, Amount::new(sum), chain);
        let signature = hex::encode_prefixed(typed::sign_typed(&key(customer), &digest));
        format!("@{customer},({session},{sum}),{signature}")
    };
    let parameters = || {
        let parameters = running.node.genesis().parameters.clone();
        hex::encode_prefixed(borsh::to_vec(&parameters).unwrap())
    };
    let seal = || {
        let genesis = running.node.read(|state| state.chain().genesis);
        jobs::result_seal(&genesis, (&address(7), 0), &H, (&address(1), &H)).to_string()
    };
    let submission = || {
        let place = ("Contributions", "submitContribution");
        let call = call(running, network, place, "0,1,inference,1,0,5,H");
        let Ok(Message::SubmitContribution(claimed)) = wire::message_of(&call, chain) else {
            panic!("{call:?}")
        };
        submission_hash(&address(1), &claimed).unwrap().to_string()
    };
    let soon = || (running.node.genesis().time_ms + 3_600_000).to_string();
    // Of all summaries that wait or can be challenged.
    let root = || {
        let leaf = |receipt: &work::Receipt| merkle::leaf(&receipt.content.0);
        let leaves = running
            .node
            .read(|state| state.work.receipts().map(|(_, receipt)| leaf(receipt)).collect());
        merkle::root(leaves).to_string()
    };
    let seed = || work::commitment_of(&H).to_string();
    let weights = || {
        let owner = address(named(network)["owner"]);
        let commitment = running.node.read(|state| {
            let seat = state.opinions.seat_of(state.ledger.handle(&owner).unwrap()).unwrap();
            let chain = state.chain();
            opinions::commitment(&chain.genesis, (&owner, seat), chain.epoch, &[(seat, 1)], &H)
        });
        commitment.to_string()
    };
    let words: [(&str, &dyn Fn() -> String); 9] = [
        ("PARAMETERS", &parameters),
        ("VOUCHER7", &|| voucher(7, 0, 5 * 10_u128.pow(18))),
        ("VOUCHER", &|| voucher(8, 1, 5)),
        ("SEAL", &seal),
        ("SUBMISSION", &submission),
        ("SOON", &soon),
        ("ROOT", &root),
        ("SEED", &seed),
        ("WEIGHTS", &weights),
    ];
    let mut texts = arguments.to_owned();
    for (word, value) in words {
        if texts.contains(word) {
            texts = texts.replace(word, &value());
        }
    }
    texts
}

/// The words of a row as arguments.
fn filled(texts: &str) -> String {
    let mut out = texts.replace("MAX128", &u128::MAX.to_string());
    out = out.replace("MAX", &U256::MAX.to_string());
    out = out.replace("LATER", "99999999999999");
    out = out.replace("ZERO", &workmint_core::Address::ZERO.to_string());
    let hash = H.to_string();
    let mut filled = String::new();
    let mut rest = out.as_str();
    while let Some(at) = rest.find(['@', 'H']) {
        filled += &rest[..at];
        if rest[at..].starts_with('H') {
            filled += &hash;
            rest = &rest[at + 1..];
            continue;
        }
        let digits = rest[at + 1..].chars().take_while(char::is_ascii_digit).count();
        let number: u8 = rest[at + 1..at + 1 + digits].parse().unwrap();
        filled += &address(number).to_string();
        rest = &rest[at + 1 + digits..];
    }
    filled + rest
}

const NETWORKS: [&str; 6] =
    ["hanzo", "blyan", "gonka", "gonka-mainnet", "moderntensor", "bittensor"];

/// What keys 1 and 8 do before anything is asked: both take part with a node and collateral, and
/// where providers stake they do.
pub(crate) const BEFORE: &[(&str, &str, &str)] = &[
    ("Registry", "registerParticipant", "@9,ZERO"),
    ("Registry", "registerNode", "1,[0]"),
    ("Collateral", "deposit", "1000"),
    ("Stake", "depositStake", "200000000000000000000,0"),
];

/// A node of a network on which keys 1 and 8 take part.
async fn stage(network: &'static str) -> Running {
    let running = Running::start(network, ApiConfig::default());
    for number in [1, 8] {
        for (nonce, (contract, function, arguments)) in (0..).zip(BEFORE) {
            let call = call(&running, network, (contract, function), arguments);
            let parameters = sent_by(number, &running, call, |it| it.nonce = nonce);
            running.call("eth_sendRawTransaction", parameters).await;
        }
    }
    running
}

async fn estimate(running: &Running, from: u8, call: &Call) -> Value {
    let call = json!({
        "from": address(from).to_string(),
        "to": call.to.to_string(),
        "input": hex::encode_prefixed(&call.input),
    });
    running.answer("eth_estimateGas", json!([call])).await
}

#[test]
fn every_function_has_one_row_and_every_row_a_function() {
    let listed: Vec<(String, String)> =
        rows().map(|row| (row.contract.to_owned(), row.function.to_owned())).collect();
    let all: BTreeSet<(String, String)> = listed.iter().cloned().collect();
    assert_eq!(all, asking(), "roles.txt and the interfaces differ");
    assert_eq!(listed.len(), all.len(), "a function has two rows");
    let kinds: BTreeSet<String> = rows().map(|row| row.kind.to_owned()).collect();
    let known = MessageKind::ALL.iter().map(|kind| format!("{kind:?}"));
    assert_eq!(kinds, known.collect(), "roles.txt and the engine's messages differ");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_function_with_no_wrong_and_right_role() {
    let mut wrong = Vec::new();
    for network in NETWORKS {
        let running = stage(network).await;
        for row in rows().filter(|row| row.network == network) {
            let function = row.function;
            for at in 0..3 {
                let (from, call) = row.sent(&running, at);
                let message = wire::message_of(&call, running.node.chain())
                    .unwrap_or_else(|refusal| panic!("{function}: {refusal}"));
                assert_eq!(format!("{:?}", message.kind()), row.kind, "{function}");
                let nonce = if [1, 8].contains(&from) { 4 } else { 0 };
                let transaction = DecodedTransaction::new(address(from), nonce, message);
                let found = running.node.simulate(&transaction, 300).result;
                let code = found.as_ref().map_or_else(|error| error.code(), |()| 0);
                if code != row.codes[at] {
                    let text = found.map_or_else(|error| error.to_string(), |()| String::new());
                    wrong.push(format!("{function} {} {code} {text}", row.senders[at]));
                }
                // And as a wallet asks: the custom error, or gas.
                let answer = estimate(&running, from, &call).await;
                match code {
                    0 => assert!(answer["result"].is_string(), "{function}: {answer}"),
                    _ => {
                        assert_eq!(answer["error"]["code"], 3, "{function}: {answer}");
                        let data = answer["error"]["data"].as_str().unwrap();
                        assert!(data.len() >= 10, "{function}: {answer}");
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} rows differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// A transaction of a row's call, changed.
fn sent(running: &Running, call: Call, change: impl FnOnce(&mut wire::Unsigned)) -> Value {
    sent_by(9, running, call, change)
}

fn sent_by(
    number: u8,
    running: &Running,
    call: Call,
    change: impl FnOnce(&mut wire::Unsigned),
) -> Value {
    let mut unsigned = wire::Unsigned {
        chain_id: running.node.chain().chain_id,
        nonce: 1,
        max_priority_fee_per_gas: 0,
        max_fee_per_gas: 10_u128.pow(18),
        gas_limit: 1_000_000,
        call,
    };
    change(&mut unsigned);
    json!([hex::encode_prefixed(wire::sign(&key(number), &unsigned))])
}

/// Whether the first argument may be any 32 bytes, or means no limit at 2^256 - 1.
fn takes_any_word(kind: MessageKind) -> bool {
    matches!(kind, MessageKind::OpenEscrow | MessageKind::CommitWeights | MessageKind::Unbond)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_function_in_every_broken_form() {
    let mut wrong = Vec::new();
    for network in NETWORKS {
        let running = stage(network).await;
        // The sender's first nonce is used.
        let transfer = rows().find(|row| row.function == "transfer").unwrap();
        let first = sent(&running, transfer.sent(&running, 2).1, |it| {
            it.nonce = 0;
            it.gas_limit = 999_999;
        });
        running.call("eth_sendRawTransaction", first).await;
        for row in rows().filter(|row| row.network == network) {
            let (_, call) = row.sent(&running, 2);
            let kind = wire::message_of(&call, running.node.chain()).unwrap().kind();
            let word = |at: usize| {
                let mut call = call.clone();
                let end = call.input.len().max(at + 32);
                call.input.resize(end, 0);
                call.input[at..at + 32].fill(0xff);
                call
            };
            let with = |bytes: usize| {
                let mut call = call.clone();
                call.input.extend(vec![0; bytes]);
                call
            };
            let cut = || {
                let mut call = call.clone();
                call.input.pop();
                call
            };
            let cases = [
                ("replayed", sent(&running, call.clone(), |it| it.nonce = 0), 3500),
                ("other chain", sent(&running, call.clone(), |it| it.chain_id += 1), 3009),
                (
                    "with value",
                    sent(&running, call.clone(), |it| it.call.value = U256::from(1)),
                    3018,
                ),
                ("too little gas", sent(&running, call.clone(), |it| it.gas_limit = 0), 3016),
                ("nonce far ahead", sent(&running, call.clone(), |it| it.nonce = 1 << 40), 3501),
                ("trailing word", sent(&running, with(32), |_| ()), 3023),
                (
                    "cut",
                    sent(&running, cut(), |_| ()),
                    if call.input.len() == 4 { 3021 } else { 3023 },
                ),
                ("oversize", sent(&running, with(128 << 10), |_| ()), 3001),
                ("2^256 - 1", sent(&running, word(4), |_| ()), 3023),
            ];
            for (name, parameters, expected) in cases {
                let free = kind.group().is_some()
                    || ["blyan", "gonka", "gonka-mainnet"].contains(&network);
                if (name == "too little gas" && free)
                    || (name == "2^256 - 1" && takes_any_word(kind))
                {
                    continue;
                }
                let answer = running.answer("eth_sendRawTransaction", parameters).await;
                let found = &answer["error"]["data"]["code"];
                // A number too large for the amount it is meant as is a value out of range.
                let range = name == "2^256 - 1" && *found == 3024;
                if *found != expected && !range {
                    wrong.push(format!("{} {name}: {answer}", row.function));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}
