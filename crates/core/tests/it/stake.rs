//! Stake of providers: power, locks, withdrawals, slashes, malice.

use crate::kit::*;
use proptest::prelude::*;
use workmint_core::modules::attestation::{AttestTier, RefuteTier, RequestTier};
use workmint_core::modules::ledger::LockKind;
use workmint_core::modules::parameters::*;
use workmint_core::modules::registry::Role;
use workmint_core::modules::stake::{
    self, DepositStake, FindMalice, WithdrawStake, lock_multiplier, sla_fraction, staking_power,
};
use workmint_core::time::{DAY_MS, Duration};
use workmint_core::{Hash, Message, State};

/// Document 003: minimum 100, a year's lock counts twice, 0.1 % burned; 1 to 5, 10, 100 % slashed.
pub(crate) fn staking() -> Parameters {
    let tier =
        |text: &str, multiplier: &str| Tier { name: name(text), multiplier: ratio(multiplier) };
    Parameters {
        stake: Some(Stake {
            asset: GNK,
            minimum: amount(100),
            full_lock_ms: 365 * DAY_MS,
            most_lock: ratio("2"),
            unbonding: Duration::Epochs(2),
            max_withdrawals: 2,
            unstake_burn: ratio("0.001"),
            capacity: None,
            slashing: StakeSlashing {
                sla_least: ratio("0.01"),
                sla_most: ratio("0.05"),
                attestation: ratio("0.1"),
                malice: ratio("1"),
            },
        }),
        attestation: Some(Attestation {
            quorum: 2,
            validity: Duration::Epochs(3),
            tiers: vec![tier("open", "1"), tier("sealed", "1.2"), tier("secret", "1.5")],
            probes_per_epoch: 4,
        }),
        ..parameters()
    }
}

/// alice and bob are registered; buyer, hunter and friend attest.
pub(crate) fn staked_chain() -> Chain {
    let mut genesis = genesis(staking());
    let attestors = ["buyer", "hunter", "friend"];
    genesis.roles.extend(attestors.map(|who| (Role::Attestor, address(who))));
    let mut chain = Chain::of(&genesis);
    chain.register(&[("alice", &[0]), ("bob", &[0])]);
    chain
}

fn deposit(units: u128, days: u64) -> Message {
    Message::DepositStake(DepositStake { amount: amount(units), lock_ms: days * DAY_MS })
}

pub(crate) fn withdraw(units: u128) -> Message {
    Message::WithdrawStake(WithdrawStake { amount: amount(units) })
}

fn malice(who: &str, case: &str) -> Message {
    let (account, case) = (address(who), Hash::of("case", &[case.as_bytes()]));
    Message::FindMalice(FindMalice { account, case })
}

pub(crate) fn power(state: &State, who: &str) -> u128 {
    let parameters = state.active_parameters().unwrap();
    let account = state.ledger.handle(&address(who)).unwrap();
    stake::power(state, &parameters, account, &state.now()).unwrap().get()
}

#[test]
fn a_lock_of_a_year_counts_twice_until_it_is_over() {
    let mut chain = staked_chain();
    chain.ok("alice", deposit(1_001, 365));
    assert_eq!(power(&chain.state, "alice"), 2_002);
    chain.ok("bob", deposit(1_000, 73));
    assert_eq!(power(&chain.state, "bob"), 1_200, "73 of 365 days");
    assert_eq!(chain.refused("bob", withdraw(1)), 1_707, "locked");
    chain.apply(chain.now() + 73 * DAY_MS, Vec::new(), Vec::new());
    assert_eq!(power(&chain.state, "bob"), 1_000, "the lock is over");
    assert_eq!(power(&chain.state, "alice"), 2_002);
}

#[test]
fn a_lock_is_extended_but_never_shortened() {
    let mut chain = staked_chain();
    chain.ok("alice", deposit(500, 10));
    assert_eq!(chain.refused("alice", deposit(500, 9)), 1_705);
    assert_eq!(chain.locked("alice", LockKind::Stake), 500, "a refused deposit moves nothing");
    chain.ok("alice", deposit(500, 146));
    assert_eq!(power(&chain.state, "alice"), 1_400, "all of it is locked for 146 of 365 days");
    assert_eq!(chain.refused("alice", deposit(1, 3_661)), 1_704);
    assert_eq!(chain.refused("alice", deposit(0, 200)), 1_702);
    assert_eq!(chain.refused("carol", deposit(100, 0)), 1_703, "no participant");
    assert_eq!(chain.refused("alice", deposit(RICH, 365)), 104, "more than alice has");
}

