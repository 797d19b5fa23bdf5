//! Single jobs: every way they end, with amounts computed by hand, and who may do what.

use crate::kit::*;
use workmint_core::modules::ledger::LockKind;
use workmint_core::modules::market::Event as MarketEvent;
use workmint_core::modules::market::jobs::{
    AcceptJob, AttestQuality, CancelJob, CreateJob, DisputeJob, Event as JobEvent, JudgeJob,
    Message as Job, Outcome, PostEvidence, PutOffer, RevealResult, WithdrawOffer, result_seal,
};
use workmint_core::modules::parameters::*;
use workmint_core::modules::stake::{DepositStake, WithdrawStake};
use workmint_core::time::{DAY_MS, Duration};
use workmint_core::{Applied, Event, Hash, Message};

/// An hour, every window of a job.
pub(crate) const HOUR: u64 = DAY_MS / 24;

/// Quality 0.8 to 1.5; bonds of a tenth, at least 10; a fee of a tenth that is burned; stake of at
/// least 100, of which 1 to 5 % are slashed.
pub(crate) fn rules() -> Parameters {
    let mut parameters = parameters();
    let hour = Duration::Milliseconds(HOUR);
    parameters.market.jobs = Some(JobRules {
        accept_window: hour,
        result_window: hour,
        dispute_window: hour,
        evidence_window: hour,
        decision_window: hour,
        bond_minimum: amount(10),
        bond_ratio: ratio("0.1"),
        least_quality: ratio("0.8"),
        most_quality: ratio("1.5"),
        max_units: 1_000,
        counts_from: amount(0),
    });
    let split = vec![FeeShare { to: FeeTo::Burn, share: ratio("1") }];
    parameters.market.fee = Some(MarketFee { rate: ratio("0.1"), split });
    parameters.stake = Some(Stake {
        asset: GNK,
        minimum: amount(100),
        full_lock_ms: 365 * DAY_MS,
        most_lock: ratio("2"),
        unbonding: Duration::Epochs(1),
        max_withdrawals: 3,
        unstake_burn: ratio("0"),
        capacity: None,
        slashing: StakeSlashing {
            sla_least: ratio("0.01"),
            sla_most: ratio("0.05"),
            attestation: ratio("0.1"),
            malice: ratio("1"),
        },
    });
    parameters
}

fn message(job: Job) -> Message {
    Message::Job(job)
}

pub(crate) fn offer(model: u16, tier: u8, capacity: u64) -> Message {
    message(Job::PutOffer(PutOffer { model: ModelId(model), tier, capacity }))
}

/// A job on `small`: 1,000 ms, at most 100,000.
pub(crate) fn create(max_units: u64, provider: Option<&str>) -> CreateJob {
    CreateJob {
        model: ModelId(0),
        max_units,
        tier: 0,
        max_latency_ms: 1_000,
        max_spend: amount(100_000),
        commitment: Hash([7; 32]),
        provider: provider.map(address),
    }
}

pub(crate) fn created(job: CreateJob) -> Message {
    message(Job::CreateJob(job))
}

pub(crate) fn cancel(number: u64) -> Message {
    message(Job::CancelJob(CancelJob { number }))
}

pub(crate) fn accept(customer: &str, number: u64) -> Message {
    message(Job::AcceptJob(AcceptJob { customer: address(customer), number }))
}

pub(crate) fn reveal(
    chain: &Chain,
    provider: &str,
    (customer, number): (&str, u64),
    units: u64,
) -> Message {
    let (customer, result) = (address(customer), Hash([9; 32]));
    let genesis = chain.state.chain().genesis;
    let bound = (&address(provider), &result);
    let seal = result_seal(&genesis, (&customer, number), &Hash([7; 32]), bound);
    message(Job::RevealResult(RevealResult { customer, number, units, result, seal }))
}

pub(crate) fn measure(
    customer: &str,
    number: u64,
    latency_ms: u32,
    quality_permille: u16,
) -> Message {
    let customer = address(customer);
    message(Job::AttestQuality(AttestQuality { customer, number, latency_ms, quality_permille }))
}

pub(crate) fn dispute(number: u64) -> Message {
    message(Job::DisputeJob(DisputeJob { number, grounds: Hash([1; 32]) }))
}

