//! Sessions and the market's fee: redeeming, replays, races to the end, and where fees go.

use crate::kit::*;
use proptest::prelude::*;
use workmint_core::modules::ledger::{LockKind, Pot};
use workmint_core::modules::market::{
    CloseSession, Event as MarketEvent, OpenSession, RedeemVoucher, SessionEvent, TopUpSession,
    Voucher,
};
use workmint_core::modules::parameters::*;
use workmint_core::time::{DAY_MS, Deadline, Duration};
use workmint_core::{Applied, Event, Hash, Message};

const HOUR: u64 = DAY_MS / 24;

/// Sessions of at most 12 hours, an hour to redeem after a close; 10 % fee, split 40/30/20/10.
fn rules() -> Parameters {
    let mut parameters = parameters();
    parameters.market.sessions = Some(SessionRules {
        close_window: Duration::Milliseconds(HOUR),
        max_length: Duration::Milliseconds(12 * HOUR),
    });
    let part = |to, share| FeeShare { to, share: ratio(share) };
    parameters.market.fee = Some(MarketFee {
        rate: ratio("0.1"),
        split: vec![
            part(FeeTo::Burn, "0.4"),
            part(FeeTo::Pot(name("providers")), "0.3"),
            part(FeeTo::Treasury, "0.2"),
            part(FeeTo::Pot(name("liquidity")), "0.1"),
        ],
    });
    parameters
}

fn ready() -> Chain {
    let mut chain = Chain::new(rules());
    chain.register(&[("alice", &[0]), ("bob", &[0])]);
    chain
}

pub(crate) fn open_for(provider: &str, deposit: u128, expires: Option<Deadline>) -> Message {
    Message::OpenSession(OpenSession {
        provider: address(provider),
        model: ModelId(0),
        deposit: amount(deposit),
        max_price: None,
        expires,
    })
}

fn open(deposit: u128) -> Message {
    open_for("alice", deposit, None)
}

fn top_up(session: u64, added: u128) -> Message {
    Message::TopUpSession(TopUpSession { session, amount: amount(added) })
}

fn voucher(chain: &Chain, customer: &str, session: u64, cumulative: u128) -> Voucher {
    Voucher {
        chain_id: 7,
        genesis: chain.state.chain().genesis,
        session,
        cumulative: amount(cumulative),
        signer: address(customer),
    }
}

pub(crate) fn redeem(chain: &Chain, session: u64, cumulative: u128) -> Message {
    let voucher = voucher(chain, "cust", session, cumulative);
    Message::RedeemVoucher(RedeemVoucher { customer: address("cust"), voucher })
}

fn close(session: u64) -> Message {
    Message::CloseSession(CloseSession { customer: address("cust"), session })
}

fn is_open(chain: &Chain, session: u64) -> bool {
    chain.state.market.session(chain.handle("cust"), session).is_some()
}

fn wait(chain: &mut Chain, milliseconds: u64) -> Applied {
    let at = chain.now() + milliseconds;
    chain.apply(at, Vec::new(), Vec::new())
}

/// Paid, fee, refunded of the sessions that ended in a block.
fn ended(applied: &Applied) -> Vec<(u128, u128, u128)> {
    let of = |event: &Event| match event {
        Event::Market(MarketEvent::Session(SessionEvent::Ended {
            paid, fee, refunded, ..
        })) => Some((paid.get(), fee.get(), refunded.get())),
        _ => None,
    };
    applied.events.iter().filter_map(of).collect()
}

#[test]
fn vouchers_pay_the_growth_of_their_sum() {
    let mut chain = ready();
    let alice = chain.balance("alice");
    chain.ok("cust", open(1_000));
    assert_eq!(chain.locked("cust", LockKind::Session), 1_000);
    chain.ok("alice", redeem(&chain, 0, 105));
    assert_eq!((chain.balance("alice") - alice, chain.pot(&Pot::MarketFees)), (94, 11));
    chain.ok("alice", redeem(&chain, 0, 110));
    assert_eq!(chain.balance("alice") - alice, 99, "ceil(11.0) - 11: the fee is of the sum");
    assert_eq!(chain.pot(&Pot::MarketFees), 11);
    chain.ok("alice", redeem(&chain, 0, 5_000));
    assert_eq!(chain.balance("alice") - alice, 900, "never above the deposit");
    let applied = chain.ok("alice", close(0));
    assert_eq!(ended(&applied), [(900, 100, 0)]);
    assert_eq!(chain.locked("cust", LockKind::Session), 0);
    assert!(!is_open(&chain, 0));
}

