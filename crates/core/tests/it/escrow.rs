//! Single requests in escrow: opened, answered, expired; and that all of it conserves.

use crate::driver::Books;
use crate::kit::*;
use crate::stage::*;
use proptest::prelude::*;
use std::collections::BTreeMap;
use workmint_core::modules::ledger::{LockKind, Pot};
use workmint_core::modules::market::{
    Event as MarketEvent, FinishEscrow, OpenEscrow, RefuteEscrow, Stage,
};
use workmint_core::modules::parameters::*;
use workmint_core::modules::work::{MissKey, ReportMisses, ReportRef};
use workmint_core::time::{DAY_MS, Duration};
use workmint_core::{Applied, Event, Hash, Message};

pub(crate) fn id(number: u8) -> Hash {
    Hash([number; 32])
}

pub(crate) fn open(
    number: u8,
    model: u16,
    provider: &str,
    prompt_units: u64,
    max_units: Option<u64>,
) -> Message {
    let provider = address(provider);
    let model = ModelId(model);
    Message::OpenEscrow(OpenEscrow { id: id(number), model, provider, prompt_units, max_units })
}

pub(crate) fn finish(customer: &str, number: u8, prompt_units: u64, answer_units: u64) -> Message {
    let customer = address(customer);
    Message::FinishEscrow(FinishEscrow { customer, id: id(number), prompt_units, answer_units })
}

pub(crate) fn refute(customer: &str, number: u8) -> Message {
    Message::RefuteEscrow(RefuteEscrow { customer: address(customer), id: id(number) })
}

/// 20 units by default, 2 hours to answer.
pub(crate) fn rules() -> Parameters {
    let mut parameters = parameters();
    let expiry = Duration::Milliseconds(DAY_MS / 12);
    parameters.market.escrow = Some(EscrowRules { default_max_units: 20, expiry });
    parameters.weights.base_weight_ratio = ratio("1");
    parameters
}

/// alice and bob serve `small` at 5; cust has a deposit of 1,000 for it.
pub(crate) fn ready(parameters: Parameters) -> Chain {
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0]), ("bob", &[0, 1])]);
    chain.ok("cust", prepay(0, 1_000));
    chain
}

fn wait(chain: &mut Chain, milliseconds: u64) -> Applied {
    let at = chain.now() + milliseconds;
    chain.apply(at, Vec::new(), Vec::new())
}

/// Paid, reserved and available of cust's deposit for `small`.
pub(crate) fn deposit(chain: &Chain) -> (u128, u128, u128) {
    let deposit = chain.deposit("cust", 0).unwrap();
    (deposit.paid.get(), deposit.reserved.get(), deposit.available().unwrap().get())
}

fn missed(chain: &Chain, who: &str) -> u64 {
    chain.state.work.tally(chain.handle(who)).expired
}

fn stage(chain: &Chain, number: u8) -> Option<Stage> {
    chain.state.market.request(chain.handle("cust"), id(number)).map(|row| row.stage.clone())
}

#[test]
fn a_request_is_reserved_answered_paid() {
    let mut chain = ready(rules());
    chain.ok("cust", open(1, 0, "alice", 10, None));
    assert_eq!(deposit(&chain), (0, 150, 850), "(10 + 20) x 5");
    chain.ok("alice", finish("cust", 1, 12, 8));
    assert_eq!(deposit(&chain), (100, 0, 900), "(12 + 8) x 5; the rest is free at once");
    assert_eq!(chain.pot(&Pot::Payments), 100);
    let tally = chain.state.work.tally(chain.handle("alice"));
    assert_eq!((tally.requests, tally.units, tally.work.get(), tally.expired), (1, 20, 100, 0));
    assert_eq!(chain.state.work.model_units(ModelId(0)), 20);
    let before = chain.balance("alice");
    chain.close();
    chain.ok("alice", claim(0));
    assert_eq!(chain.balance("alice") - before, 100, "the stream of payments pays it out");
}

#[test]
fn what_is_said_and_what_is_reserved() {
    let mut chain = ready(rules());
    chain.block(vec![
        ("cust", open(1, 0, "alice", 10, Some(4))),
        ("cust", open(2, 0, "alice", 10, Some(4))),
        ("cust", open(3, 0, "alice", 10, Some(0))),
    ]);
    assert_eq!(deposit(&chain), (0, 70 + 70 + 50, 810));
    chain.ok("alice", finish("cust", 1, 0, 3));
    assert_eq!(deposit(&chain).0, 65, "no count of the question: the customer's 10 count");
    chain.ok("alice", finish("cust", 2, 0, 1_000));
    assert_eq!(deposit(&chain), (65 + 70, 50, 815), "never more than the escrow");
    let units = chain.state.work.tally(chain.handle("alice")).units;
    assert_eq!(units, 13 + 14, "nor do more units count than were reserved");
    chain.ok("alice", finish("cust", 3, 2, 0));
    assert_eq!(deposit(&chain), (135 + 10, 0, 855));
}