pub(crate) fn evidence(customer: &str, number: u64) -> Message {
    let customer = address(customer);
    message(Job::PostEvidence(PostEvidence { customer, number, evidence: Hash([2; 32]) }))
}

pub(crate) fn judge(customer: &str, number: u64, for_customer: bool) -> Message {
    message(Job::JudgeJob(JudgeJob { customer: address(customer), number, for_customer }))
}

pub(crate) fn stake(units: u128) -> Message {
    Message::DepositStake(DepositStake { amount: amount(units), lock_ms: 0 })
}

/// alice and bob stake 1,000 each and offer 1,000 units of `small`.
pub(crate) fn ready(parameters: Parameters) -> Chain {
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0]), ("bob", &[0])]);
    for who in ["alice", "bob"] {
        chain.block(vec![(who, stake(1_000)), (who, offer(0, 0, 1_000))]);
    }
    chain
}

/// cust's job 0 of 100 units, accepted by alice: deposit 5 x 100 x 1.5 = 750, bond 75.
pub(crate) fn accepted() -> Chain {
    let mut chain = ready(rules());
    chain.ok("cust", created(create(100, None)));
    chain.ok("alice", accept("cust", 0));
    chain
}

/// The same with 80 units revealed: 400 at quality 1.
pub(crate) fn revealed() -> Chain {
    let mut chain = accepted();
    let message = reveal(&chain, "alice", ("cust", 0), 80);
    chain.ok("alice", message);
    chain
}

/// The same, disputed: another bond of 75.
pub(crate) fn disputed() -> Chain {
    let mut chain = revealed();
    chain.ok("cust", dispute(0));
    chain
}

pub(crate) fn wait(chain: &mut Chain, milliseconds: u64) -> Applied {
    let at = chain.now() + milliseconds;
    chain.apply(at, Vec::new(), Vec::new())
}

/// How jobs ended in a block: outcome, paid, fee, refunded.
pub(crate) fn ends(applied: &Applied) -> Vec<(Outcome, u128, u128, u128)> {
    let of = |event: &Event| match event {
        Event::Market(MarketEvent::Job(JobEvent::Ended {
            outcome, paid, fee, refunded, ..
        })) => Some((*outcome, paid.get(), fee.get(), refunded.get())),
        _ => None,
    };
    applied.events.iter().filter_map(of).collect()
}

/// What cust and alice have more than at genesis.
pub(crate) fn gains(chain: &Chain) -> (i128, i128) {
    let gain = |who| i128::try_from(chain.balance(who)).unwrap() - i128::try_from(RICH).unwrap();
    (gain("cust"), gain("alice"))
}

/// Nothing of jobs is left: no row, no lock, nothing bound.
pub(crate) fn assert_over(chain: &Chain) {
    assert_eq!(chain.state.market.jobs.jobs().count(), 0);
    assert_eq!(chain.state.market.jobs.totals(), Default::default());
    for who in PEOPLE {
        assert_eq!(chain.locked(who, LockKind::Job), 0, "{who}");
        assert_eq!(chain.locked(who, LockKind::JobBond), 0, "{who}");
        assert_eq!(chain.state.stake.bound(chain.handle(who)), 0, "{who}");
    }
}

#[test]
fn a_job_is_created_accepted_revealed_paid() {
    let mut chain = ready(rules());
    chain.ok("cust", created(create(100, None)));
    assert_eq!(chain.locked("cust", LockKind::Job), 750);
    chain.ok("alice", accept("cust", 0));
    assert_eq!(chain.locked("alice", LockKind::JobBond), 75);
    let message = reveal(&chain, "alice", ("cust", 0), 80);
    chain.ok("alice", message);
    assert_eq!(ends(&wait(&mut chain, HOUR)), [(Outcome::Paid, 360, 40, 350)]);
    assert_eq!(gains(&chain), (-400, 360));
    let alice = chain.handle("alice");
    assert_eq!(chain.state.market.jobs.paid_jobs(alice), 1);
    assert_eq!(chain.state.stake.reputation(alice), 1);
    assert_over(&chain);
    // The close splits the fee, says what was sold, and counts anew.
    let applied = chain.close();
    let sold = JobEvent::Sold { model: ModelId(0), tier: 0, jobs: 1, units: 80, paid: amount(400) };
    assert!(applied.events.contains(&Event::Market(MarketEvent::Job(sold))));
    let active = JobEvent::Providers { active: 1 };
    assert!(applied.events.contains(&Event::Market(MarketEvent::Job(active))));
    let offered = chain.state.market.jobs.capacity(ModelId(0));
    let capacity = JobEvent::Capacity { model: ModelId(0), units: offered };
    assert!(applied.events.contains(&Event::Market(MarketEvent::Job(capacity))));
    assert_eq!(chain.state.market.jobs.paid_jobs(alice), 0);
    assert_eq!(chain.burned(), 40);
}

