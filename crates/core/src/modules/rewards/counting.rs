//! From effective weight to the weight that counts: what readings, status, cap, downtime and models
//! not served take away, and what delegated models move. The order of the steps is protocol
//! (`docs/spec/rewards.md` §4).

use super::Error;
use crate::error::{Error as AnyError, OVERFLOW};
use crate::inputs::{EpochInputs, Participants, Penalty};
use crate::modules::parameters::Parameters;
use crate::modules::weights::apply_power_cap;
use rayon::prelude::*;
use workmint_amounts::Ratio;

/// Weight that moves with a delegated model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// Row of the giver.
    pub from: u32,
    /// Row of the receiver.
    pub to: u32,
    /// Weight units.
    pub weight: u64,
    /// Whether the receiver has weight of its own; otherwise nobody gets it.
    pub arrives: bool,
}

/// The weights that count for scores of emission streams, by participant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedWeights {
    /// The power cap, if it cut any weight.
    pub cap: Option<u64>,
    /// What delegated models move, in order.
    pub moves: Vec<Move>,
    /// Before any of it moves.
    kept: Vec<u64>,
    /// After it moved; empty if nothing moves.
    moved: Vec<u64>,
}

/// Why a weight changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeightRule {
    /// The smallest reading was below the potential weight.
    Confirmation,
    /// The participant was refuted or inactive.
    Status(Penalty),
    /// The power cap.
    PowerCap,
    /// It failed the missed-request test.
    Downtime,
    /// It did not serve a model: the share of its weight that this costs.
    Absent {
        /// Share of the weight before the first such loss.
        fraction: Ratio,
    },
    /// It delegated a model: to the participant in this row.
    Delegated {
        /// Row of the receiver.
        to: u32,
        /// Whether it arrived; otherwise nobody gets it.
        arrives: bool,
    },
    /// The participant in this row delegated a model to it.
    Received {
        /// Row of the giver.
        from: u32,
    },
}

/// One step from the effective weight to the one that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeightStep {
    /// Why.
    pub rule: WeightRule,
    /// Weight units before the step.
    pub before: u64,
    /// After it.
    pub after: u64,
}

impl CountedWeights {
    /// Applies every rule, in order. `None` if no rule but the penalties of [`Participants`] lowers
    /// any weight: then an effective weight counts unless its participant has a penalty.
    pub fn new(parameters: &Parameters, inputs: &EpochInputs) -> Result<Option<Self>, AnyError> {
        let rules = &parameters.weights;
        let idle = rules.power_cap.is_none()
            && rules.confirmation.is_none()
            && inputs.weight_penalties.is_empty()
            && inputs.weight_transfers.is_empty();
        if idle {
            return Ok(None);
        }
        let people = &inputs.participants;
        let mut kept = confirmed_weights(people, rules.confirmation.is_some())?;
        let cap = match &rules.power_cap {
            Some(rules) => apply_power_cap(rules, &mut kept)?,
            None => None,
        };
        kept.iter_mut()
            .zip(&people.penalty)
            .filter(|(_, penalty)| **penalty == Penalty::Downtime)
            .for_each(|(weight, _)| *weight = 0);
        take_absences(inputs, &mut kept)?;
        let (moves, moved) = move_delegated(inputs, &kept)?;
        Ok(Some(Self { cap, moves, kept, moved }))
    }

    /// The weights that count.
    #[must_use]
    pub fn counted(&self) -> &[u64] {
        if self.moves.is_empty() { &self.kept } else { &self.moved }
    }

    /// The weights before any of them moved.
    pub(super) fn kept(&self) -> &[u64] {
        &self.kept
    }

    /// Moves that reached somebody.
    pub(super) fn arrivals(&self) -> impl Iterator<Item = &Move> {
        self.moves.iter().filter(|weight| weight.arrives)
    }
}

/// Every step that changed the weight of one participant, in order.
pub fn weight_steps(
    parameters: &Parameters,
    inputs: &EpochInputs,
    counted: Option<&CountedWeights>,
    at: usize,
) -> Result<Vec<WeightStep>, AnyError> {
    let row = inputs.participants.row(at).ok_or_else(short_column)?;
    let mut trail = Trail { weight: row.effective, steps: Vec::new() };
    if is_status(row.penalty) {
        trail.to(WeightRule::Status(row.penalty), 0);
    } else if parameters.weights.confirmation.is_some() {
        let confirmed = confirmed_weight(row.effective, row.confirmed, row.potential);
        trail.to(WeightRule::Confirmation, confirmed);
    }
    if let Some(cap) = counted.and_then(|counted| counted.cap) {
        trail.to(WeightRule::PowerCap, cap.min(trail.weight));
    }
    if row.penalty == Penalty::Downtime {
        trail.to(WeightRule::Downtime, 0);
    }
    let base = trail.weight;
    let own = |row: u32| usize::try_from(row).is_ok_and(|row| row == at);
    for penalty in inputs.weight_penalties.iter().filter(|penalty| own(penalty.participant)) {
        let left = trail.weight.checked_sub(part(base, penalty.fraction)?.min(trail.weight));
        let rule = WeightRule::Absent { fraction: penalty.fraction };
        trail.to(rule, left.ok_or(OVERFLOW)?);
    }
    for moved in counted.map_or(&[][..], |counted| &counted.moves) {
        if own(moved.from) {
            let rule = WeightRule::Delegated { to: moved.to, arrives: moved.arrives };
            trail.to(rule, trail.weight.checked_sub(moved.weight).ok_or(OVERFLOW)?);
        }
        if own(moved.to) && moved.arrives {
            let rule = WeightRule::Received { from: moved.from };
            trail.to(rule, trail.weight.checked_add(moved.weight).ok_or(OVERFLOW)?);
        }
    }
    Ok(trail.steps)
}