#[test]
fn a_voucher_is_worth_something_once() {
    let mut chain = ready();
    chain.block(vec![("cust", open(1_000)), ("cust", open(500))]);
    chain.ok("alice", redeem(&chain, 0, 300));
    assert_eq!(chain.refused("alice", redeem(&chain, 0, 300)), 978, "redeemed twice");
    assert_eq!(chain.refused("alice", redeem(&chain, 0, 299)), 978, "stale");
    chain.ok("alice", close(0));
    assert_eq!(chain.refused("alice", redeem(&chain, 0, 900)), 973, "the session has ended");
    chain.ok("cust", open(1_000));
    assert!(is_open(&chain, 2), "its number is not used again");
    assert_eq!(chain.refused("alice", redeem(&chain, 0, 900)), 973);
    assert_eq!(chain.refused("alice", redeem(&chain, 7, 1)), 973, "never opened");
}

#[test]
fn a_voucher_is_of_one_chain_one_signer_one_provider() {
    let mut chain = ready();
    chain.ok("cust", open(1_000));
    let good = voucher(&chain, "cust", 0, 100);
    let send =
        |voucher| Message::RedeemVoucher(RedeemVoucher { customer: address("cust"), voucher });
    assert_eq!(chain.refused("alice", send(Voucher { chain_id: 8, ..good })), 977);
    assert_eq!(chain.refused("alice", send(Voucher { genesis: Hash([9; 32]), ..good })), 977);
    let forged = Voucher { signer: address("alice"), ..good };
    assert_eq!(chain.refused("alice", send(forged)), 976);
    assert_eq!(chain.refused("bob", send(good)), 975, "another provider's");
    assert_eq!(chain.refused("cust", send(good)), 975);
    chain.ok("alice", send(good));
}

#[test]
fn a_session_can_grow_but_not_shrink() {
    let mut chain = ready();
    chain.ok("cust", open(100));
    chain.ok("alice", redeem(&chain, 0, 250));
    assert_eq!(chain.refused("alice", redeem(&chain, 0, 250)), 978);
    chain.ok("cust", top_up(0, 100));
    chain.ok("alice", redeem(&chain, 0, 250));
    assert_eq!(chain.pot(&Pot::MarketFees), 20, "200 of the 250 are there");
    assert_eq!(chain.refused("cust", top_up(0, 0)), 901);
    assert_eq!(chain.refused("buyer", top_up(0, 5)), 973, "sessions are the sender's own");
    chain.ok("cust", close(0));
    assert_eq!(chain.refused("cust", top_up(0, 5)), 974);
}

#[test]
fn a_customers_close_leaves_time_to_redeem() {
    let mut chain = ready();
    chain.ok("cust", open(1_000));
    chain.ok("cust", close(0));
    assert_eq!(chain.refused("cust", close(0)), 974);
    assert_eq!(chain.refused("buyer", close(0)), 975);
    chain.ok("alice", redeem(&chain, 0, 400));
    wait(&mut chain, HOUR - 10_000);
    assert!(is_open(&chain, 0), "the window is not over");
    // In the block of the deadline a voucher is still in time: it runs before the end.
    let late = redeem(&chain, 0, 500);
    let at = chain.now() + 20_000;
    let applied = chain.apply(at, vec![("alice", late)], Vec::new());
    assert_eq!(applied.results, [Ok(())]);
    assert_eq!(ended(&applied), [(450, 50, 500)]);
    assert_eq!(chain.refused("alice", redeem(&chain, 0, 600)), 973);
    assert_eq!(chain.refused("cust", close(0)), 973, "it is refunded once");
}

