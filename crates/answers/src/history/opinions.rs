//! Lines of seats, weights and lent power.

use super::lines::{Said, Words, plain};
use crate::error::AnswerError;
use crate::text::{asset_of, shown};
use workmint_core::modules::opinions::Event;

impl Words<'_> {
    pub(super) fn opinions(&self, event: &Event) -> Result<Said, AnswerError> {
        Ok(match event {
            Event::SeatTaken { account, seat, price, burned, .. } if account == self.me => {
                let asset = asset_of(self.parameters, self.parameters.emission.asset)?;
                let (price, burned) = (shown(*price, asset), shown(*burned, asset));
                plain("seat_taken", format!("took seat {seat} for {price}, {burned} burned"))
            }
            Event::SeatTaken { account, seat, .. } => {
                plain("seat_lost", format!("lost seat {seat} to {account}"))
            }
            Event::SeatEnded { seat, .. } => {
                plain("seat_ended", format!("lost seat {seat}: the network has fewer"))
            }
            Event::WeightsSet { seat, count, .. } => {
                plain("weights_set", format!("seat {seat} weighed {count} seats"))
            }
            Event::WeightsCommitted { seat, reveal_in, .. } => {
                let text = format!("seat {seat} committed to weights, reveal in epoch {reveal_in}");
                plain("weights_committed", text)
            }
            Event::CommitmentLapsed { seat, epoch, .. } => {
                let text = format!("seat {seat}: the commitment of epoch {epoch} lapsed");
                plain("commitment_lapsed", text)
            }
            Event::ChildrenSet { account, children, from } if account == self.me => {
                let text = match children.len() {
                    0 => format!("power counts for nobody else from epoch {from}"),
                    count => format!("power counts for {count} others from epoch {from}"),
                };
                plain("children_set", text)
            }
            Event::ChildrenSet { account, children, from } => {
                let share = children.iter().find(|(child, _)| child == self.me);
                let share = share.map_or(0, |(_, share)| *share);
                let text = format!("{share} of 65535 of the power of {account} from epoch {from}");
                plain("power_lent", text)
            }
            Event::TakeSet { take, from, .. } => {
                let text = format!("keeps {take} of what others' power earns from epoch {from}");
                plain("take_set", text)
            }
        })
    }
}
