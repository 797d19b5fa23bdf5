//! Stake, probes, tiers, jobs, a session and the pool through closes: every amount by hand.

use crate::jobs::*;
use crate::kit::*;
use crate::whole_market::{everything, whole_chain};
use workmint_core::modules::attestation::{AttestHeartbeats, AttestTier, RequestTier};
use workmint_core::modules::exchange::AddLiquidity;
use workmint_core::modules::ledger::Pot;
use workmint_core::modules::market::{CloseSession, OpenSession, RedeemVoucher, Voucher};
use workmint_core::modules::parameters::*;
use workmint_core::modules::stake::{self, DepositStake};
use workmint_core::time::DAY_MS;
use workmint_core::{Applied, Hash, Message};

fn add(first: u128, second: u128) -> Message {
    let amounts = (amount(first), amount(second));
    Message::AddLiquidity(AddLiquidity { amounts, min_shares: 0, deadline: u64::MAX })
}

fn lock(units: u128, days: u64) -> Message {
    Message::DepositStake(DepositStake { amount: amount(units), lock_ms: days * DAY_MS })
}

fn probe(chain: &mut Chain, number: u16, answered: &[&str]) {
    let mut answered: Vec<_> = answered.iter().map(|who| address(who)).collect();
    answered.sort();
    let message = Message::AttestHeartbeats(AttestHeartbeats { probe: number, answered });
    chain.block(vec![("t1", message.clone()), ("t2", message)]);
}

/// bob's hardware is of tier 1, which counts 1.2 times.
fn seal_bob(chain: &mut Chain) {
    let (account, tier, evidence) = (address("bob"), 1, Hash([4; 32]));
    chain.ok("bob", Message::RequestTier(RequestTier { tier, evidence }));
    let word = Message::AttestTier(AttestTier { account, tier, evidence, approve: true });
    chain.block(vec![("t1", word.clone()), ("t2", word)]);
}

fn sell(chain: &mut Chain, customer: &str, provider: &str, (most, units): (u64, u64)) {
    chain.ok(customer, created(create(most, None)));
    chain.ok(provider, accept(customer, 0));
    let message = reveal(chain, provider, (customer, 0), units);
    chain.ok(provider, message);
}

/// A session between buyer and alice of which 333 are paid: floor(333 / 5) = 66 units.
fn talk(chain: &mut Chain) {
    let (provider, model, deposit) = (address("alice"), ModelId(0), amount(500));
    let open = OpenSession { provider, model, deposit, max_price: None, expires: None };
    chain.ok("buyer", Message::OpenSession(open));
    let genesis = chain.state.chain().genesis;
    let (customer, session) = (address("buyer"), 0);
    let cumulative = amount(333);
    let voucher = Voucher { chain_id: 7, genesis, session, cumulative, signer: customer };
    chain.ok("alice", Message::RedeemVoucher(RedeemVoucher { customer, voucher }));
    chain.ok("alice", Message::CloseSession(CloseSession { customer, session }));
}

/// Paid by each stream at a close, and its dust.
fn paid(applied: &Applied) -> Vec<(String, u128, u128)> {
    let header = &applied.closed.as_ref().unwrap().record.header;
    let line = |stream: &workmint_core::modules::settlement::StreamLine| {
        (stream.name.to_string(), stream.paid.get(), stream.dust.get())
    };
    header.streams.iter().map(line).collect()
}

#[test]
fn every_amount_of_an_epoch_by_hand() {
    let mut chain = whole_chain(Parameters { pricing: Pricing::Fixed, ..everything() });
    chain.register(&[("alice", &[0]), ("bob", &[0])]);
    // sqrt(2,000 x 2,000) = 2,000 shares, of which 100 are nobody's; dave gets half of 2,000.
    chain.block(vec![("cust", add(2_000, 2_000)), ("dave", add(1_000, 1_000))]);
    // What comes in an epoch earns from the next one on.
    chain.block(vec![("alice", lock(80_000, 0)), ("bob", lock(60_000, 365))]);
    assert!(paid(&chain.close()).iter().all(|(_, paid, _)| *paid == 0), "nothing was done");

    chain.block(vec![("alice", offer(0, 0, 300)), ("bob", offer(0, 0, 100))]);
    seal_bob(&mut chain);
    for number in 0..3 {
        probe(&mut chain, number, &["alice", "bob"]);
    }
    probe(&mut chain, 3, &["alice"]);
    // 80 units at 5: 400, fee 40. 60 units: 300, fee 30. The session: 333, fee ceil(33.3) = 34.
    sell(&mut chain, "cust", "alice", (100, 80));
    sell(&mut chain, "buyer", "bob", (60, 60));
    talk(&mut chain);
    wait(&mut chain, HOUR);
    assert_over(&chain);
    assert_eq!(chain.pot(&Pot::MarketFees), 104);

    // Power: alice 80,000 x (1 + 2 / 1000), customers cust and buyer; bob 60,000 x 2 x 1.2 x
    // (1 + 1 / 1000).
    let power = |who: &str| {
        let parameters = chain.state.active_parameters().unwrap();
        let (account, now) = (chain.handle(who), chain.state.now());
        stake::power(&chain.state, &parameters, account, &now).unwrap().get()
    };
    assert_eq!((power("alice"), power("bob")), (80_160, 144_144));

    let closed = chain.close();
    // Cumulative floors of 104 at 0.4, 0.7, 0.9, 1: 41, 72, 93, 104.
    assert_eq!((chain.burned(), chain.pot(&Pot::Treasury)), (41, 21));
    // Sold 80 + 60 + 66 = 206 of 400 units: 0.515. Availability: 80,000 x 4/4 x 0.515 x 0.001 =
    // 41.2 and 60,000 x 3/4 x 0.515 x 0.001 = 23.175.
    // Of 31 to providers: 31 x 80,160 / 224,304 = 11.08 and 31 x 144,144 / 224,304 = 19.92.
    // Of 11 to the pool: 11 x 1,900 / 2,900 = 7.2 and 11 x 1,000 / 2,900 = 3.8.
    let expected =
        [("availability", 64, 0), ("work", 0, 0), ("providers", 30, 1), ("liquidity", 10, 1)];
    let expected = expected.map(|(text, paid, dust)| (text.to_owned(), paid, dust));
    assert_eq!(paid(&closed), expected);
    assert_eq!(chain.minted(), 64, "what nobody asked for is not minted");
    assert_eq!(chain.pot(&Pot::Claims), 64 + 30 + 10);
    for who in ["alice", "bob", "cust", "dave"] {
        chain.ok(who, claim(1));
    }
    assert_eq!(chain.pot(&Pot::Claims), 0);
    let rich = i128::try_from(RICH).unwrap();
    let gains = ["alice", "bob", "cust", "buyer", "dave"]
        .map(|who| i128::try_from(chain.balance(who)).unwrap() - rich);
    let (alice, bob) = (360 + 299 + 41 + 11, 270 + 23 + 19);
    assert_eq!(gains, [alice, bob, -400 - 2_000 + 7, -300 - 333, -1_000 + 3]);

    // A day without probes and jobs pays nothing, and dust waits.
    let closed = chain.close();
    assert!(paid(&closed).iter().all(|(_, paid, _)| *paid == 0));
    let carried = ["providers", "liquidity"]
        .map(|text| chain.pot(&Pot::Carry(name(text))) + chain.pot(&Pot::Named(name(text))));
    assert_eq!((carried, chain.burned(), chain.minted()), ([1, 1], 41, 64));
}
