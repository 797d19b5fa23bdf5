//! What is wrong in Hanzo's and Lux's code, and what happens here. `hNN` is finding HNN, `3bNN`
//! contradiction NN of `reference/blyan-hanzo-moderntensor.md` §4 and §3B. Tested elsewhere:
//!
//! | finding | test |
//! |---|---|
//! | H3, H4, 3B.13 | `exchange`: `h3_*`, `h4_*`, `the_treasury_seeds_the_pool_for_ever` |
//! | H2, H10, H15 (evidence is anything) | `attestation`: a quorum for this tier and evidence |
//! | H7, 3B.12 (silence, free jobs, capacity) | `jobs`: `h7_*` |
//! | H7 (prices), 3B.5, 3B.6 | `paced_prices`: `upstream_*`, `*_settles_where_demand_is_supply` |
//! | H13 (slower earns more) | `jobs`: `a_late_result_is_paid_less_and_costs_stake` |
//! | 3B.3 | `provider_streams`: `the_network_factor_is_bounded_and_trails` |
//! | 3B.7 (flash balances) | `governance`: `a_flash_balance_has_no_power` |
//! | 3B.8 | `sessions`: `fees_are_split_at_the_close` |
//! | 3B.9 | `stake`: `an_sla_is_graded_by_how_far_it_was_missed` |
//! | 3B.14 (a burn that burns nothing) | `jobs`: `a_job_is_created_accepted_revealed_paid` |

use crate::attestation::{attest as attest_tier, beats, refute, request};
use crate::draw::Draw;
use crate::governance::{chain_of, governed, send, spend};
use crate::jobs::*;
use crate::kit::*;
use crate::provider_streams::{from_pot, provided, units};
use crate::stake::{power, staked_chain, staking, withdraw};
use workmint_amounts::{Amount, Ratio};
use workmint_core::block::{Applied, BlockError};
use workmint_core::modules::emission::{Bound, Facts, budget, scheduled};
use workmint_core::modules::governance::Stage;
use workmint_core::modules::ledger::{LockKind, Pot};
use workmint_core::modules::market::fee_parts;
use workmint_core::modules::market::jobs::{CreateJob, Outcome};
use workmint_core::modules::parameters::*;
use workmint_core::modules::registry::Role;
use workmint_core::modules::rewards::plan;
use workmint_core::modules::stake::{active, staking_power};
use workmint_core::{Hash, State};

/// Base units of an AI.
const AI: u128 = 1_000_000_000_000_000_000;

fn wait(chain: &mut Chain, milliseconds: u64) -> Applied {
    let at = chain.now() + milliseconds;
    chain.apply(at, Vec::new(), Vec::new())
}

/// cust's job of 100 units is accepted by alice and done.
pub(crate) fn deliver(chain: &mut Chain, number: u64) {
    chain.ok("cust", created(create(100, Some("alice"))));
    chain.ok("alice", accept("cust", number));
    let message = reveal(chain, "alice", ("cust", number), 100);
    chain.ok("alice", message);
}

/// A market with the tiers of `staking`; buyer, hunter and friend attest.
fn tiered() -> Chain {
    let mut genesis = genesis(Parameters { attestation: staking().attestation, ..rules() });
    let attestors = ["buyer", "hunter", "friend"];
    genesis.roles.extend(attestors.map(|who| (Role::Attestor, address(who))));
    let mut chain = Chain::of(&genesis);
    chain.register(&[("alice", &[0])]);
    chain.ok("alice", stake(1_000));
    chain
}

fn grant(chain: &mut Chain, who: &str, tier: u8, text: &str) {
    chain.ok(who, request(tier, text));
    chain.block(vec![
        ("buyer", attest_tier(who, tier, text, true)),
        ("hunter", attest_tier(who, tier, text, true)),
    ]);
}

