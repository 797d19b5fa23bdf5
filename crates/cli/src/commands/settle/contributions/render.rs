//! A settled epoch of contributions: table, JSON, CSV.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_core::Address;
use workmint_core::modules::parameters::{Asset, ContributionKind, RateScore, Score};
use workmint_core::modules::rewards::{BucketLine, BucketPlan};

use super::super::render::{Assets, claims_json, head_json};
use super::super::{Format, Settled, eprint_lines, summary};
use super::carried::Memory;
use crate::failure::Failure;
use crate::output::{Out, Side, Table, amount_json, column, grouped, shown};
use workmint_answers::contribution::{
    multipliers, plain_multiplier, plain_quantity, quantity as words, unit,
};

/// Most rows listed for people.
const SHOWN: usize = 100;

/// A stream with a rate and what it did.
struct Bucket<'a> {
    /// Its place in the parameters.
    at: u16,
    name: &'a str,
    rate: &'a RateScore,
    plan: &'a BucketPlan,
}

/// What one account has of one stream.
#[derive(Clone, Debug, Default)]
struct Part {
    contributions: u64,
    worth: Amount,
    /// Of it, paid now.
    paid: Amount,
    /// Paid of what was owed before.
    backpay: Amount,
    /// Owed after the close, before decay.
    owed: Amount,
    /// Owed no longer and not paid, by reason.
    closed: BTreeMap<String, Amount>,
}

impl Part {
    /// Closed unpaid for all reasons.
    fn closed(&self) -> Result<Amount, Failure> {
        Amount::sum(self.closed.values().copied()).map_err(Failure::damage)
    }

    /// The reasons; with their amounts if there is more than one.
    fn why(&self, asset: &Asset) -> String {
        let one = self.closed.len() == 1;
        let words = self.closed.iter().map(|(reason, amount)| match one {
            true => reason.clone(),
            false => format!("{} {}: {reason}", amount.to_decimal(asset.decimals), asset.symbol),
        });
        words.collect::<Vec<String>>().join("; ")
    }
}

