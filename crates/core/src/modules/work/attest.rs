//! Attesting reports.

use super::confirm::attest_reading;
use super::{Attest, Error, Event, MissKey, ReportId, ReportKey, ReportRef};
use crate::address::Address;
use crate::charge::Charge;
use crate::error::{Error as AnyError, OVERFLOW};
use crate::hash::Hash;
use crate::merkle;
use crate::modules::ledger::AccountHandle;
use crate::modules::registry::Role;
use crate::state::{Context, State};
use std::collections::BTreeSet;
use std::fmt;
use workmint_amounts::{ArithmeticError, Ratio};

/// A summary that just found its quorum: the caller reserves what it costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptedSummary {
    /// The summary.
    pub id: ReportId,
    /// What its customers will pay.
    pub charges: Vec<Charge>,
}

/// A reading of a weight that just found its quorum: the caller applies it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AcceptedReading {
    /// Whose weight.
    pub participant: AccountHandle,
    /// Weight measured.
    pub measured: u64,
    /// Weight of nodes excused because they were serving.
    pub preserved: u64,
}

/// What a batch of attestations completed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accepted {
    /// Summaries.
    pub summaries: Vec<AcceptedSummary>,
    /// Readings of weights.
    pub readings: Vec<AcceptedReading>,
}

/// The weights of the open epoch, and how reporters are counted by them.
pub struct Electorate<'a> {
    /// The share of weight that is a quorum; `None`: heads are counted.
    share: Option<Ratio>,
    /// The reporters, where weight counts.
    reporters: Vec<Voter>,
    /// Effective weight of everybody in the open epoch.
    pub(super) total: u128,
    /// Effective weight of an account.
    pub(super) weight_of: &'a dyn Fn(&Address) -> u64,
}

/// A reporter: its weight, and who must not be among those that a report is about.
struct Voter {
    account: AccountHandle,
    weight: u64,
    names: [Address; 3],
}

impl<'a> Electorate<'a> {
    /// By weight where the network says so.
    #[must_use]
    pub fn new(
        state: &State,
        context: &Context,
        total: u128,
        weight_of: &'a dyn Fn(&Address) -> u64,
    ) -> Self {
        let share = context.parameters.work.quorum_weight;
        let voter = |account| Voter {
            account,
            weight: weight_of(&state.ledger.address(account)),
            names: state.registry.names(&state.ledger, account),
        };
        let reporters = share.map(|_| state.registry.holders(Role::Reporter).map(voter).collect());
        Self { share, reporters: reporters.unwrap_or_default(), total, weight_of }
    }

    /// Whether these reporters are enough for a report. By weight, those it is about and reporters
    /// related to them are left out of all weight. If the reporters left cannot reach the share of
    /// what is left, `quorum` of them are enough if they have more than half of the weight that
    /// all of them have: or else reports would find no quorum for want of weight, or by the heads
    /// of a minority. While none of them has a weight heads alone count.
    pub(super) fn has_quorum(
        &self,
        state: &State,
        context: &Context,
        attested_by: &[AccountHandle],
        about: About<'_>,
    ) -> Result<bool, AnyError> {
        let quorum = usize::try_from(context.parameters.work.quorum).unwrap_or(usize::MAX);
        let Some(share) = self.share else {
            return Ok(attested_by.len() >= quorum);
        };
        let left = self.left(state, attested_by, about)?;
        if passes_vote(left.reporters, left.total, share) {
            return Ok(passes_vote(left.votes, left.total, share));
        }
        let others = left.reporters.checked_sub(left.votes).ok_or(ArithmeticError::Underflow)?;
        let majority = left.reporters == 0 || left.votes > others;
        Ok(attested_by.len() >= quorum && majority)
    }