/// There: the epoch's reward goes to the contract, no provider is paid, and after the first epoch
/// every message reverts. Here: each close pays those who worked, and the next epoch goes on.
#[test]
fn h01_every_epoch_pays_its_providers_and_the_next_goes_on() {
    let mut parameters = rules();
    parameters.claims.mode = ClaimMode::Push;
    let pot = name("providers");
    parameters.market.fee.as_mut().unwrap().split[0].to = FeeTo::Pot(pot.clone());
    let score = StakingPower { least_uptime: Ratio::ZERO, needs_paid_job: true };
    let mut stream = emission_stream("providers", "1", Score::StakingPower(score));
    stream.source = Source::Pot { name: pot.clone() };
    parameters.streams.push(stream);
    let mut chain = ready(parameters);
    // Stake earns from its first whole epoch on.
    chain.close();
    for epoch in 0..3 {
        deliver(&mut chain, epoch);
        assert_eq!(ends(&wait(&mut chain, HOUR)), [(Outcome::Paid, 450, 50, 250)]);
        chain.close();
        // 450 of the job, and the fee of 50 by staking power: bob had no job.
        let paid = 500 * (u128::from(epoch) + 1);
        assert_eq!((chain.balance("alice"), chain.balance("bob")), (RICH + paid, RICH));
        assert_eq!(chain.pot(&Pot::Named(pot.clone())), 0);
    }
}

/// There: any bytes are an attestation, and a slashed provider keeps its weight.
#[test]
fn h02_a_word_of_ones_own_gives_nothing_and_a_slash_takes_power() {
    let mut chain = staked_chain();
    chain.ok("alice", stake(1_000));
    chain.ok("alice", request(1, "a"));
    assert_eq!(power(&chain.state, "alice"), 1_000);
    grant(&mut chain, "alice", 1, "a");
    assert_eq!(power(&chain.state, "alice"), 1_200);
    chain.block(vec![("buyer", refute("alice", "a")), ("hunter", refute("alice", "a"))]);
    // A tenth of the stake, and the tier.
    assert_eq!(power(&chain.state, "alice"), 900);
}

/// There: two orders of one block share an id and what the first locked is lost; none can be taken
/// back; a duration is not enforced.
#[test]
fn h05_equal_jobs_of_one_block_are_two_and_end_in_time() {
    let mut chain = ready(rules());
    let twice = || created(create(100, None));
    chain.block(vec![("cust", twice()), ("cust", twice())]);
    assert_eq!(chain.locked("cust", LockKind::Job), 1_500);
    assert_eq!(ends(&chain.ok("cust", cancel(1))), [(Outcome::Cancelled, 0, 0, 750)]);
    assert_eq!(ends(&wait(&mut chain, HOUR)), [(Outcome::NotAccepted, 0, 0, 750)]);
    assert_eq!(chain.refused("alice", accept("cust", 0)), 962);
    assert_eq!(chain.spendable("cust"), RICH);
    assert_over(&chain);
}

/// There: a second slash or withdrawal underflows, and the rest is locked for ever.
#[test]
fn h07_slashes_and_withdrawals_go_on_to_the_end() {
    let mut chain = ready(rules());
    for number in 0..2 {
        chain.ok("cust", created(create(100, None)));
        chain.ok("alice", accept("cust", number));
    }
    assert_eq!(ends(&wait(&mut chain, HOUR)), [(Outcome::NotDelivered, 0, 0, 750); 2]);
    // 5 % of 1,000, then of 950: 47.5, rounded up. Two bonds of 75.
    assert_eq!(chain.locked("alice", LockKind::Stake), 902);
    for part in [100, 100, 702] {
        chain.ok("alice", withdraw(part));
    }
    chain.close();
    chain.close();
    assert_eq!(chain.locked("alice", LockKind::UnbondingStake), 0);
    assert_eq!(chain.spendable("alice"), RICH - 50 - 48 - 150);
}

/// There: to register again overwrites the recorded stake and doubles the supply.
#[test]
fn h07_staking_adds_and_offering_again_replaces() {
    let mut chain = ready(rules());
    chain.block(vec![("alice", stake(500)), ("alice", offer(0, 0, 1_000))]);
    assert_eq!(active(&chain.state, chain.handle("alice")), amount(1_500));
    assert_eq!(chain.locked("alice", LockKind::Stake), 1_500);
    let model = ModelId(0);
    assert_eq!(chain.state.market.jobs.capacity(model), 2_000, "1,000 of alice, 1,000 of bob");
    chain.ok("alice", offer(0, 0, 300));
    assert_eq!(chain.state.market.jobs.capacity(model), 1_300);
}