pub(super) fn print(
    mut out: Out,
    format: Format,
    (settled, memory): (&Settled<'_>, &Memory),
) -> Result<(), Failure> {
    match format {
        Format::Json => as_json(&mut out, settled, memory)?,
        Format::Csv => as_csv(&mut out, settled)?,
        Format::Table => as_table(&mut out, settled)?,
    }
    out.finish()?;
    if format == Format::Csv {
        let asset = Assets::of(settled.parameters)?.reward;
        eprint_lines(&worthless(settled, asset)?);
        eprint_lines(&summary::lines(settled)?);
    }
    Ok(())
}

fn buckets<'a>(settled: &'a Settled<'_>) -> impl Iterator<Item = Bucket<'a>> {
    let plans = settled.settlement.plan.streams.iter();
    let streams = (0_u16..).zip(&settled.parameters.streams).zip(plans);
    streams.filter_map(|((at, stream), planned)| {
        let plan = planned.bucket.as_deref()?;
        match &stream.score {
            Score::Rate(rate) => Some(Bucket { at, name: stream.name.as_str(), rate, plan }),
            _ => None,
        }
    })
}

/// What each account has of a stream, ascending by account.
fn parts(settled: &Settled<'_>, bucket: &Bucket<'_>) -> Result<BTreeMap<Address, Part>, Failure> {
    let inputs = &settled.settlement.inputs;
    let account = |row: u32| {
        let found = inputs.participants.account.get(usize::try_from(row).unwrap_or(usize::MAX));
        found.copied().ok_or_else(|| Failure::damage("a row names nobody"))
    };
    let add = |sum: &mut Amount, amount: Amount| {
        *sum = sum.checked_add(amount).map_err(Failure::damage)?;
        Ok::<(), Failure>(())
    };
    let mut parts: BTreeMap<Address, Part> = BTreeMap::new();
    let columns = &inputs.contributions;
    for (stream, row) in columns.stream.iter().zip(&columns.participant) {
        if *stream == bucket.at {
            parts.entry(account(*row)?).or_default().contributions += 1;
        }
    }
    for (row, worth, paid) in &bucket.plan.settled {
        let part = parts.entry(account(*row)?).or_default();
        add(&mut part.worth, *worth)?;
        add(&mut part.paid, *paid)?;
    }
    for paid in &bucket.plan.backpay {
        add(&mut parts.entry(account(paid.participant)?).or_default().backpay, paid.amount)?;
    }
    for owed in &bucket.plan.liabilities {
        add(&mut parts.entry(account(owed.participant)?).or_default().owed, owed.owed)?;
    }
    for unpaid in &bucket.plan.unpaid {
        let part = parts.entry(account(unpaid.participant)?).or_default();
        add(part.closed.entry(unpaid.reason.to_string()).or_default(), unpaid.amount)?;
    }
    Ok(parts)
}

fn as_table(out: &mut Out, settled: &Settled<'_>) -> Result<(), Failure> {
    let asset = Assets::of(settled.parameters)?.reward;
    let unit = |what: &str| format!("{what} {}", asset.symbol);
    let mut table = Table::new(&[
        ("account", Side::Left),
        ("stream", Side::Left),
        ("contributions", Side::Right),
        (&unit("worth"), Side::Right),
        (&unit("paid"), Side::Right),
        (&unit("backpay paid"), Side::Right),
        (&unit("owed"), Side::Right),
        (&unit("closed unpaid"), Side::Right),
        ("because", Side::Left),
    ]);
    let mut count = 0_usize;
    for bucket in buckets(settled) {
        for (account, part) in parts(settled, &bucket)? {
            count += 1;
            if count > SHOWN {
                continue;
            }
            let amounts = [part.worth, part.paid, part.backpay, part.owed, part.closed()?];
            let mut row =
                vec![account.to_string(), bucket.name.to_owned(), grouped(part.contributions)];
            row.extend(amounts.map(|amount| column(amount, asset)));
            row.push(part.why(asset));
            table.row(row);
        }
    }
    table.print(out)?;
    if count > SHOWN {
        out.line(format_args!(
            "{SHOWN} of {} rows; --output csv writes all of them",
            grouped(count as u64)
        ))?;
    }
    out.line("")?;
    for bucket in buckets(settled) {
        out.line(sentence(bucket.name, &bucket.plan.line, asset))?;
    }
    for line in worthless(settled, asset)? {
        out.line(line)?;
    }
    for line in summary::epoch_lines(settled)? {
        out.line(line)?;
    }
    if settled.proofs {
        out.line("proofs: --output json prints them")?;
    }
    Ok(())
}

/// Contributions that are worth nothing, each with its reason.
fn worthless(settled: &Settled<'_>, asset: &Asset) -> Result<Vec<String>, Failure> {
    let mut lines = Vec::new();
    let mut count = 0_usize;
    for bucket in buckets(settled) {
        for row in contributions(settled, &bucket, asset) {
            let row = row?;
            let Some(reason) = row["worth_nothing"].as_str() else { continue };
            count += 1;
            if count <= SHOWN {
                let of = |field: &str| row[field].as_str().unwrap_or_default().to_owned();
                let key = format!("{}/{}/{}", of("epoch"), of("account"), of("id"));
                lines.push(format!(
                    "{key} of {} is worth 0 {}: {reason}",
                    bucket.name, asset.symbol
                ));
            }
        }
    }
    if count > SHOWN {
        let more = grouped((count - SHOWN) as u64);
        lines.push(format!("and {more} more are worth nothing; --output json lists all of them"));
    }
    Ok(lines)
}

/// Why a contribution is worth nothing.
fn nothing(rate: &RateScore, quantity: u64) -> String {
    if rate.kind == ContributionKind::Improvement && quantity == 0 {
        let least = rate.least_improvement.floor_mul(1_000_000_000).unwrap_or_default();
        let least = u64::try_from(least).unwrap_or(u64::MAX);
        return format!("below the least improvement, {}", words(rate.kind, least));
    }
    "less than one base unit".to_owned()
}

/// A bucket in words.
fn sentence(name: &str, line: &BucketLine, asset: &Asset) -> String {
    let of = |amount: Amount| shown(amount, asset);
    format!(
        "bucket {name}: target {}, floor {}, ceiling {}, rolled over from earlier epochs \
         {}, of that {} expired; worth {} new and {} due; borrowed {}, lent {}; paid {} new and {} \
         of backpay; newly owed {}, closed unpaid {}, owed {}; rolls over {}",
        of(line.target),
        of(line.floor),
        of(line.ceiling),
        of(line.rolled_in),
        of(line.expired),
        of(line.demand),
        of(line.due),
        of(line.borrowed),
        of(line.lent),
        of(line.paid_new),
        of(line.paid_backpay),
        of(line.newly_owed),
        of(line.closed),
        of(line.owed),
        of(line.rolled_out),
    )
}

fn as_json(out: &mut Out, settled: &Settled<'_>, memory: &Memory) -> Result<(), Failure> {
    let asset = Assets::of(settled.parameters)?.reward;
    out.line("{")?;
    for (key, value) in head_json(settled)? {
        out.line(format_args!("  \"{key}\": {value},"))?;
    }
    out.text("  \"contributions\": [")?;
    let mut list = List::new(out);
    for bucket in buckets(settled) {
        for row in contributions(settled, &bucket, asset) {
            list.row(&row?)?;
        }
    }
    out.text("\n  ],\n  \"recipients\": [")?;
    let mut list = List::new(out);
    for bucket in buckets(settled) {
        for (account, part) in parts(settled, &bucket)? {
            list.row(&json!({
                "account": account.to_string(),
                "stream": bucket.name,
                "contributions": part.contributions.to_string(),
                "worth": amount_json(part.worth, asset),
                "paid": amount_json(part.paid, asset),
                "backpay_paid": amount_json(part.backpay, asset),
                "owed": amount_json(part.owed, asset),
                "closed": amount_json(part.closed()?, asset),
                "closed_for": part.closed.iter().map(|(reason, amount)| {
                    json!({ "amount": amount_json(*amount, asset), "reason": reason })
                }).collect::<Vec<Value>>(),
            }))?;
        }
    }
    out.text("\n  ],\n")?;
    out.text(&format!("  \"carried\": {}", carried(settled, memory, asset)?))?;
    if let Some(tree) = settled.tree() {
        claims_json(out, settled, &tree)?;
    }
    out.text("\n}\n")
}

/// A JSON list, row by row.
struct List<'a> {
    out: &'a mut Out,
    separator: &'static str,
}

