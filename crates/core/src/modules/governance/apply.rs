//! Proposing and voting.

use super::{Error, Event, Kind, Proposal, Propose, SOFTWARE_VERSION, Stage, Vote};
use crate::address::Address;
use crate::error::{Error as AnyError, OVERFLOW};
use crate::modules::ledger::{self, LockKind, Pot};
use crate::modules::parameters::{self, Governance, ProposalRules};
use crate::modules::stake;
use crate::state::{Context, State};
use std::sync::Arc;

/// Opens a proposal of the sender. What could never be carried out is refused here; all of it is
/// checked again when it is.
pub fn apply_propose(
    state: &mut State,
    context: &Context,
    message: &Propose,
) -> Result<(), AnyError> {
    let rules = context.parameters.governance.as_ref().ok_or(Error::NoGovernance {})?;
    let (limit, open) = (rules.max_open, state.governance.proposals.len());
    if usize::try_from(limit).is_ok_and(|limit| open >= limit) {
        return Err(Error::TooManyProposals { limit }.into());
    }
    check_kind(state, context, &message.kind)?;
    let (proposer, asset, deposit) = (context.sender, rules.asset, rules.deposit);
    state.ledger.lock(proposer, asset, LockKind::Proposal, deposit)?;
    let number = *state.governance.next.get();
    state.governance.next.set(number.checked_add(1).ok_or(OVERFLOW)?);
    let proposal = Proposal {
        proposer,
        kind: Arc::new(message.kind.clone()),
        asset,
        deposit,
        rules: rules_of(rules, &message.kind),
        timelock: rules.timelock,
        stage: Stage::Waiting,
    };
    state.governance.proposals.put(number, proposal);
    let account = state.ledger.address(proposer);
    state.emit(Event::Proposed { proposal: number, account, asset, deposit });
    Ok(())
}

fn rules_of(rules: &Governance, kind: &Kind) -> ProposalRules {
    match kind {
        Kind::Parameters { .. } => rules.parameters,
        Kind::Spend { .. } => rules.treasury,
        Kind::Upgrade { .. } => rules.upgrade,
    }
}

/// Whether a proposal could be carried out now.
pub(super) fn check_kind(state: &State, context: &Context, kind: &Kind) -> Result<(), AnyError> {
    match kind {
        Kind::Parameters { base, parameters } => {
            let active = state.parameters.active().map_or(0, |active| active.version);
            if *base != active {
                return Err(Error::OtherVersion { base: *base, active }.into());
            }
            let most = state.registry.quorums();
            parameters::check_change(&context.parameters, parameters, most).map_err(AnyError::from)
        }
        Kind::Spend { to, asset, amount } => {
            if amount.is_zero() {
                return Err(Error::ZeroAmount {}.into());
            }
            if *to == Address::ZERO {
                return Err(ledger::Error::NullRecipient {}.into());
            }
            let held = state.ledger.pot(*asset, &Pot::Treasury);
            if held < *amount {
                return Err(Error::AboveTreasury { asset: *asset, asked: *amount, held }.into());
            }
            Ok(())
        }
        Kind::Upgrade { version, height } => {
            let now = context.now.height;
            if *height <= now {
                return Err(Error::HeightNotInFuture { height: *height, now }.into());
            }
            let least = state.governance.needed_version(*height).max(SOFTWARE_VERSION);
            if *version <= least {
                return Err(Error::VersionNotNew { version: *version, least }.into());
            }
            Ok(())
        }
    }
}

/// Counts the sender's ballot with its power at the close that opened the vote. Its stake cannot be
/// withdrawn until the proposal has ended.
pub fn apply_vote(state: &mut State, context: &Context, message: &Vote) -> Result<(), AnyError> {
    let (number, voter) = (message.proposal, context.sender);
    let found = state.governance.proposal(number).cloned();
    let mut proposal = found.ok_or(Error::UnknownProposal { proposal: number })?;
    let (snapshot, total, ends, tally) = match proposal.stage {
        Stage::Waiting => return Err(Error::VoteNotOpen {}.into()),
        Stage::Passed { .. } => return Err(Error::VoteCounted {}.into()),
        Stage::Voting { snapshot, total, ends, tally } => (snapshot, total, ends, tally),
    };
    let account = state.ledger.address(voter);
    if ends.is_over(&context.now) {
        return Err(Error::VoteOver { ends }.into());
    }
    if state.governance.ballot(number, voter).is_some() {
        return Err(Error::AlreadyVoted { account }.into());
    }
    let power = state.governance.snapshot(snapshot).map_or(0, |powers| powers.of(voter));
    if power == 0 {
        return Err(Error::NoPower { account }.into());
    }
    let tally = tally.add(message.choice, power)?;
    proposal.stage = Stage::Voting { snapshot, total, ends, tally };
    state.governance.proposals.put(number, proposal);
    state.governance.ballots.put((number, voter), message.choice);
    stake::bind(state, voter)?;
    state.emit(Event::Voted { proposal: number, account, choice: message.choice, power });
    Ok(())
}
