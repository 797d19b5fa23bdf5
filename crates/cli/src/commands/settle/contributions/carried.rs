//! What earlier epochs left: budget, backpay, and what was settled already.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_core::inputs::Lot;
use workmint_core::modules::emission::{Facts, scheduled};
use workmint_core::modules::parameters::{Asset, Parameters, Source};
use workmint_core::offline::{OfflineEpoch, OfflineLiability};
use workmint_core::{Address, Hash};

use super::super::collect::{account, amount};
use super::json::{self, Carried, CarriedFile, Rollover};
use super::row::{Collected, Key, oldest, stream_number, whole};
use crate::failure::Failure;
use crate::output::{asset_of, grouped, shown};

/// What was settled, as far as it can be submitted again.
#[derive(Default)]
pub(super) struct Memory {
    /// Hash of the content by epoch of the work, account and id.
    settled: BTreeMap<Key, Hash>,
    datasets: BTreeSet<Hash>,
}

pub(super) fn read(path: &Path) -> Result<Carried, Failure> {
    let name = path.display().to_string();
    let file: CarriedFile = super::opened(path, &name, |reader| json::read(reader, &name))?;
    file.into_carried().ok_or_else(|| {
        let allowed = "allowed: rollover, backpay, settled, datasets";
        Failure::Input(format!("{name}: it carries nothing; {allowed}"))
    })
}

