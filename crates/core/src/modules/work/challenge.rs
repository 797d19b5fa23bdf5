//! Challenging and judging.

use super::standing::Invalidation;
use super::{Bond, Challenge, Error, Event, Judge, OpenChallenge, ReportId, standing};
use crate::charge::Charge;
use crate::error::Error as AnyError;
use crate::modules::collateral::Offender;
use crate::modules::ledger::{AccountHandle, LockKind};
use crate::modules::registry::Role;
use crate::modules::slashing::{self, OffenceKind};
use crate::state::{Context, State};

/// What the caller must do when a provider lost a challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostChallenge {
    /// The provider.
    pub participant: AccountHandle,
    /// Epoch of the refuted summary.
    pub epoch: u64,
    /// Whether it is punished, or was for other work of the open epoch: then unclaimed and unvested
    /// rewards of that epoch are forfeited.
    pub punished: bool,
    /// Reserved money that returns to the customers.
    pub refunds: Vec<Charge>,
}

/// Challenges an accepted summary within its window; the first challenge wins.
pub fn apply_challenge(
    state: &mut State,
    context: &Context,
    message: &Challenge,
) -> Result<(), AnyError> {
    let id = state.report_id(&message.summary)?;
    let unknown = Error::UnknownReport { participant: message.summary.participant };
    let receipt = state.work.receipts.get(&id).ok_or(unknown)?;
    let open = receipt.window_ends.is_some_and(|ends| !ends.is_over(&context.now));
    if !open || state.work.challenges.contains(&id) {
        return Err(Error::NotChallengeable {}.into());
    }
    let rules = &context.parameters.work;
    let minimum =
        rules.challenge_bond_ratio.apply_ceil(receipt.value)?.max(rules.challenge_bond_minimum);
    if context.sender == id.participant {
        return Err(Error::ConflictOfInterest { with: message.summary.participant }.into());
    }
    if message.bond < minimum {
        return Err(Error::BondTooSmall { minimum }.into());
    }
    let asset = context.parameters.market.asset;
    let bond = Bond { asset, kind: LockKind::Bond, amount: message.bond };
    let deadline = rules.decision_window.after(&context.now)?;
    let challenge = OpenChallenge::open(state, context.sender, bond, (message.evidence, deadline))?;
    state.work.challenges.put(id, challenge);
    let challenger = state.ledger.address(context.sender);
    state.emit(Event::Challenged { summary: message.summary, challenger, bond: message.bond });
    Ok(())
}

/// Counts a judge's vote. The side that first has more than half of all judges wins, in this block:
/// a losing provider is slashed (where the status test judges conduct, if that makes it invalid)
/// and its summary withdrawn, a losing challenger pays its bond. `weight` is the provider's
/// effective weight, the larger one of the summary's epoch and the open one.
pub fn apply_judge(
    state: &mut State,
    context: &Context,
    message: &Judge,
    weight: u64,
) -> Result<Option<LostChallenge>, AnyError> {
    if !state.registry.has_role(context.sender, Role::Judge) {
        return Err(Error::NotJudge {}.into());
    }
    let id = state.report_id(&message.summary)?;
    let mut challenge = state.work.challenges.get(&id).cloned().ok_or(Error::NotChallenged {})?;
    if challenge.deadline.is_over(&context.now) {
        return Err(Error::DecisionOver { deadline: challenge.deadline }.into());
    }
    state.require_unrelated(context.sender, id.participant)?;
    state.require_unrelated(context.sender, challenge.challenger)?;
    let customers = state.work.receipts.get(&id).map_or(&[][..], |receipt| &receipt.charges);
    for charge in customers {
        state.require_unrelated(context.sender, charge.customer)?;
    }
    let decided = challenge.vote(state, context.sender, message.refuted);
    if !decided.ok_or(Error::AlreadyJudged {})? {
        state.work.challenges.put(id, challenge);
        return Ok(None);
    }
    state.work.challenges.remove(&id);
    if message.refuted {
        refute(state, context, id, (&challenge, weight)).map(Some)
    } else {
        uphold(state, context, id, &challenge).map(|()| None)
    }
}

fn refute(
    state: &mut State,
    context: &Context,
    id: ReportId,
    (challenge, weight): (&OpenChallenge, u64),
) -> Result<LostChallenge, AnyError> {
    challenge.return_bond(state, context.parameters.market.asset, LockKind::Bond)?;
    let offender = Offender { account: id.participant, weight };
    let punished = punish_invalid(state, context, offender, Some(challenge.challenger))?;
    let refunds = super::withdraw(state, id);
    let challenger = state.ledger.address(challenge.challenger);
    state.emit(Event::Refuted { summary: state.report_key(&id), challenger });
    Ok(LostChallenge { participant: id.participant, epoch: id.epoch, punished, refunds })
}

/// Counts work that judges found invalid, and punishes it: at once, or, where the status test
/// judges conduct, if that makes the provider invalid. Whoever is invalid already is not slashed
/// again in the epoch. Says whether the provider is punished, now or before.
pub(super) fn punish_invalid(
    state: &mut State,
    context: &Context,
    offender: Offender,
    challenger: Option<AccountHandle>,
) -> Result<bool, AnyError> {
    let account = offender.account;
    let found = match standing::rule_of(context)? {
        Some(rule) => standing::count_invalid(state, &rule, account)?,
        None => Invalidation::Found,
    };
    if found == Invalidation::Found {
        let offence = (OffenceKind::InvalidWork, context.parameters.slashing.invalid_work);
        slashing::punish(state, context, offender, offence, challenger)?;
        let mut tally = state.work.tally(account);
        tally.refuted = true;
        state.work.tallies.put(account, tally);
    }
    Ok(found != Invalidation::Spared)
}

/// Half of the bond, rounded down, goes to the provider, the rest is burned.
fn uphold(
    state: &mut State,
    context: &Context,
    id: ReportId,
    challenge: &OpenChallenge,
) -> Result<(), AnyError> {
    let asset = context.parameters.market.asset;
    challenge.lose_bond(state, (asset, LockKind::Bond), id.participant)?;
    super::make_final(state, &id);
    if let Some(rule) = standing::rule_of(context)? {
        standing::count_valid(state, &rule, id.participant)?;
    }
    let challenger = state.ledger.address(challenge.challenger);
    let summary = state.report_key(&id);
    state.emit(Event::Upheld { summary, challenger, bond: challenge.bond });
    Ok(())
}
