//! What only reads: state, blocks, transactions, logs.

use std::sync::Arc;

use alloy_primitives::U256;
use serde::de::DeserializeOwned;
use serde_json::Value;
use workmint_core::modules::parameters::Parameters;
use workmint_core::{Hash, State};
use workmint_node::{BlockRecord, NodeError};
use workmint_protocol::wire::addresses;
use workmint_protocol::wire::contracts::{self, Place};
use workmint_protocol::wire::gas;
use workmint_storage::store::StoreError;

use super::engine::Engine;
use super::error::RpcError;
use super::methods::Method;
use super::params::{BlockId, Params};
use super::show::{self, View};

/// Questions about the state after one of so many last blocks are answered from the newest state.
const RECENT: u64 = 128;
/// The same of blocks that are no older than this against the last one, milliseconds.
const RECENT_MS: u64 = 60_000;

/// The parameters of the open epoch.
pub(super) fn parameters(state: &State) -> Result<Arc<Parameters>, RpcError> {
    let active = state.active_parameters();
    active.ok_or_else(|| RpcError::internal("the state has no parameters"))
}

impl Engine {
    /// Answers a method that reads; it may wait for the state's lock and the disk.
    pub(super) fn reads(&self, method: Method, params: &Params) -> Result<Value, RpcError> {
        match method {
            Method::BlockNumber => {
                params.at_most(0)?;
                Ok(show::quantity(self.node.head().height))
            }
            Method::GetBalance
            | Method::GetTransactionCount
            | Method::GetCode
            | Method::GetStorageAt => self.account(method, params),
            Method::Call => self.eth_call(params),
            Method::EstimateGas => self.estimate_gas(params),
            Method::GasPrice => {
                params.at_most(0)?;
                Ok(show::wide(self.price_now()?))
            }
            Method::MaxPriorityFeePerGas => {
                params.at_most(0)?;
                Ok(show::quantity(0_u8))
            }
            Method::GetTransactionByHash | Method::GetTransactionReceipt => {
                params.at_most(1)?;
                let hash = params.hash(0, "hash")?;
                self.of_transaction(method, &hash)
            }
            _ => self.of_block(method, params),
        }
    }

    /// A transaction, or its receipt: null if there is none, and the receipt while it waits.
    fn of_transaction(&self, method: Method, hash: &Hash) -> Result<Value, RpcError> {
        let (view, receipt) = (self.view(), method == Method::GetTransactionReceipt);
        let find = || self.of_node(self.node.transaction(hash));
        let mut found = find()?;
        if found.is_none() && !receipt {
            if let Some(waiting) = self.node.waiting(hash) {
                return Ok(view.waiting(&waiting));
            }
            // It may just have left for a block that is being written: this waits for that.
            self.node.read(|_| ());
            found = find()?;
        }
        Ok(match found {
            None => Value::Null,
            Some((record, index)) if receipt => view.receipt(&record, index),
            Some((record, index)) => view.transaction(&record, index),
        })
    }

    /// What is asked of one block.
    fn of_block(&self, method: Method, params: &Params) -> Result<Value, RpcError> {
        let by_hash = matches!(
            method,
            Method::GetBlockByHash
                | Method::GetBlockTransactionCountByHash
                | Method::GetTransactionByBlockHashAndIndex
        );
        let id = match by_hash {
            true => BlockId::Hash(params.hash(0, "block")?),
            false => params.block(0, "block")?,
        };
        let (full, index) = match method {
            Method::GetBlockByNumber | Method::GetBlockByHash => {
                params.at_most(2)?;
                (params.optional::<bool>(1, "full")?.unwrap_or(false), 0)
            }
            Method::GetTransactionByBlockNumberAndIndex
            | Method::GetTransactionByBlockHashAndIndex => {
                params.at_most(2)?;
                (false, params.number(1, "index")?)
            }
            _ => {
                params.at_most(1)?;
                (false, 0)
            }
        };
        let Some(record) = self.block(id)? else {
            return Ok(Value::Null);
        };
        let view = self.view();
        Ok(match method {
            Method::GetBlockByNumber | Method::GetBlockByHash => view.block(&record, full),
            Method::GetBlockReceipts => {
                let all = 0..record.transactions.len();
                all.map(|index| view.receipt(&record, index)).collect::<Vec<_>>().into()
            }
            Method::GetTransactionByBlockNumberAndIndex
            | Method::GetTransactionByBlockHashAndIndex => {
                view.transaction(&record, usize::try_from(index).unwrap_or(usize::MAX))
            }
            _ => show::quantity(u64::try_from(record.transactions.len()).unwrap_or(u64::MAX)),
        })
    }

    /// A block. That of height 0 is the genesis: it has no transactions.
    pub(super) fn block(&self, id: BlockId) -> Result<Option<Arc<BlockRecord>>, RpcError> {
        let head = self.node.head();
        let height = match id {
            BlockId::Latest | BlockId::Pending => head.height,
            BlockId::Height(height) if height > head.height => return Ok(None),
            BlockId::Height(height) => height,
            BlockId::Hash(hash) => {
                let found = self.of_node(self.node.block_by_hash(&hash))?;
                if found.is_some() {
                    return Ok(found);
                }
                let genesis = self.genesis_block()?;
                return Ok(Some(genesis).filter(|genesis| genesis.hash == hash));
            }
        };
        match height {
            0 => self.genesis_block().map(Some),
            _ => self.of_node(self.node.block(height)),
        }
    }

