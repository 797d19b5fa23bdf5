//! A settlement, computed again from its frozen inputs the slow and obvious way.

use std::collections::BTreeMap;

use workmint_amounts::{Amount, Ratio, share_by_long_division};
use workmint_core::inputs::Penalty;
use workmint_core::modules::ledger::Pot;
use workmint_core::modules::parameters::{
    Clip, Denominator, Limit, Parameters, Payee, Remainder, Score, Source, Stream,
};
use workmint_core::modules::settlement::{Record, StreamLine};
use workmint_core::names::{AssetId, Name};
use workmint_core::{Address, EpochInputs};

use super::buckets::{self, Offered};
use super::counted::Columns;
use super::issued::Used;
use super::{
    Fallible, bonuses, counted, emission, failed, model_shares, opinions, providers, sold, tree,
    validators,
};

/// What one stream must have done.
#[derive(Default)]
struct Line {
    budget: Amount,
    paid: Amount,
    forfeited: Amount,
    recovered: Amount,
    /// Taken out of rewards for those who delegated to validators.
    delegated: Amount,
    dust: Amount,
    rewards: Vec<Amount>,
}

impl Line {
    /// The error unless the record says the same.
    fn require_recorded(&self, stream: &Stream, recorded: &StreamLine) -> Fallible<()> {
        let line = self;
        let same = (line.budget, line.paid, line.forfeited, line.recovered, line.dust)
            == (
                recorded.budget,
                recorded.paid,
                recorded.forfeited,
                recorded.recovered,
                recorded.dust,
            )
            && line.delegated == recorded.delegated;
        if !same {
            return Err(format!(
                "stream {}: budget {}, paid {}, forfeited {}, recovered {}, delegated {}, \
                 dust {}; recorded {recorded:?}",
                stream.name,
                line.budget,
                line.paid,
                line.forfeited,
                line.recovered,
                line.delegated,
                line.dust
            ));
        }
        Ok(())
    }
}

/// What streams with a rate leave to the epochs after, by stream.
pub(crate) type Left = BTreeMap<Name, Carried>;

/// What one such stream leaves, base units.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Carried {
    /// Owed, by epoch and account: since when, and how much.
    pub(crate) owed: BTreeMap<(u64, Address), (u64, Amount)>,
    /// Unused budget, by epoch.
    pub(crate) lots: BTreeMap<u64, Amount>,
}

/// Recomputes the epoch and compares it with the record, to the last unit. Gives what streams
/// with a rate leave; nothing of one that was quarantined.
pub(crate) fn check(
    parameters: &Parameters,
    inputs: &EpochInputs,
    record: &Record,
) -> Fallible<Left> {
    let people = &inputs.participants;
    check_weights(parameters, inputs)?;
    let budget = emission::check(parameters, inputs, &record.header.emission)?;
    let offers = offers(parameters, inputs, record, &budget)?;
    let rated = |offer: &&Offer| {
        matches!(offer.stream.score, Score::Rate(_)) && offer.recorded.quarantined.is_none()
    };
    let targets = offers.iter().filter(rated).map(Offer::target).collect();
    let offered = Offered { budget: budget.issuable, beside: budget.beside };
    let buckets = buckets::settle(parameters, inputs, &targets, offered)?;
    let mut debts = people.debt.clone();
    let mut owed: BTreeMap<(Address, AssetId), Amount> = BTreeMap::new();
    let mut minted = Amount::ZERO;
    let mut recycling = inputs.pot(parameters.emission.asset, &Pot::Recycling);
    // Debts come out of payments before they come out of new money.
    let emitted = |offer: &&Offer| offer.stream.source.mints();
    let payments = offers.iter().filter(|offer| !emitted(offer));
    for offer in payments.chain(offers.iter().filter(emitted)) {
        let (stream, recorded) = (offer.stream, offer.recorded);
        // It pays, issues and recovers nothing.
        if recorded.quarantined.is_some() {
            continue;
        }
        let line = match (&stream.score, buckets.get(&offer.at)) {
            (Score::Rate(_), bucket) => by_rate(offer, bucket, people.len(), &mut debts)?,
            _ => settle(parameters, inputs, offer, &mut debts)?,
        };
        line.require_recorded(stream, recorded)?;
        for (account, reward) in people.account.iter().zip(&line.rewards) {
            add(&mut owed, (*account, recorded.asset), *reward)?;
        }
        if let Score::FixedAccount { account: Payee::Account(account) } = &stream.score {
            add(&mut owed, (*account, recorded.asset), line.paid)?;
        }
        if emitted(&offer) {
            let used = Used::of(stream, line.budget, (line.forfeited, line.dust))?;
            let issued = used.issued(offer.carried, &mut recycling)?;
            minted = minted.checked_add(issued).map_err(failed)?;
        }
    }
    compare(inputs.epoch, &owed, record)?;
    let recorded = record.header.minted.checked_add(record.header.recycled).map_err(failed)?;
    if minted == recorded {
        left(parameters, inputs, buckets)
    } else {
        Err(format!("{minted} had to be issued, recorded {recorded} minted and recycled"))
    }
}