struct Trail {
    weight: u64,
    steps: Vec<WeightStep>,
}

impl Trail {
    fn to(&mut self, rule: WeightRule, after: u64) {
        if after != self.weight {
            self.steps.push(WeightStep { rule, before: self.weight, after });
            self.weight = after;
        }
    }
}

fn short_column() -> AnyError {
    Error::BadInputs { what: "a column is shorter than the list of accounts" }.into()
}

/// Whether a participant counts for nothing before the power cap is computed.
fn is_status(penalty: Penalty) -> bool {
    match penalty {
        Penalty::Refuted | Penalty::Inactive => true,
        Penalty::None | Penalty::Downtime => false,
    }
}

/// Effective weights, each lowered to what readings confirmed; 0 for the refuted and inactive.
fn confirmed_weights(people: &Participants, confirms: bool) -> Result<Vec<u64>, AnyError> {
    let weigh = |at: usize| {
        let effective = *people.effective.get(at)?;
        if is_status(*people.penalty.get(at)?) {
            return Some(0);
        }
        if !confirms {
            return Some(effective);
        }
        Some(confirmed_weight(effective, *people.confirmed.get(at)?, *people.potential.get(at)?))
    };
    let weights = (0..people.len()).into_par_iter().with_min_len(16_384).map(weigh);
    weights.collect::<Option<_>>().ok_or_else(short_column)
}

/// floor(effective x confirmed / potential), at most `effective`; 0 without potential weight.
fn confirmed_weight(effective: u64, confirmed: u64, potential: u64) -> u64 {
    if confirmed >= potential && potential > 0 {
        return effective;
    }
    u128::from(effective)
        .checked_mul(u128::from(confirmed))
        .and_then(|product| product.checked_div(u128::from(potential)))
        .and_then(|weight| u64::try_from(weight).ok())
        .unwrap_or(0)
}

/// floor(weight x share); at most 2^64 - 1, and at most `weight` for a share of at most 1.
fn part(weight: u64, share: Ratio) -> Result<u64, AnyError> {
    let part = share.floor_mul(u128::from(weight))?;
    Ok(u64::try_from(part).map_err(|_| OVERFLOW)?)
}

fn at_row<T>(column: &mut [T], row: u32) -> Result<&mut T, AnyError> {
    usize::try_from(row).ok().and_then(|row| column.get_mut(row)).ok_or_else(|| {
        Error::BadInputs { what: "a row of weight that is lost or moved does not exist" }.into()
    })
}

/// Each record takes floor(fraction x weight before the first record), at most what is left.
fn take_absences(inputs: &EpochInputs, weights: &mut [u64]) -> Result<(), AnyError> {
    if inputs.weight_penalties.is_empty() {
        return Ok(());
    }
    let mut base = weights.to_vec();
    for penalty in &inputs.weight_penalties {
        let lost = part(*at_row(&mut base, penalty.participant)?, penalty.fraction)?;
        let weight = at_row(weights, penalty.participant)?;
        *weight = weight.checked_sub(lost.min(*weight)).ok_or(OVERFLOW)?;
    }
    Ok(())
}

/// Each record moves floor(share x weight before the first move), at most what the giver has left,
/// to a receiver that has weight at that moment; otherwise the giver loses it all the same.
fn move_delegated(inputs: &EpochInputs, kept: &[u64]) -> Result<(Vec<Move>, Vec<u64>), AnyError> {
    let mut moves = Vec::new();
    if inputs.weight_transfers.is_empty() {
        return Ok((moves, Vec::new()));
    }
    let mut base = kept.to_vec();
    let mut weights = kept.to_vec();
    for transfer in &inputs.weight_transfers {
        let (from, to) = (transfer.from, transfer.to);
        let wanted = part(*at_row(&mut base, from)?, transfer.share)?;
        let giver = at_row(&mut weights, from)?;
        let weight = wanted.min(*giver);
        *giver = giver.checked_sub(weight).ok_or(OVERFLOW)?;
        let receiver = at_row(&mut weights, to)?;
        let arrives = *receiver > 0;
        if weight == 0 {
            continue;
        }
        if arrives {
            *receiver = receiver.checked_add(weight).ok_or(OVERFLOW)?;
        }
        moves.push(Move { from, to, weight, arrives });
    }
    Ok((moves, weights))
}