/// There: bridge, mining and liquidity together mint twice the cap, and one message mints twice.
#[test]
fn h08_all_that_can_exist_is_below_the_cap_and_a_message_counts_once() {
    let with_cap = |cap| {
        let mut parameters = parameters();
        parameters.assets[0].cap = amount(cap);
        State::genesis(&genesis(parameters))
    };
    let all = PEOPLE.len() as u128 * RICH + 100_000;
    assert!(with_cap(all).is_ok());
    assert!(with_cap(all - 1).is_err(), "genesis and emission together are promised");

    let mut chain = Chain::new(parameters());
    chain.ok("cust", send(10, "bob"));
    let again = [sign("cust", 0, send(10, "bob"))];
    let replay = block(chain.state.chain().height + 1, chain.now() + 1, &again);
    let (applied, _) = chain.state.apply_block(&replay, &again, chain.commitments).unwrap();
    assert!(applied.results[0].is_err());
    assert_eq!(chain.balance("bob"), RICH + 10);
}

/// H9: there the halving never happens and arithmetic ends by panic. 3B.1: the document's schedule
/// sums to the whole supply, its mining part is a quarter. Here the part limits the schedule: 100,
/// 90 and 60 of 250, and no epoch is too far away.
#[test]
fn h09_3b01_emission_falls_ends_with_its_part_and_never_stops_a_close() {
    let million = 1_000_000 * AI;
    let emission = Emission {
        utility: None,
        quota: Ratio::ZERO,
        reference_weight: 0,
        asset: GNK,
        schedule: Schedule::Geometric {
            initial: amount(100 * million),
            factor: ratio("0.9"),
            period_epochs: 1,
        },
        allocation: amount(250 * million),
        genesis_epoch: 0,
    };
    let mut minted = Amount::ZERO;
    for (epoch, expected, bound) in [
        (0, 100, Bound::Schedule),
        (1, 90, Bound::Schedule),
        (2, 60, Bound::Allocation),
        (3, 0, Bound::Allocation),
    ] {
        let facts = Facts { epoch, minted, asset_issued: minted, ..Facts::default() };
        let of = budget(&emission, amount(1_000 * million), &facts).unwrap();
        assert_eq!((of.budget, of.bound_by), (amount(expected * million), bound), "{epoch}");
        minted = minted.checked_add(of.budget).unwrap();
    }
    for epoch in [400, 1 << 32, u64::MAX] {
        let late = scheduled(&emission, &Facts { epoch, ..Facts::default() }).unwrap();
        assert!(late < amount(AI), "{epoch}: {late}");
    }
}

/// There: tiers are self-declared and multiply rewards.
#[test]
fn h10_nobody_earns_by_a_tier_it_declares() {
    let mut chain = tiered();
    assert_eq!(chain.refused("alice", offer(0, 1, 1_000)), 957);
    chain.ok("alice", request(1, "mine"));
    assert_eq!(chain.refused("alice", offer(0, 1, 1_000)), 957, "asked for, not attested");
    grant(&mut chain, "alice", 1, "mine");
    chain.ok("alice", offer(0, 1, 1_000));
    chain.ok("cust", created(CreateJob { tier: 1, ..create(100, None) }));
    // 5 x 100 x 1.2 x 1.5.
    assert_eq!(chain.locked("cust", LockKind::Job), 900);
    chain.ok("alice", accept("cust", 0));
}

