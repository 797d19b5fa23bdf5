//! Attacks on jobs: offers that are not meant, disputes for a price, garbage, judges made unfit.

use crate::jobs::judge;
use crate::jobs::*;
use crate::kit::*;
use workmint_core::modules::ledger::Pot;
use workmint_core::modules::market::jobs::{Message as Job, Outcome, WithdrawOffer};
use workmint_core::modules::market::{OpenSession, RedeemVoucher, Voucher};
use workmint_core::modules::parameters::*;
use workmint_core::modules::pricing::price;
use workmint_core::modules::registry::{ConfirmTie, RegisterParticipant, SetRecipient};
use workmint_core::modules::stake::WithdrawStake;
use workmint_core::time::{DAY_MS, Duration};
use workmint_core::{Message, State};

/// Ten units for each staked unit; prices move hourly, at most by half.
fn backed() -> Parameters {
    let mut parameters = rules();
    parameters.stake.as_mut().unwrap().capacity = Some(ratio("10"));
    let moves = PriceMoves {
        steps_per_epoch: 24,
        largest_step: ratio("0.5"),
        minimum: amount(1),
        maximum: amount(100_000),
    };
    parameters.pricing = Pricing::Imbalance(Imbalance { elasticity: ratio("0.5"), moves });
    parameters
}

fn withdraw(units: u128) -> Message {
    Message::WithdrawStake(WithdrawStake { amount: amount(units) })
}

fn away() -> Message {
    Message::Job(Job::WithdrawOffer(WithdrawOffer { model: ModelId(0) }))
}

fn capacity(chain: &Chain) -> u64 {
    chain.state.market.jobs.capacity(ModelId(0))
}

fn supply(chain: &Chain) -> u128 {
    chain.state.market.jobs.supplies().values().sum()
}

fn quoted(state: &State) -> u128 {
    price(state, &backed(), ModelId(0)).unwrap().get()
}

/// alice and bob stake 1,000 each and offer 1,000 units: 10,000 are backed.
#[test]
fn an_offer_is_worth_what_is_staked_for_it() {
    let mut chain = ready(backed());
    assert_eq!(chain.refused("alice", offer(0, 0, 10_001)), 954);
    chain.ok("alice", offer(0, 0, 9_000));
    assert_eq!(chain.refused("alice", offer(1, 0, 1_001)), 954, "all offers together");
    chain.ok("alice", offer(1, 0, 1_000));
    assert_eq!(capacity(&chain), 10_000);
    // Nothing stays of an offer whose stake goes.
    chain.ok("alice", withdraw(1));
    assert_eq!(capacity(&chain), 1_000, "bob's");
    assert_eq!(chain.state.market.jobs.offers_of(chain.handle("alice")).count(), 0);
    chain.ok("alice", offer(0, 0, 9_990));
    chain.ok("alice", withdraw(999));
    assert_eq!(capacity(&chain), 1_000);
}

#[test]
fn a_slash_ends_the_offers_it_no_longer_backs() {
    let mut chain = ready(backed());
    chain.ok("alice", offer(0, 0, 10_000));
    chain.ok("cust", created(create(100, Some("alice"))));
    chain.ok("alice", accept("cust", 0));
    wait(&mut chain, HOUR);
    assert_eq!(capacity(&chain), 1_000, "950 staked back 9,500");
}

#[test]
fn a_higher_minimum_ends_the_offers_below_it_at_the_close() {
    let mut chain = ready(rules());
    chain.ok("bob", stake(5_000));
    let mut changed = rules();
    changed.stake.as_mut().unwrap().minimum = amount(2_000);
    let parameters = Box::new(changed);
    let epoch = chain.state.chain().epoch + 1;
    chain.ok("friend", Message::ScheduleParameters(ScheduleParameters { epoch, parameters }));
    chain.close();
    chain.close();
    assert_eq!(capacity(&chain), 1_000, "bob's");
}

/// Without work the price falls by a half each hour down to the offers that are meant; away for the
/// moment of the step or not, it falls the same.
#[test]
fn an_offer_that_is_away_at_the_step_moves_no_price() {
    let hours = |leaves: bool| {
        let mut chain = ready(backed());
        let mut prices = Vec::new();
        for _ in 0..6 {
            if leaves {
                for who in ["alice", "bob"] {
                    chain.ok(who, away());
                }
            }
            chain.apply(chain.now() + HOUR, Vec::new(), Vec::new());
            prices.push(quoted(&chain.state));
            if leaves {
                for who in ["alice", "bob"] {
                    chain.ok(who, offer(0, 0, 1_000));
                }
            }
        }
        prices
    };
    let honest = hours(false);
    assert!(honest.last() < honest.first(), "{honest:?}");
    assert_eq!(hours(true), honest);
}

