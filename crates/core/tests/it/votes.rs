//! Attacks on votes and what they change: dust, sold stake, old schedules, upgrades, full places.

use crate::governance::*;
use crate::jobs::{HOUR, ends, ready, wait};
use crate::kit::*;
use crate::pains_hanzo::deliver;
use workmint_core::modules::governance::{Choice, Event, Kind, Stage, Tally, UPGRADE_NOTICE};
use workmint_core::modules::ledger::{LockKind, Pot, Reason};
use workmint_core::modules::market::jobs::Outcome;
use workmint_core::modules::parameters::{self, *};
use workmint_core::modules::registry::Role;
use workmint_core::modules::stake::{DepositStake, WithdrawStake};
use workmint_core::time::{DAY_MS, Duration};
use workmint_core::{Event as AnyEvent, Message};

fn upgrade(version: u32, height: u64) -> Message {
    propose(Kind::Upgrade { version, height })
}

fn schedule(epoch: u64, parameters: Parameters) -> Message {
    let parameters = Box::new(parameters);
    Message::ScheduleParameters(ScheduleParameters { epoch, parameters })
}

fn downtime(of: Parameters, share: &str) -> Parameters {
    let slashing = Slashing { downtime: ratio(share), ..of.slashing };
    Parameters { slashing, ..of }
}

fn about_parameters(applied: &workmint_core::block::Applied) -> Vec<parameters::Event> {
    let of = |event: &AnyEvent| match event {
        AnyEvent::Parameters(event) => Some(event.clone()),
        _ => None,
    };
    applied.events.iter().filter_map(of).collect()
}

/// 999 free accounts with 100 each: 10 of power each would be 9,990 against 4,424.
fn dust(chain: &mut Chain) -> Vec<String> {
    let names: Vec<String> = (0..999).map(|number| format!("dust {number}")).collect();
    chain.block(names.iter().map(|name| ("alice", send(100, name))).collect());
    names
}

#[test]
fn dust_takes_no_treasury() {
    let mut chain = chain_of(governed());
    chain.ok("alice", spend(TREASURY, "alice"));
    let names = dust(&mut chain);
    chain.close();
    // alice locked 100 and gave away 99,900: nothing is left. The others have what they had.
    let stage = chain.state.governance.proposal(0).unwrap().stage;
    assert!(matches!(stage, Stage::Voting { total, .. } if total == 13 * ROOT), "{stage:?}");
    let votes = names.iter().map(|name| (name.as_str(), vote(0, Choice::Yes))).collect();
    let results = chain.apply(chain.now() + 1_000, votes, Vec::new()).results;
    let codes = results.into_iter().map(|result| result.unwrap_err().code());
    assert!(codes.eq(std::iter::repeat_n(1813, 999)));
    let counted = happened(&chain.close());
    assert!(counted.iter().any(|event| matches!(event, Event::Rejected { quorum: false, .. })));
    assert_eq!(chain.pot(&Pot::Treasury), TREASURY + DEPOSIT);
}

#[test]
fn dust_that_stays_silent_stops_no_quorum() {
    let mut chain = chain_of(governed());
    chain.ok("bob", spend(1, "carol"));
    dust(&mut chain);
    chain.close();
    // Seven of thirteen: 2,212 of 4,108, above 51 %.
    all_vote(&mut chain, 0, &EIGHT[1..], Choice::Yes);
    let counted = happened(&chain.close());
    assert!(counted.iter().any(|event| matches!(event, Event::Passed { .. })), "{counted:?}");
}