/// There: rewards of stake are paid out of what others staked, without limit.
#[test]
fn h11_rewards_end_with_emission_and_stake_returns() {
    let mut parameters = staking();
    parameters.claims.mode = ClaimMode::Push;
    parameters.emission.allocation = amount(350);
    let rule = Availability {
        rate_per_epoch: ratio("0.01"),
        least_factor: Ratio::ONE,
        most_factor: Ratio::ONE,
        window: 1,
    };
    parameters.streams[0] = emission_stream("availability", "1", Score::Availability(rule));
    let mut genesis = genesis(parameters);
    genesis.roles.extend(["buyer", "hunter"].map(|who| (Role::Attestor, address(who))));
    let mut chain = Chain::of(&genesis);
    chain.register(&[("alice", &[0]), ("bob", &[0])]);
    chain.block(vec![("alice", stake(10_000)), ("bob", stake(10_000))]);
    // Stake earns from its first whole epoch on.
    chain.close();
    let mut both = ["alice", "bob"];
    both.sort_by_key(|who| address(who));
    // 1 % of 10,000 each, as long as there is something to mint.
    for minted in [200, 350, 350, 350] {
        chain.block(vec![("buyer", beats(0, &both)), ("hunter", beats(0, &both))]);
        chain.close();
        assert_eq!(chain.minted(), minted);
    }
    chain.block(vec![("alice", withdraw(10_000)), ("bob", withdraw(10_000))]);
    (0..3).for_each(|_| drop(chain.close()));
    for who in both {
        // 100 + 75 were paid; leaving burns a thousandth.
        assert_eq!(chain.spendable(who), RICH + 175 - 10, "{who}");
    }
}

/// There: floats hand out more than there is, and twins in two languages disagree. Here: parts sum
/// to the whole, each within a unit of its exact share.
#[test]
fn h12_parts_of_any_sum_are_the_sum() {
    let part = |to, share| FeeShare { to, share: ratio(share) };
    let split = vec![part(FeeTo::Treasury, "0.9"), part(FeeTo::Burn, "0.1")];
    let rules = MarketFee { rate: Ratio::ONE, split };
    for total in [7, 120_000_000 * AI + 9, u128::MAX] {
        let parts = fee_parts(&rules, amount(total)).unwrap();
        let nine = total / 10 * 9 + total % 10 * 9 / 10;
        assert_eq!(parts, [amount(nine), amount(total - nine)]);
    }
    let mut draw = Draw::from_seed(12);
    for _ in 0..60 {
        let pot = u128::from(draw.below(1 << 40)) * 1_000_000_000_000;
        let powers: Vec<u128> = (0..20).map(|_| u128::from(draw.below(1_000_000))).collect();
        let rows: Vec<_> = powers.iter().map(|power| (1, *power, 10, 1, 0)).collect();
        let mut inputs = provided(&rows);
        let score = StakingPower { least_uptime: Ratio::ZERO, needs_paid_job: false };
        let parameters = from_pot(Score::StakingPower(score));
        inputs.pots.push((parameters.market.asset, Pot::Named(name("providers")), amount(pot)));
        let planned = plan(&parameters, &inputs).unwrap().streams.remove(0);
        let all: u128 = powers.iter().sum();
        let expected: Vec<u128> = powers.iter().map(|power| pot * power / all).collect();
        assert_eq!(units(&planned.rewards), expected);
        assert_eq!(expected.iter().sum::<u128>() + planned.dust.get(), pot);
    }
}

/// There: one winner named three times is a quorum of three and is paid three times.
#[test]
fn h13_one_voice_is_no_quorum_however_often_it_speaks() {
    let mut chain = ready(rules());
    deliver(&mut chain, 0);
    chain.ok("r1", measure("cust", 0, 1_000, 800));
    for _ in 0..2 {
        assert_eq!(chain.refused("r1", measure("cust", 0, 1_000, 800)), 969);
    }
    // 500 at quality 1; with a quorum of 2 it would be 400.
    assert_eq!(ends(&wait(&mut chain, HOUR)), [(Outcome::Paid, 450, 50, 250)]);
}

/// There: a root depends on the order of a hash map.
#[test]
fn h13_a_root_depends_on_what_is_paid_not_on_the_order_of_messages() {
    let run = |proofs: &[(&str, u16, u64)]| {
        let mut chain = Chain::new(open_weights());
        chain.register(&[("alice", &[0]), ("bob", &[0]), ("carol", &[0])]);
        chain.prove(proofs);
        chain.close();
        chain.close().closed.unwrap().record.header.root
    };
    let mut proofs = vec![("alice", 0, 3), ("bob", 0, 5), ("carol", 0, 7)];
    let root = run(&proofs);
    assert_ne!(root, Hash::ZERO);
    for _ in 0..2 {
        proofs.rotate_left(1);
        assert_eq!(run(&proofs), root);
    }
    assert_ne!(run(&[("alice", 0, 3), ("bob", 0, 5), ("carol", 0, 8)]), root);
}

