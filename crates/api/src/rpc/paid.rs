//! Gas of blocks and transactions: what they took and paid when they were made, whatever later
//! parameters ask; and `eth_feeHistory`.

use alloy_primitives::U256;
use serde_json::{Value, json};
use workmint_node::{BlockRecord, TransactionRecord};
use workmint_protocol::wire::gas;

use super::engine::Engine;
use super::error::RpcError;
use super::params::{BlockId, Params};
use super::show::{self, View};

/// What a block can take; it says nothing here, but wallets cap gas limits by it.
const BLOCK_GAS: u64 = 1_000_000_000;
/// Blocks of one `eth_feeHistory`.
const FEE_HISTORY: u64 = 1_024;
/// Percentiles of one `eth_feeHistory`.
const PERCENTILES: usize = 100;

/// The gas limit of a block that used so much.
pub(super) fn gas_limit(used: u64) -> u64 {
    BLOCK_GAS.max(used)
}

/// Gas of a transaction and what one of it cost, tip included, wei.
pub(super) struct Paid {
    pub(super) gas: u64,
    pub(super) price: U256,
}

impl View<'_> {
    /// What one gas cost in a block, wei.
    pub(super) fn price(&self, record: &BlockRecord) -> U256 {
        gas::price_of(record.fee_measure, self.chain)
    }

    /// Gas used x price is what was paid: exactly without a tip, else rounded down by less than one
    /// wei for each gas.
    pub(super) fn paid(&self, record: &BlockRecord, it: &TransactionRecord) -> Paid {
        let price = self.price(record);
        let gas = gas::gas_at(it.due, price, self.chain);
        let paid = self.chain.to_wei(it.fee).checked_div(U256::from(gas));
        Paid { gas, price: paid.unwrap_or(price) }
    }

    pub(super) fn gas_used(&self, record: &BlockRecord) -> u64 {
        let all = record.transactions.iter().map(|it| self.paid(record, it).gas);
        all.fold(0, u64::saturating_add)
    }

    /// The tips of a block's transactions, wei for each gas: at each percentile of the gas used,
    /// the cheapest first.
    fn tips(&self, record: &BlockRecord, percentiles: &[f64]) -> Vec<Value> {
        let price = self.price(record);
        let paid = record.transactions.iter().map(|it| self.paid(record, it));
        let mut tips: Vec<(U256, u64)> =
            paid.map(|paid| (paid.price.saturating_sub(price), paid.gas)).collect();
        tips.sort_unstable();
        let used = self.gas_used(record);
        let at = |percentile: &f64| {
            let wanted = used as f64 * percentile / 100.0;
            let mut sum = 0.0;
            let reached = tips.iter().find(|(_, gas)| {
                sum += *gas as f64;
                sum >= wanted
            });
            show::wide(reached.or(tips.last()).map_or(U256::ZERO, |(tip, _)| *tip))
        };
        percentiles.iter().map(at).collect()
    }
}

impl Engine {
    /// The newest blocks up to the one named: fewer than asked for where they hold more bytes than
    /// an answer may.
    pub(super) fn fee_history(&self, params: &Params) -> Result<Value, RpcError> {
        params.at_most(3)?;
        let count = match params.optional::<u64>(0, "blockCount") {
            Ok(Some(count)) => count,
            _ => params.number(0, "blockCount")?,
        };
        let percentiles: Option<Vec<f64>> = params.optional(2, "rewardPercentiles")?;
        let percentiles = percentiles.unwrap_or_default();
        let ascending = percentiles.windows(2).all(|pair| pair[0] <= pair[1]);
        if percentiles.len() > PERCENTILES || !ascending {
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
        self.history(newest, count, &percentiles)
    }

    fn history(&self, newest: u64, count: u64, percentiles: &[f64]) -> Result<Value, RpcError> {
        let view = self.view();
        let next = self.block(BlockId::Height(newest.saturating_add(1)))?;
        let next = match next {
            Some(record) => view.price(&record),
            None => self.price_now()?,
        };
        let (mut prices, mut full, mut rewards) = (vec![show::wide(next)], vec![], vec![]);
        let (mut oldest, mut bytes) = (newest, 0_usize);
        // A shorter answer says so in `oldestBlock`.
        let first = self.node.history_from();
        for height in (first..=newest).rev().zip(0..count).map(|(height, _)| height) {
            let Some(record) = self.block(BlockId::Height(height))? else { break };
            let own = record.transactions.iter().map(|it| it.raw.bytes.len());
            bytes = own.fold(bytes, usize::saturating_add);
            if bytes > self.config.limits.answer_bytes && height < newest {
                break;
            }
            let used = view.gas_used(&record);
            prices.push(show::wide(view.price(&record)));
            full.push(Value::from(used as f64 / gas_limit(used) as f64));
            rewards.push(Value::from(view.tips(&record, percentiles)));
            oldest = height;
        }
        for list in [&mut prices, &mut full, &mut rewards] {
            list.reverse();
        }
        let mut answer = json!({
            "oldestBlock": show::quantity(oldest),
            "baseFeePerGas": prices,
            "gasUsedRatio": full,
        });
        if !percentiles.is_empty() {
            answer["reward"] = rewards.into();
        }
        Ok(answer)
    }
}
