//! The events worth telling, in words: what buckets did, what was caught, what was refused.

use super::buckets::Buckets;
use super::cast::Cast;
use super::rated::rated;
use crate::demo::tally::{Tally, Words};
use crate::failure::Failure;
use crate::output::{asset_of, grouped, shown};
use serde_json::Value;
use std::collections::VecDeque;
use workmint_amounts::Amount;
use workmint_core::error::Error;
use workmint_core::modules::contributions::{self, ClosedReason, ContributionKey};
use workmint_core::modules::parameters::{ContributionKind, Parameters};
use workmint_core::modules::rewards;
use workmint_core::names::Name;
use workmint_core::transaction::DecodedTransaction;
use workmint_core::{Applied, Event, Message};

/// What kind of event; the order of the summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Quarantined,
    Large,
    Repeated,
    IdUsed,
    Rejected,
    Refuted,
    Upheld,
    Undecided,
    SelfVerified,
    TooMany,
    DuplicateDataset,
    SameDataset,
    NoImprovement,
    WrongEpoch,
    Unverified,
    StreamEnded,
    Refused,
}

impl Kind {
    /// What happened, for one and for many.
    fn words(self) -> Words {
        match self {
            Self::Quarantined => ("item failed and was put back", "items failed and were put back"),
            Self::Large => (
                "contribution worth more than an epoch's target of its stream",
                "contributions worth more than an epoch's target of their stream",
            ),
            Self::Repeated => (
                "contribution submitted again was answered, not counted twice",
                "contributions submitted again were answered, not counted twice",
            ),
            Self::IdUsed => (
                "id used again for other content, refused",
                "ids used again for other content, refused",
            ),
            Self::Rejected => {
                ("contribution rejected by verifiers", "contributions rejected by verifiers")
            }
            Self::Refuted => (
                "accepted contribution refuted by judges",
                "accepted contributions refuted by judges",
            ),
            Self::Upheld => ("challenge lost", "challenges lost"),
            Self::Undecided => ("challenge not decided in time", "challenges not decided in time"),
            Self::SelfVerified => ("self-verification refused", "self-verifications refused"),
            Self::TooMany => (
                "submission above the rate limit refused",
                "submissions above the rate limit refused",
            ),
            Self::DuplicateDataset => {
                ("dataset claimed twice, refused", "datasets claimed twice, refused")
            }
            Self::SameDataset => {
                ("dataset claimed twice, closed unpaid", "datasets claimed twice, closed unpaid")
            }
            Self::NoImprovement => (
                "improvement that others had achieved, closed unpaid",
                "improvements that others had achieved, closed unpaid",
            ),
            Self::WrongEpoch => ("submission too late, refused", "submissions too late, refused"),
            Self::Unverified => (
                "contribution without enough verdicts closed unpaid",
                "contributions without enough verdicts closed unpaid",
            ),
            Self::StreamEnded => {
                ("contribution to a stream that ended", "contributions to streams that ended")
            }
            Self::Refused => ("transaction refused", "transactions refused"),
        }
    }

    /// The kind of a refusal.
    fn of(error: &Error) -> Self {
        let Error::Contributions(error) = error else {
            return Self::Refused;
        };
        match error {
            contributions::Error::IdUsed { .. } => Self::IdUsed,
            contributions::Error::ConflictOfInterest { .. } => Self::SelfVerified,
            contributions::Error::TooMany { .. } => Self::TooMany,
            contributions::Error::DuplicateDataset { .. } => Self::DuplicateDataset,
            contributions::Error::WrongEpoch { .. } => Self::WrongEpoch,
            _ => Self::Refused,
        }
    }
}

/// How often each kind occurred, the first of each in words, and what the buckets did.
#[derive(Debug, Default)]
pub(super) struct Highlights {
    seen: Tally<Kind>,
    buckets: Buckets,
    /// By block not yet looked through: what each transaction submits.
    sent: VecDeque<Vec<Option<ContributionKey>>>,
}

impl Highlights {
    /// Remembers what the transactions of a block submit: a refused one leaves no event.
    pub(super) fn sent(&mut self, transactions: &[DecodedTransaction]) {
        let keys = transactions.iter().map(|transaction| match &transaction.message {
            Message::SubmitContribution(message) => Some(ContributionKey {
                epoch: message.epoch,
                contributor: transaction.sender,
                id: message.id,
            }),
            _ => None,
        });
        self.sent.push_back(keys.collect());
    }

