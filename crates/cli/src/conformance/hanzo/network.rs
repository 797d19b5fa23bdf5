//! The network whose rules Hanzo's records run under.

use crate::conformance::chain::built_in;
use crate::conformance::verdict::Mismatch;
use workmint_amounts::Amount;
use workmint_core::modules::parameters::{
    AssetId, Exchange, JobRules, MarketFee, Parameters, Score, Stake,
};

/// The asset that jobs pay, stake holds and emission mints.
pub(super) const AI: AssetId = AssetId(0);

/// Base units of one AI.
pub(super) const ONE_AI: u128 = 1_000_000_000_000_000_000;

/// The rules of the network people use.
pub(super) fn rules() -> Result<Parameters, Mismatch> {
    built_in("hanzo")
}

/// The same for a chain of a few accounts: without the pool, which the treasury seeds, and without
/// votes. As much of the asset may exist, and be offered, as records ask for.
pub(super) fn local() -> Result<Parameters, Mismatch> {
    let mut rules = rules()?;
    rules.exchange = None;
    rules.governance = None;
    rules.streams.retain(|stream| !matches!(stream.score, Score::Liquidity));
    // As much as lets nobody have a power that 128 bits do not hold.
    let cap = Amount::new(u128::MAX >> 4);
    rules.assets.iter_mut().for_each(|asset| asset.cap = cap);
    if let Some(stake) = &mut rules.stake {
        stake.capacity = None;
    }
    Ok(rules)
}

fn present<T>(part: Option<T>, name: &str) -> Result<T, Mismatch> {
    part.ok_or_else(|| Mismatch::new(format!("network hanzo has no [{name}]")))
}

/// `[stake]`.
pub(super) fn stake() -> Result<Stake, Mismatch> {
    present(rules()?.stake, "stake")
}

/// `[market.fee]`.
pub(super) fn fee() -> Result<MarketFee, Mismatch> {
    present(rules()?.market.fee, "market.fee")
}

/// `[exchange]`.
pub(super) fn exchange() -> Result<Exchange, Mismatch> {
    present(rules()?.exchange, "exchange")
}

/// `[market.jobs]` of these rules.
pub(super) fn jobs(rules: &mut Parameters) -> Result<&mut JobRules, Mismatch> {
    present(rules.market.jobs.as_mut(), "market.jobs")
}