#[test]
fn an_answer_may_come_before_its_request() {
    let mut chain = ready(rules());
    chain.ok("bob", finish("cust", 1, 0, 9));
    chain.ok("alice", finish("cust", 1, 0, 5));
    assert_eq!(deposit(&chain), (0, 0, 1_000), "it waits, unpaid");
    assert_eq!(chain.refused("alice", finish("cust", 1, 0, 5)), 912);
    chain.ok("cust", open(1, 0, "alice", 10, None));
    assert_eq!(deposit(&chain), (75, 0, 925), "alice's, not the one that bob put before it");
    assert_eq!(chain.state.work.tally(chain.handle("alice")).requests, 1);
    assert_eq!(chain.state.work.tally(chain.handle("bob")).requests, 0);
    wait(&mut chain, DAY_MS / 12);
    assert_eq!(chain.refused("cust", open(1, 0, "bob", 10, None)), 910, "alice's is remembered");
    assert_eq!((missed(&chain, "alice"), missed(&chain, "bob")), (0, 0));
    // bob's own answer was forgotten: the next request of this id with bob waits for another.
    wait(&mut chain, DAY_MS / 4);
    chain.ok("cust", open(1, 0, "bob", 10, None));
    assert_eq!(deposit(&chain), (75, 150, 775));
}

#[test]
fn without_an_answer_everything_returns_and_the_provider_missed() {
    let mut chain = ready(rules());
    // She answers this customer: so she gets its requests.
    chain.ok("cust", open(9, 0, "alice", 0, Some(1)));
    chain.ok("alice", finish("cust", 9, 0, 0));
    chain.ok("cust", open(1, 0, "alice", 10, None));
    wait(&mut chain, DAY_MS / 12 - 1);
    assert_eq!((deposit(&chain), missed(&chain, "alice")), ((0, 150, 850), 0), "a moment left");
    wait(&mut chain, 1);
    assert_eq!((deposit(&chain), missed(&chain, "alice")), ((0, 0, 1_000), 1));
    assert_eq!(stage(&chain, 1), None);
    chain.ok("alice", finish("cust", 1, 10, 5));
    assert_eq!(deposit(&chain), (0, 0, 1_000), "too late: it waits for another request");
    wait(&mut chain, DAY_MS / 12);
    assert_eq!(missed(&chain, "alice"), 1, "an answer without a request is nobody's miss");
}

/// One payment for one answer, however often it is said, while it is remembered and after that.
#[test]
fn a_replayed_answer_pays_once() {
    let mut chain = ready(rules());
    chain.ok("cust", open(1, 0, "alice", 10, None));
    chain.ok("alice", finish("cust", 1, 10, 5));
    for _ in 0..3 {
        assert_eq!(chain.refused("alice", finish("cust", 1, 10, 5)), 912);
        wait(&mut chain, DAY_MS / 20);
    }
    assert!(stage(&chain, 1).is_some(), "remembered while it can be refuted");
    wait(&mut chain, DAY_MS / 4);
    assert_eq!(stage(&chain, 1), None);
    chain.ok("alice", finish("cust", 1, 10, 5));
    chain.close();
    chain.close();
    assert_eq!(deposit(&chain), (75, 0, 925));
}

/// There (issues 1280, 979, 980): escrow that is not settled within two epochs is stuck or given
/// away. Here every deadline frees it, also those of epochs, and the deposit can end.
#[test]
fn pain_20_nothing_is_stuck_after_two_idle_epochs() {
    for expiry in [Duration::Milliseconds(DAY_MS / 2), Duration::Epochs(0), Duration::Epochs(1)] {
        let mut parameters = rules();
        parameters.work.challenge_window = Duration::Epochs(1);
        parameters.market.escrow = Some(EscrowRules { default_max_units: 20, expiry });
        let mut chain = ready(parameters);
        chain.block(vec![
            ("cust", open(1, 0, "alice", 10, None)),
            ("cust", open(2, 0, "bob", 10, None)),
            ("alice", finish("cust", 1, 10, 5)),
            ("bob", finish("cust", 3, 10, 5)),
            ("cust", close_deposit(0)),
        ]);
        chain.close();
        chain.close();
        assert_eq!(chain.state.market.requests().count(), 0, "{expiry:?}");
        assert_eq!(chain.state.market.waiting_count(), 0, "{expiry:?}");
        let freed = if expiry == Duration::Epochs(1) { 2 } else { 1 };
        assert_eq!(chain.deposit("cust", 0), None, "closed {freed} epochs later at the latest");
        assert_eq!(chain.locked("cust", LockKind::Deposit), 0);
        assert_eq!(chain.balance("cust"), RICH - 75);
    }
}

