//! What a settlement made of a contribution: its worth, what the bucket paid then and later.

use std::collections::BTreeMap;

use workmint_amounts::{Amount, ArithmeticError, Ratio};
use workmint_core::explain::{RatedContribution, explain};
use workmint_core::modules::contributions::{ContributionKey, Event as Contribution};
use workmint_core::modules::parameters::{Backpay, Buckets, Parameters, RateScore, Score};
use workmint_core::modules::rewards::{BucketLine, Event as Rewards, UnpaidReason};
use workmint_core::modules::settlement::{self, Header};
use workmint_core::offline::settle_inputs;
use workmint_core::time::DAY_MS;
use workmint_core::{Event, Hash};

use super::Step;
use super::gather::Happened;
use crate::error::AnswerError;
use crate::network::Network;

/// What became of a final contribution. Amounts are base units.
#[derive(Clone, Debug)]
pub struct Settled {
    /// The epoch it was settled with.
    pub epoch: u64,
    /// The rule it was paid by.
    pub rate: RateScore,
    /// The rules of the network's buckets.
    pub buckets: Buckets,
    /// What was settled.
    pub quantity: u64,
    /// The multipliers found, 10^-6.
    pub found: (u32, u32),
    /// What an improvement was measured against, 10^-9.
    pub recorded_loss: Option<u64>,
    /// What it is worth.
    pub worth: Amount,
    /// What the bucket did in that epoch.
    pub line: BucketLine,
    /// The emission that all streams shared.
    pub emission: Amount,
    /// The contributor's part.
    pub recipient: Recipient,
    /// What happened later to what was owed, oldest first.
    pub later: Vec<Later>,
    /// Owed now, before decay.
    pub owed: Amount,
    /// Root of the epoch's settlement tree.
    pub root: Hash,
}

/// The contributor's part of a stream in the epoch: buckets pay recipients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Contributions that became final.
    pub contributions: u64,
    /// What they are worth.
    pub worth: Amount,
    /// What was paid of that at once.
    pub paid: Amount,
    /// The block that paid the epoch's claim.
    pub claimed: Option<u64>,
}

/// What one close did with what was owed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Later {
    /// The epoch that closed.
    pub epoch: u64,
    /// The closing block.
    pub height: u64,
    /// Age of what was owed, milliseconds.
    pub age_ms: u64,
    /// What a unit owed was worth; `None`: nothing was kept.
    pub factor: Option<Ratio>,
    /// Owed from then on.
    pub arose: Amount,
    /// Paid of it.
    pub paid: Amount,
    /// Owed no longer and not paid, with the reason.
    pub closed: Vec<(Amount, UnpaidReason)>,
}

/// `None` as long as it is not settled.
pub(super) fn gather(
    network: &impl Network,
    key: &ContributionKey,
    steps: &[Step],
    events: &[Happened],
) -> Result<Option<Settled>, AnswerError> {
    let last = steps.iter().find_map(|step| match &step.event {
        Contribution::Settled { stream, epoch, recorded_loss, .. } => {
            Some((stream, *epoch, *recorded_loss))
        }
        _ => None,
    });
    let Some((stream, epoch, recorded_loss)) = last else {
        return Ok(None);
    };
    let stored = network.epoch_inputs(epoch)?;
    let parameters = stored.parameters;
    let settlement =
        settle_inputs(&parameters, stored.inputs, true).map_err(AnswerError::damage)?;
    let at = parameters.streams.iter().position(|of| of.name == *stream);
    let (at, rate) = at
        .and_then(|at| match &parameters.streams.get(at)?.score {
            Score::Rate(rate) => Some((at, rate.clone())),
            _ => None,
        })
        .ok_or_else(|| AnswerError::damage("the stream of a settled contribution pays no rate"))?;
    let plan = settlement.plan.streams.get(at).and_then(|planned| planned.bucket.as_deref());
    let plan = plan.ok_or_else(|| AnswerError::damage("a settled contribution has no bucket"))?;
    let missing = || AnswerError::damage("the frozen inputs do not have the contribution");
    let told = explain(&parameters, &settlement.inputs, &settlement.plan, &key.contributor);
    let told = told.map_err(AnswerError::damage)?.ok_or_else(missing)?;
    let step = told.streams.get(at).and_then(|step| step.rate.as_ref()).ok_or_else(missing)?;
    let named = |one: &&RatedContribution| (one.epoch, one.id) == (key.epoch, key.id);
    let found = step.contributions.iter().find(named).ok_or_else(missing)?;
    let later = later(network, (key, stream.as_str(), epoch), events)?;
    let owed = still_owed(epoch, &later).map_err(AnswerError::damage)?;
    Ok(Some(Settled {
        epoch,
        rate: *rate,
        buckets: parameters.buckets.ok_or_else(|| AnswerError::damage("there are no buckets"))?,
        quantity: found.quantity,
        found: (found.first, found.second),
        recorded_loss,
        worth: found.worth,
        line: plan.line,
        emission: settlement.plan.emission.budget,
        recipient: Recipient {
            contributions: step.contributions.len() as u64,
            worth: step.worth,
            paid: step.paid_now,
            claimed: claimed(events, epoch, key),
        },
        later,
        owed,
        root: settlement.record.header.root,
    }))
}