/// Takes over what earlier epochs left and leaves out what they settled; the error names the row
/// and the field.
pub(super) fn take(
    (parameters, name): (&Parameters, &str),
    (carried, file): (&Carried, &str),
    (epoch, collected): (&mut OfflineEpoch, &mut Collected<'_>),
    assumed: &mut Vec<String>,
) -> Result<Memory, Failure> {
    let failed = |what: String| Failure::Input(format!("{file}: {what}"));
    let Some(before) = epoch.epoch.checked_sub(1) else {
        return Err(failed("nothing is left from before epoch 0".to_owned()));
    };
    if let Some(number) = &carried.epoch {
        let of = whole("epoch", &number.0, (0, before)).map_err(failed)?;
        if of < before {
            let (from, to) = (grouped(of + 1), grouped(before));
            let between = if of + 1 == before { from } else { format!("{from} to {to}") };
            assumed
                .push(format!("nothing was settled in epoch {between} and no budget rolled over"));
        }
    }
    rollover(parameters, &carried.rollover, before, epoch).map_err(failed)?;
    backpay(parameters, carried, before, epoch).map_err(failed)?;
    let memory = memory(carried, before).map_err(failed)?;
    if carried.settled.is_none() {
        assumed.push(format!("{file} does not say what was settled: nothing was"));
    }
    let again = collected.leave_out(&memory.settled, &memory.datasets);
    let again = again.map_err(|what| Failure::Input(format!("{name}{what} ({file})")))?;
    if again > 0 {
        assumed.push(format!("{} rows settled before count no more", grouped(again)));
    }
    Ok(memory)
}

fn positive(field: &str, text: &str, decimals: u8) -> Result<Amount, String> {
    let read = amount(field, text, decimals)?;
    if read.is_zero() { Err(format!("{field}: \"{text}\"; allowed: above 0")) } else { Ok(read) }
}

fn rollover(
    parameters: &Parameters,
    rows: &[Rollover],
    before: u64,
    epoch: &mut OfflineEpoch,
) -> Result<(), String> {
    let asset = asset_of(parameters, parameters.emission.asset).map_err(|why| why.to_string())?;
    let (mut known, mut sums) = (HashMap::new(), HashMap::new());
    for (at, row) in rows.iter().enumerate() {
        let lot = || {
            Ok(Lot {
                stream: stream_number(parameters, &row.stream)?,
                epoch: whole("epoch", &row.epoch.0, (0, before))?,
                amount: positive("amount", &row.amount.0, asset.decimals)?,
            })
        };
        let named = |what: String| format!("rollover[{at}]: {what}");
        let lot = lot().map_err(named)?;
        if let Some(first) = known.insert((lot.stream, lot.epoch), at) {
            return Err(named(format!(
                "stream {} and epoch {} stand in rollover[{first}]; allowed: an epoch once",
                row.stream, lot.epoch
            )));
        }
        let most = most_rollover(parameters, lot.stream, epoch)?;
        let sum: &mut Amount = sums.entry(lot.stream).or_default();
        let total = sum.checked_add(lot.amount).ok().filter(|total| *total <= most);
        *sum = total.ok_or_else(|| named(out_of_range(parameters, row, most, asset)))?;
        epoch.lots.push(lot);
    }
    Ok(())
}

fn out_of_range(parameters: &Parameters, row: &Rollover, most: Amount, asset: &Asset) -> String {
    let epochs = parameters.buckets.as_ref().map_or(0, |rules| rules.rollover_epochs);
    format!(
        "amount: \"{}\" is out of range; allowed: above 0, all of stream {} together at most {} \
         ({} epochs x its target)",
        row.amount.0,
        row.stream,
        shown(most, asset),
        grouped(epochs)
    )
}

/// The most that can be left of a stream's targets of as many epochs as roll over, by the schedule.
fn most_rollover(
    parameters: &Parameters,
    stream: u16,
    epoch: &OfflineEpoch,
) -> Result<Amount, String> {
    // As if everybody had been active and nothing been minted: no schedule offers more then.
    let of = |at: u64| {
        let facts = Facts {
            epoch: at,
            blocks: epoch.blocks,
            asset_issued: epoch.asset_issued,
            active: u64::MAX,
            ..Facts::default()
        };
        scheduled(&parameters.emission, &facts)
    };
    let share = match parameters.streams.get(usize::from(stream)).map(|of| &of.source) {
        Some(Source::Emission { share }) => *share,
        _ => return Ok(Amount::ZERO),
    };
    let epochs = parameters.buckets.as_ref().map_or(0, |rules| rules.rollover_epochs);
    let first = parameters.emission.genesis_epoch.max(epoch.epoch.saturating_sub(epochs));
    // Earlier budgets may be larger: what an epoch of then offered is the measure.
    let offers = of(first).and_then(|then| Ok(then.max(of(epoch.epoch)?)));
    let target = offers.and_then(|offers| Ok(share.apply_ceil(offers)?));
    let most = target.and_then(|target| Ok(target.checked_mul(u128::from(epochs))?));
    most.map_err(|error| error.to_string())
}

fn backpay(
    parameters: &Parameters,
    carried: &Carried,
    before: u64,
    epoch: &mut OfflineEpoch,
) -> Result<(), String> {
    let asset = asset_of(parameters, parameters.emission.asset).map_err(|why| why.to_string())?;
    let mut known = HashMap::new();
    for (at, row) in carried.backpay.iter().enumerate() {
        let owed = || {
            Ok(OfflineLiability {
                stream: stream_number(parameters, &row.stream)?,
                epoch: whole("epoch", &row.epoch.0, (0, before))?,
                account: account(&row.account)?.0,
                since_ms: whole("since_ms", &row.since_ms.0, (0, epoch.time_ms))?,
                owed: positive("owed", &row.owed.0, asset.decimals)?,
            })
        };
        let named = |what: String| format!("backpay[{at}]: {what}");
        let owed = owed().map_err(named)?;
        if let Some(first) = known.insert((owed.stream, owed.epoch, owed.account), at) {
            return Err(named(format!(
                "stream {}, epoch {} and account {} stand in backpay[{first}]; allowed: an epoch \
                 of an account once",
                row.stream, owed.epoch, owed.account
            )));
        }
        epoch.backpay.push(owed);
    }
    Ok(())
}

fn hash(field: &str, text: &str) -> Result<Hash, String> {
    text.parse().map_err(|error| format!("{field}: \"{text}\": {error}"))
}

fn memory(carried: &Carried, before: u64) -> Result<Memory, String> {
    let mut memory = Memory::default();
    for (at, row) in carried.settled.iter().flatten().enumerate() {
        let read = || {
            let epoch = whole("epoch", &row.epoch.0, (0, before))?;
            let account = account(&row.account)?.0;
            let id = whole("id", &row.id.0, (0, u64::MAX))?;
            Ok(((epoch, account, id), hash("content_hash", &row.content_hash)?))
        };
        let named = |what: String| format!("settled[{at}]: {what}");
        let (key, content) = read().map_err(named)?;
        if memory.settled.insert(key, content).is_some_and(|known| known != content) {
            let (epoch, account, id) = key;
            return Err(named(format!(
                "id: {epoch}/{account}/{id} stands there before with other content; allowed: once"
            )));
        }
    }
    for (at, text) in carried.datasets.iter().enumerate() {
        let named = |what: String| format!("datasets[{at}]: {what}");
        memory.datasets.insert(hash("content", text).map_err(named)?);
    }
    Ok(memory)
}

impl Memory {
    /// Adds what the epoch settles; what can no longer be submitted is forgotten, datasets never.
    pub(super) fn extend(&mut self, collected: &Collected<'_>, (at, rules): (u64, &Parameters)) {
        self.settled.extend(collected.settled());
        self.datasets.extend(collected.datasets());
        let oldest = oldest(rules, at.saturating_add(1));
        self.settled.retain(|(epoch, _, _), _| *epoch >= oldest);
    }

    /// Members of `carried`.
    pub(super) fn json(&self) -> [(&'static str, Value); 2] {
        let row = |((epoch, account, id), hash): (&(u64, Address, u64), &Hash)| {
            json!({
                "epoch": epoch.to_string(),
                "account": account.to_string(),
                "id": id.to_string(),
                "content_hash": hash.to_string(),
            })
        };
        let settled: Vec<Value> = self.settled.iter().map(row).collect();
        let datasets: Vec<String> = self.datasets.iter().map(Hash::to_string).collect();
        [("settled", json!(settled)), ("datasets", json!(datasets))]
    }
}