#[test]
fn a_closing_deposit_waits_for_its_request() {
    let mut parameters = rules();
    let expiry = Duration::Epochs(1);
    parameters.market.escrow = Some(EscrowRules { default_max_units: 20, expiry });
    let mut chain = ready(parameters);
    chain.ok("cust", open(1, 0, "alice", 10, None));
    chain.ok("cust", close_deposit(0));
    chain.close();
    assert_eq!(deposit(&chain), (0, 150, 850), "its end is over, but a request is open");
    chain.ok("alice", finish("cust", 1, 10, 10));
    chain.close();
    assert_eq!(chain.deposit("cust", 0), None);
    assert_eq!(chain.spendable("cust"), RICH - 100);
}

#[test]
fn every_way_to_be_refused() {
    let mut parameters = rules();
    parameters.work.challenge_window = Duration::Milliseconds(DAY_MS / 4);
    let mut chain = ready(parameters);
    chain.ok("hunter", prepay_limited(0, 1_000, 4));
    chain.ok("j3", prepay(0, 1_000));
    chain.ok("cust", open(1, 0, "alice", 10, None));
    chain.ok("j3", open(1, 0, "alice", 10, None));
    chain.ok("alice", finish("j3", 1, 10, 5));
    let huge = 1_u64 << 32;
    chain.ok("alice", prepay(0, 1_000));
    chain.block(vec![("carol", join("cust", None)), ("carol", node(1, &[0]))]);
    let rows: Vec<(&str, &str, Message, u16)> = vec![
        ("unknown model", "cust", open(2, 9, "alice", 1, None), 902),
        ("no units", "cust", open(2, 0, "alice", 0, Some(0)), 908),
        ("too many units", "cust", open(2, 0, "alice", 1, Some(huge)), 908),
        ("more than 2^64 units", "cust", open(2, 0, "alice", u64::MAX, Some(1)), 1),
        ("a model not served", "cust", open(2, 1, "alice", 1, None), 909),
        ("no participant", "cust", open(2, 0, "hunter", 1, None), 909),
        ("never seen", "cust", open(2, 0, "nobody", 1, None), 909),
        ("above the cap", "cust", open(2, 0, "alice", huge - 1, Some(1)), 913),
        ("more than the deposit", "cust", open(2, 0, "alice", 151, None), 905),
        ("no deposit", "buyer", open(2, 0, "alice", 1, None), 903),
        ("above the limit", "hunter", open(2, 0, "alice", 1, None), 904),
        ("opened twice", "cust", open(1, 0, "bob", 1, None), 910),
        ("another provider", "bob", finish("cust", 1, 1, 1), 911),
        ("the customer itself", "cust", finish("cust", 1, 1, 1), 916),
        ("with oneself", "alice", open(2, 0, "alice", 1, None), 916),
        ("with whoever says one is its recipient", "cust", open(2, 0, "carol", 1, None), 916),
        ("that one's answer", "carol", finish("cust", 2, 1, 1), 916),
        ("answered twice", "alice", finish("j3", 1, 1, 1), 912),
        ("an answer above 2^32", "alice", finish("cust", 1, 1, huge + 1), 908),
        ("an answer above the cap", "alice", finish("cust", 1, 1, huge), 913),
        ("an unknown customer", "alice", finish("nobody", 1, 1, 1), 918),
        ("an answer of no participant", "hunter", finish("cust", 2, 1, 1), 909),
        ("no judge", "hunter", refute("j3", 1), 915),
        ("not answered", "j1", refute("cust", 1), 914),
        ("never opened", "j1", refute("cust", 2), 914),
        ("an unknown customer's", "j1", refute("nobody", 2), 914),
        ("a judge of its own request", "j3", refute("j3", 1), 916),
    ];
    for (what, who, message, code) in rows {
        assert_eq!(chain.refused(who, message), code, "{what}");
    }
    wait(&mut chain, DAY_MS / 4);
    assert_eq!(chain.refused("j1", refute("j3", 1)), 914, "its window is over");
    let mut none = ready(parameters_without());
    assert_eq!(none.refused("cust", open(1, 0, "alice", 1, None)), 907);
    assert_eq!(none.refused("alice", finish("cust", 1, 1, 1)), 907);
}