    /// Looks through a block of `epoch`.
    pub(super) fn add(
        &mut self,
        (cast, parameters): (&Cast, &Parameters),
        epoch: u64,
        applied: &Applied,
    ) -> Result<(), Failure> {
        let teller = Teller { cast, parameters };
        for event in &applied.events {
            match event {
                Event::Contributions(event) => {
                    if let Some((kind, text)) = teller.tell(event)? {
                        self.seen.note(kind, epoch, &text);
                    }
                }
                Event::Rewards(rewards::Event::BucketClosed { stream, line, .. }) => {
                    self.buckets.add(stream.as_str(), epoch, line)?;
                }
                Event::Rewards(rewards::Event::StreamQuarantined { stream, code, .. }) => {
                    let text = format!("stream {stream}, error {code}");
                    self.seen.note(Kind::Quarantined, epoch, &text);
                }
                Event::Quarantined { step, code } => {
                    let text = format!("{step}, error {code}");
                    self.seen.note(Kind::Quarantined, epoch, &text);
                }
                _ => {}
            }
        }
        let sent = self.sent.pop_front().unwrap_or_default();
        for (at, error) in applied
            .results
            .iter()
            .enumerate()
            .filter_map(|(at, result)| Some((at, result.as_ref().err()?)))
        {
            let why = cast.people.named(&error.to_string());
            let key = sent.get(at).copied().flatten().map(|key| {
                format!(", contribution {key} of {}", cast.people.name(&key.contributor))
            });
            let text = format!("error {}: {why}{}", error.code(), key.unwrap_or_default());
            self.seen.note(Kind::of(error), epoch, &text);
        }
        Ok(())
    }

    /// A line for what each bucket did of note, and one for each kind of event.
    pub(super) fn lines(&self, parameters: &Parameters) -> Result<Vec<String>, Failure> {
        let asset = asset_of(parameters, parameters.emission.asset)?;
        let mut lines = self.buckets.lines(asset);
        lines.extend(self.seen.lines(Kind::words));
        Ok(lines)
    }

    /// The same for machines.
    pub(super) fn json(&self, parameters: &Parameters) -> Result<Vec<Value>, Failure> {
        let asset = asset_of(parameters, parameters.emission.asset)?;
        let mut values = self.buckets.json(asset);
        values.extend(self.seen.json(Kind::words));
        Ok(values)
    }
}

/// Puts events into words.
struct Teller<'a> {
    cast: &'a Cast,
    parameters: &'a Parameters,
}

impl Teller<'_> {
    fn tell(&self, event: &contributions::Event) -> Result<Option<(Kind, String)>, Failure> {
        Ok(match event {
            contributions::Event::Accepted { contribution, stream, quantity, first, second } => {
                let found = (*quantity, (*first, *second));
                self.tell_large(contribution, stream, found)?
            }
            contributions::Event::Repeated { contribution } => {
                let text = format!("{} sent {contribution} again", self.of(contribution));
                Some((Kind::Repeated, text))
            }
            contributions::Event::Upheld { contribution, challenger, bond } => {
                let challenger = self.cast.people.name(challenger);
                let (bond, of) = (self.amount(*bond)?, self.of(contribution));
                let text = format!("{challenger} lost its bond of {bond}, half of it to {of}");
                Some((Kind::Upheld, text))
            }
            contributions::Event::Undecided { contribution } => {
                Some((Kind::Undecided, format!("{contribution} stands")))
            }
            contributions::Event::Closed { contribution, reason } => {
                let kind = match reason {
                    ClosedReason::Rejected => Kind::Rejected,
                    ClosedReason::Unverified => Kind::Unverified,
                    ClosedReason::Refuted => Kind::Refuted,
                    ClosedReason::DuplicateDataset => Kind::SameDataset,
                    ClosedReason::NoImprovement => Kind::NoImprovement,
                    ClosedReason::StreamEnded => Kind::StreamEnded,
                };
                let text = format!("{contribution} of {}: {reason}", self.of(contribution));
                Some((kind, text))
            }
            _ => None,
        })
    }

    /// A contribution, but an improvement, that its bucket cannot pay in one epoch.
    fn tell_large(
        &self,
        contribution: &ContributionKey,
        stream: &Name,
        (quantity, multipliers): (u64, (u32, u32)),
    ) -> Result<Option<(Kind, String)>, Failure> {
        let mut streams = rated(self.parameters);
        let Some(rated) = streams.find(|rated| rated.stream.name == *stream) else {
            return Ok(None);
        };
        let worth = match rated.rule.kind {
            // Only the close knows what an improvement is.
            ContributionKind::Improvement => Amount::ZERO,
            _ => rated.worth(quantity, multipliers)?,
        };
        let target = rated.target(self.parameters)?;
        let text = format!(
            "{contribution} of {} is worth {}, the target of {stream} is {}",
            self.of(contribution),
            self.amount(worth)?,
            self.amount(target)?
        );
        Ok((worth > target).then_some((Kind::Large, text)))
    }

    fn of(&self, contribution: &ContributionKey) -> String {
        self.cast.people.name(&contribution.contributor)
    }

    fn amount(&self, amount: Amount) -> Result<String, Failure> {
        let asset = asset_of(self.parameters, self.parameters.emission.asset)?;
        Ok(shown(amount, asset))
    }
}

/// `1 epoch`, `3 epochs`.
pub(super) fn epochs(count: u64) -> String {
    let end = if count == 1 { "" } else { "s" };
    format!("{} epoch{end}", grouped(count))
}
