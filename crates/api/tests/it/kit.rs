//! A small network with known keys, a node on it, and its JSON-RPC without sockets.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use tempfile::TempDir;
use workmint_amounts::Amount;
use workmint_api::ApiConfig;
use workmint_api::rpc::{Caller, Engine};
use workmint_core::genesis::{Allocation, AllocationTo};
use workmint_core::names::AssetId;
use workmint_core::{Address, Genesis, Message};
use workmint_networks::preset;
use workmint_node::{Config, Node};
use workmint_protocol::wire::{self, SecretKey, U256, Unsigned, call_of, gas};

/// What each known account has of every asset: 1,000 display units.
pub(crate) const EACH: u128 = 1_000;

/// A key by its number.
pub(crate) fn key(number: u8) -> SecretKey {
    SecretKey::from_slice(&[number.max(1); 32]).unwrap()
}

pub(crate) fn address(number: u8) -> Address {
    wire::address_of(&key(number))
}

/// The keys of a built-in network's named accounts: 100 and up, in alphabetical order.
pub(crate) fn named(network: &str) -> BTreeMap<String, u8> {
    let definition = preset(network).unwrap().definition().unwrap();
    let names = definition.names().into_iter().map(|name| name.as_str().to_owned());
    names.zip(100_u8..).collect()
}

/// A built-in network whose named accounts have keys, and money as keys 1 to 9 do.
pub(crate) fn genesis(network: &str) -> Genesis {
    let definition = preset(network).unwrap().definition().unwrap();
    let named = named(network);
    let bindings: BTreeMap<String, Address> =
        named.iter().map(|(name, number)| (name.clone(), address(*number))).collect();
    let funded: Vec<u8> = (1..=9).chain(named.into_values()).collect();
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let now = u64::try_from(since.as_millis()).unwrap();
    let mut genesis = definition.genesis(now, &bindings).unwrap();
    let assets = genesis.parameters.assets.clone();
    for (id, asset) in (0_u16..).zip(assets) {
        let of_asset = genesis.allocations.iter_mut().filter(|one| one.asset == AssetId(id));
        let Some(largest) = of_asset.max_by_key(|one| one.amount.get()) else { continue };
        let count = u128::try_from(funded.len()).unwrap();
        let most = largest.amount.get() / (2 * count);
        let amount = Amount::new(most.min(EACH * 10_u128.pow(u32::from(asset.decimals))));
        let all = Amount::new(count * amount.get());
        largest.amount = largest.amount.checked_sub(all).unwrap();
        for number in funded.iter().copied() {
            genesis.allocations.push(Allocation {
                asset: AssetId(id),
                amount,
                to: AllocationTo::Account(address(number)),
                vesting_epochs: 0,
                cliff_epochs: 0,
                at_once: workmint_amounts::Ratio::ZERO,
            });
        }
    }
    genesis
}

pub(crate) struct Running {
    pub(crate) node: Node,
    pub(crate) engine: Arc<Engine>,
    _dir: TempDir,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.node.stop();
    }
}

impl Running {
    pub(crate) fn start(network: &str, config: ApiConfig) -> Self {
        Self::tuned(genesis(network), config, |_| ())
    }

    /// A node of that genesis, its settings changed.
    pub(crate) fn tuned(genesis: Genesis, api: ApiConfig, tune: impl FnOnce(&mut Config)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut settings =
            Config { genesis: Some(genesis), wait_ms: 60_000, ..Config::new(dir.path().into()) };
        tune(&mut settings);
        let node = Node::start(settings).unwrap();
        let engine = Engine::new(node.clone(), Arc::new(api), axum::Router::new());
        Self { node, engine, _dir: dir }
    }

    /// The answer to a body, as text; `None` for notifications.
    pub(crate) async fn body(&self, body: &str) -> Option<String> {
        self.engine.answer(body.as_bytes(), &Caller::default()).await
    }

    /// The whole answer to one call.
    pub(crate) async fn answer(&self, method: &str, params: Value) -> Value {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let text = self.body(&body.to_string()).await.unwrap();
        serde_json::from_str(&text).unwrap()
    }

    /// The result of one call that must succeed.
    pub(crate) async fn call(&self, method: &str, params: Value) -> Value {
        let mut answer = self.answer(method, params).await;
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].take()
    }

    /// An unsigned transaction of a message, as a wallet makes it.
    pub(crate) fn unsigned(&self, nonce: u64, message: &Message) -> Unsigned {
        let chain = self.node.chain();
        let parameters = self.node.read(|state| state.active_parameters().unwrap());
        let price = u128::try_from(gas::price_wei(&parameters, chain)).unwrap();
        Unsigned {
            chain_id: chain.chain_id,
            nonce,
            max_priority_fee_per_gas: 0,
            max_fee_per_gas: price,
            gas_limit: 10_000_000,
            call: call_of(message, chain).unwrap(),
        }
    }

    /// The same signed, as hexadecimal data.
    pub(crate) fn signed(&self, number: u8, nonce: u64, message: &Message) -> String {
        let bytes = wire::sign(&key(number), &self.unsigned(nonce, message));
        alloy_primitives::hex::encode_prefixed(bytes)
    }
}

/// A quantity of an answer.
pub(crate) fn quantity(value: &Value) -> U256 {
    let text = value.as_str().unwrap_or_else(|| panic!("{value} is no quantity"));
    U256::from_str_radix(text.strip_prefix("0x").unwrap(), 16).unwrap()
}