#[test]
fn stake_is_nothing_or_at_least_the_minimum_of_100() {
    let mut chain = staked_chain();
    assert_eq!(chain.refused("alice", deposit(99, 365)), 1_714);
    chain.ok("alice", deposit(150, 0));
    assert_eq!(power(&chain.state, "alice"), 150);
    assert_eq!(chain.refused("alice", withdraw(51)), 1_714, "99 would be left");
    chain.ok("alice", withdraw(50));
    assert_eq!(power(&chain.state, "alice"), 100);
    chain.ok("alice", withdraw(100));
    assert_eq!(power(&chain.state, "alice"), 0);
    assert_eq!(chain.refused("alice", deposit(99, 0)), 1_714);
}

/// What comes for the close alone earns nothing, nor what left and came back.
#[test]
fn what_earns_is_the_least_stake_of_the_epoch() {
    let mut chain = staked_chain();
    let earns = |chain: &Chain| {
        let now = workmint_core::time::Now {
            height: chain.state.chain().height,
            time_ms: chain.now(),
            epoch: chain.state.chain().epoch,
        };
        stake::earning(&chain.state, &staking(), chain.handle("alice"), &now).get()
    };
    chain.ok("alice", deposit(300, 0));
    assert_eq!(earns(&chain), 0, "none before");
    chain.close();
    assert_eq!(earns(&chain), 300);
    chain.ok("alice", deposit(1_000, 0));
    assert_eq!(earns(&chain), 300);
    chain.ok("alice", withdraw(1_100));
    chain.ok("alice", deposit(500, 0));
    assert_eq!(earns(&chain), 200);
    chain.ok("alice", withdraw(700));
    chain.ok("alice", deposit(900, 0));
    assert_eq!(earns(&chain), 0, "gone in between");
    chain.close();
    assert_eq!(earns(&chain), 900);
}

/// 0.1 % of 1,500, rounded up, is 2 units; released at the close of the second epoch after.
#[test]
fn a_withdrawal_waits_and_burns_its_share_rounded_up() {
    let mut chain = staked_chain();
    chain.ok("alice", deposit(2_000, 0));
    chain.ok("alice", withdraw(1_500));
    assert_eq!(stake::active(&chain.state, chain.handle("alice")), amount(500));
    assert_eq!(power(&chain.state, "alice"), 500, "what leaves has no power");
    assert_eq!(chain.refused("alice", withdraw(501)), 1_706);
    for _ in 0..2 {
        chain.close();
        assert_eq!(chain.locked("alice", LockKind::UnbondingStake), 1_500);
    }
    let applied = chain.close();
    let (account, burned) = (address("alice"), amount(2));
    let released = stake::Event::Released { account, amount: amount(1_498), burned };
    assert!(applied.events.contains(&released.into()));
    assert_eq!(chain.locked("alice", LockKind::UnbondingStake), 0);
    assert_eq!(chain.balance("alice"), RICH - 2);
}

#[test]
fn so_many_withdrawals_and_no_more() {
    let mut chain = staked_chain();
    chain.ok("alice", deposit(1_000, 0));
    chain.ok("alice", withdraw(100));
    chain.ok("alice", withdraw(100));
    assert_eq!(chain.state.stake.withdrawals(chain.handle("alice")).count(), 1, "one deadline");
    chain.close();
    chain.ok("alice", withdraw(100));
    chain.close();
    assert_eq!(chain.refused("alice", withdraw(100)), 1_709);
    assert_eq!(chain.locked("alice", LockKind::UnbondingStake), 300);
}

/// Two of three judges are more than half; the case cannot be brought again.
#[test]
fn malice_takes_everything_also_what_is_leaving_and_once() {
    let mut chain = staked_chain();
    chain.ok("alice", deposit(1_000, 0));
    chain.ok("alice", withdraw(400));
    assert_eq!(chain.refused("alice", malice("alice", "one")), 1_710, "no judge");
    chain.ok("j1", malice("alice", "one"));
    assert_eq!(chain.refused("j1", malice("alice", "one")), 1_713);
    chain.ok("j2", malice("alice", "two"));
    assert_eq!(chain.locked("alice", LockKind::Stake), 600, "one judge of three each");
    let burned = chain.burned();
    chain.ok("j2", malice("alice", "one"));
    assert_eq!(chain.locked("alice", LockKind::Stake), 0);
    assert_eq!(chain.locked("alice", LockKind::UnbondingStake), 0);
    assert_eq!(chain.burned(), burned + 1_000);
    assert_eq!(chain.balance("alice"), RICH - 1_000);
    chain.ok("alice", deposit(1_000, 0));
    assert_eq!(chain.refused("j3", malice("alice", "one")), 1_712, "the case is decided");
    assert_eq!(chain.locked("alice", LockKind::Stake), 1_000);
    for _ in 0..3 {
        chain.close();
    }
    // The other case was forgotten with its one vote: the same judge may speak again.
    chain.ok("j2", malice("alice", "two"));
    assert_eq!(chain.locked("alice", LockKind::Stake), 1_000);
}

