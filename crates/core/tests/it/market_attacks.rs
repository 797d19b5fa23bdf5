//! Attacks on the market of providers, each with what it gains. Amounts are base units of GNK.

use crate::jobs::judge;
use crate::jobs::*;
use crate::kit::*;
use crate::whole_market::{everything, split_fees};
use proptest::prelude::*;
use workmint_core::Message;
use workmint_core::modules::ledger::Pot;
use workmint_core::modules::market::jobs::{self, CreateJob, Outcome};
use workmint_core::modules::market::{OpenSession, RedeemVoucher, Voucher, of_payment};
use workmint_core::modules::parameters::*;
use workmint_core::modules::pricing::FinePrice;

/// Honest play of 80 units at 5: cust pays 400, alice keeps 360, the fee is 40.
const HONEST: (i128, i128) = (-400, 360);

fn after(mut chain: Chain, hours: u64) -> (i128, i128) {
    for _ in 0..hours {
        wait(&mut chain, HOUR);
    }
    assert_over(&chain);
    gains(&chain)
}

#[test]
fn silence_gains_nobody_anything() {
    // Nobody disputes, nobody measures: the same as honest play, in one window.
    assert_eq!(after(revealed(), 1), HONEST, "silent customer");
    let mut chain = revealed();
    for reporter in ["r1", "r2", "r3"] {
        chain.ok(reporter, measure("cust", 0, 1_000, 1_000));
    }
    assert_eq!(after(chain, 1), HONEST, "reporters say what their silence says");
    // A provider that is silent loses its bond of 75 and 5 % of its stake of 1,000.
    assert_eq!(after(accepted(), 1), (0, -75 - 50), "silent provider: the customer gains nothing");
    // In a dispute it loses the same; half of the bond is the customer's, for its work.
    assert_eq!(after(disputed(), 1), (37, -75 - 50), "silent in a dispute");
    // Judges that are silent change nothing: a customer that disputes gains nothing by them.
    let mut chain = disputed();
    chain.ok("alice", evidence("cust", 0));
    assert_eq!(after(chain, 1), HONEST, "silent judges");
    // Whoever asks and then is silent has its deposit back.
    let mut chain = ready(rules());
    chain.ok("cust", created(create(100, None)));
    assert_eq!(after(chain, 1), (0, 0), "nobody accepts");
}

/// A provider that delivers nothing of worth is paid only if nobody who should speak does: neither
/// customer nor a quorum of reporters, or no majority of judges.
#[test]
fn a_worthless_result_is_paid_only_in_silence() {
    let mut chain = revealed();
    for reporter in ["r1", "r2"] {
        chain.ok(reporter, measure("cust", 0, u32::MAX, 0));
    }
    // Least quality 0.8: 320, fee 32; lateness 1: 5 % of 1,000.
    assert_eq!(after(chain, 1), (-320, 288 - 50), "two reporters of three");
    let mut chain = disputed();
    chain.ok("alice", evidence("cust", 0));
    for who in ["j1", "j2"] {
        chain.ok(who, judge("cust", 0, true));
    }
    assert_eq!(after(chain, 0), (37, -75 - 50), "two judges of three");
}

/// 80 jobs of a unit against one of 80: the fee is 1 of each 5, not a tenth. With a fee rounded
/// down, at 0.3 % and payments below 334, the splitter would have paid none.
#[test]
fn splitting_a_job_never_lowers_the_fee() {
    let mut chain = ready(rules());
    for number in 0..80 {
        chain.ok("cust", created(create(1, None)));
        chain.ok("alice", accept("cust", number));
        let message = reveal(&chain, "alice", ("cust", number), 1);
        chain.ok("alice", message);
    }
    let mut points = chain.state.stake.reputation(chain.handle("alice"));
    assert_eq!(points, 0);
    for _ in 0..2 {
        wait(&mut chain, HOUR);
    }
    assert_eq!(gains(&chain), (-400, 320));
    assert_eq!(chain.pot(&Pot::MarketFees), 80, "twice the fee of one job");
    points = chain.state.stake.reputation(chain.handle("alice"));
    assert_eq!(points, 1, "one customer is one point, however many jobs");
    let real = MarketFee { rate: ratio("0.003"), ..split_fees() };
    let of = |units: u128| of_payment(Some(&real), amount(units)).unwrap().get();
    assert_eq!((of(1), of(333), of(334), of(1_000)), (1, 1, 2, 3));
    assert_eq!(of(0), 0);
}

