//! Proposals and votes: what passes happens once, what cheats does not.

use crate::kit::*;
use workmint_core::block::{Applied, Block, BlockError, SOFTWARE_VERSION};
use workmint_core::genesis::{Allocation, AllocationTo};
use workmint_core::modules::governance::{
    Choice, Event, Kind, Propose, Stage, Tally, UPGRADE_NOTICE, Vote,
};
use workmint_core::modules::ledger::{LockKind, Pot, Transfer};
use workmint_core::modules::parameters::{
    self, Governance, Parameters, PowerRule, ProposalRules, ScheduleParameters, check,
};
use workmint_core::time::{DAY_MS, Duration};
use workmint_core::{Event as AnyEvent, Message};

pub(crate) const TREASURY: u128 = 50_000;
pub(crate) const DEPOSIT: u128 = 100;
/// What has power at least.
pub(crate) const LEAST: u128 = 500;
/// floor(sqrt(100,000)), and floor(sqrt(99,900)): 316^2 = 99,856.
pub(crate) const ROOT: u128 = 316;
/// Eight of fourteen have 2,528 of 4,424: above 51 %, which is 2,256.24. Seven have 2,212.
pub(crate) const EIGHT: [&str; 8] =
    ["alice", "bob", "carol", "dave", "cust", "buyer", "hunter", "friend"];

pub(crate) fn rules() -> Governance {
    let of = |quorum, approval| ProposalRules {
        quorum: ratio(quorum),
        approval: ratio(approval),
        voting: Duration::Epochs(1),
    };
    Governance {
        asset: GNK,
        power: PowerRule::Sqrt,
        least_power: amount(LEAST),
        deposit: amount(DEPOSIT),
        timelock: Duration::Epochs(1),
        max_open: 3,
        parameters: of("0.51", "0.5"),
        treasury: of("0.51", "0.5"),
        upgrade: of("0.51", "2/3"),
    }
}

pub(crate) fn governed() -> Parameters {
    Parameters { governance: Some(rules()), ..parameters() }
}

pub(crate) fn chain_of(parameters: Parameters) -> Chain {
    let mut genesis = genesis(parameters);
    let (amount, to) = (amount(TREASURY), AllocationTo::Treasury);
    genesis.allocations.push(Allocation {
        cliff_epochs: 0,
        at_once: workmint_amounts::Ratio::ZERO,
        asset: GNK,
        amount,
        to,
        vesting_epochs: 0,
    });
    Chain::of(&genesis)
}

pub(crate) fn propose(kind: Kind) -> Message {
    Message::Propose(Propose { kind })
}

pub(crate) fn change(base: u64, edit: impl FnOnce(&mut Parameters)) -> Message {
    let mut parameters = Box::new(governed());
    edit(&mut parameters);
    propose(Kind::Parameters { base, parameters })
}

pub(crate) fn spend(units: u128, to: &str) -> Message {
    propose(Kind::Spend { to: address(to), asset: GNK, amount: amount(units) })
}

pub(crate) fn vote(proposal: u64, choice: Choice) -> Message {
    Message::Vote(Vote { proposal, choice })
}

pub(crate) fn send(units: u128, to: &str) -> Message {
    Message::Transfer(Transfer { to: address(to), asset: GNK, amount: amount(units) })
}

pub(crate) fn all_vote(chain: &mut Chain, proposal: u64, voters: &[&str], choice: Choice) {
    chain.block(voters.iter().map(|who| (*who, vote(proposal, choice))).collect());
}

pub(crate) fn happened(applied: &Applied) -> Vec<Event> {
    let of = |event: &AnyEvent| match event {
        AnyEvent::Governance(event) => Some(event.clone()),
        _ => None,
    };
    applied.events.iter().filter_map(of).collect()
}

pub(crate) fn version(chain: &Chain) -> u64 {
    chain.state.parameters.active().unwrap().version
}

/// Opens the votes of what waits, lets eight say yes to each, and counts.
pub(crate) fn pass(chain: &mut Chain, proposals: &[u64]) {
    chain.close();
    for proposal in proposals {
        all_vote(chain, *proposal, &EIGHT, Choice::Yes);
    }
    chain.close();
}

