//! Proposing and voting.

use super::close::staked;
use super::{
    Ballot, Error, Event, GovernanceState, Kind, Proposal, Propose, Stage, UPGRADE_NOTICE, Vote,
};
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
    // A place of its own for each kind: nobody keeps upgrades out with proposals to spend.
    let kind = std::mem::discriminant(&message.kind);
    let same = |proposal: &Proposal| std::mem::discriminant(proposal.kind.as_ref()) == kind;
    let open = state.governance.proposals().filter(|(_, proposal)| same(proposal)).count();
    let limit = rules.max_open;
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
            check_upgrade(&state.governance, context.now.height, *version, *height)
        }
    }
}

/// The next version, and far enough ahead of the block at `now`. What this software knows is no
/// part of it: all binaries must decide alike.
fn check_upgrade(
    state: &GovernanceState,
    now: u64,
    version: u32,
    height: u64,
) -> Result<(), AnyError> {
    let least = now.checked_add(UPGRADE_NOTICE).ok_or(OVERFLOW)?;
    if height < least {
        return Err(Error::TooSoon { height, least }.into());
    }
    let present = state.version_at(now);
    if present.checked_add(1) != Some(version) {
        return Err(Error::NotNextVersion { version, present }.into());
    }
    Ok(())
}

/// Counts the sender's ballot with its power at the close that opened the vote, less what left its
/// stake since. What it still stakes cannot be withdrawn until the proposal has ended.
pub fn apply_vote(state: &mut State, context: &Context, message: &Vote) -> Result<(), AnyError> {
    let (number, voter) = (message.proposal, context.sender);
    let found = state.governance.proposal(number).map(|proposal| proposal.stage);
    let (snapshot, ends) = match found.ok_or(Error::UnknownProposal { proposal: number })? {
        Stage::Waiting => return Err(Error::VoteNotOpen {}.into()),
        Stage::Passed { .. } => return Err(Error::VoteCounted {}.into()),
        Stage::Voting { snapshot, ends, .. } => (snapshot, ends),
    };
    let account = state.ledger.address(voter);
    if ends.is_over(&context.now) {
        return Err(Error::VoteOver { ends }.into());
    }
    if state.governance.ballot(number, voter).is_some() {
        return Err(Error::AlreadyVoted { account }.into());
    }
    let rules = context.parameters.governance.as_ref().ok_or(Error::NoGovernance {})?;
    let active = staked(state, rules, voter)?;
    let power = state.governance.snapshot(snapshot).map_or(0, |powers| powers.of(voter, active));
    if power == 0 {
        return Err(Error::NoPower { account }.into());
    }
    let choice = message.choice;
    let tally = state.governance.tally(number).unwrap_or_default().add(choice, power)?;
    state.governance.tallies.put(number, tally);
    state.governance.ballots.put((number, voter), Ballot { choice, power });
    stake::bind(state, voter)?;
    state.emit(Event::Voted { proposal: number, account, choice, power });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(state: &GovernanceState, version: u32, height: u64) -> Option<u16> {
        check_upgrade(state, 7_000, version, height).err().map(|error| error.code())
    }

    /// Versions far above what this binary knows: the rule looks at the state only.
    #[test]
    fn an_upgrade_is_the_next_version_of_the_state() {
        let mut state = GovernanceState::default();
        assert_eq!(code(&state, 2, 8_000), None);
        for version in [0, 1, 3, u32::MAX] {
            assert_eq!(code(&state, version, 8_000), Some(1807), "{version}");
        }
        state.decide_upgrade(0, 6_000, 41);
        assert_eq!((code(&state, 42, 8_000), code(&state, 41, 8_000)), (None, Some(1807)));
        assert_eq!((code(&state, 2, 8_000), code(&state, 43, 8_000)), (Some(1807), Some(1807)));
        // 42 is decided for later: another height for it, and never 43 before it is reached.
        state.decide_upgrade(7_000, 9_000, 42);
        assert_eq!((code(&state, 42, 8_000), code(&state, 43, 20_000)), (None, Some(1807)));
        state.decide_upgrade(6_500, 6_999, u32::MAX);
        assert_eq!(code(&state, u32::MAX, 8_000), Some(1807), "no version follows the last");
    }

    #[test]
    fn an_upgrade_is_announced_a_thousand_blocks_ahead() {
        let state = GovernanceState::default();
        assert_eq!((code(&state, 2, 7_999), code(&state, 2, 8_000)), (Some(1806), None));
        assert_eq!(code(&state, 2, 7_000), Some(1806));
    }
}
