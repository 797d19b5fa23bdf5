//! The frozen inputs of a close, read from the state.

mod emission;
mod opinions;
mod providers;
mod validators;

pub use emission::count_use;

use crate::error::{Error, OVERFLOW};
use crate::inputs::{
    Contributions, EpochInputs, Liability, Lot, Nodes, Participants, Row, SeedSignature,
    WeightPenalty, WeightTransfer,
};
use crate::modules::contributions::{self, ContributionId, FinalContribution};
use crate::modules::emission::Facts;
use crate::modules::ledger::{AccountHandle, Pot};
use crate::modules::parameters::Parameters;
use crate::modules::{attestation, rewards};
use crate::names::{AssetId, Name};
use crate::state::{Context, State};
use crate::verdicts::Verdicts;
use rayon::prelude::*;
use std::collections::BTreeMap;
use workmint_amounts::Amount;

/// A contribution that becomes final.
pub(crate) type Final<'a> = (&'a ContributionId, &'a FinalContribution);

/// What the open epoch would be settled from if it closed with these verdicts and these final
/// contributions; those for a stream without a rate are left out.
pub(crate) fn freeze<'a>(
    state: &State,
    context: &Context,
    verdicts: &Verdicts,
    finals: impl Iterator<Item = Final<'a>>,
) -> Result<EpochInputs, Error> {
    let parameters = &context.parameters;
    let chain = state.chain();
    let streams = Streams::new(parameters);
    let finals: Vec<Final<'_>> =
        finals.filter(|(_, row)| streams.of(&row.stream).is_some()).collect();
    let found = providers::find(state, context)?;
    let bonding = validators::find(state, context)?;
    let powers = opinions::powers(state, context)?;
    let others = found.keys().chain(bonding.keys()).copied();
    let others = others.chain(opinions::people(state, powers.as_ref()));
    let (participants, nodes, handles) = participants(state, verdicts, &finals, others)?;
    let rows = Rows::new(state, &handles)?;
    let sold = sold(state, &rows)?;
    let (weight_penalties, weight_transfers) = adjustments(state, &participants)?;
    let asset = parameters.emission.asset;
    let blocks = context.now.height.checked_sub(chain.epoch_start_height);
    let (backpay, lots) = (streams.backpay(state, &rows)?, streams.lots(state));
    let models = 0..u16::try_from(parameters.models.len()).unwrap_or(u16::MAX);
    let mut inputs = EpochInputs {
        epoch: context.now.epoch,
        height: context.now.height,
        time_ms: context.now.time_ms,
        parameters_version: state.parameters.active().map_or(0, |active| active.version),
        emission: Facts {
            epoch: context.now.epoch,
            blocks: blocks.ok_or(OVERFLOW)?,
            minted: state.emission.totals().minted,
            asset_issued: state.ledger.supply(asset).issued,
            work: participants.unpenalised_work()?,
            reductions: state.emission.totals().reductions,
            reserved: rewards::reserved(parameters, context.now.epoch, &lots)?,
            active: contributors(&finals),
            backpay: Amount::sum(backpay.iter().map(|row| row.owed))?,
            ..Facts::default()
        },
        pots: pots(state),
        burned_fees: state.fees.burned(),
        model_units: models
            .map(|model| state.work.model_units(crate::names::ModelId(model)))
            .collect(),
        participants,
        sold,
        nodes,
        unit_price: state.collateral.unit_price(),
        weight_penalties,
        weight_transfers,
        seeds: seeds(state, context.now.epoch, &handles)?,
        contributions: columns(&finals, &streams, &rows)?,
        backpay,
        lots,
        providers: providers::columns(&found, &handles)?,
        probes: attestation::held(state),
        utilisation: rewards::utilisation(state, parameters, context.now.epoch),
        validators: validators::columns(&bonding, &handles)?,
        opinions: opinions::columns(state, context, powers, &rows)?,
    };
    count_use(parameters, &mut inputs)?;
    Ok(inputs)
}

/// What pots hold that streams draw on.
fn pots(state: &State) -> Vec<(AssetId, Pot, Amount)> {
    let wanted =
        |pot: &Pot| matches!(pot, Pot::Payments | Pot::Recycling | Pot::Carry(_) | Pot::Named(_));
    let pots = state.ledger.pots().filter(|(_, pot, _)| wanted(pot));
    pots.map(|(asset, pot, amount)| (asset, pot.clone(), amount)).collect()
}

