//! A settlement, computed again from its frozen inputs the slow and obvious way.

use std::collections::BTreeMap;

use workmint_amounts::{Amount, Ratio, exp_decay_floor, share_by_long_division};
use workmint_core::inputs::Penalty;
use workmint_core::modules::ledger::Pot;
use workmint_core::modules::parameters::{
    Denominator, Destination, Limit, Parameters, Payee, Schedule, Score, Source, Stream,
};
use workmint_core::modules::settlement::Record;
use workmint_core::names::AssetId;
use workmint_core::{Address, EpochInputs};

use super::{bonuses, tree};

type Fallible<T> = Result<T, String>;

fn failed(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// What one stream must have done.
struct Line {
    budget: Amount,
    paid: Amount,
    forfeited: Amount,
    dust: Amount,
    rewards: Vec<Amount>,
}

/// Recomputes the epoch and compares it with the record, to the last unit.
pub(crate) fn check(
    parameters: &Parameters,
    inputs: &EpochInputs,
    record: &Record,
) -> Fallible<()> {
    let people = &inputs.participants;
    for at in 0..people.len() {
        let row = people.row(at).ok_or("a column of the inputs is too short")?;
        let weights = (inputs.epoch, row.potential, row.effective);
        bonuses::check_weight(parameters, weights, row.collateral)
            .map_err(|why| format!("{}: {why}", row.account))?;
    }
    let budget = emission_budget(parameters, inputs)?;
    if budget != record.header.emission.budget {
        let recorded = record.header.emission.budget;
        return Err(format!("the emission budget is {budget}, recorded {recorded}"));
    }
    let mut fresh = shares(parameters, budget)?;
    let mut owed: BTreeMap<(Address, AssetId), Amount> = BTreeMap::new();
    let mut minted = Amount::ZERO;
    let scored = some_scored_pays(record, parameters);
    for (stream, recorded) in parameters.streams.iter().zip(&record.header.streams) {
        let new = match stream.source {
            Source::Emission { .. } => fresh.pop().ok_or("a stream has no share")?,
            Source::Payments => inputs.pot(recorded.asset, &Pot::Payments),
        };
        let carried = inputs.pot(recorded.asset, &Pot::Carry(stream.name.clone()));
        let line = settle(parameters, stream, inputs, (new, carried), scored)?;
        let same = (line.budget, line.paid, line.forfeited, line.dust)
            == (recorded.budget, recorded.paid, recorded.forfeited, recorded.dust);
        if recorded.quarantined.is_none() && !same {
            return Err(format!(
                "stream {}: budget {}, paid {}, forfeited {}, dust {}; recorded {recorded:?}",
                stream.name, line.budget, line.paid, line.forfeited, line.dust
            ));
        }
        for (account, reward) in people.account.iter().zip(&line.rewards) {
            add(&mut owed, (*account, recorded.asset), *reward)?;
        }
        if let Score::FixedAccount { account: Payee::Account(account) } = &stream.score {
            add(&mut owed, (*account, recorded.asset), line.paid)?;
        }
        if matches!(stream.source, Source::Emission { .. }) {
            minted = minted.checked_add(issued(stream, &line, carried)?).map_err(failed)?;
        }
    }
    compare(inputs.epoch, &owed, record)?;
    let recorded = record.header.minted.checked_add(record.header.recycled).map_err(failed)?;
    if minted == recorded {
        Ok(())
    } else {
        Err(format!("{minted} had to be issued, recorded {recorded} minted and recycled"))
    }
}

fn add(
    owed: &mut BTreeMap<(Address, AssetId), Amount>,
    key: (Address, AssetId),
    amount: Amount,
) -> Fallible<()> {
    if !amount.is_zero() {
        let sum = owed.entry(key).or_default();
        *sum = sum.checked_add(amount).map_err(failed)?;
    }
    Ok(())
}

/// min(schedule, min(allocation - minted, cap - issued) + recycling pool).
fn emission_budget(parameters: &Parameters, inputs: &EpochInputs) -> Fallible<Amount> {
    let rules = &parameters.emission;
    let facts = &inputs.emission;
    let Some(offset) = inputs.epoch.checked_sub(rules.genesis_epoch) else {
        return Ok(Amount::ZERO);
    };
    let left = rules.allocation.checked_sub(facts.minted).unwrap_or(Amount::ZERO);
    let scheduled = match &rules.schedule {
        Schedule::Exponential { initial, rate } => {
            Amount::new(exp_decay_floor(initial.get(), *rate, offset).map_err(failed)?)
        }
        Schedule::FixedPerBlock { reward } => {
            reward.checked_mul(u128::from(facts.blocks)).unwrap_or(Amount::MAX)
        }
        Schedule::RemainingFraction { rate } => rate.apply_floor(left).map_err(failed)?,
        Schedule::Geometric { .. } | Schedule::WorkSubsidy { .. } => Amount::ZERO,
    };
    let cap = parameters.asset(rules.asset).map_or(Amount::ZERO, |asset| asset.cap);
    let below_cap = cap.checked_sub(facts.asset_issued).unwrap_or(Amount::ZERO);
    let recycled = inputs.pot(rules.asset, &Pot::Recycling);
    let issuable = left.min(below_cap).checked_add(recycled).unwrap_or(Amount::MAX);
    Ok(scheduled.min(issuable))
}

/// The budget's parts by cumulative floor, last stream first.
fn shares(parameters: &Parameters, budget: Amount) -> Fallible<Vec<Amount>> {
    let (mut before, mut sum, mut parts) = (Amount::ZERO, Ratio::ZERO, Vec::new());
    for stream in &parameters.streams {
        if let Source::Emission { share } = stream.source {
            sum = sum.checked_add(share).map_err(failed)?;
            let until = sum.apply_floor(budget).map_err(failed)?;
            parts.push(until.checked_sub(before).map_err(failed)?);
            before = until;
        }
    }
    parts.reverse();
    Ok(parts)
}

/// Whether a direct stream of emission may pay.
fn some_scored_pays(record: &Record, parameters: &Parameters) -> bool {
    let mut scored = parameters
        .streams
        .iter()
        .zip(&record.header.streams)
        .filter(|(stream, _)| {
            matches!(stream.source, Source::Emission { .. })
                && !matches!(stream.score, Score::FixedAccount { .. })
        })
        .peekable();
    scored.peek().is_none() || scored.any(|(_, line)| !line.paid.is_zero())
}

fn settle(
    parameters: &Parameters,
    stream: &Stream,
    inputs: &EpochInputs,
    (fresh, carried): (Amount, Amount),
    scored_pays: bool,
) -> Fallible<Line> {
    let offered = fresh.checked_add(carried).map_err(failed)?;
    let budget = match stream.limit {
        Limit::None => offered,
        Limit::BurnedFees => offered.min(inputs.burned_fees),
    };
    let zero = Amount::ZERO;
    let nothing =
        Line { budget: zero, paid: zero, forfeited: zero, dust: zero, rewards: Vec::new() };
    let scores = match &stream.score {
        Score::FixedAccount { .. } => {
            let pays = scored_pays || matches!(stream.source, Source::Payments);
            let budget = if pays { budget } else { zero };
            return Ok(Line { budget, paid: budget, ..nothing });
        }
        Score::PocWeight(rules) => bonuses::scores(parameters, rules, inputs)?,
        Score::WorkDone => inputs.participants.work.iter().map(|work| work.get()).collect(),
    };
    let emission = matches!(stream.source, Source::Emission { .. });
    let penalised = |at: usize| {
        emission && inputs.participants.penalty.get(at).is_some_and(|row| *row != Penalty::None)
    };
    let counted = |at: &usize| stream.denominator == Denominator::Full || !penalised(*at);
    let denominator: u128 =
        scores.iter().enumerate().filter(|(at, _)| counted(at)).map(|(_, score)| score).sum();
    if denominator == 0 {
        return Ok(nothing);
    }
    let mut line = Line { budget, ..nothing };
    for (at, score) in scores.iter().enumerate() {
        let mut share = zero;
        if counted(&at) {
            let exact = share_by_long_division(budget.get(), *score, denominator);
            share = Amount::new(exact.map_err(failed)?);
        }
        if penalised(at) {
            line.forfeited = line.forfeited.checked_add(share).map_err(failed)?;
            share = zero;
        }
        line.paid = line.paid.checked_add(share).map_err(failed)?;
        line.rewards.push(share);
    }
    let spent = line.paid.checked_add(line.forfeited).map_err(failed)?;
    line.dust = budget.checked_sub(spent).map_err(failed)?;
    Ok(line)
}

/// What a stream of emission issues, new or recycled: everything it pays, keeps or carries, less
/// what it carried in; burned forfeits are never issued.
fn issued(stream: &Stream, line: &Line, carried: Amount) -> Fallible<Amount> {
    let kept = match stream.forfeits {
        Destination::Burn => Amount::ZERO,
        Destination::Treasury | Destination::Recycling => line.forfeited,
    };
    let used = Amount::sum([line.paid, line.dust, kept]).map_err(failed)?;
    let from_carry = carried.min(line.budget);
    Ok(used.checked_sub(from_carry).unwrap_or(Amount::ZERO))
}

/// Every claim and the root.
fn compare(
    epoch: u64,
    owed: &BTreeMap<(Address, AssetId), Amount>,
    record: &Record,
) -> Fallible<()> {
    let mut leaves = Vec::with_capacity(owed.len());
    for (at, ((account, asset), amount)) in owed.iter().enumerate() {
        if record.entries.get(at) != Some((*account, *asset, *amount)) {
            let recorded = record.entries.get(at);
            return Err(format!("{account} is owed {amount}, recorded {recorded:?}"));
        }
        leaves.push(tree::leaf(epoch, account.as_bytes(), asset.0, *amount));
    }
    if record.entries.len() != owed.len() {
        let (recorded, owed) = (record.entries.len(), owed.len());
        return Err(format!("{owed} claims are owed, {recorded} are recorded"));
    }
    if tree::root(leaves) == record.header.root.0 {
        Ok(())
    } else {
        Err(format!("the recorded root {} is not that of the claims", record.header.root))
    }
}