/// Rewards for availability follow what was sold of what was offered: lowering an offer after
/// selling 100 of 2,000 leaves the 2,000.
#[test]
fn an_offer_lowered_before_the_close_counts_as_it_was() {
    let mut chain = ready(rules());
    assert_eq!(supply(&chain), 2_000);
    chain.ok("alice", offer(0, 0, 1));
    chain.ok("bob", away());
    assert_eq!((capacity(&chain), supply(&chain)), (1, 2_000));
    let restored = State::import(&chain.state.export().unwrap()).unwrap();
    let supplies: u128 = restored.market.jobs.supplies().values().sum();
    assert_eq!(supplies, 2_000, "a snapshot knows it too");
    chain.ok("bob", offer(0, 0, 1_500));
    assert_eq!(supply(&chain), 2_500);
    chain.close();
    assert_eq!(supply(&chain), 1_501);
}

/// Reveal and dispute in one block: measurements count all the same. True quality is 1.5: 80 units
/// cost 600.
#[test]
fn a_dispute_at_once_does_not_make_quality_1() {
    let mut chain = accepted();
    let message = reveal(&chain, "alice", ("cust", 0), 80);
    chain.block(vec![("alice", message), ("cust", dispute(0))]);
    for reporter in ["r1", "r2"] {
        chain.ok(reporter, measure("cust", 0, 900, 1_500));
    }
    chain.ok("alice", evidence("cust", 0));
    chain.ok("j1", judge("cust", 0, false));
    let applied = chain.ok("j2", judge("cust", 0, false));
    assert_eq!(ends(&applied), [(Outcome::ProviderWon, 540, 60, 150)]);
    // Honest, it would have cost 600; the dispute costs its bond of 75 besides.
    assert_eq!(gains(&chain).0, -600 - 75);
}

/// Who did nothing loses no less by revealing garbage than by silence.
#[test]
fn garbage_is_no_cheaper_than_silence() {
    let mut silent = accepted();
    wait(&mut silent, HOUR);
    let mut garbage = accepted();
    let message = reveal(&garbage, "alice", ("cust", 0), 80);
    garbage.block(vec![("alice", message), ("cust", dispute(0))]);
    wait(&mut garbage, HOUR);
    assert_eq!(gains(&silent).1, -75 - 50);
    assert_eq!(gains(&garbage).1, gains(&silent).1);
}

/// The judges' owner is "boss". A party that names boss as its recipient ties itself to nobody:
/// boss has confirmed the judges, not the party.
#[test]
fn a_party_cannot_make_its_judges_and_reporters_unfit() {
    let mut chain = Chain::new(rules());
    let owner = address("boss");
    for who in ["j1", "j2", "r1", "r2"] {
        let join = RegisterParticipant { owner, validator: None };
        chain.ok(who, Message::RegisterParticipant(join));
        chain.ok("boss", Message::ConfirmTie(ConfirmTie { participant: address(who) }));
    }
    chain.register(&[("alice", &[0])]);
    chain.block(vec![("alice", stake(1_000)), ("alice", offer(0, 0, 1_000))]);
    chain.ok("cust", created(create(100, None)));
    chain.ok("alice", accept("cust", 0));
    let message = reveal(&chain, "alice", ("cust", 0), 80);
    chain.ok("alice", message);
    let recipient = address("boss");
    chain.ok("alice", Message::SetRecipient(SetRecipient { recipient }));
    chain.ok("r1", measure("cust", 0, 900, 1_000));
    chain.ok("cust", dispute(0));
    chain.ok("alice", evidence("cust", 0));
    chain.ok("j1", judge("cust", 0, true));
    let applied = chain.ok("j2", judge("cust", 0, true));
    assert_eq!(ends(&applied), [(Outcome::CustomerWon, 0, 0, 750)]);
}

/// A session pays the fee it was opened under; once the market has none, that goes to the treasury.
#[test]
fn fees_of_old_sessions_go_to_the_treasury_once_there_are_none() {
    let mut parameters = rules();
    let length = Duration::Milliseconds(9 * DAY_MS);
    parameters.market.sessions =
        Some(SessionRules { close_window: Duration::Milliseconds(HOUR), max_length: length });
    let mut changed = parameters.clone();
    changed.market.fee = None;
    let mut chain = ready(parameters);
    let session = OpenSession {
        provider: address("alice"),
        model: ModelId(0),
        deposit: amount(1_000),
        max_price: None,
        expires: None,
    };
    chain.ok("cust", Message::OpenSession(session));
    let epoch = chain.state.chain().epoch + 1;
    let message = ScheduleParameters { epoch, parameters: Box::new(changed) };
    chain.ok("friend", Message::ScheduleParameters(message));
    chain.close();
    let voucher = Voucher {
        chain_id: 7,
        genesis: chain.state.chain().genesis,
        session: 0,
        cumulative: amount(1_000),
        signer: address("cust"),
    };
    chain.ok("alice", Message::RedeemVoucher(RedeemVoucher { customer: address("cust"), voucher }));
    assert_eq!(chain.pot(&Pot::MarketFees), 100);
    chain.close();
    assert_eq!((chain.pot(&Pot::MarketFees), chain.pot(&Pot::Treasury)), (0, 100));
}
