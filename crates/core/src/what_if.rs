//! Frozen inputs under other parameters.

use crate::error::{Error, OVERFLOW};
use crate::freeze::count_use;
use crate::inputs::{Contributions, EpochInputs};
use crate::modules::opinions::{same_bonds, yuma::Matrix};
use crate::modules::parameters::{self, ContributionKind, Parameters};
use crate::modules::rewards::{self, SettlementPlan};
use crate::offline::{OfflineSettlement, settle_inputs};
use std::collections::BTreeSet;
use workmint_amounts::Amount;

/// Plans inputs that were frozen under `current` with other parameters; a stream that cannot be
/// planned is an error. Streams are the same if they have the same name: what is final, owed and
/// rolled over follows it to its new place, and ends with it.
pub fn dry_run(
    current: &Parameters,
    candidate: &Parameters,
    inputs: &EpochInputs,
) -> Result<SettlementPlan, Error> {
    let plan = rewards::plan(candidate, &moved(current, candidate, inputs)?)?;
    planned(&plan)?;
    Ok(plan)
}

/// Settles inputs that were frozen under `current` with other parameters: what [`dry_run`] plans,
/// and the record it gives, without a root.
pub fn settle(
    current: &Parameters,
    candidate: &Parameters,
    inputs: &EpochInputs,
) -> Result<OfflineSettlement, Error> {
    let settled = settle_inputs(candidate, moved(current, candidate, inputs)?, false)?;
    planned(&settled.plan)?;
    Ok(settled)
}

/// The error if a stream could not be planned.
fn planned(plan: &SettlementPlan) -> Result<(), Error> {
    match plan.streams.iter().find(|stream| stream.quarantined.is_some()) {
        Some(stream) => {
            let path = format!("streams.{}", stream.name);
            let message = "it cannot be planned on the last epoch's inputs".to_owned();
            Err(parameters::Error::Invalid { path, message }.into())
        }
        None => Ok(()),
    }
}

/// Where a stream with a rate is among the candidate's.
#[derive(Clone, Copy)]
struct Place {
    at: u16,
    /// It still takes contributions of the same kind.
    same_kind: bool,
}

/// By place in `current`.
fn places(current: &Parameters, candidate: &Parameters) -> Result<Vec<Option<Place>>, Error> {
    let kind = |of: &Parameters, name| -> Option<ContributionKind> {
        of.contributions.as_ref()?;
        of.rate_score(name).map(|score| score.kind)
    };
    let place = |name| {
        let mut rated = rewards::rate_streams(candidate);
        let Some((at, ..)) = rated.find(|(_, of, ..)| *of == name) else { return Ok(None) };
        let at = u16::try_from(at).map_err(|_| OVERFLOW)?;
        let same_kind = kind(candidate, name).is_some_and(|new| Some(new) == kind(current, name));
        Ok(Some(Place { at, same_kind }))
    };
    current.streams.iter().map(|stream| place(&stream.name)).collect()
}

/// The inputs as the candidate's streams would find them.
fn moved(
    current: &Parameters,
    candidate: &Parameters,
    inputs: &EpochInputs,
) -> Result<EpochInputs, Error> {
    let places = places(current, candidate)?;
    let place = |stream: u16| places.get(usize::from(stream)).copied().flatten();
    let mut moved = inputs.clone();
    // What is of one stream keeps its order.
    let follow = |stream: &mut u16| place(*stream).map(|place| *stream = place.at).is_some();
    moved.backpay.retain_mut(|row| follow(&mut row.stream));
    moved.backpay.sort_by_key(|row| row.stream);
    moved.lots.retain_mut(|lot| follow(&mut lot.stream));
    moved.lots.sort_by_key(|lot| lot.stream);
    let kept = |stream| place(stream).filter(|place| place.same_kind).map(|place| place.at);
    moved.contributions = contributions(&inputs.contributions, kept)?;
    let contributors: BTreeSet<u32> = moved.contributions.participant.iter().copied().collect();
    if !same_bonds(current, candidate)
        && let Some(frozen) = &mut moved.opinions
    {
        // In the units of another consensus: the state forgets them too.
        let none = (0..frozen.seats.bonds.rows()).map(|_| []);
        let mut bonds = Matrix::default();
        none.for_each(|row| bonds.push_row(row));
        frozen.seats.bonds = bonds;
    }
    let facts = &mut moved.emission;
    facts.reserved = rewards::reserved(candidate, inputs.epoch, &moved.lots)?;
    facts.active = contributors.len() as u64;
    facts.backpay = Amount::sum(moved.backpay.iter().map(|row| row.owed))?;
    count_use(candidate, &mut moved)?;
    Ok(moved)
}

/// The columns with other places of streams, ascending by those; `None` drops a row.
fn contributions(
    old: &Contributions,
    place: impl Fn(u16) -> Option<u16>,
) -> Result<Contributions, Error> {
    let rows = old.stream.iter().enumerate();
    let mut rows: Vec<(u16, usize)> =
        rows.filter_map(|(row, stream)| Some((place(*stream)?, row))).collect();
    rows.sort_unstable();
    Ok(Contributions {
        stream: rows.iter().map(|(stream, _)| *stream).collect(),
        participant: column(&old.participant, &rows)?,
        epoch: column(&old.epoch, &rows)?,
        id: column(&old.id, &rows)?,
        quantity: column(&old.quantity, &rows)?,
        first: column(&old.first, &rows)?,
        second: column(&old.second, &rows)?,
    })
}

fn column<T: Copy>(old: &[T], rows: &[(u16, usize)]) -> Result<Vec<T>, Error> {
    let short = Error::Inconsistent { what: "a column of contributions is shorter than others" };
    let row = |(_, row): &(u16, usize)| old.get(*row).copied().ok_or_else(|| short.clone());
    rows.iter().map(row).collect()
}