/// Every effective weight, at the price of a unit that it was fixed at.
fn check_weights(parameters: &Parameters, inputs: &EpochInputs) -> Fallible<()> {
    let people = &inputs.participants;
    let largest = people.effective.iter().copied().max().unwrap_or(0);
    let mut rules = parameters.weights.clone();
    if let Some(price) = inputs.unit_price {
        rules.collateral_per_weight_unit = price;
    }
    for at in 0..people.len() {
        let row = people.row(at).ok_or("a column of the inputs is too short")?;
        let weights = (inputs.epoch, row.potential, row.effective);
        bonuses::check_weight(&rules, weights, row.collateral, largest)
            .map_err(|why| format!("{}: {why}", row.account))?;
    }
    Ok(())
}

/// What buckets leave, by names instead of places and rows.
fn left(
    parameters: &Parameters,
    inputs: &EpochInputs,
    buckets: BTreeMap<usize, buckets::Settled>,
) -> Fallible<Left> {
    let mut left = Left::new();
    for (at, bucket) in buckets {
        let stream = parameters.streams.get(at).ok_or("a bucket of no stream")?;
        let mut carried = Carried::default();
        for ((epoch, row), (since, amount)) in bucket.owed {
            let account = inputs.participants.account.get(row as usize);
            let account = account.ok_or("something is owed to nobody")?;
            carried.owed.insert((epoch, *account), (since, Amount::new(amount)));
        }
        let lots = bucket.lots.into_iter();
        carried.lots = lots.map(|(epoch, amount)| (epoch, Amount::new(amount))).collect();
        left.insert(stream.name.clone(), carried);
    }
    Ok(left)
}

/// What a stream with a rate does: it pays what its bucket pays, less debts, and the record says
/// of the bucket what was counted.
fn by_rate(
    offer: &Offer,
    bucket: Option<&buckets::Settled>,
    people: usize,
    debts: &mut [Amount],
) -> Fallible<Line> {
    let (name, recorded) = (&offer.stream.name, offer.recorded);
    let bucket = bucket.ok_or_else(|| format!("stream {name} has no bucket"))?;
    let counted = &bucket.line;
    if recorded.bucket.as_ref() != Some(counted) {
        let found = &recorded.bucket;
        return Err(format!("bucket {name}: counted {counted:?}, recorded {found:?}"));
    }
    let mut line = Line { rewards: vec![Amount::ZERO; people], ..Line::default() };
    for (row, amount) in &bucket.paid {
        let at = *row as usize;
        let (reward, debt) =
            line.rewards.get_mut(at).zip(debts.get_mut(at)).ok_or("a bucket pays nobody")?;
        let amount = Amount::new(*amount);
        *reward = amount;
        let taken = repay(offer, reward, debt)?;
        line.budget = line.budget.checked_add(amount).map_err(failed)?;
        line.paid = line.paid.checked_add(*reward).map_err(failed)?;
        line.recovered = line.recovered.checked_add(taken).map_err(failed)?;
    }
    let recipients = line.rewards.iter().filter(|reward| !reward.is_zero()).count() as u64;
    let wanted = counted.demand.checked_add(counted.due).map_err(failed)?;
    if (recorded.recipients, recorded.denominator) == (recipients, wanted.get()) {
        Ok(line)
    } else {
        Err(format!("stream {name}: {recipients} recipients of {wanted}, recorded {recorded:?}"))
    }
}

/// Takes out of a reward what its owner owes customers, and gives it back.
fn repay(offer: &Offer, reward: &mut Amount, debt: &mut Amount) -> Fallible<Amount> {
    let taken = if offer.repays { (*reward).min(*debt) } else { Amount::ZERO };
    *reward = reward.checked_sub(taken).map_err(failed)?;
    *debt = debt.checked_sub(taken).map_err(failed)?;
    Ok(taken)
}