/// The least is of balance and stake together, exactly.
#[test]
fn the_least_power_is_of_balance_and_stake_together() {
    let mut chain = chain_of(governed());
    chain.block(vec![
        ("alice", send(LEAST, "enough")),
        ("alice", send(LEAST - 1, "less")),
        ("bob", spend(1, "bob")),
    ]);
    chain.close();
    let powers = chain.state.governance.snapshot(0).unwrap();
    let of = |who| powers.of(chain.handle(who), amount(0));
    // 22^2 = 484, 23^2 = 529.
    assert_eq!((of("enough"), of("less")), (22, 0));

    let mut chain = staked(PowerRule::Sqrt, 1, 300);
    let have = chain.spendable("alice") - 250;
    chain.block(vec![("alice", send(have, "bob")), ("friend", upgrade(2, 9_000))]);
    chain.close();
    let powers = chain.state.governance.snapshot(chain.epoch() - 1).unwrap();
    // floor(sqrt(250)) + 2 floor(sqrt(300)): neither part alone reaches 500.
    assert_eq!(powers.of(chain.handle("alice"), amount(300)), 15 + 2 * 17);
}

/// alice has staked so much; votes last so many epochs.
fn staked(power: PowerRule, epochs: u64, units: u128) -> Chain {
    let mut rules = rules();
    rules.power = power;
    rules.upgrade.voting = Duration::Epochs(epochs);
    let mut genesis = genesis(Parameters { governance: Some(rules), ..crate::stake::staking() });
    let attestors = ["buyer", "hunter", "friend"];
    genesis.roles.extend(attestors.map(|who| (Role::Attestor, address(who))));
    let mut chain = Chain::of(&genesis);
    chain.register(&[("alice", &[0]), ("bob", &[0])]);
    let (of, lock_ms) = (amount(units), 0);
    chain.ok("alice", Message::DepositStake(DepositStake { amount: of, lock_ms }));
    chain
}

fn withdraw(units: u128) -> Message {
    Message::WithdrawStake(WithdrawStake { amount: amount(units) })
}

/// Stake counts as it was frozen, less what left: whoever sells first has no voice left.
#[test]
fn stake_that_left_since_does_not_vote() {
    for (left, power) in [(50_000, None), (20_000, Some(30_000))] {
        let mut chain = staked(PowerRule::Linear, 3, 50_000);
        chain.ok("friend", upgrade(2, 9_000));
        chain.close();
        chain.ok("alice", withdraw(left));
        match power {
            None => assert_eq!(chain.refused("alice", vote(0, Choice::Yes)), 1813),
            Some(power) => {
                let voted = happened(&chain.ok("alice", vote(0, Choice::Yes)));
                assert!(
                    matches!(voted[..], [Event::Voted { power: of, .. }] if of == power),
                    "{voted:?}"
                );
                assert_eq!(chain.refused("alice", withdraw(1)), 1708, "what voted stays");
            }
        }
        chain.close();
    }
}

/// Stake that is added later does not count either; the balance counts as it was frozen.
#[test]
fn square_roots_count_the_stake_that_is_still_there() {
    let mut chain = staked(PowerRule::Sqrt, 3, 40_000);
    chain.ok("friend", upgrade(2, 9_000));
    let balance = chain.spendable("alice");
    chain.close();
    chain.ok("alice", withdraw(30_000));
    let voted = happened(&chain.ok("alice", vote(0, Choice::No)));
    let expected = balance.isqrt() + 2 * 100;
    assert!(matches!(voted[..], [Event::Voted { power, .. }] if power == expected), "{voted:?}");
    let tally = chain.state.governance.tally(0).unwrap();
    assert_eq!(tally, Tally { yes: 0, no: expected, abstain: 0 });
}

/// What a governor scheduled before votes decide would undo what they decide.
#[test]
fn schedules_of_governors_end_when_votes_begin() {
    let without = Parameters { governance: None, ..governed() };
    let mut chain = chain_of(without.clone());
    chain.ok("friend", schedule(5, downtime(without, "0.9")));
    chain.ok("friend", schedule(1, governed()));
    let applied = chain.close();
    assert_eq!(
        about_parameters(&applied),
        [
            parameters::Event::Activated { epoch: 1, version: 1 },
            parameters::Event::Dropped { epoch: 5, code: 206 },
        ]
    );
    let voted = Box::new(downtime(governed(), "0.05"));
    chain.ok("alice", propose(Kind::Parameters { base: 1, parameters: voted }));
    pass(&mut chain, &[0]);
    while chain.epoch() < 6 {
        chain.close();
    }
    let active = chain.state.active_parameters().unwrap();
    assert_eq!((active.slashing.downtime, active.governance.is_some()), (ratio("0.05"), true));
}

