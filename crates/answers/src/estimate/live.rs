//! An estimate from a network's data directory.

use std::sync::Arc;

use workmint_amounts::{Amount, Ratio};
use workmint_core::inputs::{EpochInputs, Penalty};
use workmint_core::modules::emission;
use workmint_core::modules::parameters::{
    EpochLength, Limit, Parameters, Payee, Score, Source, Stream,
};
use workmint_core::modules::rewards::{
    BonusTable, MODEL_SCORE_UNIT, ModelTable, StreamPlan, StreamScores, plan, score_of,
};
use workmint_core::names::Name;
use workmint_core::state::Chain;
use workmint_core::{Address, State};

use super::band::{Basis, Place};
use super::contributed;
use super::report::{Assumption, Estimate, Exact, NextWeight};
use crate::error::AnswerError;
use crate::explain::facts::{Facts, nothing, of_preview};
use crate::network::Network;
use crate::preview::Preview;
use crate::text::{asset_of, grouped};

/// Estimates what an account earns from the open epoch on; `None` if it has neither weight nor work
/// nor a seat nor bonds of its own.
pub(super) fn estimate(
    network: &impl Network,
    account: &Address,
) -> Result<Option<Estimate>, AnswerError> {
    let preview = network.preview()?;
    let facts = of_preview(&preview.closed, account)?;
    let open = preview.closed.inputs.epoch;
    let parameters = preview
        .after
        .active_parameters()
        .ok_or_else(|| AnswerError::damage("the state has no parameters"))?;
    if contributed::is_all(&parameters) {
        if network.read(|state| state.ledger.handle(account).is_none()) {
            return Err(nothing(network, open, account));
        }
        return Ok(Some(Estimate {
            account: Some(*account),
            told: Vec::new(),
            exact: facts.map(|facts| exact(&facts)).transpose()?,
            next: None,
            band: None,
            contributed: Some(contributed::gather(network, account)?),
            assumptions: Vec::new(),
            parameters,
        }));
    }
    let next = next_weight(&preview.after, account)?;
    if facts.is_none() && next.yours.is_none() {
        return Ok(None);
    }
    let last = last_closed(network)?;
    let mut model = model(&preview, account, last.as_ref())?;
    model.provided = provided(&parameters, last.as_ref(), account)?;
    let basis = basis(&network.chain(), &preview, &parameters, &model, account)?;
    let exact = facts.map(|facts| exact(&facts)).transpose()?;
    Ok(Some(Estimate {
        account: Some(*account),
        told: Vec::new(),
        exact,
        next: Some(next),
        band: Some(basis.band()?),
        contributed: None,
        assumptions: assumptions(&model, &parameters),
        parameters,
    }))
}

pub(super) fn exact(facts: &Facts) -> Result<Exact, AnswerError> {
    let of = |wanted: fn(&Source) -> bool| {
        let steps = facts.explanation.streams.iter();
        let source = |name: &Name| {
            let mut streams = facts.parameters.streams.iter();
            streams.find(|stream| stream.name == *name).map(|stream| &stream.source)
        };
        let steps = steps.filter(|step| source(&step.name).is_some_and(wanted));
        Amount::sum(steps.map(|step| step.paid)).map_err(AnswerError::damage)
    };
    Ok(Exact {
        epoch: facts.explanation.epoch,
        rewards: of(Source::mints)?,
        work: of(|source| matches!(source, Source::Payments))?,
        pots: of(|source| matches!(source, Source::Pot { .. }))?,
        slashed: facts.explanation.row.slashed,
    })
}

/// Weights of the following epoch, as far as its proofs are accepted.
fn next_weight(after: &State, account: &Address) -> Result<NextWeight, AnswerError> {
    let snapshot = after.weights.current();
    let at = snapshot.account.binary_search(account).ok();
    let mut effective = snapshot.effective.iter();
    let network = effective.try_fold(0_u128, |sum, weight| sum.checked_add((*weight).into()));
    Ok(NextWeight {
        epoch: snapshot.epoch,
        yours: at.and_then(|at| Some((*snapshot.potential.get(at)?, *snapshot.effective.get(at)?))),
        network: network.ok_or_else(|| AnswerError::damage("the weights leave 128 bits"))?,
    })
}

fn last_closed(network: &impl Network) -> Result<Option<EpochInputs>, AnswerError> {
    let last = |state: &State| state.settlement.headers(..).next_back().map(|last| last.epoch);
    let Some(epoch) = network.read(last) else {
        return Ok(None);
    };
    Ok(Some(network.epoch_inputs(epoch)?.inputs))
}

/// What every coming epoch is taken to be like.
struct Model {
    inputs: EpochInputs,
    /// Where the weights come from.
    weights_of: u64,
    /// Where work and utilisation come from.
    work_of: u64,
    /// The participant's payments for work.
    work: Amount,
    /// Payments for everybody's work: nobody is taken to be penalised.
    all_work: Amount,
    /// What each stream paid the participant and all in the last closed epoch: probes and jobs of
    /// the open one are not complete. Empty if none is closed.
    provided: Vec<(Amount, Amount)>,
    /// Blocks of an epoch.
    blocks: u64,
}