    fn genesis_block(&self) -> Result<Arc<BlockRecord>, RpcError> {
        let head = self.node.head();
        let hash = match head.height {
            0 => head.hash,
            _ => match self.of_node(self.node.block(1))? {
                Some(first) => first.parent,
                None => return Err(RpcError::internal("block 1 is missing")),
            },
        };
        Ok(Arc::new(BlockRecord {
            height: 0,
            time_ms: self.node.genesis().time_ms,
            hash,
            parent: Hash::ZERO,
            transactions: Vec::new(),
            end_logs: Vec::new(),
            closed: None,
            fee_measure: self.node.genesis().parameters.fees.measure(),
        }))
    }

    /// Shows blocks and transactions.
    pub(super) fn view(&self) -> View<'_> {
        View { chain: self.node.chain() }
    }

    /// What one gas costs in the next block, wei.
    pub(super) fn price_now(&self) -> Result<U256, RpcError> {
        let parameters = self.node.read(parameters)?;
        Ok(gas::price_wei(&parameters, self.node.chain()))
    }

    /// What the node says. It refuses what lies before the first block it has.
    pub(super) fn of_node<T>(&self, read: Result<T, NodeError>) -> Result<T, RpcError> {
        read.map_err(|error| match error {
            NodeError::Store(error @ StoreError::NoHistory { .. }) => {
                RpcError::new(RpcError::REFUSED, error.to_string())
            }
            error => RpcError::internal(error),
        })
    }

    /// Refuses a question about the state after an old block. The state is kept after the last
    /// block only; recent ones are answered from that, because wallets put the height they saw last
    /// in the place of `latest`.
    pub(super) fn recent(&self, id: BlockId) -> Result<(), RpcError> {
        let head = self.node.head();
        let refused = |text: String| Err(RpcError::new(RpcError::REFUSED, text));
        let height = match id {
            BlockId::Latest | BlockId::Pending => return Ok(()),
            BlockId::Hash(hash) if hash == head.hash => return Ok(()),
            BlockId::Height(height) => height,
            BlockId::Hash(hash) => match self.block(id)? {
                Some(record) => record.height,
                None => return refused(format!("block: no block has the hash {hash}")),
            },
        };
        if height > head.height {
            let text =
                format!("block: there is no block {height} yet, the last is {}", head.height);
            return refused(text);
        }
        if height.abs_diff(head.height) < RECENT {
            return Ok(());
        }
        let record = self.block(BlockId::Height(height))?;
        let young = |record: Arc<BlockRecord>| head.time_ms.abs_diff(record.time_ms) <= RECENT_MS;
        if record.is_some_and(young) {
            return Ok(());
        }
        refused(format!(
            "block: the state of block {height} is not kept; for the last {RECENT} blocks, and \
             those of the last {} s, the state after the last one answers, which is {}; ask with \
             latest (blocks, transactions, receipts and logs are kept from block {} on)",
            RECENT_MS / 1_000,
            head.height,
            self.node.history_from(),
        ))
    }

    fn account(&self, method: Method, params: &Params) -> Result<Value, RpcError> {
        let address = params.address(0, "address")?;
        let at = usize::from(method == Method::GetStorageAt);
        params.at_most(2 + at)?;
        if at == 1 {
            // Hashes and numbers alike name a slot.
            let slot: String = params.required(1, "slot")?;
            if super::params::hash(&slot, "slot").is_err() {
                super::params::quantity(&slot, "slot")?;
            }
        }
        let id = params.block(1 + at, "block")?;
        self.recent(id)?;
        let chain = self.node.chain();
        match method {
            Method::GetBalance => {
                let asset = chain.fee_asset;
                let (spendable, in_pot) = self.node.read(|state| {
                    let handle = state.ledger.handle(&address);
                    let spendable = handle.map(|handle| state.ledger.spendable(handle, asset));
                    let pot = addresses::pot_at(&address, &state.ledger);
                    (spendable, pot.map(|pot| state.ledger.pot(asset, &pot)))
                });
                let [spendable, in_pot] = [spendable, in_pot].map(Option::unwrap_or_default);
                // Each below 2^188.
                Ok(show::wide(chain.to_wei(spendable) + chain.to_wei(in_pot)))
            }
            Method::GetTransactionCount if id == BlockId::Pending => {
                Ok(show::quantity(self.node.pending_nonce(&address)))
            }
            Method::GetTransactionCount => Ok(show::quantity(self.nonce(&address))),
            Method::GetCode => Ok(match contracts::place(&address, chain) {
                Place::Contract(_) | Place::Token(_) => show::data(&[0xfe]),
                Place::Reserved | Place::Account => show::data(&[]),
            }),
            _ => Ok(show::data(&[0; 32])),
        }
    }

    /// The next nonce of an account, without what waits.
    pub(super) fn nonce(&self, address: &workmint_core::Address) -> u64 {
        self.node.read(|state| {
            let handle = state.ledger.handle(address);
            let account = handle.and_then(|handle| state.ledger.account(handle));
            account.map_or(0, |account| account.nonce)
        })
    }
}

/// A filter object; without it everything matches.
pub(super) fn filter_of<T: DeserializeOwned + Default>(
    params: &Params,
    index: usize,
) -> Result<T, RpcError> {
    Ok(params.optional(index, "filter")?.unwrap_or_default())
}