/// Of validators' rewards, first what is their delegators', then what they owe customers.
fn of_validators(
    inputs: &EpochInputs,
    offer: &Offer,
    line: &mut Line,
    debts: &mut [Amount],
) -> Fallible<()> {
    line.delegated = validators::share(inputs, &mut line.rewards)?;
    for (reward, debt) in line.rewards.iter_mut().zip(debts) {
        let taken = repay(offer, reward, debt)?;
        line.recovered = line.recovered.checked_add(taken).map_err(failed)?;
    }
    line.paid = Amount::sum(line.rewards.iter().copied()).map_err(failed)?;
    Ok(())
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
    let pays = |line: &StreamLine| {
        let parts = [line.paid, line.recovered, line.delegated];
        parts.iter().any(|part| !part.is_zero())
    };
    scored.peek().is_none() || scored.any(|(_, line)| pays(line))
}

/// What a stream may split.
struct Offer<'a> {
    /// The stream's place in the parameters.
    at: usize,
    stream: &'a Stream,
    recorded: &'a StreamLine,
    fresh: Amount,
    /// Its share of what the schedule alone gives.
    scheduled: Amount,
    carried: Amount,
    /// Whether some scored stream of emission pays.
    scored_pays: bool,
    /// Whether debts are owed in what it pays.
    repays: bool,
}

impl Offer<'_> {
    /// Its place, its share of what may be issued, and of what the schedule alone gives.
    const fn target(&self) -> (usize, (Amount, Amount)) {
        (self.at, (self.fresh, self.scheduled))
    }
}

/// Every stream of the record, in its order.
fn offers<'a>(
    parameters: &'a Parameters,
    inputs: &EpochInputs,
    record: &'a Record,
    line: &emission::Budget,
) -> Fallible<Vec<Offer<'a>>> {
    let mut of_emission = shares(parameters, line.issuable)?;
    let mut uncut = shares(parameters, line.scheduled)?;
    let scored_pays = some_scored_pays(record, parameters);
    let mut offers = Vec::new();
    for (at, (stream, recorded)) in
        parameters.streams.iter().zip(&record.header.streams).enumerate()
    {
        let (asset, (fresh, scheduled)) = match stream.source {
            Source::Emission { .. } => {
                let pair = of_emission.pop().zip(uncut.pop());
                (parameters.emission.asset, pair.ok_or("a stream has no share")?)
            }
            Source::BlockRewards { .. } => (parameters.emission.asset, (line.blocks, line.blocks)),
            Source::Payments => {
                let pot = inputs.pot(parameters.market.asset, &Pot::Payments);
                (parameters.market.asset, (pot, pot))
            }
            Source::Pot { ref name } => {
                let pot = inputs.pot(parameters.market.asset, &Pot::Named(name.clone()));
                (parameters.market.asset, (pot, pot))
            }
        };
        if recorded.asset != asset {
            return Err(format!("stream {} pays another asset: {recorded:?}", stream.name));
        }
        let carried = inputs.pot(asset, &Pot::Carry(stream.name.clone()));
        let repays = asset == parameters.emission.asset;
        let offer = Offer { at, stream, recorded, fresh, scheduled, carried, scored_pays, repays };
        offers.push(offer);
    }
    Ok(offers)
}

/// What a stream divides, and what it would without a cut by allocation or cap.
fn budgets(inputs: &EpochInputs, offer: &Offer) -> Fallible<(Amount, Amount)> {
    let stream = offer.stream;
    let limited = |fresh: Amount| {
        let offered = fresh.checked_add(offer.carried).map_err(failed);
        offered.map(|offered| match stream.limit {
            Limit::None => offered,
            Limit::BurnedFees => offered.min(inputs.burned_fees),
        })
    };
    let budget = limited(offer.fresh)?;
    let uncut = match stream.clip {
        Clip::Budget => budget,
        Clip::Shares => limited(offer.scheduled)?.max(budget),
    };
    Ok((budget, uncut))
}