/// 80 units cost 400: the provider is paid, but only from `counts_from` on the job counts for it.
#[test]
fn a_small_job_is_paid_but_counts_for_nobody() {
    for (from, counted) in [(400, 1), (401, 0)] {
        let mut parameters = rules();
        parameters.market.jobs.as_mut().unwrap().counts_from = amount(from);
        let mut chain = ready(parameters);
        chain.ok("cust", created(create(100, None)));
        chain.ok("alice", accept("cust", 0));
        let message = reveal(&chain, "alice", ("cust", 0), 80);
        chain.ok("alice", message);
        assert_eq!(ends(&wait(&mut chain, HOUR)), [(Outcome::Paid, 360, 40, 350)]);
        let alice = chain.handle("alice");
        assert_eq!(chain.state.market.jobs.paid_jobs(alice), counted, "{from}");
        assert_eq!(u64::from(chain.state.stake.reputation(alice)), counted, "{from}");
    }
}

#[test]
fn quality_is_the_median_of_a_quorum_within_bounds() {
    // Lower median of 1.2 and 1.4; one report is no quorum; 3.0 is bounded to 1.5, 0.1 to 0.8.
    let cases: [(&[u16], u128); 5] = [
        (&[1_200, 1_400], 480),
        (&[1_400], 400),
        (&[900, 1_300, 1_100], 440),
        (&[3_000, 3_000], 600),
        (&[100, 100], 320),
    ];
    for (measured, payment) in cases {
        let mut chain = revealed();
        for (reporter, permille) in ["r1", "r2", "r3"].iter().zip(measured) {
            chain.ok(reporter, measure("cust", 0, 1_000, *permille));
        }
        let fee = payment / 10;
        let expected = [(Outcome::Paid, payment - fee, fee, 750 - payment)];
        assert_eq!(ends(&wait(&mut chain, HOUR)), expected, "{measured:?}");
        assert_eq!(chain.burned(), 0, "in time: no slash, {measured:?}");
    }
}

#[test]
fn a_late_result_is_paid_less_and_costs_stake() {
    let mut chain = revealed();
    // 1,100 ms of 1,000: quality 1 x 1000/1100, floor(400 x 10/11) = 363; a fee of
    // ceil(36.3). Lateness 0.1: a slash of
    // 1 % + 4 % x 0.1 = 1.4 % of 1,000.
    for reporter in ["r1", "r2"] {
        chain.ok(reporter, measure("cust", 0, 1_100, 1_500));
    }
    assert_eq!(ends(&wait(&mut chain, HOUR)), [(Outcome::Paid, 326, 37, 387)]);
    assert_eq!(chain.burned(), 14);
    assert_eq!(gains(&chain), (-363, 326 - 14));
}

#[test]
fn a_silent_provider_refunds_all_and_loses_bond_and_stake() {
    let mut chain = accepted();
    assert_eq!(ends(&wait(&mut chain, HOUR)), [(Outcome::NotDelivered, 0, 0, 750)]);
    // The bond of 75, and 5 % of 1,000.
    assert_eq!(gains(&chain), (0, -75 - 50));
    assert_eq!(chain.burned(), 125);
    assert_over(&chain);
}

/// H7 and 3B.12 of the reference: upstream's silent requester freezes payment and stake for ever,
/// and a lost dispute costs the provider nothing.
#[test]
fn h7_3b12_a_silent_customer_freezes_nothing_and_a_lost_dispute_costs() {
    let mut chain = revealed();
    wait(&mut chain, HOUR);
    assert_over(&chain);
    let mut chain = disputed();
    assert_eq!(ends(&wait(&mut chain, HOUR)), [(Outcome::NoEvidence, 0, 0, 750)]);
    // Half of the provider's 75, rounded down, is the customer's; the rest is burned, and 5 % of
    // its stake of 1,000, as if it had revealed nothing.
    assert_eq!(gains(&chain), (37, -75 - 50));
    assert_eq!(chain.burned(), 38 + 50);
    assert_over(&chain);
}

