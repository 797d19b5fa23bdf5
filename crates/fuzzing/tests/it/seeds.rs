//! What the corpora begin with. `WORKMINT_WRITE=1` writes them; without it they must be there as
//! they are written here. A corpus may hold more: what a fuzzer once found stays in it.

use crate::replay::corpus;
use std::collections::BTreeMap;
use std::fs;
use workmint_amounts::Amount;
use workmint_core::genesis::Genesis;
use workmint_core::modules::collateral::Deposit;
use workmint_core::modules::ledger::{self, Approve, Ledger, Transfer};
use workmint_core::names::AssetId;
use workmint_core::{Address, Event, Message};
use workmint_fuzzing::{CALL, ERROR, LOG, TARGETS, TRANSACTION, key};
use workmint_networks::preset;
use workmint_protocol::wire::contracts::Contract;
use workmint_protocol::wire::errors::revert_data;
use workmint_protocol::wire::logs::logs_of;
use workmint_protocol::wire::{ChainSpec, Unsigned, call_of, sign};

type Seeds = Vec<(&'static str, Vec<u8>)>;

fn genesis() -> Genesis {
    let definition = preset("workmint").expect("built in").definition().expect("a network");
    let names = definition.names();
    let bindings: BTreeMap<String, Address> = names
        .iter()
        .map(|name| (name.to_string(), Address::derived(name.as_str().as_bytes())))
        .collect();
    definition.genesis(1_800_000_000_000, &bindings).expect("a genesis")
}

fn behind(first: u8, rest: &[u8]) -> Vec<u8> {
    [&[first], rest].concat()
}

fn transactions() -> Seeds {
    let chain = ChainSpec::of(&genesis()).expect("a network");
    let to = Address([0x22; 20]);
    let amount = Amount::new(1_000);
    let signed = |message: &Message| {
        let unsigned = Unsigned {
            chain_id: chain.chain_id,
            nonce: 5,
            max_priority_fee_per_gas: 0,
            max_fee_per_gas: 2_000_000_000,
            gas_limit: 60_000,
            call: call_of(message, &chain).expect("a call"),
        };
        behind(TRANSACTION, &sign(&key(), &unsigned))
    };
    let called = |message: &Message| {
        let call = call_of(message, &chain).expect("a call");
        let place = Contract::ALL.iter().position(|contract| contract.address() == call.to);
        let place = place.map_or(100, |place| u8::try_from(place).expect("few"));
        behind(CALL, &behind(place, &behind(0, &call.input)))
    };
    let native = Message::Transfer(Transfer { to, asset: chain.fee_asset, amount });
    let approve = Message::Approve(Approve { spender: to, asset: AssetId(0), amount });
    let deposit = Message::DepositCollateral(Deposit { amount });
    let event = Event::Quarantined { step: "a step".to_owned(), code: 7 };
    let log = logs_of(&[event], &[], &Ledger::default()).pop().expect("a log");
    let contract = Contract::ALL.iter().position(|contract| contract.address() == log.address);
    let contract = u8::try_from(contract.expect("a contract")).expect("few");
    let words = [log.topics[0].0.to_vec(), log.data].concat();
    let error =
        ledger::Error::InsufficientFunds { account: to, needed: amount, spendable: Amount::ZERO };
    vec![
        ("native", signed(&native)),
        ("approve", signed(&approve)),
        ("deposit", signed(&deposit)),
        ("other_network", {
            let mut bytes = signed(&deposit);
            bytes[6] ^= 1;
            bytes
        }),
        ("call_approve", called(&approve)),
        ("call_deposit", called(&deposit)),
        ("call_value", behind(CALL, &[255, 9])),
        ("log", behind(LOG, &behind(contract, &behind(1, &words)))),
        ("error", behind(ERROR, &revert_data(&error.into()))),
    ]
}

fn requests() -> Seeds {
    let text = |text: &str| text.as_bytes().to_vec();
    let call = |method: &str, params: &str| {
        text(&format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{params}}}"#))
    };
    let account = r#""0x2222222222222222222222222222222222222222""#;
    vec![
        ("chain_id", call("eth_chainId", "[]")),
        ("block_number", call("eth_blockNumber", "[]")),
        ("balance", call("eth_getBalance", &format!(r#"[{account},"latest"]"#))),
        ("count", call("eth_getTransactionCount", &format!(r#"[{account},"pending"]"#))),
        ("block", call("eth_getBlockByNumber", r#"["0x0",true]"#)),
        ("receipt", call("eth_getTransactionReceipt", &format!(r#"["0x{}"]"#, "11".repeat(32)))),
        (
            "logs",
            call("eth_getLogs", r#"[{"fromBlock":"0x0","toBlock":"latest","topics":[null]}]"#),
        ),
        ("call", call("eth_call", &format!(r#"[{{"to":{account},"data":"0x"}},"latest"]"#))),
        ("gas", call("eth_estimateGas", &format!(r#"[{{"to":{account},"value":"0x1"}}]"#))),
        ("send", call("eth_sendRawTransaction", r#"["0x02c0"]"#)),
        ("fees", call("eth_feeHistory", r#"["0x4","latest",[10,50]]"#)),
        ("subscribe", call("eth_subscribe", r#"["newHeads"]"#)),
        ("unknown", call("eth_mine", "{}")),
        ("batch", text(r#"[{"jsonrpc":"2.0","id":null,"method":"net_version"},1,{}]"#)),
        ("notification", text(r#"{"jsonrpc":"2.0","method":"web3_clientVersion"}"#)),
        ("deep", text(&format!("{}{}", "[".repeat(200), "]".repeat(200)))),
        ("half", text(r#"{"jsonrpc":"2.0","id":1,"met"#)),
    ]
}

fn network_files() -> Seeds {
    let text = b"[network]\nname = \"n\"\nchain_id = 1\n";
    vec![
        ("network_0", vec![0]),
        ("network_1", vec![1]),
        ("network_2", vec![2]),
        ("network_3", vec![3]),
        ("network_4", vec![4]),
        ("network_5", vec![5]),
        ("network_6", vec![6]),
        ("number_changed", vec![6, 2, 0, 3, 2, b'9', b'9']),
        ("line_gone", vec![3, 1, 0, 60, 0]),
        ("text", behind(255, text)),
        ("no_utf8", behind(255, &[0xff, 0xfe, b'=', b'1'])),
        ("empty", vec![255]),
    ]
}

fn journals() -> Seeds {
    vec![
        ("as_written", vec![0]),
        ("last_cut", vec![255, 1, 0, 1, 0]),
        ("first_cut", vec![0, 1, 0, 1, 0]),
        ("header_changed", vec![1, 0, 40, 0, 1, 0x55]),
        ("body_changed", vec![2, 0, 230, 0, 2, 0x55, 0x66]),
        ("inserted", vec![1, 0, 130, 2, 3, 1, 2, 3]),
        ("removed", vec![1, 0, 130, 3, 96]),
        ("appended", vec![2, 3, 255, 2, 4, 0, 0, 0, 0]),
    ]
}

#[test]
fn the_corpora_begin_with_them() {
    let all = [transactions(), requests(), network_files(), journals()];
    for ((target, _), seeds) in TARGETS.iter().zip(all) {
        for (name, bytes) in seeds {
            let path = corpus(target).join(name);
            if std::env::var_os("WORKMINT_WRITE").is_some() {
                fs::create_dir_all(corpus(target)).expect("a directory");
                fs::write(&path, &bytes).expect("written");
            }
            let found = fs::read(&path).unwrap_or_default();
            assert!(found == bytes, "fuzz/corpus/{target}/{name} is old: WORKMINT_WRITE=1");
        }
    }
}
