//! The story of a contribution for machines: every number a decimal string.

use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_core::modules::contributions::Event;

use super::settled::{Later, Settled};
use super::{Step, Trace};
use crate::buckets::bucket_json;
use crate::contribution::{
    found, multipliers, plain_loss, plain_measured, plain_multiplier, plain_quantity, unit,
};
use crate::text::amount_json;

pub(super) fn document(trace: &Trace) -> Value {
    json!({
        "network": trace.network.as_str(),
        "contribution": trace.key.to_string(),
        "stream": trace.stream.as_str(),
        "status": status(trace),
        "closed": super::closed(trace),
        "waits": trace.open.as_ref().map(super::waiting),
        "steps": trace.steps.iter().map(|step| of_step(trace, step)).collect::<Vec<Value>>(),
        "settlement": trace.settled.as_ref().map(|settled| of_settled(trace, settled)),
    })
}

fn status(trace: &Trace) -> &'static str {
    match (&trace.settled, super::closed(trace), &trace.open) {
        (Some(settled), _, _) if settled.owed.is_zero() => "settled",
        (Some(_), _, _) => "settled, some of it owed",
        (None, Some(_), _) => "closed unpaid",
        (None, None, Some(_)) => "open",
        (None, None, None) => "waits for its stream",
    }
}

fn of_step(trace: &Trace, step: &Step) -> Value {
    let kind = trace.kind;
    let amount = |amount: Amount| amount_json(amount, &trace.asset);
    let (event, detail) = match &step.event {
        Event::Submitted { quantity, .. } => {
            let (quantity, unit) = plain_measured(kind, *quantity);
            ("submitted", json!({ "quantity": quantity, "unit": unit }))
        }
        Event::Repeated { .. } => ("repeated", json!({})),
        Event::Verified { verifier, approved, confidence, quantity, first, second, .. } => (
            "verified",
            json!({
                "verifier": verifier.to_string(),
                "counts_for": approved,
                "confidence": plain_multiplier(*confidence),
                "quantity": plain_measured(kind, *quantity).0,
                "unit": plain_measured(kind, *quantity).1,
                "multipliers": found(kind, (*first, *second)),
            }),
        ),
        Event::Accepted { quantity, first, second, .. } => (
            "accepted",
            json!({
                "quantity": plain_measured(kind, *quantity).0,
                "unit": plain_measured(kind, *quantity).1,
                "multipliers": found(kind, (*first, *second)),
            }),
        ),
        Event::Challenged { challenger, bond, .. } => {
            ("challenged", json!({ "challenger": challenger.to_string(), "bond": amount(*bond) }))
        }
        Event::Judged { judge, refuted, .. } => {
            ("judged", json!({ "judge": judge.to_string(), "refuted": refuted }))
        }
        Event::Upheld { challenger, bond, .. } => {
            ("upheld", json!({ "challenger": challenger.to_string(), "bond": amount(*bond) }))
        }
        Event::Undecided { .. } => ("undecided", json!({})),
        Event::Closed { reason, .. } => ("closed", json!({ "reason": reason.to_string() })),
        Event::Settled { epoch, quantity: settled, recorded_loss, .. } => (
            "settled",
            json!({
                "epoch": epoch.to_string(),
                "quantity": plain_quantity(kind, *settled),
                "unit": unit(kind).0,
                "recorded_loss": recorded_loss.map(plain_loss),
            }),
        ),
    };
    json!({
        "height": step.height.to_string(),
        "time_ms": step.time_ms.to_string(),
        "event": event,
        "detail": detail,
    })
}

fn of_settled(trace: &Trace, settled: &Settled) -> Value {
    let amount = |amount: Amount| amount_json(amount, &trace.asset);
    let (rate, recipient) = (&settled.rate, &settled.recipient);
    let rules = [&rate.first, &rate.second].into_iter();
    let found = rules.zip([settled.found.0, settled.found.1]);
    let factors = multipliers(trace.kind).iter().zip(found).map(|(name, (rule, found))| {
        json!({
            "name": name,
            "found": plain_multiplier(found),
            "least": rule.min.to_string(),
            "most": rule.max.to_string(),
        })
    });
    let later = settled.later.iter().map(|one| of_later(trace, one));
    json!({
        "epoch": settled.epoch.to_string(),
        "quantity": plain_quantity(trace.kind, settled.quantity),
        "unit": unit(trace.kind).0,
        "recorded_loss": settled.recorded_loss.map(plain_loss),
        "rate": amount(rate.rate),
        "multipliers": factors.collect::<Vec<Value>>(),
        "minimum": amount(rate.minimum),
        "maximum": amount(rate.maximum),
        "worth": amount(settled.worth),
        "emission": amount(settled.emission),
        "bucket": bucket_json(&settled.line, &trace.asset),
        "recipient": {
            "contributions": recipient.contributions.to_string(),
            "worth": amount(recipient.worth),
            "paid": amount(recipient.paid),
            "claimed_at_height": recipient.claimed.map(|height| height.to_string()),
        },
        "backpay": later.collect::<Vec<Value>>(),
        "owed": amount(settled.owed),
        "root": settled.root.to_string(),
    })
}

fn of_later(trace: &Trace, one: &Later) -> Value {
    let amount = |amount: Amount| amount_json(amount, &trace.asset);
    let closed = one
        .closed
        .iter()
        .map(|(closed, reason)| json!({ "amount": amount(*closed), "reason": reason.to_string() }));
    json!({
        "epoch": one.epoch.to_string(),
        "height": one.height.to_string(),
        "age_ms": one.age_ms.to_string(),
        "factor": one.factor.map(|factor| factor.to_string()),
        "owed": amount(one.arose),
        "paid": amount(one.paid),
        "closed": closed.collect::<Vec<Value>>(),
    })
}
