//! Transactions and words that viem and ethers signed (`tests/golden/make.mjs`).

use serde_json::Value;
use workmint_amounts::Amount;
use workmint_core::modules::collateral::Deposit;
use workmint_core::modules::ledger::{Approve, Transfer};
use workmint_core::modules::market::jobs::{AttestQuality, CreateJob, Message as Job};
use workmint_core::modules::market::{RedeemVoucher, Voucher};
use workmint_core::modules::settlement::Claim;
use workmint_core::modules::work::{SubmitSummary, Usage};
use workmint_core::names::{AssetId, ModelId};
use workmint_core::{Address, Hash, Message, Relayed, Report};
use workmint_protocol::wire::{ChainSpec, address_of, verify};

use super::{chain, key};

fn vectors() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/wire.json");
    let text = std::fs::read_to_string(path).expect("the committed file");
    serde_json::from_str(&text).expect("JSON")
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().expect("a text")
}

/// What each transaction asks, by its name.
fn expected(name: &str, chain: &ChainSpec) -> Message {
    let (to, customer) = (address_of(&key(2)), address_of(&key(3)));
    let asset = AssetId(0);
    let carried = |report| Message::Relayed(Box::new(Relayed { by: customer, report }));
    match name {
        "native" => Message::Transfer(Transfer { to, asset, amount: Amount::new(12_345) }),
        "transfer" => Message::Transfer(Transfer { to, asset, amount: Amount::new(777) }),
        "approve" => Message::Approve(Approve { spender: to, asset, amount: Amount::MAX }),
        "deposit" => Message::DepositCollateral(Deposit { amount: Amount::new(5_000) }),
        "claim" => Message::Claim(Claim { epoch: 9 }),
        "createJob" => Message::Job(Job::CreateJob(CreateJob {
            model: ModelId(1),
            max_units: 1_000,
            tier: 2,
            max_latency_ms: 30_000,
            max_spend: Amount::new(10_u128.pow(20)),
            commitment: chain.genesis,
            provider: Some(to),
        })),
        "redeemVoucher" => {
            let (chain_id, genesis) = (chain.chain_id, chain.genesis);
            let cumulative = Amount::new(1_234_567_890_123_456_789);
            let voucher = Voucher { chain_id, genesis, session: 5, cumulative, signer: customer };
            Message::RedeemVoucher(RedeemVoucher { customer, voucher })
        }
        "relayQuality" => carried(Report::AttestQuality(AttestQuality {
            customer: to,
            number: 3,
            latency_ms: 250,
            quality_permille: 990,
        })),
        "relaySummary" => carried(Report::SubmitSummary(SubmitSummary {
            epoch: 7,
            node: 1,
            model: ModelId(2),
            usage: vec![Usage { customer: to, requests: 3, units: 400 }],
            missed: 1,
            latency_ms: 90,
            quality_permille: 1_000,
            requests_root: chain.genesis,
        })),
        other => panic!("{other} is not expected"),
    }
}

#[test]
fn what_viem_and_ethers_sign_is_read_as_meant() {
    let vectors = vectors();
    let chain = ChainSpec {
        chain_id: vectors["chainId"].as_u64().expect("a number"),
        genesis: text(&vectors, "genesis").parse::<Hash>().expect("a hash"),
        ..chain()
    };
    let sender: Address = text(&vectors, "sender").parse().expect("an address");
    assert_eq!(sender, address_of(&key(1)), "both sides derive addresses alike");
    let rows = vectors["transactions"].as_array().expect("a list");
    assert_eq!(rows.len(), 18);
    for (at, row) in rows.iter().enumerate() {
        let (name, maker) = (text(row, "name"), text(row, "maker"));
        let raw = alloy_primitives::hex::decode(text(row, "raw")).expect("bytes");
        let verified =
            verify(&raw, &chain).unwrap_or_else(|error| panic!("{maker} {name}: {error}"));
        assert_eq!(verified.hash().to_string(), text(row, "hash"), "{maker} {name}");
        assert_eq!(verified.decoded().sender, sender, "{maker} {name}");
        assert_eq!(verified.decoded().message, expected(name, &chain), "{maker} {name}");
        let number = at as u64 % 9;
        assert_eq!(verified.decoded().nonce, number, "{maker} {name}");
        assert_eq!(verified.envelope().gas_limit, 50_000 + number, "{maker} {name}");
        // Cut anywhere, it is refused.
        for end in 0..raw.len() {
            assert!(verify(&raw[..end], &chain).is_err(), "{maker} {name} cut at {end}");
        }
        // Under another chain id it is refused, whatever it asks.
        let other = ChainSpec { chain_id: chain.chain_id + 1, ..chain.clone() };
        assert_eq!(verify(&raw, &other).expect_err("another network").code(), 3_009);
    }
}
