//! Every kind of message with no, a wrong and the right role, and in every broken form: one row a
//! kind in `roles.txt`, and none without.

use alloy_dyn_abi::{DynSolType, DynSolValue, JsonAbiExt};
use alloy_primitives::hex;
use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_api::ApiConfig;
use workmint_core::modules::attestation::AttestHeartbeats;
use workmint_core::modules::contributions::submission_hash;
use workmint_core::modules::market::jobs;
use workmint_core::modules::parameters::MessageKind;
use workmint_core::modules::work::ReportMisses;
use workmint_core::{DecodedTransaction, Hash, Message, Report};
use workmint_protocol::wire::contracts::{self, Contract};
use workmint_protocol::wire::{self, Call, U256, typed};

use crate::kit::{Running, address, key, named};

/// One row a kind: what is sent, by whom, and what each of them is told: 0 for success, else the
/// number of the engine's error.
const ROWS: &str = include_str!("roles.txt");

/// A message of one kind.
struct Row {
    network: &'static str,
    contract: &'static str,
    function: &'static str,
    arguments: &'static str,
    /// Somebody without a role, somebody with another one, and who may: a key's number or a name.
    senders: Vec<&'static str>,
    codes: Vec<u16>,
}

/// The row of a kind; there must be one.
fn of(kind: MessageKind) -> Row {
    let name = format!("{kind:?}");
    let lines = ROWS.lines().map(|line| line.split(" | ").collect::<Vec<_>>());
    let mut found = lines.filter(|cells| cells[0] == name);
    let cells = found.next().unwrap_or_else(|| panic!("roles.txt has no row {name}"));
    assert!(found.next().is_none(), "roles.txt has two rows {name}");
    Row {
        network: cells[1],
        contract: cells[2],
        function: cells[3],
        arguments: cells[4],
        senders: cells[5].split(' ').collect(),
        codes: cells[6].split(' ').map(|code| code.parse().unwrap()).collect(),
    }
}

impl Row {
    fn sender(&self, at: usize) -> u8 {
        let name = self.senders[at];
        name.parse().unwrap_or_else(|_| named(self.network)[name])
    }

    fn call(&self, running: &Running) -> Call {
        call(running, self.network, (self.contract, self.function), self.arguments)
    }
}

/// A call as a row of a table writes it.
pub(crate) fn call(
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
    let by = |number: u8, digest: &_| hex::encode_prefixed(typed::sign_typed(&key(number), digest));
    let voucher = |customer: u8, session: u64, sum: u128| {
        let digest = typed::voucher_digest(session, Amount::new(sum), chain);
        format!("@{customer},({session},{sum}),{}", by(customer, &digest))
    };
    let report = |role: &str, words: &str, report: Report| {
        let number = named(network)[role];
        let digest = typed::report_digest(&report, chain);
        format!("@{number},({words}),{}", by(number, &digest))
    };
    match arguments {
        "PARAMETERS" => {
            let parameters = running.node.genesis().parameters.clone();
            format!("5,{}", hex::encode_prefixed(borsh::to_vec(&parameters).unwrap()))
        }
        "VOUCHER" => voucher(8, 1, 5),
        "VOUCHER7" => voucher(7, 0, 5 * 10_u128.pow(18)),
        "RELAYED" => {
            let answers = AttestHeartbeats { probe: 0, answered: Vec::new() };
            let answers = Report::AttestHeartbeats { epoch: 0, report: answers };
            report("attestor-1", "0,0,[]", answers)
        }
        "MISSES" => {
            let misses = ReportMisses { epoch: 0, participant: address(8), missed: 1 };
            report("reporter-1", "0,@8,1", Report::ReportMisses(misses))
        }
        texts if texts.contains("SEAL") => {
            let genesis = running.node.read(|state| state.chain().genesis);
            let hash = Hash([0x11; 32]);
            let bound = (&address(1), &hash);
            let seal = jobs::result_seal(&genesis, (&address(7), 0), &hash, bound);
            texts.replace("SEAL", &seal.to_string())
        }
        texts if texts.contains("SUBMISSION") => {
            let place = ("Contributions", "submitContribution");
            let call = call(running, network, place, "0,1,inference,1,0,5,H");
            let Ok(Message::SubmitContribution(claimed)) = wire::message_of(&call, chain) else {
                panic!("{call:?}")
            };
            let hash = submission_hash(&address(1), &claimed).unwrap();
            texts.replace("SUBMISSION", &hash.to_string())
        }
        texts if texts.contains("SOON") => {
            let hour = running.node.genesis().time_ms + 3_600_000;
            texts.replace("SOON", &hour.to_string())
        }
        texts => texts.to_owned(),
    }
}

/// The words of a row as arguments.
fn filled(texts: &str) -> String {
    let mut out = texts.replace("MAX128", &u128::MAX.to_string());
    out = out.replace("MAX", &U256::MAX.to_string());
    out = out.replace("LATER", "99999999999999");
    out = out.replace("ZERO", &workmint_core::Address::ZERO.to_string());
    let hash = format!("0x{}", "11".repeat(32));
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
            let (senders, codes) = (Vec::new(), Vec::new());
            let row = Row { network, contract, function, arguments, senders, codes };
            let parameters = sent_by(number, &running, row.call(&running), |it| it.nonce = nonce);
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

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_with_no_wrong_and_right_role() {
    let mut wrong = Vec::new();
    for network in NETWORKS {
        let running = stage(network).await;
        for kind in MessageKind::ALL.iter().copied() {
            let row = of(kind);
            assert!(NETWORKS.contains(&row.network));
            if row.network != network {
                continue;
            }
            let call = row.call(&running);
            let message = wire::message_of(&call, running.node.chain())
                .unwrap_or_else(|refusal| panic!("{kind:?}: {refusal}"));
            assert_eq!(message.kind(), kind);
            for at in 0..3 {
                let from = row.sender(at);
                let nonce = if [1, 8].contains(&from) { 4 } else { 0 };
                let transaction = DecodedTransaction::new(address(from), nonce, message.clone());
                let found = running.node.simulate(&transaction, 300).result;
                let code = found.as_ref().map_or_else(|error| error.code(), |()| 0);
                if code != row.codes[at] {
                    let text = found.map_or_else(|error| error.to_string(), |()| String::new());
                    wrong.push(format!("{kind:?} {} {code} {text}", row.senders[at]));
                }
                // And as a wallet asks: the custom error, or gas.
                let answer = estimate(&running, from, &call).await;
                match code {
                    0 => assert!(answer["result"].is_string(), "{kind:?}: {answer}"),
                    _ => {
                        assert_eq!(answer["error"]["code"], 3, "{kind:?}: {answer}");
                        let data = answer["error"]["data"].as_str().unwrap();
                        assert!(data.len() >= 10, "{kind:?}: {answer}");
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
async fn every_kind_in_every_broken_form() {
    let mut wrong = Vec::new();
    for network in NETWORKS {
        let running = stage(network).await;
        // The sender's first nonce is used.
        let first = sent(&running, of(MessageKind::Transfer).call(&running), |it| {
            it.nonce = 0;
            it.gas_limit = 999_999;
        });
        running.call("eth_sendRawTransaction", first).await;
        for kind in MessageKind::ALL.iter().copied() {
            let row = of(kind);
            if row.network != network {
                continue;
            }
            let call = row.call(&running);
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
                    wrong.push(format!("{kind:?} {name}: {answer}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}