impl<'a> List<'a> {
    fn new(out: &'a mut Out) -> Self {
        Self { out, separator: "\n" }
    }

    fn row(&mut self, row: &Value) -> Result<(), Failure> {
        self.out.text(self.separator)?;
        self.separator = ",\n";
        self.out.text(&format!("    {row}"))
    }
}

/// The contributions of a stream with what they are worth.
fn contributions<'a>(
    settled: &'a Settled<'_>,
    bucket: &'a Bucket<'_>,
    asset: &'a Asset,
) -> impl Iterator<Item = Result<Value, Failure>> + 'a {
    let inputs = &settled.settlement.inputs;
    let columns = &inputs.contributions;
    let rows = columns.stream.iter().enumerate().filter(|(_, stream)| **stream == bucket.at);
    rows.zip(&bucket.plan.worth).map(move |((at, _), worth)| {
        let missing = || Failure::damage("a column of the inputs is too short");
        let row = columns.participant.get(at).and_then(|row| usize::try_from(*row).ok());
        let account = row.and_then(|row| inputs.participants.account.get(row));
        let number = |column: &[u64]| column.get(at).copied().ok_or_else(missing);
        let factor = |column: &[u32]| column.get(at).copied().ok_or_else(missing);
        let (first, second) = (factor(&columns.first)?, factor(&columns.second)?);
        let quantity = number(&columns.quantity)?;
        let mut value = json!({
            "account": account.ok_or_else(missing)?.to_string(),
            "stream": bucket.name,
            "epoch": number(&columns.epoch)?.to_string(),
            "id": number(&columns.id)?.to_string(),
            "quantity": plain_quantity(bucket.rate.kind, quantity),
            "unit": unit(bucket.rate.kind).0,
            "worth": amount_json(*worth, asset),
        });
        if let Some(object) = value.as_object_mut() {
            if worth.is_zero() {
                object.insert("worth_nothing".to_owned(), json!(nothing(bucket.rate, quantity)));
            }
            for (name, factor) in multipliers(bucket.rate.kind).iter().zip([first, second]) {
                object.insert((*name).to_owned(), json!(plain_multiplier(factor)));
            }
        }
        Ok(value)
    })
}

/// What the next epoch begins with, in the form that `--carried` reads: display units.
fn carried(settled: &Settled<'_>, memory: &Memory, asset: &Asset) -> Result<Value, Failure> {
    let accounts = &settled.settlement.inputs.participants.account;
    let amount = |amount: Amount| amount.to_decimal(asset.decimals);
    let (mut rollover, mut backpay) = (Vec::new(), Vec::new());
    for bucket in buckets(settled) {
        for lot in &bucket.plan.lots {
            rollover.push(json!({
                "stream": bucket.name,
                "epoch": lot.epoch.to_string(),
                "amount": amount(lot.amount),
            }));
        }
        for owed in &bucket.plan.liabilities {
            let row = usize::try_from(owed.participant).map_err(Failure::damage)?;
            let account = accounts.get(row);
            let account = account.ok_or_else(|| Failure::damage("a row names nobody"))?;
            backpay.push(json!({
                "stream": bucket.name,
                "epoch": owed.epoch.to_string(),
                "account": account.to_string(),
                "since_ms": owed.since_ms.to_string(),
                "owed": amount(owed.owed),
            }));
        }
    }
    let epoch = settled.settlement.record.header.epoch.to_string();
    let mut carried = json!({ "epoch": epoch, "rollover": rollover, "backpay": backpay });
    if let Some(object) = carried.as_object_mut() {
        object.extend(memory.json().map(|(name, list)| (name.to_owned(), list)));
    }
    Ok(carried)
}

fn as_csv(out: &mut Out, settled: &Settled<'_>) -> Result<(), Failure> {
    let asset = Assets::of(settled.parameters)?.reward;
    let symbol = &asset.symbol;
    out.line(format_args!(
        "account,stream,contributions,worth_{symbol},paid_{symbol},backpay_paid_{symbol},\
         owed_{symbol},closed_{symbol},closed_because"
    ))?;
    for bucket in buckets(settled) {
        for (account, part) in parts(settled, &bucket)? {
            let amounts = [part.worth, part.paid, part.backpay, part.owed, part.closed()?];
            let amounts = amounts.map(|amount| amount.to_decimal(asset.decimals));
            out.line(format_args!(
                "{account},{},{},{},{}",
                bucket.name,
                part.contributions,
                amounts.join(","),
                part.why(asset)
            ))?;
        }
    }
    Ok(())
}