proptest! {
    /// However a payment is cut: the fees of the parts are at least the fee of the whole, parts pay
    /// the provider at most what the whole does, and lock the customer at least as much.
    #[test]
    fn rounding_never_pays_a_splitter(
        parts in prop::collection::vec(1_u64..5_000, 1..40),
        price in 1_u128..1 << 70,
        rate in 0_u128..=1_000,
        tier in 1_000_u128..10_000,
        quality in 800_u128..1_500,
    ) {
        let fee = MarketFee {
            rate: workmint_amounts::Ratio::new(rate, 1_000).unwrap(),
            ..split_fees()
        };
        let thousandths = |count| workmint_amounts::Ratio::new(count, 1_000).unwrap();
        let rules = rules().market.jobs.unwrap();
        let whole: u64 = parts.iter().sum();
        let of = |units: u64| {
            let deposit = jobs::deposit(&rules, (amount(price), units), thousandths(tier)).unwrap();
            let found = thousandths(quality);
            let cost = (amount(price), units);
            let paid = jobs::payment(cost, thousandths(tier), found, deposit).unwrap();
            let fee = of_payment(Some(&fee), paid).unwrap();
            (deposit.get(), fee.get(), paid.get(), paid.get() - fee.get())
        };
        let (deposit, _, paid, kept) = of(whole);
        let each: Vec<_> = parts.iter().map(|units| of(*units)).collect();
        prop_assert!(each.iter().map(|(deposit, ..)| deposit).sum::<u128>() >= deposit);
        prop_assert!(each.iter().map(|(_, _, paid, _)| paid).sum::<u128>() <= paid);
        prop_assert!(each.iter().map(|(.., kept)| kept).sum::<u128>() <= kept);
        let payments: Vec<u128> = each.iter().map(|(_, _, paid, _)| *paid).collect();
        let sum = of_payment(Some(&fee), amount(payments.iter().sum())).unwrap().get();
        prop_assert!(each.iter().map(|(_, fee, ..)| fee).sum::<u128>() >= sum);
    }
}

/// One owner behind customer and provider: it loses the fee, and the chain knows no tie. What it
/// wins is one paid job and one point of reputation an epoch and account.
#[test]
fn self_dealing_costs_at_least_what_is_burned() {
    let mut parameters = rules();
    parameters.market.fee = Some(split_fees());
    let mut chain = ready(parameters);
    for number in 0..3 {
        chain.ok("cust", created(create(100, None)));
        chain.ok("alice", accept("cust", number));
        let message = reveal(&chain, "alice", ("cust", number), 80);
        chain.ok("alice", message);
    }
    wait(&mut chain, HOUR);
    let (customer, provider) = gains(&chain);
    assert_eq!((customer, provider), (-1_200, 1_080));
    let alice = chain.handle("alice");
    assert_eq!(chain.state.stake.reputation(alice), 1);
    assert_eq!(chain.state.market.jobs.paid_jobs(alice), 3);
    chain.close();
    // Of the 120 it lost, 48 are burned and 24 the treasury's. If it alone staked and alone held
    // the pool, the other 48 were its own again: it loses 72 at least, 60 % of the fee.
    assert_eq!((chain.burned(), chain.pot(&Pot::Treasury)), (48, 24));
    let pots = ["providers", "liquidity"].map(|text| chain.pot(&Pot::Named(name(text))));
    assert_eq!(pots, [36, 12]);
    assert!(-(customer + provider) - 48 >= 72);
}

/// Who is the same account, owner or recipient cannot even try.
#[test]
fn self_dealing_with_known_ties_is_refused() {
    let mut chain = ready(rules());
    chain.ok("alice", created(create(10, None)));
    assert_eq!(chain.refused("alice", accept("alice", 0)), 965);
    let (provider, model) = (address("alice"), ModelId(0));
    let open = OpenSession { provider, model, deposit: amount(9), max_price: None, expires: None };
    let mut chain = in_session();
    assert_eq!(chain.refused("alice", Message::OpenSession(open)), 916);
}

fn priced() -> Chain {
    ready(Parameters { pricing: everything().pricing, ..rules() })
}

/// What the price of a unit of `small` is an hour after genesis, in 10^-9 base units. Offered are
/// 2,000 units a day, 83 1/3 an hour.
fn price_after(attack: impl FnOnce(&mut Chain)) -> u128 {
    let mut chain = priced();
    attack(&mut chain);
    wait(&mut chain, HOUR);
    let FinePrice(price) = chain.state.pricing.model(ModelId(0)).moved.unwrap();
    price
}

/// Nothing asked: it falls by the largest step, a tenth. What asks without buying changes nothing,
/// whatever its size.
#[test]
fn prices_are_not_moved_by_jobs_that_are_never_paid() {
    let idle = price_after(|_| ());
    assert_eq!(idle, 4_500_000_000);
    let cancelled = price_after(|chain| {
        for number in 0..20 {
            chain.ok("cust", created(create(1_000, None)));
            chain.ok("cust", cancel(number));
        }
    });
    assert_eq!(cancelled, idle, "created and cancelled");
    let lapsed = |asked: Option<&'static str>| {
        price_after(move |chain| {
            for _ in 0..10 {
                // Nobody can deliver within 1 ms, but there is room for 1,000 units.
                let job = CreateJob { max_latency_ms: 1, ..create(1_000, asked) };
                chain.ok("cust", created(job));
            }
        })
    };
    assert_eq!(lapsed(None), idle, "nobody wants it, although there is room");
    assert_eq!(lapsed(Some("bob")), idle, "for a friend who does not take it");
    let broken = price_after(|chain| {
        chain.ok("cust", created(create(1_000, None)));
        chain.ok("alice", accept("cust", 0));
    });
    assert_eq!(broken, idle, "accepted and never delivered");
}