/// H7: a job without a payment, 100 requests on one slot.
#[test]
fn h7_no_free_job_and_no_more_than_the_capacity() {
    let mut chain = ready(rules());
    let free = CreateJob { model: ModelId(2), ..create(10, None) };
    assert_eq!(chain.refused("cust", created(free)), 961);
    let poor = CreateJob { max_spend: amount(74), ..create(10, None) };
    assert_eq!(chain.refused("cust", created(poor)), 960);
    let enough = CreateJob { max_spend: amount(75), ..create(10, None) };
    chain.ok("cust", created(enough));
    chain.ok("cust", created(create(1_000, None)));
    chain.ok("alice", accept("cust", 0));
    assert_eq!(chain.refused("alice", accept("cust", 1)), 959);
    chain.ok("bob", accept("cust", 1));
}

#[test]
fn judges_decide_and_silence_of_judges_pays() {
    // For the customer: 750 back, half of alice's 75.
    let mut chain = disputed();
    chain.ok("alice", evidence("cust", 0));
    chain.ok("j1", judge("cust", 0, true));
    let applied = chain.ok("j2", judge("cust", 0, true));
    assert_eq!(ends(&applied), [(Outcome::CustomerWon, 0, 0, 750)]);
    assert_eq!((gains(&chain), chain.burned()), ((37, -75 - 50), 38 + 50));
    assert_over(&chain);
    // For the provider: 400 paid, half of cust's 75.
    let mut chain = disputed();
    chain.ok("alice", evidence("cust", 0));
    chain.ok("j1", judge("cust", 0, true));
    chain.ok("j2", judge("cust", 0, false));
    let applied = chain.ok("j3", judge("cust", 0, false));
    assert_eq!(ends(&applied), [(Outcome::ProviderWon, 360, 40, 350)]);
    assert_eq!((gains(&chain), chain.burned()), ((-400 - 75, 360 + 37), 38));
    assert_over(&chain);
    // Undecided: paid, bonds return.
    let mut chain = disputed();
    chain.ok("alice", evidence("cust", 0));
    chain.ok("j1", judge("cust", 0, true));
    assert_eq!(chain.refused("j1", judge("cust", 0, false)), 969);
    assert_eq!(ends(&wait(&mut chain, HOUR)), [(Outcome::Undecided, 360, 40, 350)]);
    assert_eq!((gains(&chain), chain.burned()), ((-400, 360), 0));
    // Paid, but no merit: silence of judges proves nothing.
    let alice = chain.handle("alice");
    assert_eq!(chain.state.stake.reputation(alice), 0);
    assert_eq!(chain.state.market.jobs.paid_jobs(alice), 0);
    assert_over(&chain);
}

#[test]
fn a_job_nobody_takes_returns_and_can_be_taken_back() {
    let mut chain = ready(rules());
    chain.ok("cust", created(create(100, None)));
    let applied = chain.ok("cust", cancel(0));
    assert_eq!(ends(&applied), [(Outcome::Cancelled, 0, 0, 750)]);
    chain.ok("cust", created(create(100, None)));
    assert_eq!(ends(&wait(&mut chain, HOUR)), [(Outcome::NotAccepted, 0, 0, 750)]);
    assert_over(&chain);
    // Numbers go on: a message of job 0 never meets another job.
    assert_eq!(chain.refused("alice", accept("cust", 0)), 962);
    chain.ok("cust", created(create(100, None)));
    chain.ok("alice", accept("cust", 2));
    assert_eq!(chain.refused("cust", cancel(2)), 963);
}

