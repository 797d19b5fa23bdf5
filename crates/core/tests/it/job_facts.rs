//! What a close says of jobs, and what a job is asked for under.

use crate::jobs::{HOUR, accept, create, created, offer, ready, reveal, rules, wait};
use crate::kit::*;
use workmint_core::Event;
use workmint_core::modules::market::Event as MarketEvent;
use workmint_core::modules::market::jobs::{CreateJob, Error, Event as JobEvent, Terms};
use workmint_core::modules::parameters::*;

/// The facts of an epoch are of each model and tier.
#[test]
fn sales_are_told_by_model_and_tier() {
    let mut chain = ready(rules());
    chain.ok("alice", offer(1, 0, 50));
    for (number, model) in [(0, 0), (1, 1), (2, 0)] {
        let job = CreateJob { model: ModelId(model), ..create(10, None) };
        chain.ok("cust", created(job));
        chain.ok("alice", accept("cust", number));
        let message = reveal(&chain, "alice", ("cust", number), 10);
        chain.ok("alice", message);
    }
    wait(&mut chain, HOUR);
    let prices = [0, 1].map(|model| {
        let model = ModelId(model);
        chain.state.active_parameters().unwrap().model(model).unwrap().price_per_unit.get()
    });
    let mut said: Vec<JobEvent> = Vec::new();
    for event in chain.close().events {
        if event.is_of_epoch()
            && let Event::Market(MarketEvent::Job(event)) = event
        {
            said.push(event);
        }
    }
    let sold = |model, jobs: u64| JobEvent::Sold {
        model: ModelId(model),
        tier: 0,
        jobs,
        units: 10 * jobs,
        paid: amount(10 * u128::from(jobs) * prices[usize::from(model)]),
    };
    let capacity = |model, units| JobEvent::Capacity { model: ModelId(model), units };
    let wanted = [
        JobEvent::Providers { active: 1 },
        sold(0, 2),
        sold(1, 1),
        capacity(0, 2_000),
        capacity(1, 50),
    ];
    assert_eq!(said, wanted);
    assert!(!chain.close().events.contains(&sold(0, 2).into()), "counted anew");
}

/// Before a job is created, its terms say what the message would: of the same numbers.
#[test]
fn terms_are_those_of_the_message() {
    let parameters = rules();
    let terms = |model, tier, units| Terms::of(&parameters, (ModelId(model), tier), units);
    assert_eq!(terms(0, 0, 100).unwrap().deposit(amount(5)).unwrap(), amount(750));
    assert_eq!(terms(9, 0, 100), Err(Error::UnknownModel {}));
    assert_eq!(terms(0, 1, 100), Err(Error::UnknownTier { tiers: 1 }));
    let rule = "max_units of a job";
    let range = Error::OutOfRange { rule, least: 1, most: 1_000 };
    assert_eq!((terms(0, 0, 0), terms(0, 0, 1_001)), (Err(range.clone()), Err(range)));
    assert_eq!(terms(0, 0, 1).unwrap().deposit(amount(0)), Err(Error::FreeJob {}.into()));
    let none = Parameters { market: Market { jobs: None, ..parameters.market }, ..parameters };
    assert_eq!(Terms::of(&none, (ModelId(0), 0), 1), Err(Error::NoJobs {}));
}