/// 10 % of 1,005 is 100.5: 101 are taken, of both holdings in proportion.
#[test]
fn refuted_evidence_costs_a_tenth_rounded_up_once() {
    let mut chain = staked_chain();
    chain.ok("alice", deposit(1_005, 0));
    let evidence = Hash::of("evidence", &[]);
    chain.ok("alice", Message::RequestTier(RequestTier { tier: 2, evidence }));
    let account = address("alice");
    let attest = || Message::AttestTier(AttestTier { account, tier: 2, evidence, approve: true });
    chain.block(vec![("buyer", attest()), ("hunter", attest())]);
    assert_eq!(power(&chain.state, "alice"), 1_507, "1,005 x 1.5, rounded down");
    chain.ok("alice", withdraw(5));
    let refute = || Message::RefuteTier(RefuteTier { account, evidence });
    chain.ok("buyer", refute());
    assert_eq!(chain.locked("alice", LockKind::Stake), 1_000, "one is no quorum");
    chain.ok("friend", refute());
    assert_eq!(chain.locked("alice", LockKind::Stake), 900, "floor(101 x 1,000 / 1,005) = 100");
    assert_eq!(chain.locked("alice", LockKind::UnbondingStake), 4);
    assert_eq!(power(&chain.state, "alice"), 900, "tier 0");
    assert_eq!(chain.refused("hunter", refute()), 1_604);
    chain.close();
}

#[test]
fn a_network_without_stake_refuses_its_messages() {
    let mut chain = Chain::new(parameters());
    chain.register(&[("alice", &[0])]);
    assert_eq!(chain.refused("alice", deposit(100, 0)), 1_701);
    assert_eq!(chain.refused("alice", withdraw(100)), 1_701);
    assert_eq!(chain.refused("j1", malice("alice", "one")), 1_701);
    let evidence = Hash::of("evidence", &[]);
    assert_eq!(
        chain.refused("alice", Message::RequestTier(RequestTier { tier: 1, evidence })),
        1_601
    );
}

#[test]
fn an_sla_is_graded_by_how_far_it_was_missed() {
    let slashing = staking().stake.unwrap().slashing;
    for (missed, fraction) in [("0", "0.01"), ("0.5", "0.03"), ("1", "0.05"), ("7", "0.05")] {
        assert_eq!(sla_fraction(&slashing, ratio(missed)), Ok(ratio(fraction)), "{missed}");
    }
}

/// Document 003 with a lock of half a year: 1,000 x 1.5 x 1.2 x (1 + 250/1000) = 2,250.
#[test]
fn staking_power_is_rounded_once() {
    let rules = staking().stake.unwrap();
    let lock = lock_multiplier(&rules, 365 * DAY_MS / 2).unwrap();
    let of = |units, points| staking_power(amount(units), lock, ratio("1.2"), points).unwrap();
    assert_eq!(of(1_000, 250), amount(2_250));
    // 9 x 1.5 x 1.2 x 1.001 = 16.2162; cut off after each factor it would be 15.
    assert_eq!(of(9, 1), amount(16));
    assert!(staking_power(amount(u128::MAX), lock, ratio("1.2"), 0).is_err());
}

proptest! {
    /// Whatever is deposited, withdrawn and judged: rows, locks and money agree (the chain checks
    /// its invariants at each close and conservation after each block), and nothing leaves early.
    #[test]
    fn random_stakes_reconcile(
        steps in proptest::collection::vec((0_u8..5, 1_u128..3_000), 1..30),
    ) {
        let mut chain = staked_chain();
        for (at, (what, units)) in steps.into_iter().enumerate() {
            let message = match what {
                0 | 1 => ("alice", deposit(units, 0)),
                2 => ("alice", withdraw(units)),
                3 => ("j1", malice("alice", &at.to_string())),
                _ => {
                    chain.close();
                    continue;
                }
            };
            let before = (chain.balance("alice"), chain.spendable("alice"));
            chain.apply(chain.now() + 1_000, vec![message], Vec::new());
            prop_assert!(chain.balance("alice") == before.0, "no message of these moves money");
            prop_assert!(chain.spendable("alice") <= before.1, "nothing is free before a close");
        }
        chain.close();
    }
}
