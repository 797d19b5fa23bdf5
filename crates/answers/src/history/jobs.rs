//! What happened to jobs, in words.

use workmint_core::modules::market::jobs::{Event, Outcome};

use super::lines::{Said, Words, plain};
use crate::error::AnswerError;
use crate::text::{asset_of, grouped, shown};
use workmint_core::Address;

impl Words<'_> {
    /// A job by its name; of one's own without the address.
    fn job(&self, customer: &Address, number: u64) -> String {
        if customer == self.me {
            format!("job {}", grouped(number))
        } else {
            format!("job {} of {customer}", grouped(number))
        }
    }

    pub(super) fn jobs(&self, event: &Event) -> Result<Said, AnswerError> {
        let asset = self.parameters.market.asset;
        match event {
            Event::Offered { model, tier, capacity, .. } => {
                let (model, capacity) = (self.model(*model), grouped(*capacity));
                let text = format!("offered: {capacity} units of {model} an epoch, tier {tier}");
                Ok(plain("jobs_offered", text))
            }
            Event::OfferWithdrawn { model, .. } => {
                let text = format!("offer of {} withdrawn", self.model(*model));
                Ok(plain("job_offer_withdrawn", text))
            }
            Event::Created { customer, number, model, tier, deposit, max_units, .. } => {
                let (job, model) = (self.job(customer, *number), self.model(*model));
                let units = grouped(*max_units);
                let text = format!("locked for {job}: {units} units of {model}, tier {tier}");
                self.amount("job_created", asset, *deposit, &text)
            }
            Event::Accepted { customer, number, provider, bond } => {
                let text = format!("bond of {provider} for {}", self.job(customer, *number));
                self.amount("job_accepted", asset, *bond, &text)
            }
            Event::Revealed { customer, number, provider, units, .. } => {
                let (job, units) = (self.job(customer, *number), grouped(*units));
                Ok(plain("job_revealed", format!("{job} done by {provider}: {units} units")))
            }
            Event::Measured { customer, number, reporter, latency_ms, quality_permille } => {
                let (job, latency) = (self.job(customer, *number), grouped(u64::from(*latency_ms)));
                let text = format!(
                    "{job} measured by {reporter}: {latency} ms, quality {quality_permille}/1000"
                );
                Ok(plain("job_measured", text))
            }
            Event::Disputed { customer, number, provider, bond, .. } => {
                let job = self.job(customer, *number);
                let text = format!("bond of the dispute of {job} with {provider}");
                self.amount("job_disputed", asset, *bond, &text)
            }
            Event::EvidencePosted { customer, number, provider, .. } => {
                let job = self.job(customer, *number);
                Ok(plain("job_evidence", format!("{provider} answered the dispute of {job}")))
            }
            Event::Judged { customer, number, judge, for_customer } => {
                let side = if *for_customer { "customer" } else { "provider" };
                let job = self.job(customer, *number);
                Ok(plain("job_judged", format!("judge {judge} is for the {side} of {job}")))
            }
            Event::Ended { customer, number, outcome, paid, fee, refunded, .. } => {
                let job = self.job(customer, *number);
                let of_asset = asset_of(self.parameters, asset)?;
                let (fee, refunded) = (shown(*fee, of_asset), shown(*refunded, of_asset));
                let end = ended(*outcome);
                let text =
                    format!("paid for {job}: {end}; fee {fee}, {refunded} back to the customer");
                self.amount("job_ended", asset, *paid, &text)
            }
            Event::Sold { .. } | Event::Providers { .. } | Event::Capacity { .. } => {
                Ok(plain("other", format!("{event:?}")))
            }
        }
    }
}

fn ended(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Cancelled => "taken back",
        Outcome::NotAccepted => "nobody accepted it",
        Outcome::NotDelivered => "not delivered in time",
        Outcome::Paid => "done",
        Outcome::NoEvidence => "its dispute was not answered",
        Outcome::CustomerWon => "the customer won its dispute",
        Outcome::ProviderWon => "the provider won its dispute",
        Outcome::Undecided => "its dispute was not decided",
        Outcome::Failed => "its end failed, what was locked returned",
    }
}