    /// Weights without whom a report is about and reporters related to them.
    fn left(
        &self,
        state: &State,
        attested_by: &[AccountHandle],
        about: About<'_>,
    ) -> Result<Left, AnyError> {
        let less = |total: u128, weight: u64| {
            total.checked_sub(u128::from(weight)).ok_or(ArithmeticError::Underflow)
        };
        let mut names = BTreeSet::new();
        let mut left = Left { votes: 0, reporters: 0, total: self.total };
        let parties: BTreeSet<AccountHandle> =
            about.1.iter().map(|charge| charge.customer).chain([about.0]).collect();
        for party in &parties {
            names.extend(state.registry.confirmed_names(&state.ledger, *party));
            left.total = less(left.total, (self.weight_of)(&state.ledger.address(*party)))?;
        }
        for voter in self.reporters.iter().filter(|voter| !parties.contains(&voter.account)) {
            if voter.names.iter().any(|name| names.contains(name)) {
                left.total = less(left.total, voter.weight)?;
                continue;
            }
            let weight = u128::from(voter.weight);
            left.reporters = left.reporters.checked_add(weight).ok_or(OVERFLOW)?;
            if attested_by.contains(&voter.account) {
                left.votes = left.votes.checked_add(weight).ok_or(OVERFLOW)?;
            }
        }
        Ok(left)
    }
}

/// Whom a report is about: its provider, and the customers of a summary.
type About<'a> = (AccountHandle, &'a [Charge]);

/// What counts for a report.
struct Left {
    /// Weight of those that attested it.
    votes: u128,
    /// Weight of all reporters that may.
    reporters: u128,
    /// Weight of all.
    total: u128,
}

impl fmt::Debug for Electorate<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Electorate");
        shown.field("share", &self.share).field("total", &self.total).finish_non_exhaustive()
    }
}

/// Whether votes of this weight are more than `share` of the total, exactly
/// (passesValidationVoteThreshold of Gonka). A share or total of 0 passes nothing.
#[must_use]
pub fn passes_vote(votes: u128, total: u128, share: Ratio) -> bool {
    let cast = Ratio::new(votes, total);
    !share.is_zero() && cast.is_ok_and(|cast| cast > share)
}

/// Reports one message may attest.
const MAX_BATCH: usize = 4_096;
/// Customers that the reports of one message may list together: bounds its work.
const MAX_CUSTOMERS: usize = 65_536;

/// Adds a reporter's word to a batch of reports; a report with a quorum is accepted.
pub fn apply_attest(
    state: &mut State,
    context: &Context,
    message: &Attest,
    electorate: &Electorate<'_>,
) -> Result<Accepted, AnyError> {
    if !state.registry.has_role(context.sender, Role::Reporter) {
        return Err(Error::NotReporter {}.into());
    }
    let reports = &message.reports;
    if reports.is_empty() || reports.len() > MAX_BATCH || !reports.is_sorted_by(|a, b| a < b) {
        let rule = "a batch has 1 to 4,096 reports, strictly ascending";
        return Err(Error::BadList { rule }.into());
    }
    if customers_of(state, reports)? > MAX_CUSTOMERS {
        let rule = "the summaries of a batch list at most 65,536 customers together";
        return Err(Error::BadList { rule }.into());
    }
    let mut leaves = Vec::with_capacity(reports.len());
    let mut accepted = Accepted::default();
    for report in reports {
        let content = match report {
            ReportRef::Summary(key) => {
                attest_summary(state, context, key, electorate, &mut accepted.summaries)?
            }
            ReportRef::Proof(key) => attest_proof(state, context, key, electorate)?,
            ReportRef::Misses(key) => attest_misses(state, context, key, electorate)?,
            ReportRef::Confirmation(key) => {
                attest_reading(state, context, key, electorate, &mut accepted.readings)?
            }
        };
        leaves.push(merkle::leaf(&content.0));
    }
    if merkle::root(leaves) != message.root {
        return Err(Error::RootMismatch {}.into());
    }
    Ok(accepted)
}

fn customers_of(state: &State, reports: &[ReportRef]) -> Result<usize, AnyError> {
    let mut sum = 0_usize;
    for report in reports {
        if let ReportRef::Summary(key) = report {
            let receipt = state.work.receipts.get(&state.report_id(key)?);
            let customers = receipt.map_or(0, |receipt| receipt.charges.len());
            sum = sum.checked_add(customers).ok_or(OVERFLOW)?;
        }
    }
    Ok(sum)
}

impl State {
    /// The id of a report in the state.
    pub fn report_id(&self, key: &ReportKey) -> Result<ReportId, AnyError> {
        let ReportKey { epoch, participant, node, model } = *key;
        let unknown = Error::UnknownReport { participant };
        let participant = self.ledger.handle(&participant).ok_or(unknown)?;
        Ok(ReportId { epoch, participant, node, model })
    }

