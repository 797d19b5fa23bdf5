//! What does not pay: ways to get rewards or keep bonds that one has no right to.

use crate::kit::*;
use crate::reward_split::{Host, host, inputs, mainnet, who};
use crate::validators::*;
use workmint_amounts::{Amount, Ratio};
use workmint_core::Message;
use workmint_core::block::Evidence;
use workmint_core::explain::explain;
use workmint_core::inputs::ValidatorRow;
use workmint_core::modules::ledger::{LockKind, Pot};
use workmint_core::modules::parameters::{Parameters, Score, Source, Validators};
use workmint_core::modules::rewards::{StreamPlan, plan};
use workmint_core::modules::validators::{Bond, absence_fraction};
use workmint_core::modules::vesting::ReleaseVested;
use workmint_core::time::{DAY_MS, Duration};

/// 99 times as much for the closing block alone earns nothing, and takes nothing from the others.
#[test]
fn coming_for_the_close_alone_earns_nothing() {
    let mut chain = running(bonded(rules()), &["alice"]);
    chain.ok("cust", delegate("alice", 1_000));
    chain.close();
    for _ in 0..4 {
        chain.block(Vec::new());
    }
    chain.ok("hunter", delegate("alice", 99_000));
    let applied = chain.close();
    assert_eq!(reward(&applied, "alice"), 500);
    chain.ok("hunter", undelegate("alice", None));
    assert_eq!(chain.balance("hunter"), RICH - 99_000, "it was paid nothing");
    assert_eq!(collected(&mut chain, "cust", "alice"), 500);
    assert_eq!(chain.pot(&Pot::Delegators), 0);
}

/// In at the end of one epoch and out at the beginning of the next: neither pays.
#[test]
fn hopping_over_a_close_earns_nothing() {
    let mut chain = running(bonded(Validators { max_withdrawals: 16, ..rules() }), &["alice"]);
    chain.ok("cust", delegate("alice", 1_000));
    for _ in 0..5 {
        chain.ok("hunter", delegate("alice", 9_000));
        full_epoch(&mut chain);
        chain.ok("hunter", undelegate("alice", None));
        chain.apply(chain.now() + 1_000, Vec::new(), Vec::new());
    }
    let before = chain.balance("hunter");
    for _ in 0..5 {
        full_epoch(&mut chain);
    }
    chain.ok("hunter", withdraw("alice"));
    assert_eq!(chain.balance("hunter"), RICH);
    assert!(before < RICH);
}

/// The first depositor cannot make a share dear: money reaches a pool only for shares.
#[test]
fn a_first_depositor_cannot_inflate_a_share() {
    let mut chain = running(bonded(rules()), &["alice"]);
    let now = chain.now();
    chain.evidence(guilty("alice", "0.999", 1, now));
    let pool = |chain: &Chain| *chain.state.validators.pool(chain.handle("alice")).unwrap();
    assert_eq!((pool(&chain).tokens.get(), pool(&chain).shares().unwrap()), (1, 1_000));
    for _ in 0..3 {
        chain.close();
    }
    chain.ok("alice", say(Say::LeaveJail));
    for (who, units) in [("cust", 10), ("buyer", 11), ("friend", 12_345)] {
        chain.ok(who, delegate("alice", units));
        let row =
            *chain.state.validators.delegation(chain.handle(who), chain.handle("alice")).unwrap();
        let worth = pool(&chain).worth(row.part.pending).unwrap().get();
        assert_eq!(worth, units, "{who} loses less than a unit to rounding");
    }
}

/// A commission raised before the close is for the epoch after it, by one step at most.
#[test]
fn a_commission_raised_before_the_close_comes_too_late() {
    let mut chain = running(bonded(rules()), &["alice"]);
    chain.ok("cust", delegate("alice", 1_000));
    chain.close();
    assert_eq!(chain.refused("alice", say(Say::SetCommission(ratio("0.5")))), 2006);
    chain.ok("alice", say(Say::SetCommission(ratio("0.05"))));
    assert_eq!(chain.refused("alice", say(Say::SetCommission(ratio("0.1")))), 2006, "one step");
    full_epoch(&mut chain);
    assert_eq!(collected(&mut chain, "cust", "alice"), 500);
    chain.ok("alice", say(Say::SetCommission(ratio("0.1"))));
    full_epoch(&mut chain);
    assert_eq!(collected(&mut chain, "cust", "alice"), 475, "the step before is in force");
}