#[test]
fn a_vote_changes_a_parameter_from_the_next_epoch_on() {
    let mut chain = chain_of(governed());
    chain.ok("alice", change(0, |new| new.slashing.downtime = ratio("0.05")));
    assert_eq!(chain.locked("alice", LockKind::Proposal), DEPOSIT);
    assert_eq!(chain.refused("bob", vote(0, Choice::Yes)), 1809, "no power is frozen yet");
    let opened = chain.close();
    let stage = chain.state.governance.proposal(0).unwrap().stage;
    assert!(matches!(stage, Stage::Voting { total, .. } if total == 14 * ROOT), "{stage:?}");
    assert_eq!(happened(&opened).len(), 1);
    all_vote(&mut chain, 0, &EIGHT[..6], Choice::Yes);
    all_vote(&mut chain, 0, &["hunter"], Choice::No);
    all_vote(&mut chain, 0, &["friend"], Choice::Abstain);
    let counted = happened(&chain.close());
    let tally = Tally { yes: 6 * ROOT, no: ROOT, abstain: ROOT };
    assert!(
        counted
            .iter()
            .any(|event| matches!(event, Event::Passed { tally: of, .. } if *of == tally))
    );
    assert_eq!(chain.locked("alice", LockKind::Proposal), 0, "the quorum was met");
    assert_eq!((chain.balance("alice"), version(&chain)), (RICH, 0), "the timelock runs");
    assert_eq!(chain.refused("r1", vote(0, Choice::No)), 1811);
    let executed = happened(&chain.close());
    assert_eq!(executed, [Event::Executed { proposal: 0 }]);
    assert_eq!(version(&chain), 1);
    let active = chain.state.active_parameters().unwrap();
    assert_eq!(active.slashing.downtime, ratio("0.05"));
    assert_eq!(chain.refused("r1", vote(0, Choice::No)), 1808);
}

#[test]
fn a_missed_quorum_costs_the_deposit_and_a_lost_vote_does_not() {
    let mut chain = chain_of(governed());
    chain.block(vec![("alice", spend(1, "bob")), ("bob", spend(2, "bob"))]);
    chain.close();
    all_vote(&mut chain, 0, &EIGHT[..7], Choice::Yes);
    all_vote(&mut chain, 1, &EIGHT[..5], Choice::No);
    all_vote(&mut chain, 1, &EIGHT[5..], Choice::Yes);
    let counted = happened(&chain.close());
    let quorums: Vec<bool> = counted
        .iter()
        .filter_map(|event| match event {
            Event::Rejected { quorum, .. } => Some(*quorum),
            _ => None,
        })
        .collect();
    assert_eq!(quorums, [false, true]);
    assert_eq!((chain.balance("alice"), chain.balance("bob")), (RICH - DEPOSIT, RICH));
    assert_eq!(chain.pot(&Pot::Treasury), TREASURY + DEPOSIT);
    assert_eq!(chain.state.governance.proposals().count(), 0);
}

/// 3B.7: borrowed balances voted upstream. Here power is what stood at the close.
#[test]
fn a_flash_balance_has_no_power() {
    let mut chain = chain_of(governed());
    chain.ok("alice", spend(TREASURY, "alice"));
    chain.close();
    let borrowed = vec![
        ("r1", send(RICH, "newcomer")),
        ("newcomer", vote(0, Choice::Yes)),
        ("newcomer", send(RICH, "r1")),
    ];
    let applied = chain.apply(chain.now() + 1_000, borrowed, Vec::new());
    let codes: Vec<_> = applied.results.iter().map(|result| result.clone().err()).collect();
    assert_eq!(codes[1].as_ref().map(workmint_core::Error::code), Some(1813));
    assert!(codes[0].is_none() && codes[2].is_none());
    // Whoever is richer than at the snapshot votes with what it had then.
    chain.ok("r1", send(RICH, "bob"));
    let voted = happened(&chain.ok("bob", vote(0, Choice::No)));
    assert!(matches!(voted[..], [Event::Voted { power: ROOT, .. }]), "{voted:?}");
}

#[test]
fn nobody_votes_twice_or_changes_a_vote() {
    let mut chain = chain_of(governed());
    chain.ok("alice", spend(1, "alice"));
    chain.close();
    chain.ok("bob", vote(0, Choice::Yes));
    assert_eq!(chain.refused("bob", vote(0, Choice::Yes)), 1812);
    assert_eq!(chain.refused("bob", vote(0, Choice::No)), 1812);
    let tally = chain.state.governance.tally(0).unwrap();
    assert_eq!(tally, Tally { yes: ROOT, no: 0, abstain: 0 });
}