/// Both are due at one close, since nobody made a block meanwhile.
#[test]
fn a_schedule_due_with_the_beginning_of_votes_ends_too() {
    let without = Parameters { governance: None, ..governed() };
    let mut chain = chain_of(without.clone());
    chain.ok("friend", schedule(2, downtime(without, "0.9")));
    chain.ok("friend", schedule(1, governed()));
    let applied = chain.apply(START + 4 * DAY_MS, Vec::new(), Vec::new());
    assert_eq!(
        about_parameters(&applied),
        [
            parameters::Event::Activated { epoch: 4, version: 1 },
            parameters::Event::Dropped { epoch: 2, code: 206 },
        ]
    );
    assert_eq!(chain.state.active_parameters().unwrap().slashing.downtime, ratio("0.1"));
}

#[test]
fn an_upgrade_not_reached_is_replaced_and_none_is_skipped() {
    let mut chain = chain_of(governed());
    assert_eq!(chain.refused("alice", upgrade(u32::MAX, 1_000_000)), 1807);
    chain.ok("alice", upgrade(2, 1_000_000));
    pass(&mut chain, &[0]);
    chain.close();
    assert_eq!(chain.refused("alice", upgrade(3, 2_000_000)), 1807, "2 is not reached");
    chain.ok("alice", upgrade(2, 5_000));
    pass(&mut chain, &[1]);
    chain.close();
    assert_eq!(chain.state.governance.upgrades().collect::<Vec<_>>(), [(5_000, 2)]);
    assert_eq!([4_999, 5_000].map(|height| chain.state.governance.version_at(height)), [1, 2]);
}

/// The notice counts from the block that decides, not from the proposal.
#[test]
fn an_upgrade_whose_height_came_near_fails() {
    let mut chain = chain_of(governed());
    chain.ok("alice", upgrade(2, chain.state.chain().height + 1 + UPGRADE_NOTICE));
    pass(&mut chain, &[0]);
    assert_eq!(happened(&chain.close()), [Event::Failed { proposal: 0, code: 1806 }]);
    assert_eq!(chain.state.governance.upgrades().count(), 0);
}

/// Parameters whose fee stops everybody are refused before a vote, and at genesis.
#[test]
fn no_vote_makes_voting_unpayable() {
    let mut chain = chain_of(governed());
    let fee = |flat: u128, free: &[MessageGroup]| {
        change(0, |new| {
            new.fees = Fees { flat: amount(flat), free: free.to_vec(), ..new.fees.clone() }
        })
    };
    let free = [MessageGroup::Governance];
    assert_eq!(chain.refused("alice", fee(u128::MAX, &free)), 204);
    assert_eq!(chain.refused("alice", fee(11, &free)), 204, "a millionth of 10,000,000 is 10");
    assert_eq!(chain.refused("alice", fee(1, &[])), 204);
    assert_eq!(chain.refused("alice", fee(1, &[MessageGroup::Duties])), 204);
    chain.ok("alice", fee(10, &free));
    let mut alone = parameters();
    alone.fees.flat = amount(11);
    assert!(check(&alone).iter().all(|finding| finding.level != Level::Error), "no votes, no rule");
    let mut both = governed();
    both.fees.flat = amount(11);
    let errors: Vec<String> = check(&both)
        .into_iter()
        .filter(|finding| finding.level == Level::Error)
        .map(|finding| finding.path)
        .collect();
    assert_eq!(errors, ["fees.free", "fees.flat"]);
}