/// What began to leave before the evidence came is taken as well; what came after is, too.
#[test]
fn leaving_before_the_evidence_arrives_does_not_help() {
    let mut chain = running(bonded(rules()), &["alice", "bob"]);
    let then = chain.now();
    chain.ok("alice", say(Say::Retire));
    chain.close();
    chain.ok("alice", say(Say::Unbond(None)));
    chain.apply(chain.now() + 2 * DAY_MS, Vec::new(), Vec::new());
    chain.evidence(guilty("alice", "0.3", 1, then));
    for _ in 0..4 {
        chain.close();
    }
    let before = chain.balance("alice");
    chain.ok("alice", withdraw("alice"));
    assert_eq!(chain.balance("alice"), before + 700);
    // Released in time and not taken: out of reach, as if it had been.
    chain.evidence(guilty("alice", "0.3", 2, then));
    assert_eq!(chain.pot(&Pot::Bonds), 1_000, "bob's alone");
}

/// Many least delegations cost no close anything and each earns its exact part.
#[test]
fn dust_delegations_lose_nothing_and_gain_nothing() {
    let mut chain = running(bonded(rules()), &["alice"]);
    let many = ["cust", "buyer", "hunter", "friend", "r1", "r2", "r3", "j1", "j2", "j3"];
    for who in many {
        assert_eq!(chain.refused(who, delegate("alice", 9)), 2007);
        chain.ok(who, delegate("alice", 10));
    }
    chain.close();
    for _ in 0..11 {
        full_epoch(&mut chain);
    }
    // floor(1,000 x 100 / 1,100) = 90 an epoch, 9 for each.
    for who in many {
        assert_eq!(collected(&mut chain, who, "alice"), 99);
    }
    assert_eq!(chain.pot(&Pot::Delegators), 0);
}

/// Bonding anew, a second account or word from the consensus layer open no jail.
#[test]
fn nothing_but_time_opens_the_jail() {
    let mut chain = running(bonded(rules()), &["alice"]);
    let now = chain.now();
    chain.evidence(guilty("alice", "1", 1, now));
    chain.evidence(Evidence::ValidatorBonded { validator: address("alice") });
    let more = say(Say::Bond(Bond { amount: amount(5_000), commission: None }));
    chain.ok("alice", more);
    assert_eq!(chain.refused("alice", bond(5_000, "0")), 2005, "it is no new validator");
    assert_eq!(chain.refused("alice", say(Say::Activate)), 2011);
    assert_eq!(chain.refused("bob", delegate("alice", 5_000)), 2011);
    chain.close();
    let now = chain.now();
    chain.evidence(guilty("alice", "0.1", 2, now));
    chain.close();
    assert_eq!(chain.refused("alice", say(Say::LeaveJail)), 2011, "the second fault began anew");
    chain.close();
    chain.ok("alice", say(Say::LeaveJail));
}

/// Own money delegated from a second account earns what it would earn as own bond, no more.
#[test]
fn delegating_to_oneself_from_a_second_account_gains_nothing() {
    let total = |split: bool| {
        let mut chain = Chain::new(bonded(rules()));
        chain.ok("alice", bond(if split { 1_000 } else { 2_000 }, "0.3"));
        chain.ok("bob", bond(1_000, "0.3"));
        if split {
            chain.ok("cust", delegate("alice", 1_000));
        }
        for who in ["alice", "bob"] {
            chain.ok(who, say(Say::Activate));
        }
        chain.close();
        let applied = full_epoch(&mut chain);
        let second = if split { collected(&mut chain, "cust", "alice") } else { 0 };
        reward(&applied, "alice") + second
    };
    assert_eq!(total(true), total(false));
}

/// 1,400 bonded to the first of two, 400 of them delegated, commission 10 %; it owes customers.
fn indebted(parameters: &Parameters, debt: u128) -> Vec<StreamPlan> {
    let mut inputs = inputs(&[Host { debt, ..host(1) }, host(1)]);
    inputs.validators.push(ValidatorRow {
        participant: 0,
        bonded: amount(1_400),
        delegated: amount(400),
        commission: ratio("0.1"),
        signed: 1,
        due: 1,
        proposed: 0,
    });
    let plan = plan(parameters, &inputs).unwrap();
    for (at, stream) in plan.streams.iter().enumerate() {
        assert_eq!((stream.quarantined, stream.dust), (None, Amount::ZERO));
        let line =
            explain(parameters, &inputs, &plan, &who(0)).unwrap().unwrap().streams[at].clone();
        let parts = (line.paid, line.recovered, line.delegated);
        assert_eq!(parts, (stream.paid, stream.recovered, stream.delegated));
        assert_eq!((line.share, line.forfeited), (stream.budget, Amount::ZERO));
    }
    plan.streams
}

