//! What a seat's scores came from: validators' weights, the consensus over them, bonds, lent power.

use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_core::explain::StreamStep;
use workmint_core::inputs::{LentPower, Opinions};
use workmint_core::modules::opinions::scores::{consensus, limits, performance};
use workmint_core::modules::opinions::yuma::trace::{
    BondLine, MinerTrace, Trace, ValidatorTrace, Vote, trace,
};
use workmint_core::modules::opinions::yuma::{Ignored, Masks, Run, Silence};
use workmint_core::modules::parameters::{self, Asset, OpinionPower, Parameters, Score, Stream};

use super::facts::Facts;
use crate::error::AnswerError;
use crate::text::{amount_json, asset_of};

/// What the most a weight can be.
pub const FULL: u128 = 65_535;

/// One seat's part in a stream.
pub struct Part<'a> {
    /// The network's rules.
    pub rules: &'a parameters::Opinions,
    /// What was frozen at the close.
    pub frozen: &'a Opinions,
    /// The seat.
    pub seat: u16,
}

impl<'a> Part<'a> {
    /// That of the explained account; `None` if it holds no seat, or the stream asks for none.
    #[must_use]
    pub fn of(facts: &'a Facts, stream: &Stream) -> Option<Self> {
        let asks = matches!(
            stream.score,
            Score::Performance | Score::YumaIncentive | Score::YumaDividends
        );
        let rules = facts.parameters.opinions.as_ref().filter(|_| asks)?;
        let frozen = facts.inputs.opinions.as_ref()?;
        let row = facts.inputs.participants.find(&facts.explanation.row.account)?;
        let row = u32::try_from(row).ok();
        let seat = frozen.holder.iter().position(|holder| *holder == row)?;
        Some(Self { rules, frozen, seat: u16::try_from(seat).ok()? })
    }

    /// The consensus as this seat sees it; `None` without one.
    ///
    /// # Errors
    /// Damage.
    pub fn trace(&self) -> Result<Option<Trace>, AnswerError> {
        let Some(yuma) = &self.rules.yuma else {
            return Ok(None);
        };
        let seats = &self.frozen.seats;
        let run = Run { rules: yuma, limits: limits(self.rules), seats };
        let outcome = consensus(self.rules, seats).map_err(AnswerError::damage)?;
        let found = outcome.map(|outcome| trace(&run, &outcome, self.seat));
        found.transpose().map_err(AnswerError::damage)
    }
}

/// What those with a say give a seat: the voter's seat, its weight and the power behind it,
/// ascending by weight; weights of 0 are left out.
#[must_use]
pub fn votes(part: &Part) -> Vec<(u16, u32, u128)> {
    let masks = Masks { limits: limits(part.rules), seats: &part.frozen.seats };
    let (mut votes, mut row) = (Vec::new(), Vec::new());
    for (voter, power) in (0_u16..).zip(masks.with_say()) {
        masks.weights_of(usize::from(voter), &mut row);
        if let Some((_, weight)) = row.iter().find(|(on, _)| *on == part.seat && power > 0) {
            votes.push((voter, *weight, power));
        }
    }
    votes.sort_unstable_by_key(|(voter, weight, _)| (*weight, *voter));
    votes
}

/// What backs opinions.
///
/// # Errors
/// Damage: the asset is unknown.
pub fn power_asset(parameters: &Parameters) -> Result<&Asset, AnswerError> {
    let power = parameters.opinions.as_ref().map(|rules| rules.power);
    let bonded = parameters.validators.as_ref().map(|rules| rules.asset);
    let staked = parameters.stake.as_ref().map(|rules| rules.asset);
    let asset = match power {
        Some(OpinionPower::Bonded) => bonded,
        Some(OpinionPower::Stake) => staked,
        Some(OpinionPower::Collateral) | None => None,
    };
    asset_of(parameters, asset.unwrap_or(parameters.collateral.asset))
}

/// Who holds a seat.
#[must_use]
pub fn account(facts: &Facts, frozen: &Opinions, seat: u16) -> String {
    let row = frozen.holder.get(usize::from(seat)).copied().flatten();
    let row = row.and_then(|row| facts.inputs.participants.account.get(row as usize));
    row.map_or_else(|| "nobody".to_owned(), ToString::to_string)
}

/// Why a validator has no say.
#[must_use]
pub fn silence_words(silence: Silence) -> &'static str {
    match silence {
        Silence::NoPermit => "no permit",
        Silence::Idle => "weights set too long ago",
        Silence::NoPower => "too little power",
    }
}

