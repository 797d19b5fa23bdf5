//! What only reads: state, blocks, transactions, logs.

use std::sync::Arc;

use alloy_primitives::U256;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use workmint_core::modules::parameters::Parameters;
use workmint_core::{Hash, State};
use workmint_node::BlockRecord;
use workmint_protocol::wire::contracts::{self, Place};

use super::engine::Engine;
use super::error::RpcError;
use super::logs::{Asked, Blocks};
use super::methods::Method;
use super::params::{BlockId, Params};
use super::show::{self, View};

/// Blocks of one `eth_feeHistory`.
const FEE_HISTORY: u64 = 1_024;

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
                self.shown(|view| Ok(show::wide(view.price())))
            }
            Method::MaxPriorityFeePerGas => {
                params.at_most(0)?;
                Ok(show::quantity(0_u8))
            }
            Method::FeeHistory => self.fee_history(params),
            Method::GetLogs => self.get_logs(params),
            Method::GetTransactionByHash | Method::GetTransactionReceipt => {
                params.at_most(1)?;
                let hash = params.hash(0, "hash")?;
                let Some((record, index)) = self.of_store(self.node.transaction(&hash))? else {
                    return Ok(Value::Null);
                };
                self.shown(|view| {
                    Ok(match method {
                        Method::GetTransactionReceipt => view.receipt(&record, index),
                        _ => view.transaction(&record, index),
                    })
                })
            }
            _ => self.of_block(method, params),
        }
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
        self.shown(|view| {
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
                let found = self.of_store(self.node.block_by_hash(&hash))?;
                if found.is_some() {
                    return Ok(found);
                }
                let genesis = self.genesis_block()?;
                return Ok(Some(genesis).filter(|genesis| genesis.hash == hash));
            }
        };
        match height {
            0 => self.genesis_block().map(Some),
            _ => self.of_store(self.node.block(height)),
        }
    }

    fn genesis_block(&self) -> Result<Arc<BlockRecord>, RpcError> {
        let head = self.node.head();
        let hash = match head.height {
            0 => head.hash,
            _ => match self.of_store(self.node.block(1))? {
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
        }))
    }

    /// Shows something under the parameters of the open epoch.
    pub(super) fn shown<T>(
        &self,
        show: impl FnOnce(&View<'_>) -> Result<T, RpcError>,
    ) -> Result<T, RpcError> {
        let parameters = self.node.read(parameters)?;
        show(&View { chain: self.node.chain(), parameters: &parameters })
    }

    pub(super) fn of_store<T, E: std::fmt::Display>(
        &self,
        read: Result<T, E>,
    ) -> Result<T, RpcError> {
        read.map_err(RpcError::internal)
    }

    /// Refuses a question about the state after an older block.
    pub(super) fn latest(&self, id: BlockId) -> Result<(), RpcError> {
        let head = self.node.head();
        let is_head = match id {
            BlockId::Latest | BlockId::Pending => true,
            BlockId::Height(height) => height == head.height,
            BlockId::Hash(hash) => hash == head.hash,
        };
        if is_head {
            return Ok(());
        }
        let text = format!(
            "block: the state is kept after the last block only, which is {}; ask with latest or \
             pending (blocks, transactions, receipts and logs are kept from block 0 on)",
            head.height,
        );
        Err(RpcError::new(RpcError::REFUSED, text))
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
        self.latest(id)?;
        let chain = self.node.chain();
        match method {
            Method::GetBalance => {
                let asset = chain.fee_asset;
                let spendable = self.node.read(|state| {
                    let handle = state.ledger.handle(&address);
                    handle.map(|handle| state.ledger.spendable(handle, asset))
                });
                Ok(show::wide(chain.to_wei(spendable.unwrap_or_default())))
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

    fn fee_history(&self, params: &Params) -> Result<Value, RpcError> {
        params.at_most(3)?;
        let count = match params.optional::<u64>(0, "blockCount") {
            Ok(Some(count)) => count,
            _ => params.number(0, "blockCount")?,
        };
        let percentiles: Option<Vec<f64>> = params.optional(2, "rewardPercentiles")?;
        let percentiles = percentiles.unwrap_or_default();
        let ascending = percentiles.windows(2).all(|pair| pair[0] <= pair[1]);
        if percentiles.len() > 100 || !ascending {
            let allowed = "at most 100 ascending numbers from 0 to 100";
            return Err(RpcError::param("rewardPercentiles", allowed));
        }
        if percentiles.iter().any(|one| !(0.0..=100.0).contains(one)) {
            return Err(RpcError::param("rewardPercentiles", "numbers from 0 to 100"));
        }
        let newest = self.block(params.block(1, "newestBlock")?)?;
        let Some(newest) = newest.map(|record| record.height) else {
            return Err(RpcError::param("newestBlock", "at most the last block"));
        };
        if count == 0 || count > FEE_HISTORY {
            return Err(RpcError::param("blockCount", &format!("1 to {FEE_HISTORY}")));
        }
        let count = count.min(newest.saturating_add(1));
        let oldest = newest.saturating_add(1).saturating_sub(count);
        let price = self.shown(|view| Ok(view.price()))?;
        let blocks = usize::try_from(count).unwrap_or(0);
        let mut answer = json!({
            "oldestBlock": show::quantity(oldest),
            "baseFeePerGas": vec![show::wide(price); blocks + 1],
            "gasUsedRatio": vec![0.0; blocks],
        });
        if !percentiles.is_empty() {
            let tips = vec![show::wide(U256::ZERO); percentiles.len()];
            answer["reward"] = vec![Value::from(tips); blocks].into();
        }
        Ok(answer)
    }

    fn get_logs(&self, params: &Params) -> Result<Value, RpcError> {
        params.at_most(1)?;
        let asked: Asked = filter_of(params, 0)?;
        let (limits, filter) = (&self.config.limits, asked.filter()?);
        let range = match asked.blocks(self.node.head().height, limits)? {
            Blocks::Range(from, to) => from..=to,
            Blocks::Hash(hash) => {
                let record = self.block(BlockId::Hash(hash))?;
                let record =
                    record.ok_or_else(|| RpcError::new(RpcError::MISSING, "blockHash: unknown"))?;
                return Ok(filter.of_block(&record).into());
            }
        };
        let mut found = Vec::new();
        for height in range.filter(|height| *height > 0) {
            if let Some(record) = self.of_store(self.node.block(height))? {
                found.extend(filter.of_block(&record));
            }
            if found.len() > limits.logs {
                let text = format!("more than {} logs; ask for fewer blocks", limits.logs);
                return Err(RpcError::new(RpcError::TOO_LARGE, text));
            }
        }
        Ok(found.into())
    }
}

/// A filter object; without it everything matches.
pub(super) fn filter_of<T: DeserializeOwned + Default>(
    params: &Params,
    index: usize,
) -> Result<T, RpcError> {
    Ok(params.optional(index, "filter")?.unwrap_or_default())
}
