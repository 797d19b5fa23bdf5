//! A node whose blocks the test makes, behind its real server, asked over HTTP.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use workmint_amounts::Amount;
use workmint_api::{ApiConfig, Limits, Server, serve};
use workmint_core::modules::exchange::AddLiquidity;
use workmint_core::modules::governance::{Kind, Propose};
use workmint_core::modules::ledger::Transfer;
use workmint_core::modules::market::{OpenSession, RedeemVoucher, Voucher, jobs};
use workmint_core::modules::registry::RegisterParticipant;
use workmint_core::modules::stake::DepositStake;
use workmint_core::names::{AssetId, ModelId};
use workmint_core::{Address, DecodedTransaction, Genesis, Hash, Message};
use workmint_node::{Config, Node, Production};
use workmint_storage::store::{MOST_BYTES, Restore, Settings, Store};

use crate::kit::{address, genesis};

/// A display unit of Hanzo's assets.
pub(crate) const ONE: u128 = 1_000_000_000_000_000_000;
pub(crate) const DAY_MS: u64 = 86_400_000;

/// A network under way.
pub(crate) struct Town {
    pub(crate) node: Node,
    pub(crate) at: SocketAddr,
    runtime: Runtime,
    server: Option<Server>,
    _dir: TempDir,
}

impl Drop for Town {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            self.runtime.block_on(server.stop());
        }
        self.node.stop();
    }
}

/// An answer over HTTP.
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answered {
    pub(crate) fn json(&self) -> Value {
        let text = String::from_utf8_lossy(&self.body);
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let line = |line: &&str| line.to_ascii_lowercase().starts_with(&format!("{name}:"));
        let line = self.head.lines().find(line)?;
        line.split_once(':').map(|(_, value)| value.trim())
    }
}

impl Town {
    /// A network without blocks.
    pub(crate) fn new(network: &str) -> Self {
        Self::of(genesis(network))
    }

    fn of(genesis: Genesis) -> Self {
        Self::limited(genesis, Limits::default())
    }

    /// A network without blocks, served within these limits.
    pub(crate) fn limited(genesis: Genesis, limits: Limits) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let node = Node::start(driven(dir.path(), genesis)).unwrap();
        Self::served(node, dir, limits)
    }

    /// Hanzo on a directory that was made of another node's snapshot of height 2.
    pub(crate) fn restored() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (first, second) = (dir.path().join("first"), dir.path().join("second"));
        let genesis = genesis("hanzo");
        let node = Node::start(driven(&first, genesis.clone())).unwrap();
        let start = node.head().time_ms;
        node.drive(start + 1, Vec::new()).unwrap();
        node.ask_snapshot();
        node.drive(start + DAY_MS, Vec::new()).unwrap();
        let trusted = node.head().hash;
        node.stop();
        drop(node);
        let store = Store::open(&first, Settings::default()).unwrap().0;
        let offer = store.offers().unwrap().remove(0);
        let mut restore = Restore::begin(&second, &genesis, &offer, &trusted, MOST_BYTES).unwrap();
        for number in 0..offer.chunks {
            let chunk = store.snapshot_chunk((offer.height, offer.format), number).unwrap();
            restore.apply_chunk(number, &chunk.unwrap()).unwrap();
        }
        restore.finish().unwrap();
        let node = Node::start(driven(&second, genesis)).unwrap();
        Self::served(node, dir, Limits::default())
    }

    fn served(node: Node, dir: TempDir, limits: Limits) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let listen = ([127, 0, 0, 1], 0).into();
        let config = ApiConfig { listen, limits, ..ApiConfig::default() };
        let server = runtime.block_on(serve(node.clone(), config)).unwrap();
        Self { node, at: server.address(), runtime, server: Some(server), _dir: dir }
    }

    /// Hanzo with three settled epochs: stakes, participants, a job, a session that paid, a
    /// proposal, claims.
    pub(crate) fn settled() -> Self {
        let town = Self::new("hanzo");
        let money = |units: u128| Amount::new(units * ONE);
        let fee = town.node.chain().fee_asset;
        let mut first = Vec::new();
        for number in 1..=9 {
            let owner = address(number);
            first.push((
                number,
                Message::RegisterParticipant(RegisterParticipant { owner, validator: None }),
            ));
            let stake = DepositStake { amount: money(200), lock_ms: 0 };
            first.push((number, Message::DepositStake(stake)));
        }
        for to in 20..80 {
            let transfer = Transfer { to: address(to), asset: fee, amount: money(1) };
            first.push((1, Message::Transfer(transfer)));
        }
        first.push((3, open_session(2, 10)));
        first.push((4, create_job(10)));
        let liquidity =
            AddLiquidity { amounts: (money(50), money(50)), min_shares: 0, deadline: u64::MAX };
        first.push((6, Message::AddLiquidity(liquidity)));
        town.block(1, first);
        town.block(DAY_MS, Vec::new());
        let genesis = town.node.read(|state| state.chain().genesis);
        // Their fees are split between who gives liquidity and who has power by its reputation.
        for cumulative in [5, 8] {
            let voucher = Voucher {
                chain_id: town.node.chain().chain_id,
                genesis,
                session: 0,
                cumulative: money(cumulative),
                signer: address(3),
            };
            let redeem = RedeemVoucher { customer: address(3), voucher };
            town.block(1, vec![(2, Message::RedeemVoucher(redeem))]);
            town.block(DAY_MS, Vec::new());
        }
        // The deposit is far above what the numbered accounts have left; fees are of another asset.
        let proposer = (100..110).max_by_key(|number| {
            town.node.read(|state| {
                let of = |handle, asset| state.ledger.spendable(handle, asset);
                let handle = state.ledger.handle(&address(*number));
                let held = |handle| of(handle, AssetId(0)).min(of(handle, fee));
                handle.map_or(Amount::ZERO, held)
            })
        });
        let proposer = proposer.unwrap();
        let kind = Kind::Spend { to: address(9), asset: AssetId(0), amount: Amount::new(5) };
        let mut last = vec![(proposer, Message::Propose(Propose { kind }))];
        // Rows that last: nothing of them is over before the next block.
        for customer in [3, 4, 5] {
            last.push((customer, open_session(2, 1)));
            last.push((customer, create_job(1)));
        }
        town.block(1, last);
        town
    }

    /// Makes a block so many milliseconds after the last; messages by the number of their sender.
    pub(crate) fn block(&self, after_ms: u64, messages: Vec<(u8, Message)>) {
        let mut nonces = std::collections::BTreeMap::new();
        let transactions = messages.into_iter().map(|(sender, message)| {
            let of = address(sender);
            let nonce = nonces.entry(sender).or_insert_with(|| self.node.pending_nonce(&of));
            *nonce += 1;
            DecodedTransaction::new(of, *nonce - 1, message)
        });
        let transactions = transactions.collect();
        let time_ms = self.node.head().time_ms + after_ms;
        self.node.drive(time_ms, transactions).unwrap();
    }

    /// What a path answers.
    pub(crate) fn get(&self, path: &str) -> Answered {
        self.ask("GET", path, &[], b"")
    }

    /// A path that must answer with JSON.
    pub(crate) fn json(&self, path: &str) -> Value {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.json()
    }

    /// A whole request.
    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answered {
        answered(self.open(method, path, headers, body))
    }

    /// What a path answers to who calls the node by that name.
    pub(crate) fn ask_of(&self, host: &str, path: &str) -> Answered {
        let mut stream = TcpStream::connect(self.at).unwrap();
        let head = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        answered(stream)
    }

    /// Sends a request and leaves reading to the caller.
    pub(crate) fn open(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> TcpStream {
        let mut stream = TcpStream::connect(self.at).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n");
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        stream
    }

    /// All rows of a list, read page by page of `limit`.
    pub(crate) fn rows(&self, path: &str, limit: usize) -> Vec<Value> {
        let mark = if path.contains('?') { '&' } else { '?' };
        let (mut rows, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.json(&format!("{path}{mark}limit={limit}{cursor}"));
            let items = page["items"].as_array().unwrap();
            assert!(items.len() <= limit, "{path}");
            rows.extend(items.iter().cloned());
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return rows,
            }
        }
    }
}