/// Why a weight does not count.
#[must_use]
pub fn ignored_words(ignored: Ignored) -> &'static str {
    match ignored {
        Ignored::NoSeat => "no such seat",
        Ignored::Itself => "on itself",
        Ignored::OlderThanHolder => "set before the miner had its seat",
        Ignored::CommittedBeforeHolder => "committed to before the miner had its seat",
    }
}

/// Who lent power.
#[must_use]
pub fn lender(facts: &Facts, lent: &LentPower) -> String {
    let account = facts.inputs.participants.account.get(lent.of as usize);
    account.map_or_else(|| "somebody".to_owned(), ToString::to_string)
}

/// For machines; null for other streams, and for who holds no seat.
pub(super) fn as_json(facts: &Facts, step: &StreamStep) -> Result<Value, AnswerError> {
    let stream = facts.parameters.streams.iter().find(|stream| stream.name == step.name);
    let Some((stream, part)) = stream.and_then(|stream| Some((stream, Part::of(facts, stream)?)))
    else {
        return Ok(Value::Null);
    };
    if matches!(stream.score, Score::Performance) {
        return median_json(facts, &part);
    }
    let Some(found) = part.trace()? else {
        return Ok(Value::Null);
    };
    Ok(match stream.score {
        Score::YumaIncentive => miner_json(facts, &part, &found.miner, found.unit),
        _ => validator_json(facts, &part, &found.validator, found.unit)?,
    })
}

fn median_json(facts: &Facts, part: &Part) -> Result<Value, AnswerError> {
    let seats = &part.frozen.seats;
    let asset = power_asset(&facts.parameters)?;
    let medians = performance(part.rules, seats).map_err(AnswerError::damage)?;
    let votes = votes(part);
    let vote = |(voter, weight, power): &(u16, u32, u128)| {
        json!({
            "seat": voter.to_string(),
            "account": account(facts, part.frozen, *voter),
            "weight": weight.to_string(),
            "power": amount_json(Amount::new(*power), asset),
        })
    };
    Ok(json!({
        "seat": part.seat.to_string(),
        "unit": FULL.to_string(),
        "median": medians.get(usize::from(part.seat)).copied().unwrap_or(0).to_string(),
        "votes": votes.iter().map(vote).collect::<Vec<Value>>(),
    }))
}

fn miner_json(facts: &Facts, part: &Part, miner: &MinerTrace, unit: u64) -> Value {
    let vote = |vote: &Vote| {
        json!({
            "seat": vote.validator.to_string(),
            "account": account(facts, part.frozen, vote.validator),
            "power_with_a_say": vote.active_stake.to_string(),
            "set": vote.set.to_string(),
            "weight": vote.weight.to_string(),
            "within_consensus": vote.within.to_string(),
            "rank": vote.rank.to_string(),
            "no_say": vote.silence.map(silence_words),
            "ignored": vote.ignored.map(ignored_words),
        })
    };
    json!({
        "seat": part.seat.to_string(),
        "unit": unit.to_string(),
        "consensus": miner.consensus.to_string(),
        "support": miner.support.to_string(),
        "rank": miner.rank.to_string(),
        "all_ranks": miner.all_ranks.to_string(),
        "incentive": miner.incentive.to_string(),
        "votes": miner.votes.iter().map(vote).collect::<Vec<Value>>(),
    })
}

fn validator_json(
    facts: &Facts,
    part: &Part,
    validator: &ValidatorTrace,
    unit: u64,
) -> Result<Value, AnswerError> {
    let asset = power_asset(&facts.parameters)?;
    let bond = |line: &BondLine| {
        json!({
            "seat": line.miner.to_string(),
            "account": account(facts, part.frozen, line.miner),
            "before": line.before.to_string(),
            "bond": line.bond.to_string(),
            "part": line.part.to_string(),
            "incentive": line.incentive.to_string(),
            "earned": line.earned.to_string(),
        })
    };
    let lent = part.frozen.lent.iter().filter(|lent| lent.seat == part.seat);
    let lent = lent
        .map(|lent| json!({ "of": lender(facts, lent), "power": amount_json(lent.power, asset) }));
    let take = part.frozen.take.get(usize::from(part.seat)).copied().unwrap_or_default();
    Ok(json!({
        "seat": part.seat.to_string(),
        "unit": unit.to_string(),
        "power": validator.stake.to_string(),
        "power_with_a_say": validator.active_stake.to_string(),
        "no_say": validator.silence.map(silence_words),
        "trust": validator.trust.to_string(),
        "bonds": validator.lines.iter().map(bond).collect::<Vec<Value>>(),
        "earned": validator.earned.to_string(),
        "dividends": validator.dividends.to_string(),
        "permit": validator.permit,
        "lent_to_it": lent.collect::<Vec<Value>>(),
        "take": take.to_string(),
    }))
}