/// Weights of the open epoch (of the next one, if the account has none in it); work and utilisation
/// of the last closed epoch, because those of the open one are not complete.
fn model(
    preview: &Preview,
    account: &Address,
    last: Option<&EpochInputs>,
) -> Result<Model, AnswerError> {
    let open = &*preview.closed.inputs;
    let weighted = |inputs: &EpochInputs| {
        let at = inputs.participants.find(account);
        let row = at.and_then(|at| inputs.participants.row(at));
        row.is_some_and(|row| row.potential > 0)
    };
    let following = preview.after.preview_inputs().map_err(AnswerError::damage)?;
    let mut inputs = match !weighted(open) && weighted(&following) {
        true => following,
        false => open.clone(),
    };
    let full = last.unwrap_or(open);
    let at = full.participants.find(account);
    let row = at.and_then(|at| full.participants.row(at));
    inputs.model_units.clone_from(&full.model_units);
    inputs.burned_fees = full.burned_fees;
    inputs.participants.penalty.fill(Penalty::None);
    let works = full.participants.work.iter().copied();
    Ok(Model {
        weights_of: inputs.epoch,
        work_of: full.epoch,
        work: row.map_or(Amount::ZERO, |row| row.work),
        all_work: Amount::sum(works).map_err(AnswerError::damage)?,
        provided: Vec::new(),
        blocks: full.emission.blocks,
        inputs,
    })
}

/// What the last closed epoch would pay under these parameters, stream by stream: the account's
/// part, and all.
fn provided(
    parameters: &Parameters,
    last: Option<&EpochInputs>,
    account: &Address,
) -> Result<Vec<(Amount, Amount)>, AnswerError> {
    let Some(inputs) = last else {
        return Ok(Vec::new());
    };
    let at = inputs.participants.find(account);
    let planned = plan(parameters, inputs).map_err(AnswerError::damage)?;
    let part = |rewards: &[Amount]| at.and_then(|at| rewards.get(at)).copied().unwrap_or_default();
    Ok(planned.streams.iter().map(|stream| (part(&stream.rewards), stream.paid)).collect())
}

fn basis(
    chain: &Chain,
    preview: &Preview,
    parameters: &Parameters,
    model: &Model,
    account: &Address,
) -> Result<Basis, AnswerError> {
    let asset = parameters.emission.asset;
    let streams = parameters.streams.iter().zip(&model.provided);
    let same = parameters.emission.asset == parameters.market.asset;
    let pots = streams.filter(|(stream, _)| match stream.source {
        Source::Pot { .. } => true,
        // Blocks pay as they did, if it is the same money.
        Source::BlockRewards { .. } => same,
        Source::Emission { .. } | Source::Payments => false,
    });
    let pots = Amount::sum(pots.map(|(_, (own, _))| *own)).map_err(AnswerError::damage)?;
    Ok(Basis {
        emission: parameters.emission.clone(),
        cap: asset_of(parameters, asset)?.cap,
        first: emission::Facts {
            epoch: preview.after.chain().epoch,
            blocks: model.blocks,
            minted: preview.after.emission.totals().minted,
            asset_issued: preview.after.ledger.supply(asset).issued,
            work: model.all_work,
            reductions: preview.after.emission.totals().reductions,
            ..preview.closed.inputs.emission
        },
        places: places(parameters, model, account)?,
        work: model.work.checked_add(pots).map_err(AnswerError::damage)?,
        epoch_ms: epoch_ms(parameters, chain),
    })
}

fn places(
    parameters: &Parameters,
    model: &Model,
    account: &Address,
) -> Result<Vec<Place>, AnswerError> {
    let inputs = &model.inputs;
    let planned = plan(parameters, inputs).map_err(AnswerError::damage)?;
    let mut places = Vec::new();
    for (at, (stream, planned)) in parameters.streams.iter().zip(planned.streams).enumerate() {
        let Source::Emission { share } = stream.source else {
            continue;
        };
        let mut place = empty_place((stream, &planned), share, inputs, account);
        match (&stream.score, inputs.participants.find(account)) {
            (Score::PocWeight(bonuses), Some(at)) => {
                let table = BonusTable::new(parameters, bonuses, inputs);
                let score = score_of(inputs, &table.map_err(AnswerError::damage)?, at);
                let score = score.map_err(AnswerError::damage)?;
                let effective = inputs.participants.effective.get(at).copied().unwrap_or(0);
                let unused = u128::from(effective).saturating_mul(1_000_000_000);
                place.score = score.score;
                place.score_unused = unused.saturating_mul(score.coverage).min(score.score);
            }
            // What customers paid with a fee: all of the limit, as in the last closed epoch.
            (Score::WorkDone, _) if stream.limit == Limit::BurnedFees => {
                let (own, all) = model.provided.get(at).copied().unwrap_or_default();
                (place.score, place.score_unused) = (own.get(), own.get());
                place.denominator = all.get();
            }
            (Score::WorkDone, _) => {
                place.score = model.work.get();
                place.score_unused = model.work.get();
                place.denominator = model.all_work.get();
            }
            (Score::ModelShares, Some(at)) => {
                let score = model_score(parameters, inputs, at)?;
                (place.score, place.score_unused) = (score, score);
                // What no model earns is nobody's: the whole is divided.
                place.denominator = MODEL_SCORE_UNIT;
            }
            (Score::StakingPower(_) | Score::Liquidity, Some(at)) => {
                let scores = StreamScores::new(parameters, stream, inputs, None);
                let line = scores.and_then(|scores| scores.line(&planned, stream.denominator, at));
                place.score = line.map_err(AnswerError::damage)?.score;
                place.score_unused = place.score;
            }
            // A validator's part, less its delegators'.
            (
                Score::Performance
                | Score::BondedStake
                | Score::YumaIncentive
                | Score::YumaDividends,
                Some(at),
            ) => {
                let (own, all) = own_part(&planned, at)?;
                (place.score, place.score_unused, place.denominator) = (own, own, all);
            }
            // All of what is asked for is paid, as far as the emission reaches.
            (Score::Availability(_), _) => {
                let (own, all) = model.provided.get(at).copied().unwrap_or_default();
                place.limit = Some(all);
                (place.score, place.score_unused) = (own.get(), own.get());
                place.denominator = all.get();
            }
            _ => {}
        }
        places.push(place);
    }
    Ok(places)
}

