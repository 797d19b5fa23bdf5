//! The network, read when it is scraped, and its blocks, counted as they come.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use tokio::sync::broadcast::error::RecvError;
use workmint_amounts::Amount;
use workmint_core::State;
use workmint_core::modules::parameters::Parameters;
use workmint_core::modules::rewards;
use workmint_core::modules::settlement::Header;
use workmint_core::names::{AssetId, Name};
use workmint_core::time::DAY_MS;
use workmint_node::{BOUNDS_US, BlockRecord, Histogram, Node, Status};
use workmint_protocol::rewards::rated;

use super::{Meters, Outcome};

/// What needs many rows, kept from scrape to scrape.
#[derive(Debug, Default)]
struct Kept {
    /// The first epoch whose header was not added yet.
    next: u64,
    /// Paid by each stream since genesis, base units.
    paid: BTreeMap<(Name, AssetId), Amount>,
    /// The open epoch for which `owed` was counted: backpay changes at closes alone.
    owed_at: Option<u64>,
    /// Rows of backpay by stream.
    owed: BTreeMap<Name, u64>,
}

/// Reads a node.
pub(super) struct Chain {
    node: Node,
    kept: Mutex<Kept>,
}

impl fmt::Debug for Chain {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Chain")
    }
}

/// A value of a series with one or two labels.
type Series = Vec<(Vec<(&'static str, String)>, f64)>;

/// All of one scrape.
#[derive(Default)]
struct Seen {
    network: String,
    height: f64,
    time: f64,
    epoch: f64,
    accounts: f64,
    base_units: Series,
    display_units: Series,
    paid: Series,
    /// By document 002's name, display units.
    by_name: Vec<(String, String, f64)>,
    utilization: Series,
    queue: Series,
}

impl Chain {
    pub(super) fn new(node: Node) -> Self {
        Self { node, kept: Mutex::new(Kept::default()) }
    }
}

impl Collector for Chain {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let seen = {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            self.node.read(|state| see(state, &mut kept))
        };
        let status = self.node.status();
        let encoder = &mut encoder;
        let info = [
            ("version", env!("CARGO_PKG_VERSION").to_owned()),
            ("network", seen.network.clone()),
            ("chain_id", self.node.chain().chain_id.to_string()),
        ];
        let about = "Version of the node, and the network it runs";
        family(encoder, "workmint_build_info", about, &vec![(info.to_vec(), 1.0)])?;
        gauge(encoder, "workmint_block_height", "Height of the last block", seen.height)?;
        let help = "Time of the last block since the Unix epoch";
        gauge(encoder, "workmint_block_timestamp_seconds", help, seen.time)?;
        gauge(encoder, "workmint_epoch", "The open epoch", seen.epoch)?;
        gauge(encoder, "workmint_accounts", "Accounts ever seen", seen.accounts)?;
        status_gauges(encoder, &status)?;
        let help =
            "Of each asset what was issued, burned, is spendable, locked, in pots; base units";
        family(encoder, "workmint_supply_base_units", help, &seen.base_units)?;
        let help = "The same in display units: base units / 10^decimals";
        family(encoder, "workmint_supply_display_units", help, &seen.display_units)?;
        let help = "Paid by each stream since genesis, base units";
        counters(encoder, "workmint_rewards_paid_base_units", help, &seen.paid)?;
        for (name, help, value) in &seen.by_name {
            counters(encoder, name, help, &vec![(Vec::new(), *value)])?;
        }
        if !seen.utilization.is_empty() {
            let help = "What buckets paid of their targets over the last day, 1 = all";
            family(encoder, "rewards_bucket_utilization", help, &seen.utilization)?;
            let help = "Rewards that buckets owe";
            family(encoder, "rewards_backpay_queue_size", help, &seen.queue)?;
        }
        Ok(())
    }
}

/// What the node says of itself.
fn status_gauges(encoder: &mut DescriptorEncoder<'_>, status: &Status) -> fmt::Result {
    let number = |number: usize| count(u64::try_from(number).unwrap_or(u64::MAX));
    let help = "Transactions that wait for a block";
    gauge(encoder, "workmint_mempool_transactions", help, number(status.pending))?;
    let help = "Bytes of the transactions that wait for a block";
    gauge(encoder, "workmint_mempool_bytes", help, number(status.pending_bytes))?;
    let help = "Transactions that wait for an earlier nonce";
    gauge(encoder, "workmint_mempool_gapped_transactions", help, number(status.gapped))?;
    let lag = status.head.height.saturating_sub(status.indexed);
    let help = "Durable blocks that are not in the index yet";
    gauge(encoder, "workmint_index_lag_blocks", help, count(lag))?;
    let healthy = f64::from(u8::from(status.healthy && status.clock_right));
    gauge(
        encoder,
        "workmint_healthy",
        "Whether blocks can be made and the clock can be right, 1 or 0",
        healthy,
    )?;
    let ready = f64::from(u8::from(status.ready));
    gauge(encoder, "workmint_ready", "Whether transactions are taken, 1 or 0", ready)?;
    let refused = vec![(Vec::new(), count(status.refused))];
    let help = "Transactions refused before they reached a block";
    counters(encoder, "workmint_refused_transactions", help, &refused)?;
    let help = "Time to apply a group of blocks";
    histogram(encoder, "workmint_block_apply_seconds", help, &status.apply)?;
    let help = "Time to make a group of blocks durable";
    histogram(encoder, "workmint_block_sync_seconds", help, &status.sync)?;
    let help = "Time from a transaction's arrival to its answer";
    histogram(encoder, "workmint_transaction_answer_seconds", help, &status.answer)
}

/// A histogram of the node's.
fn histogram(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    seen: &Histogram,
) -> fmt::Result {
    let bounds = BOUNDS_US.iter().map(|bound| count(*bound) / 1_000_000.0).chain([f64::MAX]);
    let buckets: Vec<(f64, u64)> = bounds.zip(seen.buckets).collect();
    let all = seen.buckets.iter().sum();
    let mut named = encoder.encode_descriptor(name, help, None, MetricType::Histogram)?;
    let sum = count(seen.sum_us) / 1_000_000.0;
    named.encode_histogram::<NoLabelSet>(sum, all, &buckets, None)
}

fn gauge(encoder: &mut DescriptorEncoder<'_>, name: &str, help: &str, value: f64) -> fmt::Result {
    let value = ConstGauge::new(value);
    value.encode(encoder.encode_descriptor(name, help, None, value.metric_type())?)
}

fn family(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    series: &Series,
) -> fmt::Result {
    let mut named = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
    for (labels, value) in series {
        let labels: Vec<(&str, &str)> =
            labels.iter().map(|(name, value)| (*name, value.as_str())).collect();
        ConstGauge::new(*value).encode(named.encode_family(&labels)?)?;
    }
    Ok(())
}

/// `name` without `_total`, which the encoder appends.
fn counters(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    series: &Series,
) -> fmt::Result {
    let mut named = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
    for (labels, value) in series {
        let counter = ConstCounter::new(*value);
        if labels.is_empty() {
            return counter.encode(named);
        }
        let labels: Vec<(&str, &str)> =
            labels.iter().map(|(name, value)| (*name, value.as_str())).collect();
        counter.encode(named.encode_family(&labels)?)?;
    }
    Ok(())
}

/// As a float: exact up to 2^53, else to 16 digits, which is all a metric holds.
fn float(amount: Amount) -> f64 {
    amount.to_string().parse().unwrap_or(f64::MAX)
}

/// In display units, rounded to what a float holds.
fn display(amount: Amount, decimals: u8) -> f64 {
    amount.to_decimal(decimals).parse().unwrap_or(f64::MAX)
}

fn count(number: u64) -> f64 {
    number.to_string().parse().unwrap_or(f64::MAX)
}

fn see(state: &State, kept: &mut Kept) -> Seen {
    let chain = state.chain();
    let Some(parameters) = state.active_parameters() else { return Seen::default() };
    let mut seen = Seen {
        network: parameters.network.name.to_string(),
        height: count(chain.height),
        time: count(chain.time_ms) / 1_000.0,
        epoch: count(chain.epoch),
        accounts: f64::from(state.ledger.account_count()),
        ..Seen::default()
    };
    supply(state, &parameters, &mut seen);
    paid(state, &parameters, kept, &mut seen);
    buckets(state, &parameters, kept, &mut seen);
    seen
}

fn supply(state: &State, parameters: &Parameters, seen: &mut Seen) {
    for (number, asset) in (0_u16..).zip(&parameters.assets) {
        let supply = state.ledger.supply(AssetId(number));
        let locked = Amount::sum(supply.locked).unwrap_or_default();
        let free = supply.in_accounts.checked_sub(locked).unwrap_or_default();
        let parts = [
            ("issued", supply.issued),
            ("burned", supply.burned),
            ("circulating", free),
            ("locked", locked),
            ("pots", supply.in_pots),
        ];
        for (part, amount) in parts {
            let labels = vec![("asset", asset.symbol.to_string()), ("part", part.to_owned())];
            seen.base_units.push((labels.clone(), float(amount)));
            seen.display_units.push((labels, display(amount, asset.decimals)));
        }
    }
}

/// Adds the headers that came since the last scrape.
fn paid(state: &State, parameters: &Parameters, kept: &mut Kept, seen: &mut Seen) {
    for header in state.settlement.headers(kept.next..) {
        for line in &header.streams {
            let sum = kept.paid.entry((line.name.clone(), line.asset)).or_default();
            *sum = sum.checked_add(line.paid).unwrap_or(*sum);
        }
        kept.next = header.epoch.saturating_add(1);
    }
    let rated = rated(parameters).unwrap_or_default();
    // What was never paid is 0, not absent: a rate is computed from the first payment on.
    for stream in &parameters.streams {
        if rated.iter().any(|rated| rated.name == stream.name.as_str()) {
            kept.paid.entry((stream.name.clone(), parameters.emission.asset)).or_default();
        }
    }
    for ((stream, asset), amount) in &kept.paid {
        let Some(of) = parameters.asset(*asset) else { continue };
        let labels = vec![("stream", stream.to_string()), ("asset", of.symbol.to_string())];
        seen.paid.push((labels, float(*amount)));
        if rated.iter().any(|rated| rated.name == stream.as_str()) {
            let name = format!("rewards_{}_{}", word(stream.as_str()), word(of.symbol.as_str()));
            let help = format!("Total {stream} rewards, {}", of.symbol);
            seen.by_name.push((name, help, display(*amount, of.decimals)));
        }
    }
}

/// A name as a part of a metric's name.
fn word(name: &str) -> String {
    let part = |of: char| if of.is_ascii_alphanumeric() { of.to_ascii_lowercase() } else { '_' };
    name.chars().map(part).collect()
}

fn buckets(state: &State, parameters: &Parameters, kept: &mut Kept, seen: &mut Seen) {
    let Ok(rated) = rated(parameters) else { return };
    let epoch = state.chain().epoch;
    if kept.owed_at != Some(epoch) {
        kept.owed.clear();
        for ((stream, ..), _) in state.rewards.backpay() {
            let rows = kept.owed.entry(stream.clone()).or_default();
            *rows = rows.saturating_add(1);
        }
        kept.owed_at = Some(epoch);
    }
    let since = state.chain().time_ms.saturating_sub(DAY_MS);
    // The last settlement always counts: an epoch may be longer than a day.
    let recent = state.settlement.headers(..).rev().enumerate();
    let recent: Vec<&Header> = recent
        .take_while(|(at, header)| *at == 0 || header.time_ms > since)
        .map(|(_, header)| header)
        .collect();
    for stream in rated {
        let lines = recent.iter().flat_map(|header| &header.streams);
        let lines = lines.filter(|line| line.name.as_str() == stream.name);
        let used = rewards::utilization(lines.filter_map(|line| line.bucket.as_ref()));
        let used = used.ok().and_then(|used| used.to_string().parse().ok()).unwrap_or(0.0);
        let owed = kept.owed.iter().find(|(name, _)| name.as_str() == stream.name);
        let label = vec![("bucket", stream.name.to_owned())];
        seen.utilization.push((label.clone(), used));
        seen.queue.push((label, count(owed.map_or(0, |(_, rows)| *rows))));
    }
}

/// Counts the transactions of every block, and the time between blocks.
pub(super) async fn count_blocks(node: Node, meters: Meters) {
    let mut blocks = node.subscribe();
    let mut last = None;
    loop {
        match blocks.recv().await {
            Ok(block) => count_block(&meters, &block, &mut last),
            // A scrape shows too few then; the next blocks are counted again.
            Err(RecvError::Lagged(missed)) => {
                tracing::warn!(missed, "blocks were not counted for the metrics");
                last = None;
            }
            Err(RecvError::Closed) => return,
        }
    }
}

fn count_block(meters: &Meters, block: &BlockRecord, last: &mut Option<u64>) {
    for row in &block.transactions {
        let (outcome, code) = match &row.outcome {
            Ok(()) => ("ok", 0),
            Err(error) => ("failed", error.code),
        };
        meters.0.transactions.get_or_create(&Outcome { outcome, code }).inc();
    }
    if let Some(before) = *last {
        let passed = block.time_ms.saturating_sub(before);
        meters.0.interval.observe(count(passed) / 1_000.0);
    }
    *last = Some(block.time_ms);
}