#[test]
fn who_may_do_what() {
    let mut chain = ready(rules());
    assert_eq!(chain.refused("dave", offer(0, 0, 10)), 955, "no participant");
    chain.register(&[("dave", &[0])]);
    assert_eq!(chain.refused("dave", stake(99)), 1_714);
    assert_eq!(chain.refused("dave", offer(0, 0, 10)), 956, "too little stake");
    assert_eq!(chain.refused("alice", offer(0, 1, 10)), 953, "no such tier");
    assert_eq!(chain.refused("alice", offer(9, 0, 10)), 952, "no such model");
    assert_eq!(chain.refused("alice", offer(0, 0, 0)), 954, "nothing offered");
    assert_eq!(chain.refused("cust", created(create(0, None))), 954);
    assert_eq!(chain.refused("cust", created(create(1_001, None))), 954);
    assert_eq!(chain.refused("cust", created(create(1, Some("buyer")))), 955);
    assert_eq!(chain.refused("alice", created(create(1, Some("alice")))), 965);
    chain.ok("cust", created(create(100, Some("alice"))));
    assert_eq!(chain.refused("bob", accept("cust", 0)), 964, "for another");
    chain.ok("alice", created(create(1, None)));
    assert_eq!(chain.refused("alice", accept("alice", 0)), 965, "one's own");
    chain.ok("alice", accept("cust", 0));
    assert_eq!(chain.refused("alice", accept("cust", 0)), 963, "twice");
    let message = reveal(&chain, "bob", ("cust", 0), 1);
    assert_eq!(chain.refused("bob", message), 964, "another's job");
    let copied = reveal(&chain, "bob", ("cust", 0), 1);
    assert_eq!(chain.refused("alice", copied), 966, "another's result");
    let message = reveal(&chain, "alice", ("cust", 0), 101);
    assert_eq!(chain.refused("alice", message), 954, "above max_units");
    assert_eq!(chain.refused("cust", dispute(0)), 963, "nothing to dispute");
    let message = reveal(&chain, "alice", ("cust", 0), 100);
    chain.ok("alice", message);
    assert_eq!(chain.refused("j1", measure("cust", 0, 1, 1_000)), 967, "no reporter");
    chain.ok("r1", measure("cust", 0, 1, 1_000));
    assert_eq!(chain.refused("r1", measure("cust", 0, 1, 1_000)), 969, "twice");
    chain.ok("cust", dispute(0));
    chain.ok("r2", measure("cust", 0, 1, 1_000));
    assert_eq!(chain.refused("j1", judge("cust", 0, true)), 963, "not answered");
    assert_eq!(chain.refused("bob", evidence("cust", 0)), 964);
    chain.ok("alice", evidence("cust", 0));
    assert_eq!(chain.refused("alice", evidence("cust", 0)), 963, "twice");
    assert_eq!(chain.refused("r1", judge("cust", 0, true)), 968, "no judge");
}

#[test]
fn stake_stays_while_a_job_is_under_way() {
    let mut chain = accepted();
    let withdraw = Message::WithdrawStake(WithdrawStake { amount: amount(1) });
    chain.refused("alice", withdraw.clone());
    wait(&mut chain, HOUR);
    chain.ok("alice", withdraw);
}

#[test]
fn an_offer_ends_and_capacity_returns_with_the_epoch() {
    let mut chain = accepted();
    let model = ModelId(0);
    assert_eq!(chain.state.market.jobs.capacity(model), 2_000);
    let withdraw = message(Job::WithdrawOffer(WithdrawOffer { model }));
    chain.ok("bob", withdraw.clone());
    assert_eq!(chain.refused("bob", withdraw), 958);
    assert_eq!(chain.state.market.jobs.capacity(model), 1_000);
    let alice = chain.handle("alice");
    assert_eq!(chain.state.market.jobs.used(alice, model), 100);
    chain.close();
    assert_eq!(chain.state.market.jobs.used(alice, model), 0);
}

#[test]
fn one_block_ends_no_more_than_its_share_of_jobs() {
    let mut chain = ready(rules());
    chain.commitments = workmint_core::block::Commitments::Off;
    let cheap = || created(create(1, None));
    chain.block((0..4_100).map(|_| ("cust", cheap())).collect());
    assert_eq!(ends(&wait(&mut chain, HOUR)).len(), 4_096);
    assert_eq!(ends(&wait(&mut chain, 1)).len(), 4);
    assert_over(&chain);
}

#[test]
fn no_jobs_without_rules() {
    let mut chain = Chain::new(parameters());
    chain.register(&[("alice", &[0])]);
    assert_eq!(chain.refused("alice", offer(0, 0, 10)), 951);
    assert_eq!(chain.refused("cust", created(create(1, None))), 951);
}
