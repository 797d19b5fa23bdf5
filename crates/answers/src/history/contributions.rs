//! What happened to contributions, and to what buckets could not pay, in words.

use workmint_core::modules::contributions::{ContributionKey, Event};
use workmint_core::modules::parameters::ContributionKind;
use workmint_core::modules::rewards;

use super::lines::{Said, Words, plain};
use crate::contribution::{found, loss, measured, percent_sure, quantity, rate_of};
use crate::error::AnswerError;
use crate::text::grouped;

impl Words<'_> {
    fn kind(&self, stream: &str) -> Option<ContributionKind> {
        rate_of(self.parameters, stream).map(|rate| rate.kind)
    }

    /// A contribution by its name; of one's own without the address.
    fn key(&self, key: &ContributionKey) -> String {
        if key.contributor == *self.me {
            format!("contribution {} of epoch {}", grouped(key.id), grouped(key.epoch))
        } else {
            format!("contribution {key}")
        }
    }

    pub(super) fn contribution(&self, event: &Event) -> Result<Said, AnswerError> {
        Ok(match event {
            Event::Submitted { contribution, stream, quantity } => {
                let what = self.kind(stream.as_str());
                let what = what.map(|kind| measured(kind, *quantity)).unwrap_or_default();
                let key = self.key(contribution);
                plain("contribution_submitted", format!("submitted to {stream}: {key}, {what}"))
            }
            Event::Repeated { contribution } => {
                let text = format!("submitted again, nothing changed: {}", self.key(contribution));
                plain("contribution_repeated", text)
            }
            Event::Verified { contribution, verifier, approved, confidence, .. } => {
                let side = if *approved { "for" } else { "against" };
                let (sure, key) = (percent_sure(*confidence), self.key(contribution));
                let text = format!("verdict of {verifier}, {sure} sure, counts {side}: {key}");
                plain("contribution_verified", text)
            }
            Event::Accepted { contribution, stream, quantity, first, second } => {
                let what = self.kind(stream.as_str()).map(|kind| {
                    let words = found(kind, (*first, *second));
                    format!(", {}, {words}", measured(kind, *quantity))
                });
                let (key, what) = (self.key(contribution), what.unwrap_or_default());
                plain("contribution_accepted", format!("accepted for {stream}: {key}{what}"))
            }
            Event::Challenged { contribution, challenger, bond } => {
                let text = format!("bond: {challenger} challenges {}", self.key(contribution));
                let asset = self.parameters.emission.asset;
                return self.amount("contribution_challenged", asset, *bond, &text);
            }
            Event::Judged { contribution, judge, refuted } => {
                let side = if *refuted { "refuted" } else { "right" };
                let text = format!("judge {judge} finds {side}: {}", self.key(contribution));
                plain("contribution_judged", text)
            }
            Event::Upheld { contribution, challenger, bond } => {
                let text = format!("bond lost by {challenger}, upheld: {}", self.key(contribution));
                let asset = self.parameters.emission.asset;
                return self.amount("contribution_upheld", asset, *bond, &text);
            }
            Event::Undecided { contribution } => {
                let text = format!("not decided in time, it stands: {}", self.key(contribution));
                plain("contribution_undecided", text)
            }
            Event::Closed { contribution, reason } => {
                let text = format!("closed unpaid, {reason}: {}", self.key(contribution));
                plain("contribution_closed", text)
            }
            Event::Settled { contribution, stream, epoch, quantity: settled, recorded_loss } => {
                let what = self.kind(stream.as_str()).map(|kind| quantity(kind, *settled));
                let against = recorded_loss.map(|recorded| format!(" ({})", loss(recorded)));
                let (key, epoch) = (self.key(contribution), grouped(*epoch));
                let (what, against) = (what.unwrap_or_default(), against.unwrap_or_default());
                let text =
                    format!("settled by {stream} with epoch {epoch}: {key}, {what}{against}");
                plain("contribution_settled", text)
            }
        })
    }

    pub(super) fn rewards(&self, event: &rewards::Event) -> Result<Said, AnswerError> {
        let asset = self.parameters.emission.asset;
        match event {
            rewards::Event::BackpayPaid { stream, owed_for, amount, .. } => {
                let text = format!("of backpay paid by {stream}, owed for epoch {owed_for}");
                self.amount("backpay_paid", asset, *amount, &text)
            }
            rewards::Event::BackpayArose { stream, owed_for, amount, .. } => {
                let text = format!("is owed by {stream}: epoch {owed_for} could not pay it");
                self.amount("backpay_arose", asset, *amount, &text)
            }
            rewards::Event::BackpayClosed { stream, owed_for, amount, reason, .. } => {
                let text =
                    format!("owed by {stream} for epoch {owed_for} is closed unpaid: {reason}");
                self.amount("backpay_closed", asset, *amount, &text)
            }
            rewards::Event::BucketClosed { stream, epoch, line } => {
                let paid =
                    line.paid_new.checked_add(line.paid_backpay).map_err(AnswerError::damage)?;
                let text = format!("paid by {stream} in epoch {epoch}");
                self.amount("bucket_closed", asset, paid, &text)
            }
            rewards::Event::RolloverEnded { stream, epoch, amount } => {
                let text = format!("left by {stream} of epoch {epoch} is lost: its rate ended");
                self.amount("rollover_ended", asset, *amount, &text)
            }
            rewards::Event::StreamQuarantined { stream, epoch, code } => {
                let text = format!("epoch {epoch} could not plan {stream}: error {code}");
                Ok(plain("stream_quarantined", text))
            }
        }
    }
}