/// A request of whose number there can be many.
fn ask(number: u64, units: u64) -> Message {
    let mut bytes = [9; 32];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    Message::OpenEscrow(OpenEscrow {
        id: Hash(bytes),
        model: ModelId(0),
        provider: address("alice"),
        prompt_units: units,
        max_units: Some(0),
    })
}

/// Nobody can see whether a customer sent what it says it asked: it can blame a provider for as
/// many requests as that answered it, and for none of another customer's.
#[test]
fn requests_never_sent_are_no_misses() {
    let mut chain = ready(rules());
    chain.ok("alice", put_collateral(1_000));
    chain.prove(&[("alice", 0, 100), ("bob", 0, 100)]);
    chain.close();
    chain.ok("buyer", prepay(0, 1_000));
    chain.block(vec![
        ("cust", open(1, 0, "alice", 1, None)),
        ("cust", open(2, 0, "alice", 1, None)),
        ("alice", finish("cust", 1, 1, 0)),
        ("alice", finish("cust", 2, 1, 0)),
    ]);
    let framing = |who| (0..20).map(|number| (who, ask(number, 1))).collect();
    chain.block(framing("buyer"));
    wait(&mut chain, DAY_MS / 12);
    assert_eq!(missed(&chain, "alice"), 0, "buyer was never answered");
    chain.block(framing("cust"));
    let applied = wait(&mut chain, DAY_MS / 12);
    assert_eq!(missed(&chain, "alice"), 2, "of 20: as many as were answered");
    let counted =
        |event: &&Event| matches!(event, Event::Market(MarketEvent::Missed { counts: true, .. }));
    assert_eq!(applied.events.iter().filter(counted).count(), 2);
    assert_eq!(deposit(&chain), (10, 0, 990), "all of the others is free again");
    chain.close();
    chain.block(framing("cust"));
    wait(&mut chain, DAY_MS / 12);
    assert_eq!(missed(&chain, "alice"), 0, "counted anew");
}

/// Reporters do not see requests in escrow: what expired comes on top of what they report.
#[test]
fn expired_requests_add_to_reported_misses() {
    let mut parameters = rules();
    parameters.work.challenge_window = Duration::Milliseconds(1_000);
    let mut chain = ready(parameters);
    chain.ok("cust", open(1, 0, "alice", 1, None));
    chain.ok("alice", finish("cust", 1, 1, 0));
    chain.ok("cust", open(2, 0, "alice", 1, None));
    let participant = address("alice");
    let report = ReportMisses { epoch: 0, participant, missed: 3 };
    let key = MissKey { epoch: 0, participant, reporter: address("r1") };
    chain.ok("r1", Message::ReportMisses(report.clone()));
    chain.ok("r2", attest(vec![(ReportRef::Misses(key), content("misses", &report))]));
    wait(&mut chain, DAY_MS / 12);
    let inputs = chain.close().closed.unwrap().inputs;
    let row = inputs.participants.row(inputs.participants.find(&participant).unwrap()).unwrap();
    assert_eq!((row.requests, row.missed), (1, 4));
}

/// While no block is made nobody can answer: what comes in the first one after that is in time.
#[test]
fn an_answer_after_a_halt_is_in_time() {
    let mut chain = ready(rules());
    chain.ok("cust", open(1, 0, "alice", 10, None));
    chain.ok("cust", open(2, 0, "alice", 10, None));
    let later = chain.now() + DAY_MS / 6;
    let applied = chain.apply(later, vec![("alice", finish("cust", 1, 10, 5))], Vec::new());
    assert_eq!(applied.results[0], Ok(()));
    assert_eq!(deposit(&chain), (75, 0, 925), "paid; the other expired after it");
    let tally = chain.state.work.tally(chain.handle("alice"));
    assert_eq!((tally.requests, tally.expired), (1, 1));
}

/// A block ends 4,096 deadlines, the next one the others; so does a close.
#[test]
fn a_block_ends_no_more_than_it_can() {
    for closing in [false, true] {
        let mut chain = ready(rules());
        chain.ok("cust", prepay(0, 30_000));
        chain.block((0..5_000).map(|number| ("cust", ask(number, 1))).collect());
        assert_eq!(chain.state.market.requests().count(), 5_000);
        if closing {
            chain.close();
        } else {
            wait(&mut chain, DAY_MS / 12);
        }
        assert_eq!(chain.state.market.requests().count(), 5_000 - 4_096);
        assert_eq!(deposit(&chain), (0, 904 * 5, 31_000 - 904 * 5));
        chain.ok("cust", ask(5_000, 1));
        assert_eq!(deposit(&chain), (0, 5, 30_995));
    }
}