#[test]
fn a_session_expires_even_while_it_closes() {
    let mut chain = ready();
    let soon = Deadline::Time(chain.now() + HOUR / 2);
    chain.ok("cust", open_for("alice", 70, Some(soon)));
    chain.ok("cust", open(30));
    chain.ok("cust", close(0));
    assert_eq!(ended(&wait(&mut chain, HOUR / 2)), [(0, 0, 70)], "before the close window is over");
    assert!(ended(&wait(&mut chain, HOUR)).is_empty(), "and only once");
    assert_eq!(ended(&wait(&mut chain, 12 * HOUR)), [(0, 0, 30)], "silence gains nobody anything");
    let balance = chain.spendable("cust");
    assert_eq!(balance, RICH, "everything is back");
}

#[test]
fn what_cannot_be_opened() {
    let mut chain = ready();
    let now = chain.now();
    assert_eq!(chain.refused("cust", open(0)), 901);
    assert_eq!(chain.refused("cust", open_for("carol", 5, None)), 971, "no participant");
    assert_eq!(chain.refused("alice", open(5)), 916, "with itself");
    for end in [now, now + 13 * HOUR] {
        let message = open_for("alice", 5, Some(Deadline::Time(end)));
        assert_eq!(chain.refused("cust", message), 972);
    }
    let message = open_for("alice", 5, Some(Deadline::Epoch(1)));
    assert_eq!(chain.refused("cust", message), 972, "counted in another way");
    assert!(matches!(chain.refused("cust", open(RICH + 1)), 100..200), "more than it has");
    let Message::OpenSession(asked) = open(5) else { unreachable!() };
    let cheap = OpenSession { max_price: Some(amount(4)), ..asked };
    assert_eq!(chain.refused("cust", Message::OpenSession(cheap)), 904, "a unit costs 5");
    let unknown = OpenSession { model: ModelId(9), ..asked };
    assert_eq!(chain.refused("cust", Message::OpenSession(unknown)), 902);
    let mut without = Chain::new(parameters());
    without.register(&[("alice", &[0])]);
    assert_eq!(without.refused("cust", open(5)), 970);
}

/// A session opened under other parameters keeps its fee and its window.
#[test]
fn terms_are_locked() {
    let mut chain = ready();
    let mut changed = rules();
    changed.market.sessions = None;
    changed.market.fee.as_mut().unwrap().rate = ratio("0.01");
    let parameters = Box::new(changed);
    let schedule = ScheduleParameters { epoch: 1, parameters };
    chain.ok("friend", Message::ScheduleParameters(schedule));
    let evening = START + DAY_MS - HOUR;
    let applied = chain.apply(evening, vec![("cust", open(1_000))], Vec::new());
    assert_eq!(applied.results, [Ok(())]);
    chain.close();
    assert_eq!(chain.refused("cust", open(1_000)), 970, "there are none any more");
    let alice = chain.balance("alice");
    chain.ok("alice", redeem(&chain, 0, 100));
    assert_eq!(chain.pot(&Pot::MarketFees), 10, "the rate of its opening");
    assert_eq!(chain.balance("alice") - alice, 90);
    chain.ok("cust", close(0));
    assert_eq!(ended(&wait(&mut chain, HOUR)), [(90, 10, 900)], "the window of its opening");
}

#[test]
fn fees_are_split_at_the_close() {
    let mut chain = ready();
    chain.ok("cust", open(1_000));
    chain.ok("alice", redeem(&chain, 0, 130));
    assert_eq!(chain.pot(&Pot::MarketFees), 13);
    let burned = chain.burned();
    let applied = chain.close();
    // Cumulative floors of 13 at 0.4, 0.7, 0.9, 1: 5, 9, 11, 13.
    assert_eq!(chain.burned() - burned, 5);
    assert_eq!(chain.pot(&Pot::Named(name("providers"))), 4);
    assert_eq!(chain.pot(&Pot::Treasury), 2);
    assert_eq!(chain.pot(&Pot::Named(name("liquidity"))), 2);
    assert_eq!(chain.pot(&Pot::MarketFees), 0);
    let inputs = &applied.closed.as_ref().unwrap().inputs;
    assert_eq!(inputs.burned_fees, amount(5), "it limits budgets as flat fees do");
    let totals = chain.state.market.fees();
    assert_eq!((totals.collected, totals.split), (amount(13), amount(13)));
}