/// One waits, one is voted, one has passed and waits for its timelock.
#[test]
fn governance_that_ends_ends_every_proposal() {
    let mut parameters = governed();
    let rules = parameters.governance.as_mut().unwrap();
    rules.treasury.voting = Duration::Epochs(3);
    rules.upgrade.voting = Duration::Epochs(1);
    let mut without = parameters.clone();
    without.governance = None;
    let mut chain = chain_of(parameters.clone());
    let end = Kind::Parameters { base: 0, parameters: Box::new(without) };
    chain.block(vec![("alice", propose(end)), ("bob", spend(TREASURY, "dave"))]);
    chain.close();
    all_vote(&mut chain, 0, &EIGHT, Choice::Yes);
    all_vote(&mut chain, 1, &["bob", "carol"], Choice::Yes);
    chain.ok("carol", upgrade(2, 9_000));
    // A close later the change passes; the upgrade's vote opens, and passes with the execution.
    chain.close();
    all_vote(&mut chain, 2, &EIGHT, Choice::Yes);
    chain.ok("dave", spend(1, "dave"));
    let stages = |chain: &Chain| -> Vec<&str> {
        let name = |stage| match stage {
            Stage::Waiting => "waiting",
            Stage::Voting { .. } => "voting",
            Stage::Passed { .. } => "passed",
        };
        chain.state.governance.proposals().map(|(_, proposal)| name(proposal.stage)).collect()
    };
    assert_eq!(stages(&chain), ["passed", "voting", "voting", "waiting"]);
    let ended = happened(&chain.close());
    let order: Vec<u64> = ended
        .iter()
        .filter_map(|event| match event {
            Event::Failed { proposal, code: 1801 } => Some(*proposal),
            _ => None,
        })
        .collect();
    assert_eq!(order, [1, 2, 3]);
    assert!(ended.contains(&Event::Executed { proposal: 0 }), "{ended:?}");
    assert!(
        ended.iter().any(|event| matches!(event, Event::Passed { proposal: 2, .. })),
        "the upgrade had passed: {ended:?}"
    );
    assert_eq!((chain.state.governance.proposals().count(), version(&chain)), (0, 1));
    for who in ["alice", "bob", "carol", "dave"] {
        assert_eq!((chain.locked(who, LockKind::Proposal), chain.balance(who)), (0, RICH), "{who}");
        assert_eq!(chain.state.stake.bound(chain.handle(who)), 0, "{who}");
    }
    assert_eq!(chain.pot(&Pot::Treasury), TREASURY);
    assert_eq!(chain.refused("alice", spend(1, "alice")), 1801);
    assert_eq!(chain.refused("friend", vote(1, Choice::Yes)), 1808);
    chain.ok("friend", schedule(chain.epoch() + 1, parameters));
    for _ in 0..3 {
        assert_eq!(happened(&chain.close()), []);
    }
    assert_eq!(chain.state.governance.upgrades().count(), 0);
}

/// The first change fails its trial; the second is as good as if it were alone.
#[test]
fn a_change_that_fails_its_trial_takes_no_other_with_it() {
    let mut chain = chain_of(governed());
    let bad = change(0, |new| {
        new.assets[0].cap = amount(14 * RICH + TREASURY - 1);
        new.emission.allocation = amount(1);
        new.emission.schedule = Schedule::FixedPerBlock { reward: amount(0) };
    });
    let good = change(0, |new| new.slashing.downtime = ratio("0.05"));
    chain.block(vec![("alice", bad), ("bob", good)]);
    pass(&mut chain, &[0, 1]);
    let applied = chain.close();
    assert_eq!(
        happened(&applied),
        [Event::Failed { proposal: 0, code: 204 }, Event::Executed { proposal: 1 }]
    );
    let activated = parameters::Event::Activated { epoch: chain.epoch(), version: 1 };
    assert!(about_parameters(&applied).contains(&activated));
    assert_eq!(chain.state.active_parameters().unwrap().slashing.downtime, ratio("0.05"));
}