/// How many contributed.
fn contributors(finals: &[Final<'_>]) -> u64 {
    let mut all: Vec<_> = finals.iter().map(|(id, _)| id.contributor).collect();
    all.sort_unstable();
    all.dedup();
    all.len() as u64
}

/// What customers paid for jobs and sessions, ascending by participant.
fn sold(state: &State, rows: &Rows) -> Result<Vec<(u32, Amount)>, Error> {
    let sold = state.market.jobs.sold();
    let mut sold = sold
        .map(|(provider, amount)| Ok((rows.of(provider)?, amount)))
        .collect::<Result<Vec<_>, Error>>()?;
    sold.sort_unstable();
    Ok(sold)
}

/// Seeds committed, ascending by participant.
fn seeds(
    state: &State,
    epoch: u64,
    handles: &[AccountHandle],
) -> Result<Vec<SeedSignature>, Error> {
    let mut seeds = Vec::new();
    for (at, handle) in handles.iter().enumerate() {
        if let Some(seed) = state.work.seed(epoch, *handle) {
            seeds.push(SeedSignature {
                participant: u32::try_from(at).map_err(|_| OVERFLOW)?,
                commitment: seed.commitment,
                signature: seed.signature.clone(),
            });
        }
    }
    Ok(seeds)
}

/// The streams with a rate and their places.
struct Streams<'a>(BTreeMap<&'a Name, u16>);

impl<'a> Streams<'a> {
    fn new(parameters: &'a Parameters) -> Self {
        let streams = rewards::rate_streams(parameters);
        Self(streams.filter_map(|(at, name, ..)| Some((name, u16::try_from(at).ok()?))).collect())
    }

    fn of(&self, name: &Name) -> Option<u16> {
        self.0.get(name).copied()
    }

    /// Ascending by stream, epoch and participant.
    fn backpay(&self, state: &State, rows: &Rows) -> Result<Vec<Liability>, Error> {
        let mut all = Vec::with_capacity(state.rewards.backpay.len());
        for ((name, epoch, account), owed) in state.rewards.backpay.iter() {
            if let Some(stream) = self.of(name) {
                all.push(Liability {
                    stream,
                    epoch: *epoch,
                    participant: rows.of(*account)?,
                    since_ms: owed.since_ms,
                    owed: owed.amount,
                });
            }
        }
        all.par_sort_unstable_by_key(|row| (row.stream, row.epoch, row.participant));
        Ok(all)
    }

    /// Ascending by stream and epoch.
    fn lots(&self, state: &State) -> Vec<Lot> {
        let rows = state.rewards.rollover.iter();
        let lot = |((name, epoch), amount): (&(Name, u64), &Amount)| {
            Some(Lot { stream: self.of(name)?, epoch: *epoch, amount: *amount })
        };
        let mut all: Vec<Lot> = rows.filter_map(lot).collect();
        all.sort_unstable_by_key(|lot| (lot.stream, lot.epoch));
        all
    }
}

/// Rows of the inputs by account.
struct Rows(Vec<Option<u32>>);

impl Rows {
    fn new(state: &State, handles: &[AccountHandle]) -> Result<Self, Error> {
        let mut rows = vec![None; state.ledger.account_count() as usize];
        for (at, handle) in handles.iter().enumerate() {
            let row = rows.get_mut(handle.0 as usize).ok_or(OVERFLOW)?;
            *row = Some(u32::try_from(at).map_err(|_| OVERFLOW)?);
        }
        Ok(Self(rows))
    }

    fn of(&self, account: AccountHandle) -> Result<u32, Error> {
        let row = self.0.get(account.0 as usize).copied().flatten();
        row.ok_or(Error::Inconsistent { what: "somebody owed is not in the inputs" })
    }
}

/// Ascending by stream, participant, epoch of work and id.
fn columns(
    finals: &[Final<'_>],
    streams: &Streams<'_>,
    rows: &Rows,
) -> Result<Contributions, Error> {
    let missing = Error::Inconsistent { what: "a final contribution's stream pays no rate" };
    let key = |(id, row): &Final<'_>| {
        let stream = streams.of(&row.stream).ok_or_else(|| missing.clone())?;
        Ok((stream, rows.of(id.contributor)?, id.epoch, id.id))
    };
    let keys = finals.iter().map(key).collect::<Result<Vec<_>, Error>>()?;
    let mut all: Vec<_> = keys.into_iter().zip(finals).collect();
    all.par_sort_unstable_by_key(|(key, _)| *key);
    let mut out = Contributions::default();
    for ((stream, participant, epoch, id), (_, found)) in all {
        out.stream.push(stream);
        out.participant.push(participant);
        out.epoch.push(epoch);
        out.id.push(id);
        out.quantity.push(found.quantity);
        out.first.push(found.first);
        out.second.push(found.second);
    }
    Ok(out)
}