/// What arose, less what was paid and closed later. What was closed when it arose was never owed,
/// unless the stream ended in that very close.
fn still_owed(epoch: u64, later: &[Later]) -> Result<Amount, ArithmeticError> {
    let mut owed = Amount::ZERO;
    for one in later {
        owed = owed.checked_add(one.arose)?.checked_sub(one.paid)?;
        for (amount, reason) in &one.closed {
            if one.epoch != epoch || *reason == UnpaidReason::StreamEnded {
                owed = owed.checked_sub(*amount)?;
            }
        }
    }
    Ok(owed)
}

/// The block in which the account's claim of an epoch was paid.
fn claimed(events: &[Happened], of: u64, key: &ContributionKey) -> Option<u64> {
    events.iter().find_map(|(height, event)| match event {
        Event::Settlement(settlement::Event::Claimed { epoch, account, .. })
            if (*epoch, account) == (of, &key.contributor) =>
        {
            Some(*height)
        }
        _ => None,
    })
}

/// What happened to what a stream owes the contributor for an epoch, close by close.
fn later(
    network: &impl Network,
    (key, stream, epoch): (&ContributionKey, &str, u64),
    events: &[Happened],
) -> Result<Vec<Later>, AnswerError> {
    let mut all: BTreeMap<u64, Later> = BTreeMap::new();
    let closes: BTreeMap<u64, Close> = network.read(|state| {
        let headers = state.settlement.headers(epoch..);
        headers.map(|header| (header.height, Close::of(header))).collect()
    });
    let since = closes.values().next().map_or(0, |header| header.time_ms);
    let mut backpay = Versions { network, known: None };
    let mine = |of: &str, owed_for: u64, account| {
        (of, owed_for, account) == (stream, epoch, &key.contributor)
    };
    for (height, event) in events {
        let Event::Rewards(event) = event else { continue };
        let (of, owed_for, account) = match event {
            Rewards::BackpayPaid { stream, owed_for, account, .. }
            | Rewards::BackpayArose { stream, owed_for, account, .. }
            | Rewards::BackpayClosed { stream, owed_for, account, .. } => {
                (stream.as_str(), *owed_for, account)
            }
            _ => continue,
        };
        let Some(header) = closes.get(height).filter(|_| mine(of, owed_for, account)) else {
            continue;
        };
        let age_ms = header.time_ms.saturating_sub(since);
        let factor = backpay.factor(header.epoch, header.parameters_version, age_ms)?;
        let one = all.entry(header.epoch).or_insert(Later {
            epoch: header.epoch,
            height: *height,
            age_ms,
            factor,
            arose: Amount::ZERO,
            paid: Amount::ZERO,
            closed: Vec::new(),
        });
        match event {
            Rewards::BackpayPaid { amount, .. } => one.paid = *amount,
            Rewards::BackpayArose { amount, .. } => one.arose = *amount,
            Rewards::BackpayClosed { amount, reason, .. } => one.closed.push((*amount, *reason)),
            _ => {}
        }
    }
    Ok(all.into_values().collect())
}

/// What of a close backpay depends on.
#[derive(Clone, Copy)]
struct Close {
    epoch: u64,
    time_ms: u64,
    parameters_version: u64,
}

impl Close {
    fn of(header: &Header) -> Self {
        let Header { epoch, time_ms, parameters_version, .. } = *header;
        Self { epoch, time_ms, parameters_version }
    }
}

/// The rules of backpay that an epoch ran under; those of one version are read once.
struct Versions<'a, N> {
    network: &'a N,
    known: Option<(u64, Option<Backpay>)>,
}

impl<N: Network> Versions<'_, N> {
    /// What a unit owed was worth at this age.
    fn factor(
        &mut self,
        epoch: u64,
        version: u64,
        age_ms: u64,
    ) -> Result<Option<Ratio>, AnswerError> {
        if self.known.as_ref().is_none_or(|(known, _)| *known != version) {
            let stored: Parameters = self.network.epoch_inputs(epoch)?.parameters;
            let backpay = stored.buckets.and_then(|buckets| buckets.backpay);
            self.known = Some((version, backpay));
        }
        let rules = self.known.as_ref().and_then(|(_, rules)| rules.as_ref());
        let days =
            Ratio::new(u128::from(age_ms), u128::from(DAY_MS)).map_err(AnswerError::damage)?;
        Ok(rules.filter(|rules| age_ms <= rules.max_age_ms).map(|rules| rules.decay.at(days)))
    }
}