/// A debt to customers, among them its own second account, takes what a validator has itself:
/// of 1,000 floor(900 x 400 / 1,400) = 257 are its delegators', whatever it owes.
#[test]
fn a_validator_repays_nothing_with_its_delegators_money() {
    let mut parameters = mainnet(1_000);
    parameters.streams[0].score = Score::BondedStake;
    for (debt, recovered) in [(0, 0), (100, 100), (743, 743), (5_000, 743)] {
        let stream = &indebted(&parameters, debt)[0];
        assert_eq!(stream.delegations, [(0, amount(257))], "debt {debt}");
        let taken: Vec<_> =
            stream.recoveries.iter().map(|(row, part)| (*row, part.get())).collect();
        let expected = (recovered > 0).then_some((0, recovered));
        assert_eq!(taken, Vec::from_iter(expected), "debt {debt}");
        assert_eq!(stream.rewards, [amount(743 - recovered), Amount::ZERO]);
        assert_eq!(stream.recipients, u64::from(recovered < 743));
    }
    // 700 left of the allocation: floor(630 x 400 / 1,400) = 180 leave 520 of its own.
    parameters.emission.allocation = amount(700);
    let stream = &indebted(&parameters, 300)[0];
    let parts = [stream.delegated, stream.recovered, stream.paid].map(Amount::get);
    assert_eq!(parts, [180, 300, 220]);
    // Two streams of 500, each with floor(450 x 400 / 1,400) = 128 for delegators: what the first
    // does not repay the second does.
    parameters.emission.allocation = Amount::MAX;
    parameters.streams[0].source = Source::Emission { share: ratio("0.5") };
    parameters.streams.push(parameters.streams[0].clone());
    parameters.streams[1].name = name("more");
    let parts = indebted(&parameters, 500);
    let parts = parts.iter().map(|stream| (stream.delegated.get(), stream.recovered.get()));
    assert_eq!(parts.collect::<Vec<_>>(), [(128, 372), (128, 128)]);
}

/// Half of every claim vests over 4 epochs.
fn vesting() -> Parameters {
    let mut parameters = bonded(rules());
    parameters.claims.vesting_epochs = 4;
    parameters.claims.vesting_share = ratio("0.5");
    parameters
}

/// Own money delegated from a second account is free no sooner than as own bond.
#[test]
fn delegating_to_oneself_from_a_second_account_vests_the_same() {
    for split in [false, true] {
        let mut chain = Chain::new(vesting());
        chain.ok("alice", bond(if split { 1_000 } else { 2_000 }, "0"));
        if split {
            chain.ok("cust", delegate("alice", 1_000));
        }
        chain.ok("alice", say(Say::Activate));
        chain.close();
        full_epoch(&mut chain);
        let sum = |chain: &Chain| chain.spendable("alice") + chain.spendable("cust");
        let before = sum(&chain);
        chain.ok("alice", claim(chain.epoch() - 1));
        if split {
            chain.ok("cust", collect("alice"));
        }
        let locked = |who| chain.locked(who, LockKind::Vesting);
        assert_eq!((sum(&chain) - before, locked("alice") + locked("cust")), (500, 500));
        chain.close();
        chain.close();
        chain.ok("alice", Message::ReleaseVested(ReleaseVested {}));
        if split {
            chain.ok("cust", Message::ReleaseVested(ReleaseVested {}));
        }
        assert_eq!(sum(&chain) - before, 750, "2 of 4 epochs are over");
        chain.close();
        chain.close();
        assert_eq!(sum(&chain) - before, 1_000);
    }
}