/// Fees of another asset than the flat fee's are no measure for its streams.
#[test]
fn burned_fees_of_another_asset_do_not_count() {
    let mut parameters = rules();
    parameters.fees.asset = USD;
    let mut chain = Chain::new(parameters);
    chain.register(&[("alice", &[0])]);
    chain.ok("cust", open(1_000));
    chain.ok("alice", redeem(&chain, 0, 130));
    let applied = chain.close();
    assert_eq!(applied.closed.as_ref().unwrap().inputs.burned_fees, amount(0));
    assert_eq!(chain.burned(), 5);
}

/// Checks every session that ended in a block against the book: deposit, taken, whether it is over.
fn note_ends(book: &mut [(u128, u128, bool)], applied: &Applied) {
    for event in &applied.events {
        if let Event::Market(MarketEvent::Session(SessionEvent::Ended {
            session,
            paid,
            fee,
            refunded,
            ..
        })) = event
        {
            let (deposit, taken, over) = &mut book[usize::try_from(*session).unwrap()];
            assert!(!*over, "it ends once");
            *over = true;
            assert_eq!(fee.get(), taken.div_ceil(10));
            assert_eq!(paid.get(), *taken - taken.div_ceil(10));
            assert_eq!(refunded.get(), *deposit - *taken);
        }
    }
}

/// Random sessions against a ledger of our own: after every block each sum is conserved (the kit
/// and the engine check that), each session ends once with paid + fee + refunded == deposited, and
/// the fee is that of the whole, however it was cut.
fn live(wishes: &[(u8, u8, u16)]) {
    let mut chain = ready();
    let mut book: Vec<(u128, u128, bool)> = Vec::new();
    let start = (chain.balance("alice"), chain.balance("cust"));
    for (what, whom, size) in wishes {
        let number = u64::from(*whom) % (book.len() as u64 + 1);
        let size = u128::from(*size);
        let (who, message) = match what % 6 {
            0 => ("cust", open(size)),
            1 => ("cust", top_up(number, size)),
            2 | 3 => ("alice", redeem(&chain, number, size)),
            4 => (if whom % 2 == 0 { "cust" } else { "alice" }, close(number)),
            _ => ("alice", redeem(&chain, number, size % 7)),
        };
        let at = chain.now() + u64::from(*whom) * HOUR / 60;
        let applied = chain.apply(at, vec![(who, message)], Vec::new());
        let ok = applied.results[0].is_ok();
        let row = usize::try_from(number).unwrap();
        match what % 6 {
            0 if ok => book.push((size, 0, false)),
            1 if ok => book[row].0 += size,
            2 | 3 if ok => book[row].1 = size.min(book[row].0),
            5 if ok => book[row].1 = (size % 7).min(book[row].0),
            _ => {}
        }
        note_ends(&mut book, &applied);
    }
    let applied = wait(&mut chain, 13 * HOUR);
    note_ends(&mut book, &applied);
    assert_eq!(chain.state.market.sessions().count(), 0, "all have an end");
    let fees: u128 = book.iter().map(|(_, taken, _)| taken.div_ceil(10)).sum();
    let taken: u128 = book.iter().map(|(_, taken, _)| taken).sum();
    assert!(book.iter().all(|(_, _, over)| *over));
    assert_eq!(chain.balance("alice") - start.0, taken - fees);
    assert_eq!(start.1 - chain.balance("cust"), taken);
    assert_eq!(chain.state.market.fees().collected.get(), fees);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn random_sessions_lose_nothing(
        wishes in prop::collection::vec((any::<u8>(), any::<u8>(), 0..2_000_u16), 1..120)
    ) {
        live(&wishes);
    }
}