#[test]
fn who_votes_and_sells_gives_the_buyer_no_second_vote() {
    let mut chain = chain_of(governed());
    chain.ok("alice", spend(1, "alice"));
    chain.close();
    chain.block(vec![("bob", vote(0, Choice::Yes)), ("bob", send(RICH, "carol"))]);
    chain.ok("carol", vote(0, Choice::Yes));
    let tally = chain.state.governance.tally(0).unwrap();
    assert_eq!(tally.yes, 2 * ROOT, "bob's coins count once");
}

#[test]
fn what_is_never_votable_or_out_of_range_is_refused_when_proposed() {
    let mut chain = chain_of(governed());
    let raised = change(0, |new| new.assets[0].cap = amount(10_000_001));
    assert_eq!(chain.refused("alice", raised), 203);
    let allocation = change(0, |new| new.emission.allocation = amount(100_001));
    assert_eq!(chain.refused("alice", allocation), 203);
    assert_eq!(chain.refused("alice", change(0, |new| new.network.chain_id = 8)), 203);
    assert_eq!(chain.refused("alice", change(0, |new| new.slashing.downtime = ratio("2"))), 204);
    let approval = change(0, |new| {
        new.governance.as_mut().unwrap().parameters.approval = ratio("1");
    });
    assert_eq!(chain.refused("alice", approval), 204, "no vote could ever pass again");
    let attested = change(0, |new| new.attestation = crate::stake::staking().attestation);
    assert_eq!(chain.refused("alice", attested), 204, "nobody here is an attestor");
    assert_eq!(chain.refused("alice", change(1, |_| {})), 1805);
    assert_eq!(chain.locked("alice", LockKind::Proposal), 0);
}

/// Less is allowed than was issued: only the state knows. The change fails when it would be carried
/// out, and everything goes on.
#[test]
fn a_proposal_that_breaks_an_invariant_fails_when_it_is_carried_out() {
    let mut chain = chain_of(governed());
    let cap = amount(14 * RICH + TREASURY - 1);
    let kept = chain.state.active_parameters();
    chain.ok(
        "alice",
        change(0, |new| {
            new.assets[0].cap = cap;
            new.emission.allocation = amount(1);
            new.emission.schedule =
                parameters::Schedule::FixedPerBlock { reward: workmint_amounts::Amount::ZERO };
        }),
    );
    pass(&mut chain, &[0]);
    let executed = happened(&chain.close());
    assert_eq!(executed, [Event::Failed { proposal: 0, code: 204 }]);
    assert_eq!((version(&chain), chain.state.active_parameters()), (0, kept));
    chain.close();
}

#[test]
fn a_change_written_against_older_parameters_undoes_nothing() {
    let mut chain = chain_of(governed());
    let first = change(0, |new| new.slashing.downtime = ratio("0.05"));
    let second = change(0, |new| new.slashing.invalid_work = ratio("0.3"));
    chain.block(vec![("alice", first), ("bob", second)]);
    pass(&mut chain, &[0, 1]);
    let executed = happened(&chain.close());
    assert_eq!(
        executed,
        [Event::Executed { proposal: 0 }, Event::Failed { proposal: 1, code: 1805 }]
    );
    let active = chain.state.active_parameters().unwrap();
    assert_eq!(active.slashing.downtime, ratio("0.05"));
    assert_eq!(active.slashing.invalid_work, ratio("0.2"));
}

#[test]
fn the_treasury_pays_once_and_never_more_than_it_has() {
    let mut chain = chain_of(governed());
    assert_eq!(chain.refused("alice", spend(TREASURY + 1, "alice")), 1804);
    assert_eq!(chain.refused("alice", spend(0, "alice")), 1803);
    let two = vec![("alice", spend(TREASURY, "carol")), ("bob", spend(TREASURY, "dave"))];
    chain.block(two);
    pass(&mut chain, &[0, 1]);
    assert_eq!(chain.balance("carol"), RICH, "the timelock runs");
    let executed = happened(&chain.close());
    assert!(executed.contains(&Event::Executed { proposal: 0 }), "{executed:?}");
    assert!(executed.contains(&Event::Failed { proposal: 1, code: 1804 }), "{executed:?}");
    assert_eq!((chain.balance("carol"), chain.balance("dave")), (RICH + TREASURY, RICH));
    for _ in 0..3 {
        assert_eq!(happened(&chain.close()), []);
    }
    assert_eq!((chain.balance("carol"), chain.pot(&Pot::Treasury)), (RICH + TREASURY, 0));
}