/// What comes with the next delegation or on the way out vests as what is asked for does.
#[test]
fn every_way_of_collecting_vests() {
    for (message, paid) in
        [(collect("alice"), 0), (delegate("alice", 10), 10), (undelegate("alice", None), 0)]
    {
        let mut chain = running(vesting(), &["alice"]);
        chain.ok("cust", delegate("alice", 500));
        chain.close();
        full_epoch(&mut chain);
        let before = chain.spendable("cust");
        chain.ok("cust", message);
        // 1,000 x 500 / 1,500 = 333, of which floor(166.5) vest.
        assert_eq!(chain.locked("cust", LockKind::Vesting), 166);
        assert_eq!(chain.spendable("cust") + paid, before + 167);
    }
}

/// One deadline bucket is 1/64 of the period: a slash meets at most 66 unbonding pools.
#[test]
fn a_slash_touches_few_rows_whatever_leaves_when() {
    let long = Validators {
        unbonding: Duration::Milliseconds(64 * 3_600_000),
        max_withdrawals: 256,
        ..rules()
    };
    let mut chain = running(bonded(long), &["alice"]);
    chain.ok("cust", delegate("alice", 50_000));
    chain.ok("buyer", delegate("alice", 50_000));
    for _ in 0..200 {
        chain.apply(chain.now() + 1_200_000, Vec::new(), Vec::new());
        chain.ok("cust", undelegate("alice", Some(10)));
        chain.ok("buyer", undelegate("alice", Some(10)));
    }
    let handle = chain.handle("alice");
    let slashable = chain.state.validators.unbonding(handle).filter(|(_, row)| !row.released);
    assert!(slashable.count() <= 66 + 24, "and one epoch's more until its close");
    // 200 withdrawals within 66.7 hours, one deadline an hour.
    assert_eq!(chain.state.validators.withdrawals(chain.handle("cust"), handle).count(), 67);
}

/// 95 % of 19 blocks are 18.05: who misses one has missed too many, and no share of them would
/// have allowed a miss. So few are not judged, unless every single block must be signed.
#[test]
fn few_blocks_judge_nobody() {
    let fraction = |least: &str, signed, due| {
        let rules = Validators { least_signed: ratio(least), ..rules() };
        absence_fraction(&rules, signed, due).unwrap()
    };
    for due in [1, 2, 19] {
        assert_eq!(fraction("0.95", 0, due), Ratio::ZERO, "{due} blocks");
    }
    assert_eq!(fraction("0.95", 0, 20), ratio("0.1"));
    assert_eq!(fraction("0.95", 19, 20), Ratio::ZERO);
    // A 19th of the 19 wanted, rounded up to 0.052631579; 0.01 + 0.09 of it.
    assert_eq!(fraction("0.95", 18, 20), ratio("0.01473684211"));
    assert_eq!(fraction("0.5", 0, 1), Ratio::ZERO);
    assert_eq!(fraction("0.5", 0, 2), ratio("0.1"));
    assert_eq!(fraction("1", 0, 1), ratio("0.1"));
    assert_eq!(fraction("1", 1, 2), ratio("0.055"));
    assert_eq!(fraction("1", 2, 2), Ratio::ZERO);
    assert_eq!(fraction("0", 0, 100), Ratio::ZERO);
    let strict = Validators { least_signed: ratio("0.95"), ..rules() };
    let mut chain = running(bonded(strict), &["alice", "bob"]);
    chain.absent = addresses(&["bob"]);
    full_epoch(&mut chain);
    assert_eq!(chain.pot(&Pot::Bonds), 2_000);
}

/// A consensus layer reports that a validator left its set after this set displaced it: that is no
/// wish of the validator's.
#[test]
fn a_displaced_validator_asks_on_when_its_leaving_is_reported() {
    let one = Validators { most_active: 1, churn_limit: 1, ..rules() };
    let mut chain = running(bonded(one), &["alice"]);
    chain.ok("bob", bond(2_000, "0"));
    chain.ok("bob", say(Say::Activate));
    chain.close();
    assert_eq!(active(&chain), addresses(&["bob"]));
    chain.evidence(Evidence::ValidatorBeganUnbonding { validator: address("alice") });
    chain.ok("bob", say(Say::Retire));
    chain.close();
    assert_eq!(active(&chain), addresses(&["alice"]), "it went on asking");
    chain.evidence(Evidence::ValidatorBeganUnbonding { validator: address("alice") });
    chain.close();
    assert!(active(&chain).is_empty(), "who is active and leaves asks no more");
    assert_eq!(chain.refused("alice", say(Say::Retire)), 2014);
}

