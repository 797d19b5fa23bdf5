//! Random markets of jobs, 100,000 messages: every job ends once, to the unit; nothing is stuck.
//! `WORKMINT_FULL` runs ten times as many.

use crate::draw::{Draw, is_full};
use crate::jobs::judge;
use crate::jobs::*;
use crate::kit::*;
use rayon::prelude::*;
use std::collections::BTreeMap;
use workmint_core::block::{Applied, Commitments};
use workmint_core::modules::market::Event as MarketEvent;
use workmint_core::modules::market::jobs::{CreateJob, Event as JobEvent, Outcome};
use workmint_core::names::ModelId;
use workmint_core::time::DAY_MS;
use workmint_core::{Address, Event, Message};

const CUSTOMERS: [&str; 4] = ["cust", "buyer", "hunter", "alice"];
const PROVIDERS: [&str; 3] = ["alice", "bob", "carol"];
const REPORTERS: [&str; 3] = ["r1", "r2", "r3"];
const JUDGES: [&str; 3] = ["j1", "j2", "j3"];
/// Blocks of one market, and messages of a block.
const BLOCKS: u64 = 250;
const MESSAGES: u64 = 20;

/// A message somebody might send; half of them about a job that exists.
fn act(chain: &Chain, draw: &mut Draw) -> (&'static str, Message) {
    let customer = draw.of(&CUSTOMERS);
    let next = chain.state.market.jobs.next_number(chain.handle(customer));
    let number = next - draw.below(next.min(6) + 1);
    let provider = draw.of(&PROVIDERS);
    let units = 1 + draw.below(60);
    match draw.below(12) {
        0..=2 => {
            let asked = [None, Some(provider)][usize::try_from(draw.below(2)).unwrap()];
            let job = CreateJob { model: ModelId(draw.of(&[0, 1])), ..create(units, asked) };
            (customer, created(job))
        }
        3 | 4 => (provider, accept(customer, number)),
        5 | 6 => (provider, reveal(chain, provider, (customer, number), units)),
        7 => {
            let (latency, quality) = (900 + draw.below(300), draw.below(2_000));
            let latency = u32::try_from(latency).unwrap();
            let quality = u16::try_from(quality).unwrap();
            (draw.of(&REPORTERS), measure(customer, number, latency, quality))
        }
        8 => (customer, dispute(number)),
        9 => (provider, evidence(customer, number)),
        10 => (draw.of(&JUDGES), judge(customer, number, draw.below(2) == 0)),
        _ if draw.below(4) == 0 => (customer, cancel(number)),
        _ => {
            let (model, capacity) = (draw.of(&[0, 1]), 100 + draw.below(2_000));
            (provider, offer(model, 0, capacity))
        }
    }
}

/// What events told, kept apart from the state.
#[derive(Default)]
struct Told {
    open: BTreeMap<(Address, u64), u128>,
    ended: u64,
    /// Paid jobs, and paid for them with fees, of the open epoch.
    sold: (u64, u128),
    outcomes: BTreeMap<Outcome, u64>,
}

impl Told {
    fn read(&mut self, applied: &Applied) {
        let mut said = (0, 0);
        for event in &applied.events {
            let Event::Market(MarketEvent::Job(event)) = event else {
                continue;
            };
            match event {
                JobEvent::Created { customer, number, deposit, .. } => {
                    let before = self.open.insert((*customer, *number), deposit.get());
                    assert_eq!(before, None, "a number is used once");
                }
                JobEvent::Ended { customer, number, outcome, paid, fee, refunded, .. } => {
                    let deposit = self.open.remove(&(*customer, *number));
                    let sum = paid.get() + fee.get() + refunded.get();
                    assert_eq!(deposit, Some(sum), "{outcome:?}");
                    // ceil(payment / 10).
                    assert_eq!(fee.get(), (paid.get() + fee.get()).div_ceil(10));
                    let pays = [Outcome::Paid, Outcome::ProviderWon, Outcome::Undecided];
                    if pays.contains(outcome) {
                        self.sold = (self.sold.0 + 1, self.sold.1 + paid.get() + fee.get());
                    } else {
                        assert_eq!(paid.get() + fee.get(), 0, "{outcome:?}");
                    }
                    assert_ne!(*outcome, Outcome::Failed);
                    self.ended += 1;
                    *self.outcomes.entry(*outcome).or_default() += 1;
                }
                JobEvent::Sold { jobs, paid, .. } => {
                    said = (said.0 + jobs, said.1 + paid.get());
                }
                _ => (),
            }
        }
        if applied.closed.is_some() {
            assert_eq!(said, std::mem::take(&mut self.sold));
        }
    }
}

/// One market. The invariants run in every block; the whole recount at every close.
fn life(seed: u64) -> BTreeMap<Outcome, u64> {
    let mut draw = Draw::from_seed(seed);
    let mut chain = ready(rules());
    chain.commitments = Commitments::Off;
    chain.register(&[("carol", &[0, 1])]);
    chain.ok("carol", stake(2_000));
    let mut told = Told::default();
    for _ in 0..BLOCKS {
        let messages = (0..MESSAGES).map(|_| act(&chain, &mut draw)).collect();
        let step = draw.of(&[1_000, HOUR / 4, HOUR / 2, HOUR]);
        let applied = chain.apply(chain.now() + step, messages, Vec::new());
        assert_eq!(quarantined(&applied), []);
        told.read(&applied);
        assert_eq!(told.open.len(), chain.state.market.jobs.jobs().count());
        let locked: u128 = told.open.values().sum();
        assert_eq!(chain.state.market.jobs.totals().deposits.get(), locked);
    }
    // Whoever is silent from now on: nothing stays locked.
    for _ in 0..4 {
        let applied = chain.apply(chain.now() + DAY_MS, Vec::new(), Vec::new());
        told.read(&applied);
    }
    assert!(told.open.is_empty());
    assert_over(&chain);
    assert!(told.ended > 100, "{} jobs ended", told.ended);
    told.outcomes
}

#[test]
fn random_markets_of_jobs_end_every_job_once_to_the_unit() {
    let markets = if is_full() { 200_u64 } else { 20 };
    let outcomes: Vec<_> = (1..=markets).into_par_iter().map(life).collect();
    for outcome in [
        Outcome::Cancelled,
        Outcome::NotAccepted,
        Outcome::NotDelivered,
        Outcome::Paid,
        Outcome::NoEvidence,
    ] {
        let met = outcomes.iter().any(|met| met.contains_key(&outcome));
        assert!(met, "no job ended {outcome:?}");
    }
}