    /// The key under which people name a report.
    #[must_use]
    pub fn report_key(&self, id: &ReportId) -> ReportKey {
        let ReportId { epoch, participant, node, model } = *id;
        ReportKey { epoch, participant: self.ledger.address(participant), node, model }
    }

    /// The error if the sender may not judge `other`'s work.
    pub(crate) fn require_unrelated(
        &self,
        sender: AccountHandle,
        other: AccountHandle,
    ) -> Result<(), AnyError> {
        if self.registry.related(&self.ledger, sender, other) {
            return Err(Error::ConflictOfInterest { with: self.ledger.address(other) }.into());
        }
        Ok(())
    }
}

/// Adds the sender to the list; `true` when there is a quorum by today's parameters.
pub(super) fn add(
    state: &State,
    context: &Context,
    electorate: &Electorate<'_>,
    attested_by: &mut Vec<AccountHandle>,
    about: About<'_>,
) -> Result<bool, AnyError> {
    if attested_by.contains(&context.sender) {
        return Err(Error::AlreadyAttested {}.into());
    }
    attested_by.push(context.sender);
    electorate.has_quorum(state, context, attested_by, about)
}

fn attest_summary(
    state: &mut State,
    context: &Context,
    key: &ReportKey,
    electorate: &Electorate<'_>,
    accepted: &mut Vec<AcceptedSummary>,
) -> Result<Hash, AnyError> {
    let id = state.report_id(key)?;
    let mut receipt = state
        .work
        .receipts
        .get(&id)
        .cloned()
        .ok_or(Error::UnknownReport { participant: key.participant })?;
    state.require_unrelated(context.sender, id.participant)?;
    for charge in &receipt.charges {
        state.require_unrelated(context.sender, charge.customer)?;
    }
    if add(
        state,
        context,
        electorate,
        &mut receipt.attested_by,
        (id.participant, &receipt.charges),
    )? && receipt.window_ends.is_none()
    {
        let window = context.parameters.work.challenge_window;
        receipt.window_ends = Some(window.after(&context.now)?);
        accepted.push(AcceptedSummary { id, charges: receipt.charges.clone() });
        let report = ReportRef::Summary(*key);
        state.emit(Event::Accepted { account: key.participant, report });
    }
    let content = receipt.content;
    state.work.receipts.put(id, receipt);
    Ok(content)
}

fn attest_proof(
    state: &mut State,
    context: &Context,
    key: &ReportKey,
    electorate: &Electorate<'_>,
) -> Result<Hash, AnyError> {
    let id = state.report_id(key)?;
    let mut proof = state
        .work
        .proofs
        .get(&id)
        .cloned()
        .ok_or(Error::UnknownReport { participant: key.participant })?;
    state.require_unrelated(context.sender, id.participant)?;
    if add(state, context, electorate, &mut proof.attested_by, (id.participant, &[]))?
        && !proof.accepted
    {
        proof.accepted = true;
        let report = ReportRef::Proof(*key);
        state.emit(Event::Accepted { account: key.participant, report });
    }
    let content = proof.content;
    state.work.proofs.put(id, proof);
    Ok(content)
}

fn attest_misses(
    state: &mut State,
    context: &Context,
    key: &MissKey,
    electorate: &Electorate<'_>,
) -> Result<Hash, AnyError> {
    let unknown = Error::UnknownReport { participant: key.participant };
    let participant = state.ledger.handle(&key.participant).ok_or(unknown.clone())?;
    let reporter = state.ledger.handle(&key.reporter).ok_or(unknown.clone())?;
    let id = (key.epoch, participant, reporter);
    let mut report = state.work.misses.get(&id).cloned().ok_or(unknown)?;
    state.require_unrelated(context.sender, participant)?;
    if add(state, context, electorate, &mut report.attested_by, (participant, &[]))?
        && report.counts_after.is_none()
    {
        let window = context.parameters.work.challenge_window;
        report.counts_after = Some(window.after(&context.now)?);
        let report = ReportRef::Misses(*key);
        state.emit(Event::Accepted { account: key.participant, report });
    }
    let content = report.content;
    state.work.misses.put(id, report);
    Ok(content)
}