#[test]
fn a_governor_does_not_decide_where_votes_do() {
    let mut chain = chain_of(governed());
    let parameters = Box::new(governed());
    let schedule = Message::ScheduleParameters(ScheduleParameters { epoch: 1, parameters });
    assert_eq!(chain.refused("friend", schedule.clone()), 206);
    let mut other = chain_of(parameters_without());
    assert_eq!(other.refused("alice", spend(1, "alice")), 1801);
    other.ok("friend", schedule);
    other.close();
    other.ok("alice", spend(1, "alice"));
}

fn parameters_without() -> Parameters {
    Parameters { governance: None, ..governed() }
}

#[test]
fn a_block_at_an_upgrades_height_needs_the_newer_software() {
    let mut chain = chain_of(governed());
    let upgrade = |version, height| propose(Kind::Upgrade { version, height });
    let first = chain.state.chain().height + UPGRADE_NOTICE + 20;
    assert_eq!(chain.refused("alice", upgrade(SOFTWARE_VERSION, first)), 1807);
    assert_eq!(chain.refused("alice", upgrade(SOFTWARE_VERSION + 2, first)), 1807);
    assert_eq!(chain.refused("alice", upgrade(SOFTWARE_VERSION + 1, first - 20)), 1806);
    chain.ok("alice", upgrade(SOFTWARE_VERSION + 1, first));
    pass(&mut chain, &[0]);
    chain.close();
    assert_eq!(chain.state.governance.upgrades().collect::<Vec<_>>(), [(first, 2)]);
    while chain.state.chain().height + 1 < first {
        chain.block(Vec::new());
    }
    let before = chain.state.export().unwrap();
    let last = Block {
        height: first,
        time_ms: chain.now() + 1,
        transactions: Vec::new(),
        evidence: Vec::new(),
        votes: Vec::new(),
        proposer: None,
    };
    let refused = chain.state.apply_block(&last, &[], chain.commitments).unwrap_err();
    assert!(matches!(refused, BlockError::UpgradeNeeded { height, version: 2 } if height == first));
    let message = refused.to_string();
    assert!(message.contains("needs version 2") && message.contains("install"), "{message}");
    assert_eq!(chain.state.export().unwrap(), before);
}

#[test]
fn an_upgrade_needs_more_than_two_thirds() {
    let mut chain = chain_of(governed());
    chain.ok("alice", propose(Kind::Upgrade { version: 2, height: 2_000 }));
    chain.close();
    all_vote(&mut chain, 0, &EIGHT[..6], Choice::Yes);
    all_vote(&mut chain, 0, &["hunter", "friend", "r1"], Choice::No);
    let counted = happened(&chain.close());
    assert!(counted.iter().any(|event| matches!(event, Event::Rejected { quorum: true, .. })));
}

#[test]
fn a_limited_number_is_open_and_a_vote_ends_with_its_time() {
    let mut parameters = governed();
    parameters.governance.as_mut().unwrap().treasury.voting = Duration::Milliseconds(5_000);
    let mut chain = chain_of(parameters);
    for _ in 0..3 {
        chain.ok("alice", spend(1, "alice"));
    }
    assert_eq!(chain.refused("bob", spend(1, "bob")), 1802);
    assert_eq!(chain.locked("alice", LockKind::Proposal), 3 * DEPOSIT);
    chain.close();
    chain.apply(chain.now() + 5_000, Vec::new(), Vec::new());
    assert_eq!(chain.refused("bob", vote(0, Choice::Yes)), 1810);
    assert_eq!(chain.refused("bob", vote(9, Choice::Yes)), 1808);
    chain.close();
    assert_eq!(chain.pot(&Pot::Treasury), TREASURY + 3 * DEPOSIT);
}

#[test]
fn effective_weight_votes_where_the_file_says_so() {
    let mut rules = rules();
    rules.power = PowerRule::EffectiveWeight;
    rules.least_power = amount(0);
    let parameters = Parameters { governance: Some(rules), ..open_weights() };
    let mut chain = chain_of(parameters);
    chain.register(&[("alice", &[0]), ("bob", &[0])]);
    chain.prove(&[("alice", 0, 30), ("bob", 0, 10)]);
    chain.close();
    chain.ok("cust", spend(7, "carol"));
    chain.close();
    assert_eq!(chain.refused("cust", vote(0, Choice::Yes)), 1813, "money alone has no weight");
    let voted = happened(&chain.ok("alice", vote(0, Choice::Yes)));
    let powers = chain.state.governance.snapshot(1).unwrap();
    let power = powers.of(chain.handle("alice"), amount(0));
    assert!(power > 0 && matches!(voted[..], [Event::Voted { power: of, .. }] if of == power));
    chain.close();
    chain.close();
    assert_eq!(chain.balance("carol"), RICH + 7);
}