fn parameters_without() -> Parameters {
    Parameters { market: Market { escrow: None, ..rules().market }, ..rules() }
}

/// What random lives do: who, which request, what, how many units.
type Act = (u8, u8, u8, u16);

fn act(chain: &Chain, (who, number, what, units): Act) -> (&'static str, Message) {
    let customer = ["cust", "buyer"][usize::from(who % 2)];
    let (number, units) = (number % 5, u64::from(units % 60));
    // Mostly whom the customer asks; now and then another.
    let provider = ["alice", "bob"][usize::from(number % 2) ^ usize::from(who > 240)];
    match what % 12 {
        0..=2 => (customer, open(number, 0, provider, units / 9, Some(u64::from(what / 12)))),
        3..=6 => (provider, finish(customer, number, units % 7, units / 4)),
        7..=9 => (["j1", "j2", "j3"][usize::from(who / 2 % 3)], refute(customer, number)),
        10 if units == 0 => (customer, close_deposit(0)),
        _ => (provider, proof_message(chain, units + 1)),
    }
}

fn proof_message(chain: &Chain, weight: u64) -> Message {
    Message::SubmitComputeProof(proof(chain.epoch(), 0, weight))
}

/// An oracle of escrow: what each request reserved must come back as payment and refund.
#[derive(Default)]
struct Oracle {
    open: BTreeMap<(String, Hash), u128>,
    escrowed: u128,
    paid: u128,
    refunded: u128,
}

impl Oracle {
    fn see(&mut self, applied: &Applied) {
        for event in &applied.events {
            let Event::Market(event) = event else { continue };
            match event {
                MarketEvent::Opened { customer, id, escrow, .. } => {
                    let old = self.open.insert((customer.to_string(), *id), escrow.get());
                    assert_eq!(old, None, "opened while open");
                    self.escrowed += escrow.get();
                }
                MarketEvent::Answered { customer, id, paid, refunded, .. } => {
                    let escrow = self.open.remove(&(customer.to_string(), *id));
                    assert_eq!(escrow, Some(paid.get() + refunded.get()), "paid once, exactly");
                    self.paid += paid.get();
                    self.refunded += refunded.get();
                }
                MarketEvent::Missed { customer, id, refunded, .. } => {
                    let escrow = self.open.remove(&(customer.to_string(), *id));
                    assert_eq!(escrow, Some(refunded.get()), "all of it");
                    self.refunded += refunded.get();
                }
                _ => (),
            }
        }
    }
}

proptest! {
    #![proptest_config(crate::properties::cases(60))]

    /// Over random lives, with answers before requests, replays, expiry and refutation: paid +
    /// refunded == escrowed, the ledger is what its postings say, nothing is created or stuck, and
    /// a reverted block leaves nothing behind.
    #[test]
    fn escrow_conserves(
        blocks in prop::collection::vec(
            (0_u64..16, prop::collection::vec(any::<Act>(), 0..9)), 1..50),
    ) {
        let mut chain = ready(crate::refuted_answers::patient(rules()));
        chain.ok("buyer", prepay(0, 500));
        let mut books = Books::open(&chain.state);
        let mut oracle = Oracle::default();
        for (pace, acts) in blocks {
            let messages = acts.into_iter().map(|wish| act(&chain, wish)).collect();
            let before = rows_of(&chain.state);
            // Half an hour, of two that an answer may take; now and then a day.
            let step = if pace == 0 { DAY_MS } else { DAY_MS / 48 };
            let at = chain.now() + step;
            let applied = chain.apply(at, messages, Vec::new());
            oracle.see(&applied);
            books.enter(&applied.postings);
            books.assert_match(&chain.state);
            let after = rows_of(&chain.state);
            let undo = chain.undo.take().unwrap();
            let redo = chain.state.export().unwrap();
            prop_assert!(chain.state.revert(undo));
            prop_assert!(rows_of(&chain.state) == before, "reverted");
            chain.state = workmint_core::State::import(&redo).unwrap();
            prop_assert!(rows_of(&chain.state) == after);
        }
        for _ in 0..3 {
            oracle.see(&chain.close());
        }
        prop_assert!(oracle.open.is_empty(), "nothing is stuck");
        prop_assert_eq!(oracle.paid + oracle.refunded, oracle.escrowed);
        prop_assert_eq!(chain.state.market.requests().count(), 0);
        for customer in ["cust", "buyer"] {
            let reserved = chain.deposit(customer, 0).map_or(0, |deposit| deposit.reserved.get());
            prop_assert_eq!(reserved, 0);
        }
    }
}