/// There: sets of capabilities fail the requirements of their own tier, and of lower ones.
#[test]
fn h14_a_tier_includes_every_tier_below_it_and_none_above() {
    for held in 0..3 {
        let mut chain = tiered();
        if held > 0 {
            grant(&mut chain, "alice", held, "a");
        }
        for asked in 0..3 {
            if asked <= held {
                chain.ok("alice", offer(0, asked, 1_000));
            } else {
                assert_eq!(chain.refused("alice", offer(0, asked, 1_000)), 957, "{held} {asked}");
            }
        }
    }
}

/// There: a clock that is behind makes `now - timestamp` underflow.
#[test]
fn h14_time_that_runs_backwards_is_refused() {
    let mut chain = Chain::new(parameters());
    chain.block(Vec::new());
    let (last, before) = (chain.now(), rows_of(&chain.state));
    let early = block(chain.state.chain().height + 1, last - 1, &[]);
    let refused = chain.state.apply_block(&early, &[], chain.commitments);
    let given = match refused {
        Err(BlockError::TimeNotMonotone { given, .. }) => given,
        other => panic!("{:?}", other.map(|(applied, _)| applied.results)),
    };
    assert_eq!(given, last - 1);
    assert_eq!(rows_of(&chain.state), before);
}

/// There: 1 + score / 1000 in whole numbers is 1 for every score below 1,000, and multipliers like
/// 1.2 cannot be written.
#[test]
fn contradiction_3b04_every_point_of_reputation_counts() {
    for points in 0..=1_000 {
        let power = staking_power(amount(5_000), Ratio::ONE, ratio("1.2"), points).unwrap();
        assert_eq!(power.get(), 6_000 + 6 * u128::from(points));
    }
}

/// 3B.7: square roots multiply the power of who splits, here as in the document. A network that
/// does not want it votes by `linear`: power is what is staked, however it is divided.
#[test]
fn contradiction_3b07_linear_power_gains_nothing_by_splitting() {
    let total = |rule, stakes: &[(&str, u128)]| {
        let mut parameters = Parameters { stake: staking().stake, ..governed() };
        parameters.governance.as_mut().unwrap().power = rule;
        let mut chain = chain_of(parameters);
        chain.register(&[("alice", &[0]), ("bob", &[0]), ("carol", &[0])]);
        chain.block(stakes.iter().map(|(who, units)| (*who, stake(*units))).collect());
        chain.ok("dave", spend(1, "dave"));
        chain.close();
        match chain.state.governance.proposal(0).unwrap().stage {
            Stage::Voting { total, .. } => total,
            other => panic!("{other:?}"),
        }
    };
    let (whole, split) = ([("alice", 900)], [("alice", 300), ("bob", 300), ("carol", 300)]);
    assert_eq!((total(PowerRule::Linear, &whole), total(PowerRule::Linear, &split)), (900, 900));
    // floor(sqrt(99,100)) + 2 x 30, and 316 twice; thrice floor(sqrt(99,700)) + 2 x 17.
    let grown = total(PowerRule::Sqrt, &split) - total(PowerRule::Sqrt, &whole);
    assert_eq!(grown, 3 * (315 + 34) - (314 + 60 + 2 * 316));
}

/// There: stake and reward are 64 bits of wei, at most 18.4 AI, where 1,000 AI are the least stake.
#[test]
fn contradiction_3b15_amounts_hold_what_the_rules_ask_for() {
    let mut parameters = Parameters { attestation: None, ..staking() };
    parameters.assets[0].cap = amount(1_000_000_000 * AI);
    parameters.stake.as_mut().unwrap().minimum = amount(1_000 * AI);
    let mut genesis = genesis(parameters);
    genesis.allocations[0].amount = amount(1_000_000 * AI);
    let mut chain = Chain::of(&genesis);
    chain.register(&[("alice", &[0])]);
    assert_eq!(chain.refused("alice", stake(999 * AI)), 1_714);
    chain.ok("alice", stake(1_000_000 * AI));
    assert_eq!(power(&chain.state, "alice"), 1_000_000 * AI);
}