/// A place in a stream of emission before anything is scored.
fn empty_place(
    (stream, planned): (&Stream, &StreamPlan),
    share: Ratio,
    inputs: &EpochInputs,
    account: &Address,
) -> Place {
    Place {
        share,
        limit: match stream.limit {
            Limit::None => None,
            Limit::BurnedFees => Some(inputs.burned_fees),
        },
        score: 0,
        score_unused: 0,
        denominator: planned.denominator,
        direct: planned.payee == Some(Payee::Account(*account)),
    }
}

/// What a stream pays one participant, less its delegators', and what it pays all with theirs.
fn own_part(planned: &StreamPlan, at: usize) -> Result<(u128, u128), AnswerError> {
    let own = planned.rewards.get(at).copied().unwrap_or_default();
    let all = planned.paid.checked_add(planned.delegated).map_err(AnswerError::damage)?;
    Ok((own.get(), all.get()))
}

/// A score by models' shares.
fn model_score(
    parameters: &Parameters,
    inputs: &EpochInputs,
    at: usize,
) -> Result<u128, AnswerError> {
    let table = ModelTable::new(parameters, inputs).map_err(AnswerError::damage)?;
    let parts = table.parts_of(inputs, at).map_err(AnswerError::damage)?;
    Ok(parts.iter().map(|part| part.score).sum())
}

/// Length of an epoch; one that ends by blocks is measured by the blocks so far.
fn epoch_ms(parameters: &Parameters, chain: &Chain) -> u64 {
    let blocks = match parameters.network.epoch_length {
        EpochLength::Time(length) => return length.max(1),
        EpochLength::Blocks(blocks) => blocks,
    };
    let elapsed = chain.time_ms.saturating_sub(chain.genesis_time_ms);
    let measured = elapsed.checked_mul(blocks).and_then(|time| time.checked_div(chain.height));
    match measured {
        Some(length) if length > 0 => length,
        _ => blocks.saturating_mul(1_000).max(1),
    }
}

fn assumptions(model: &Model, parameters: &Arc<Parameters>) -> Vec<Assumption> {
    let mut all = vec![
        Assumption::new(
            "base",
            format!(
                "the same share of weight as in epoch {}; work and utilisation as in epoch {}; the \
                 budget follows the schedule, and every epoch mints its whole budget",
                grouped(model.weights_of),
                grouped(model.work_of)
            ),
        ),
        Assumption::new(
            "low",
            "the network's weight is 25 % higher, your models are not used (no utilisation bonus \
             for you), work is 25 % less",
        ),
        Assumption::new("high", "the network's weight is 20 % lower, work is 25 % more"),
    ];
    let by_score = |stream: &Stream| matches!(stream.score, Score::Availability(_));
    let of_pot = |stream: &Stream| matches!(stream.source, Source::Pot { .. });
    if parameters.streams.iter().any(|stream| by_score(stream) || of_pot(stream)) {
        all.push(Assumption::new(
            "providers",
            format!(
                "stake, probes answered and the market's fees as in epoch {}; jobs and sessions \
                 pay at once and are not in it",
                grouped(model.work_of)
            ),
        ));
    }
    if parameters.opinions.is_some() || parameters.validators.is_some() {
        all.push(Assumption::new(
            "opinions",
            format!(
                "bonds, blocks signed, weights and consensus as in the open epoch, blocks proposed \
                 as in epoch {}; nobody bonds, leaves or takes a seat",
                grouped(model.work_of)
            ),
        ));
    }
    if let EpochLength::Blocks(_) = parameters.network.epoch_length {
        all.push(Assumption::new("time", "blocks come as fast as they did on average so far"));
    }
    all.push(Assumption::new(
        "not counted",
        "slashes, forfeits, missed claims, dust, transaction fees, running costs",
    ));
    all
}