/// The whole answer on a connection.
fn answered(mut stream: TcpStream) -> Answered {
    let mut all = Vec::new();
    stream.read_to_end(&mut all).unwrap();
    let at = all.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(all[..at].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let mut answer = Answered { status, head, body: all[at + 4..].to_vec() };
    if answer.header("transfer-encoding") == Some("chunked") {
        answer.body = unchunked(&answer.body);
    }
    answer
}

fn driven(dir: &Path, genesis: Genesis) -> Config {
    Config {
        genesis: Some(genesis),
        production: Production::Driven,
        ..Config::new(dir.to_path_buf())
    }
}

/// A session with a provider, of so many display units.
fn open_session(provider: u8, units: u128) -> Message {
    Message::OpenSession(OpenSession {
        provider: address(provider),
        model: ModelId(0),
        deposit: Amount::new(units * ONE),
        max_price: None,
        expires: None,
    })
}

/// A job of so many units of work that anybody may take.
fn create_job(max_units: u64) -> Message {
    Message::Job(jobs::Message::CreateJob(jobs::CreateJob {
        model: ModelId(0),
        max_units,
        tier: 0,
        max_latency_ms: 1_000,
        max_spend: Amount::new(500 * ONE),
        commitment: Hash([7; 32]),
        provider: None,
    }))
}

/// A chunked body in one piece.
fn unchunked(mut body: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    loop {
        let end = body.windows(2).position(|two| two == b"\r\n").unwrap();
        let size = usize::from_str_radix(std::str::from_utf8(&body[..end]).unwrap(), 16).unwrap();
        if size == 0 {
            return whole;
        }
        whole.extend_from_slice(&body[end + 2..end + 2 + size]);
        body = &body[end + 4 + size..];
    }
}

/// An amount of an answer, base units.
pub(crate) fn amount(money: &Value) -> u128 {
    money["amount"].as_str().unwrap_or_else(|| panic!("{money} is no amount")).parse().unwrap()
}

/// An account's address as text.
pub(crate) fn named(number: u8) -> String {
    let address: Address = address(number);
    address.to_string()
}