/// Everyone with a weight, a tally, a final contribution, backpay, stake, shares, bonds, a seat or
/// power that counts for one, ascending by address, with the accounts' handles.
fn participants(
    state: &State,
    verdicts: &Verdicts,
    finals: &[Final<'_>],
    others: impl Iterator<Item = AccountHandle>,
) -> Result<(Participants, Nodes, Vec<AccountHandle>), Error> {
    let snapshot = state.weights.current();
    let tallied = tallied(state, finals, others);
    let mut weighted = snapshot.account.iter().copied().zip(snapshot.handle.iter().copied());
    let (mut next_weighted, mut index) = (weighted.next(), 0_usize);
    let mut tallied = tallied.into_iter().peekable();
    let (mut out, mut handles) = (Participants::default(), Vec::new());
    loop {
        let from_snapshot = match (next_weighted, tallied.peek()) {
            (None, None) => break,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (Some(one), Some(other)) => one <= *other,
        };
        let (account, handle) = if from_snapshot {
            let taken = next_weighted;
            next_weighted = weighted.next();
            if tallied.peek() == taken.as_ref() {
                tallied.next();
            }
            taken
        } else {
            tallied.next()
        }
        .ok_or(Error::Inconsistent { what: "two lists of participants do not merge" })?;
        let tally = state.work.tally(handle);
        let column = |column: &[u64]| column.get(index).copied().filter(|_| from_snapshot);
        let row = Row {
            account,
            potential: column(&snapshot.potential).unwrap_or(0),
            effective: column(&snapshot.effective).unwrap_or(0),
            confirmed: state
                .weights
                .confirmed(handle)
                .or_else(|| column(&snapshot.potential))
                .unwrap_or(0),
            collateral: if from_snapshot {
                snapshot.collateral.get(index).copied().unwrap_or_default()
            } else {
                state.collateral.active(handle)
            },
            requests: tally.requests,
            missed: tally.all_missed(),
            units: tally.units,
            work: tally.work,
            unsplit: tally.unsplit,
            penalty: verdicts.penalty(state, handle, &tally),
            slashed: verdicts.slashed(handle),
            debt: state.market.outstanding(handle)?,
        };
        if from_snapshot {
            index = index.checked_add(1).ok_or(OVERFLOW)?;
        }
        out.push(row, snapshot.first_node.get(index).copied().unwrap_or(0));
        handles.push(handle);
    }
    Ok((out, snapshot.nodes.clone(), handles))
}

/// Everyone with a tally, a final contribution, backpay or sales, and `others`, ascending by
/// address.
fn tallied(
    state: &State,
    finals: &[Final<'_>],
    others: impl Iterator<Item = AccountHandle>,
) -> Vec<(crate::Address, AccountHandle)> {
    let mut tallied: Vec<AccountHandle> = state.work.tallies().map(|(handle, _)| handle).collect();
    tallied.extend(finals.iter().map(|(id, _)| id.contributor));
    tallied.extend(state.rewards.backpay.iter().map(|((_, _, account), _)| *account));
    tallied.extend(others);
    tallied.extend(state.market.jobs.sold().map(|(provider, _)| provider));
    tallied.sort_unstable();
    tallied.dedup();
    let address = |handle: AccountHandle| (state.ledger.address(handle), handle);
    let mut tallied: Vec<(crate::Address, AccountHandle)> =
        tallied.into_iter().map(address).collect();
    tallied.par_sort_unstable();
    tallied
}

/// The snapshot's penalties and transfers, by rows of the inputs: there are more of those.
fn adjustments(
    state: &State,
    participants: &Participants,
) -> Result<(Vec<WeightPenalty>, Vec<WeightTransfer>), Error> {
    let snapshot = state.weights.current();
    let missing = Error::Inconsistent { what: "a weighed participant is not in the inputs" };
    let row = |at: u32| {
        let account = snapshot.account.get(at as usize);
        let row = account.and_then(|account| participants.find(account));
        row.and_then(|row| u32::try_from(row).ok()).ok_or_else(|| missing.clone())
    };
    let penalties = snapshot.weight_penalties.iter().map(|penalty| {
        Ok(WeightPenalty { participant: row(penalty.participant)?, fraction: penalty.fraction })
    });
    let transfers = snapshot.weight_transfers.iter().map(|transfer| {
        let (from, to) = (row(transfer.from)?, row(transfer.to)?);
        Ok(WeightTransfer { from, to, share: transfer.share })
    });
    Ok((penalties.collect::<Result<_, Error>>()?, transfers.collect::<Result<_, Error>>()?))
}

impl State {
    /// What the open epoch would be settled from if it closed now, before anybody is slashed.
    /// For previews.
    pub fn preview_inputs(&self) -> Result<EpochInputs, Error> {
        let parameters = self
            .active_parameters()
            .ok_or(Error::Inconsistent { what: "the state has no genesis" })?;
        let now = self.now();
        let context = Context { now, last: now, sender: AccountHandle(0), parameters };
        let finals = contributions::foreseen(self, &context);
        freeze(self, &context, &Verdicts::foreseen(self, &context), finals.iter())
    }
}