/// Three places for each kind; what few want loses its deposit, though the quorum is met.
#[test]
fn full_places_cost_and_keep_no_other_kind_out() {
    let mut chain = chain_of(governed());
    for _ in 0..3 {
        chain.ok("j1", spend(1, "alice"));
    }
    assert_eq!(chain.refused("j2", spend(1, "bob")), 1802);
    chain.ok("j2", upgrade(2, 9_000));
    chain.ok("j2", change(0, |_| {}));
    chain.close();
    // Of nine ballots of 316 each: a third, below a third, and above it.
    let yes: [&[&str]; 3] = [&["alice", "bob", "carol"], &["alice", "bob"], &EIGHT[..4]];
    for (proposal, yes) in (0..).zip(yes) {
        all_vote(&mut chain, proposal, yes, Choice::Yes);
        let no: Vec<&str> =
            EIGHT.iter().chain(&["r1"]).filter(|who| !yes.contains(who)).copied().collect();
        all_vote(&mut chain, proposal, &no, Choice::No);
    }
    chain.close();
    assert_eq!(chain.balance("j1"), RICH - DEPOSIT);
    // The other two had no ballot at all.
    assert_eq!(
        (chain.balance("j2"), chain.pot(&Pot::Treasury)),
        (RICH - 2 * DEPOSIT, TREASURY + 3 * DEPOSIT)
    );
}

/// Blocks that close days come some seconds late, by chance: three epochs are three closes.
#[test]
fn a_vote_in_epochs_is_as_long_whenever_blocks_come() {
    let mut parameters = governed();
    let rules = parameters.governance.as_mut().unwrap();
    rules.treasury.voting = Duration::Epochs(3);
    rules.timelock = Duration::Epochs(2);
    let mut chain = chain_of(parameters);
    chain.ok("alice", spend(1, "dave"));
    let mut decided = Vec::new();
    for day in 1..9_u64 {
        let late = [9_000, 5_000, 4_000, 3_000, 2_000, 1_000, 500, 100][day as usize - 1];
        let applied = chain.apply(START + day * DAY_MS + late, Vec::new(), Vec::new());
        for event in happened(&applied) {
            match event {
                Event::VoteOpened { .. } => decided.push((day, "opened")),
                Event::Passed { .. } => decided.push((day, "passed")),
                Event::Executed { .. } => decided.push((day, "executed")),
                _ => {}
            }
        }
        if day == 1 {
            all_vote(&mut chain, 0, &EIGHT, Choice::Yes);
        }
    }
    assert_eq!(decided, [(1, "opened"), (4, "passed"), (6, "executed")]);
}

/// Fees of 50 went into a pot that no stream pays. It stays while fees fill it, and while a stream
/// pays it; when neither does, the treasury has it.
#[test]
fn money_in_a_pot_without_use_goes_to_the_treasury() {
    let pot = name("tips");
    let mut filled = crate::jobs::rules();
    filled.market.fee.as_mut().unwrap().split[0].to = FeeTo::Pot(pot.clone());
    let mut paid = filled.clone();
    paid.market.fee = None;
    let score = StakingPower { least_uptime: ratio("0"), needs_paid_job: true };
    let mut stream = emission_stream("tips", "1", Score::StakingPower(score));
    stream.source = Source::Pot { name: pot.clone() };
    paid.streams.push(stream);
    let mut neither = filled.clone();
    neither.market.fee = None;

    let mut chain = ready(filled.clone());
    deliver(&mut chain, 0);
    assert_eq!(ends(&wait(&mut chain, HOUR)), [(Outcome::Paid, 450, 50, 250)]);
    chain.close();
    let of = |chain: &Chain| (chain.pot(&Pot::Named(pot.clone())), chain.pot(&Pot::Treasury));
    let other = downtime(filled, "0.05");
    for (parameters, expected) in [(other, (50, 0)), (paid, (50, 0)), (neither, (0, 50))] {
        chain.ok("friend", schedule(chain.epoch() + 1, parameters));
        let applied = chain.close();
        assert_eq!(of(&chain), expected);
        let moved = applied.postings.iter().filter(|posting| posting.reason == Reason::EndedPot);
        assert_eq!(moved.count(), usize::from(expected.0 == 0));
    }
}