fn settle(
    parameters: &Parameters,
    inputs: &EpochInputs,
    offer: &Offer,
    debts: &mut [Amount],
) -> Fallible<Line> {
    let stream = offer.stream;
    let (budget, uncut) = budgets(inputs, offer)?;
    let emission = matches!(stream.source, Source::Emission { .. });
    if let Score::FixedAccount { .. } = &stream.score {
        let pays = offer.scored_pays || !emission;
        let budget = if pays { budget } else { Amount::ZERO };
        return Ok(Line { budget, paid: budget, ..Line::default() });
    }
    let (scores, earned) = scores_of(parameters, stream, inputs)?;
    let budget = earned.apply_floor(budget).map_err(failed)?;
    let uncut = earned.apply_floor(uncut).map_err(failed)?;
    let columns = columns_of(parameters, stream, inputs, scores)?;
    let by_full = stream.denominator == Denominator::Full;
    let divided = if by_full { &columns.full } else { &columns.counted };
    let denominator: u128 = divided.iter().sum();
    if denominator == 0 {
        let leaves =
            emission && stream.remainder == Remainder::Forfeits && !columns.full.is_empty();
        let budget = if leaves { budget } else { Amount::ZERO };
        return Ok(Line { budget, dust: budget, ..Line::default() });
    }
    // Nobody gets more than it asks for.
    let asked = matches!(stream.score, Score::Availability(_));
    let most = Amount::new(if asked { denominator } else { u128::MAX });
    let (budget, uncut) = (budget.min(most), uncut.min(most));
    let mut line = Line { budget, ..Line::default() };
    let shared = stream.score.is_of_validators();
    let part = |total: Amount, of: u128, all: u128| -> Fallible<u128> {
        share_by_long_division(total.get(), of, all).map_err(failed)
    };
    let share = |score: u128| part(uncut, score, denominator);
    let scaled = |share: u128| -> Fallible<Amount> {
        let whole = uncut == budget;
        Ok(Amount::new(if whole { share } else { part(budget, share, uncut.get())? }))
    };
    for (at, (full, counted)) in columns.full.iter().zip(&columns.counted).enumerate() {
        let own = share(*counted)?;
        let mut reward = scaled(own)?;
        if by_full {
            let lost = scaled(share(*full)?)?.checked_sub(reward).map_err(failed)?;
            line.forfeited = line.forfeited.checked_add(lost).map_err(failed)?;
        }
        let owes = debts.get_mut(at).filter(|debt| offer.repays && !debt.is_zero());
        if let Some(debt) = owes.filter(|_| !shared) {
            let left = scaled(own - own.min(debt.get()))?;
            let taken = reward.checked_sub(left).map_err(failed)?;
            line.recovered = line.recovered.checked_add(taken).map_err(failed)?;
            *debt = debt.checked_sub(taken).map_err(failed)?;
            reward = left;
        }
        line.paid = line.paid.checked_add(reward).map_err(failed)?;
        line.rewards.push(reward);
    }
    let spent = Amount::sum([line.paid, line.recovered, line.forfeited]).map_err(failed)?;
    line.dust = budget.checked_sub(spent).map_err(failed)?;
    if shared {
        of_validators(inputs, offer, &mut line, debts)?;
    }
    Ok(line)
}

/// The scores of all participants, and the share of the budget that they divide: what no model
/// earned is nobody's.
fn scores_of(
    parameters: &Parameters,
    stream: &Stream,
    inputs: &EpochInputs,
) -> Fallible<(Vec<u128>, Ratio)> {
    let scores = match &stream.score {
        Score::Rate(_) => return Err("a stream with a rate has a bucket".to_owned()),
        Score::ModelShares => return model_shares::scores(parameters, inputs),
        Score::PocWeight(rules) => bonuses::scores(parameters, rules, inputs)?,
        Score::WorkDone => sold::work_done(parameters, stream, inputs)?,
        Score::Availability(_) | Score::StakingPower(_) | Score::Liquidity => {
            providers::scores(&stream.score, inputs)?
        }
        Score::BondedStake | Score::BlocksProposed => validators::scores(&stream.score, inputs)?,
        Score::Performance | Score::YumaIncentive | Score::YumaDividends => {
            opinions::scores(&stream.score, parameters, inputs)?
        }
        _ => return Err("this score is not recounted".to_owned()),
    };
    Ok((scores, Ratio::ONE))
}

/// Scores before and after what lowers them: weights and penalties take emission only.
fn columns_of(
    parameters: &Parameters,
    stream: &Stream,
    inputs: &EpochInputs,
    scores: Vec<u128>,
) -> Fallible<Columns> {
    match (&stream.score, &stream.source) {
        (_, Source::Payments | Source::Pot { .. }) => {
            Ok(Columns { counted: scores.clone(), full: scores })
        }
        (Score::PocWeight(_) | Score::ModelShares, Source::Emission { .. }) => {
            counted::lowered(parameters, inputs, scores)
        }
        (_, Source::Emission { .. } | Source::BlockRewards { .. }) => {
            let penalties = inputs.participants.penalty.iter();
            let kept = |(penalty, score): (&Penalty, &u128)| match penalty {
                Penalty::None => *score,
                _ => 0,
            };
            Ok(Columns { counted: penalties.zip(&scores).map(kept).collect(), full: scores })
        }
    }
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