/// What is sold moves prices: 80 of 83 1/3 units asked, 5 x (1 - 0.5 x 0.04) = 4.9. So does what
/// offers have no room for: 200 units that nobody can take, at most a tenth.
#[test]
fn prices_follow_what_is_sold_and_what_finds_no_room() {
    let sold = price_after(|chain| {
        chain.ok("cust", created(create(100, None)));
        chain.ok("alice", accept("cust", 0));
        let message = reveal(chain, "alice", ("cust", 0), 80);
        chain.ok("alice", message);
    });
    assert_eq!(sold, 4_900_000_000);
    let full = price_after(|chain| {
        for (number, provider) in [(0, "alice"), (1, "bob")] {
            chain.ok("cust", created(create(1_000, None)));
            chain.ok(provider, accept("cust", number));
        }
        chain.ok("cust", created(create(200, None)));
    });
    assert_eq!(full, 5_500_000_000);
}

fn voucher(chain: &Chain, chain_id: u64, units: u128) -> Message {
    let genesis = chain.state.chain().genesis;
    let (cumulative, signer) = (amount(units), address("cust"));
    let voucher = Voucher { chain_id, genesis, session: 0, cumulative, signer };
    Message::RedeemVoucher(RedeemVoucher { customer: address("cust"), voucher })
}

/// A session of 1,000 for `small` at 5 a unit, between cust and alice.
fn in_session() -> Chain {
    let mut parameters = rules();
    parameters.market.sessions = everything().market.sessions;
    parameters.pricing = everything().pricing;
    let mut chain = ready(parameters);
    let (provider, model) = (address("alice"), ModelId(0));
    let open =
        OpenSession { provider, model, deposit: amount(1_000), max_price: None, expires: None };
    chain.ok("cust", Message::OpenSession(open));
    chain
}

/// Vouchers of a session sell work: 402 are 80 whole units, 60 and then 20; one job of the epoch.
#[test]
fn a_session_is_a_paid_job_and_its_units_are_demand() {
    let mut chain = in_session();
    chain.ok("alice", voucher(&chain, 7, 303));
    chain.ok("alice", voucher(&chain, 7, 402));
    let alice = chain.handle("alice");
    assert_eq!(chain.state.market.jobs.paid_jobs(alice), 1);
    assert_eq!(chain.state.stake.reputation(alice), 1);
    assert_eq!(chain.state.pricing.model(ModelId(0)).pending, 80);
    let sold: Vec<_> = chain.state.market.jobs.sales().collect();
    assert_eq!((sold.len(), sold[0].2.jobs, sold[0].2.units), (1, 1, 80));
    assert_eq!(sold[0].2.paid, amount(402));
    wait(&mut chain, HOUR);
    let moved = chain.state.pricing.model(ModelId(0)).moved;
    assert_eq!(moved, Some(FinePrice(4_900_000_000)));
    chain.close();
    assert_eq!(chain.state.market.jobs.paid_jobs(alice), 0);
    // Its end 12 hours after its opening came before the close: nothing of it is left.
    assert_eq!(chain.state.market.sessions().count(), 0);
}

#[test]
fn replays_and_double_redeems_move_nothing() {
    let mut chain = in_session();
    chain.ok("alice", voucher(&chain, 7, 400));
    chain.ok("cust", created(create(100, None)));
    chain.ok("alice", accept("cust", 0));
    let result = reveal(&chain, "alice", ("cust", 0), 80);
    chain.ok("alice", result.clone());
    let applied = wait(&mut chain, HOUR);
    assert_eq!(ends(&applied).len(), 1);
    assert_eq!(ends(&applied)[0].0, Outcome::Paid);
    let before = (gains(&chain), chain.pot(&Pot::MarketFees));
    assert_eq!(before.0, (-800, 720));
    for (who, message, code) in [
        ("alice", voucher(&chain, 7, 400), 978),
        ("alice", voucher(&chain, 7, 399), 978),
        ("alice", voucher(&chain, 8, 900), 977),
        ("alice", result, 962),
        ("alice", accept("cust", 0), 962),
        ("cust", cancel(0), 962),
        ("cust", dispute(0), 962),
        ("r1", measure("cust", 0, 1, 2_000), 962),
    ] {
        assert_eq!(chain.refused(who, message), code);
    }
    assert_eq!((gains(&chain), chain.pot(&Pot::MarketFees)), before);
}