/// What is locked has no power: neither deposits of proposals nor what vests.
#[test]
fn unvested_coins_and_the_treasury_have_no_power() {
    let mut genesis = genesis(governed());
    for (who, vesting_epochs) in [("team", 1_000), ("free", 0)] {
        let to = AllocationTo::Account(address(who));
        genesis.allocations.push(Allocation {
            cliff_epochs: 0,
            at_once: workmint_amounts::Ratio::ZERO,
            asset: GNK,
            amount: amount(900),
            to,
            vesting_epochs,
        });
    }
    let (to, vesting_epochs) = (AllocationTo::Treasury, 0);
    genesis.allocations.push(Allocation {
        cliff_epochs: 0,
        at_once: workmint_amounts::Ratio::ZERO,
        asset: GNK,
        amount: amount(9_000),
        to,
        vesting_epochs,
    });
    let mut chain = Chain::of(&genesis);
    chain.ok("alice", spend(1, "alice"));
    chain.close();
    let powers = chain.state.governance.snapshot(0).unwrap();
    assert_eq!(powers.of(chain.handle("free"), amount(0)), 30);
    assert_eq!(powers.of(chain.handle("team"), amount(0)), 0);
    assert_eq!(powers.total, 14 * ROOT + 30);
}

#[test]
fn the_checker_knows_what_votes_can_go_wrong() {
    let found = |edit: &dyn Fn(&mut Governance)| {
        let mut parameters = governed();
        edit(parameters.governance.as_mut().unwrap());
        let findings = check(&parameters).into_iter();
        findings
            .filter(|finding| finding.path.starts_with("governance"))
            .map(|finding| finding.to_string())
            .collect::<Vec<_>>()
            .join("\n")
    };
    let plain = found(&|_| {});
    // 10,000,000 / 500 = 20,000 parts; 141^2 = 19,881, 142^2 = 20,164.
    assert!(plain.contains(
        "warning: governance.power: square-root voting lets a splitter gain: n accounts with 5 GNK \
         each have sqrt(n) times the power of one with all; who owned the whole cap, 142 times"
    ));
    assert_eq!(plain.lines().count(), 1, "{plain}");
    let error = |edit: &dyn Fn(&mut Governance), text: &str| {
        let all = found(edit);
        assert!(all.contains(text), "{text}\nis not in\n{all}");
    };
    error(&|rules| rules.max_open = 65, "error: governance.max_open: \"65\" is out of range");
    error(&|rules| rules.treasury.quorum = ratio("1.1"), "error: governance.treasury.quorum");
    error(&|rules| rules.upgrade.approval = ratio("1"), "error: governance.upgrade.approval");
    error(&|rules| rules.parameters.approval = ratio("0.4"), "a minority");
    error(&|rules| rules.upgrade.voting = Duration::Epochs(0), "error: governance.upgrade.voting");
    error(&|rules| rules.power = PowerRule::Linear, "error: governance.power: nothing is staked");
    error(&|rules| rules.deposit = amount(10_000_001), "error: governance.deposit");
    error(&|rules| rules.timelock = Duration::Epochs(100_001), "error: governance.timelock");
    error(&|rules| rules.least_power = amount(0), "error: governance.least_power: accounts cost");
    error(&|rules| rules.least_power = amount(10_000_001), "error: governance.least_power: nobody");
    error(&|rules| rules.power = PowerRule::EffectiveWeight, "warning: governance.least_power");
    let days = Duration::Milliseconds(3 * DAY_MS);
    error(&|rules| rules.treasury.voting = days, "warning: governance.treasury.voting: 3d from");
    error(&|rules| rules.timelock = days, "warning: governance.timelock: 3d from one close");
    let hours = found(&|rules| rules.timelock = Duration::Milliseconds(DAY_MS / 2));
    assert_eq!(hours.lines().count(), 1, "half an epoch is no whole number: {hours}");
}

/// Upstream's vector `vote_sybil_split_100`: the fact that the checker warns of.
#[test]
fn a_splitter_gains_ten_times_the_power() {
    use workmint_core::modules::governance::square_root_power;
    let (whole, part) = (10_000_u128, 100_u128);
    let none = amount(0);
    assert_eq!(square_root_power(amount(whole), none) * 10, 1_000);
    assert_eq!(100 * square_root_power(amount(part), none), 1_000);
}