/// A commission of many digits would make every later rise overflow.
#[test]
fn a_commission_has_a_bounded_denominator() {
    const MOST: u128 = 1_000_000_000_000_000_000;
    let of = |denominator| Ratio::new(1, denominator).unwrap();
    let first =
        |commission| say(Say::Bond(Bond { amount: amount(1_000), commission: Some(commission) }));
    let mut chain = Chain::new(bonded(rules()));
    assert_eq!(chain.refused("alice", first(of(MOST + 1))), 2018);
    assert_eq!(chain.refused("alice", first(of(u128::MAX))), 2018);
    chain.ok("alice", first(of(MOST - 1)));
    assert_eq!(chain.refused("alice", say(Say::SetCommission(of(MOST + 1)))), 2018);
    assert_eq!(chain.refused("bob", say(Say::SetCommission(of(MOST + 1)))), 2003);
    chain.ok("alice", say(Say::SetCommission(ratio("0.05"))));
    chain.ok("alice", say(Say::SetCommission(of(MOST))));
    chain.close();
    assert_eq!(chain.refused("alice", say(Say::SetCommission(ratio("0.051")))), 2006);
    chain.ok("alice", say(Say::SetCommission(ratio("0.05"))));
}

/// Bonding and leaving again with ever new accounts leaves nothing behind that a close walks.
#[test]
fn a_pool_of_which_nothing_is_left_is_removed() {
    let mut chain = Chain::new(bonded(rules()));
    let has_pool = |chain: &Chain| chain.state.validators.pool(chain.handle("alice")).is_some();
    chain.ok("alice", bond(1_000, "0.1"));
    chain.ok("cust", delegate("alice", 100));
    chain.ok("alice", say(Say::Unbond(None)));
    chain.ok("cust", undelegate("alice", None));
    for _ in 0..4 {
        chain.close();
    }
    chain.ok("alice", withdraw("alice"));
    assert!(has_pool(&chain), "the delegator's withdrawal is left");
    chain.ok("cust", withdraw("alice"));
    assert!(!has_pool(&chain));
    assert_eq!((chain.pot(&Pot::Bonds), chain.balance("cust")), (0, RICH));
    assert_eq!(chain.refused("bob", delegate("alice", 100)), 2003);
    assert_eq!(chain.refused("alice", bond_more(1_000)), 2004, "it begins anew");
    chain.ok("alice", bond(1_000, "0"));
    chain.close();
}

/// What an ended generation earned is asked for by its rows: the pool waits for the last of them,
/// so that no new pool ever meets an old share.
#[test]
fn a_pool_stays_while_shares_of_an_ended_generation_are_there() {
    let mut chain = running(bonded(rules()), &["alice"]);
    let pool = |chain: &Chain| chain.state.validators.pool(chain.handle("alice")).copied();
    chain.ok("cust", delegate("alice", 1_000));
    chain.close();
    full_epoch(&mut chain);
    let now = chain.now();
    chain.evidence(guilty("alice", "1", 1, now));
    for _ in 0..3 {
        chain.close();
    }
    chain.ok("alice", say(Say::LeaveJail));
    let cycle = |chain: &mut Chain| {
        chain.ok("alice", bond_more(1_000));
        chain.ok("alice", say(Say::Unbond(None)));
        for _ in 0..4 {
            chain.close();
        }
        chain.ok("alice", withdraw("alice"));
    };
    cycle(&mut chain);
    assert_eq!(pool(&chain).unwrap().generation, 1);
    assert_eq!(collected(&mut chain, "cust", "alice"), 500, "of the one epoch that paid");
    cycle(&mut chain);
    assert_eq!(pool(&chain), None);
    chain.ok("alice", bond(1_000, "0"));
    chain.ok("cust", delegate("alice", 100));
    assert_eq!(collected(&mut chain, "cust", "alice"), 0);
    chain.close();
}

/// With nothing bonded the last way out of a pool is out of jail.
#[test]
fn an_emptied_pool_is_removed_with_its_jail() {
    let mut chain = running(bonded(rules()), &["alice"]);
    let has_pool = |chain: &Chain| chain.state.validators.pool(chain.handle("alice")).is_some();
    let now = chain.now();
    chain.evidence(guilty("alice", "1", 1, now));
    for _ in 0..3 {
        chain.close();
        assert!(has_pool(&chain), "nobody is out of jail before its time");
    }
    chain.ok("alice", say(Say::LeaveJail));
    assert!(!has_pool(&chain));
}
