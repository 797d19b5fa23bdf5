//! Privacy tiers and heartbeats: quorums of attestors, lapse, refutation, uptime.

use crate::kit::*;
use crate::stake::{staked_chain, staking};
use workmint_core::modules::attestation::{
    self, AttestHeartbeats, AttestTier, RefuteTier, RequestTier,
};
use workmint_core::modules::parameters::{Parameters, ScheduleParameters};
use workmint_core::{Hash, Message, Relayed, Report};

fn evidence(text: &str) -> Hash {
    Hash::of("evidence", &[text.as_bytes()])
}

pub(crate) fn request(tier: u8, text: &str) -> Message {
    Message::RequestTier(RequestTier { tier, evidence: evidence(text) })
}

pub(crate) fn attest(who: &str, tier: u8, text: &str, approve: bool) -> Message {
    let (account, evidence) = (address(who), evidence(text));
    Message::AttestTier(AttestTier { account, tier, evidence, approve })
}

pub(crate) fn refute(who: &str, text: &str) -> Message {
    Message::RefuteTier(RefuteTier { account: address(who), evidence: evidence(text) })
}

pub(crate) fn beats(probe: u16, who: &[&str]) -> Message {
    let mut answered: Vec<_> = who.iter().map(|who| address(who)).collect();
    answered.sort();
    Message::AttestHeartbeats(AttestHeartbeats { probe, answered })
}

fn tier(chain: &Chain, who: &str) -> u8 {
    attestation::tier(&chain.state, chain.handle(who), &chain.state.now())
}

fn uptime(chain: &Chain, who: &str) -> (u32, u32) {
    attestation::uptime(&chain.state, chain.handle(who))
}

#[test]
fn a_tier_needs_a_quorum_for_this_tier_and_evidence() {
    let mut chain = staked_chain();
    assert_eq!(chain.refused("alice", request(0, "a")), 1_603);
    assert_eq!(chain.refused("alice", request(3, "a")), 1_603);
    assert_eq!(chain.refused("carol", request(1, "a")), 1_602, "no participant");
    chain.ok("alice", request(1, "a"));
    assert_eq!(chain.refused("r1", attest("alice", 1, "a", true)), 1_605, "no attestor");
    assert_eq!(chain.refused("buyer", attest("alice", 2, "a", true)), 1_607);
    assert_eq!(chain.refused("buyer", attest("alice", 1, "b", true)), 1_607);
    chain.ok("buyer", attest("alice", 1, "a", true));
    assert_eq!(chain.refused("buyer", attest("alice", 1, "a", false)), 1_608);
    assert_eq!(tier(&chain, "alice"), 0, "one is no quorum");
    chain.ok("hunter", attest("alice", 1, "a", true));
    assert_eq!(tier(&chain, "alice"), 1);
    assert_eq!(tier(&chain, "bob"), 0);
    assert_eq!(chain.refused("friend", attest("alice", 1, "a", true)), 1_607, "it is decided");
}

#[test]
fn a_new_request_starts_from_nobody_and_a_quorum_may_reject() {
    let mut chain = staked_chain();
    chain.ok("alice", request(1, "a"));
    chain.ok("buyer", attest("alice", 1, "a", true));
    chain.ok("alice", request(1, "a"));
    chain.ok("hunter", attest("alice", 1, "a", true));
    assert_eq!(tier(&chain, "alice"), 0, "the first word was for the request before");
    chain.ok("buyer", attest("alice", 1, "a", false));
    chain.ok("friend", attest("alice", 1, "a", false));
    assert_eq!(chain.state.attestation.request(chain.handle("alice")), None, "rejected");
    assert_eq!(tier(&chain, "alice"), 0);
}

/// Three epochs after the one in which it was granted.
#[test]
fn a_tier_lapses() {
    let mut chain = staked_chain();
    chain.ok("alice", request(2, "a"));
    chain.block(vec![
        ("buyer", attest("alice", 2, "a", true)),
        ("hunter", attest("alice", 2, "a", true)),
    ]);
    for epoch in 1..=3 {
        chain.close();
        assert_eq!((chain.epoch(), tier(&chain, "alice")), (epoch, 2));
    }
    chain.close();
    assert_eq!(tier(&chain, "alice"), 0);
}

#[test]
fn an_attestor_says_nothing_of_itself_or_of_whom_it_is_tied_to() {
    let mut genesis = genesis(staking());
    let role = workmint_core::modules::registry::Role::Attestor;
    genesis.roles.extend(["alice", "bob", "hunter"].map(|who| (role, address(who))));
    let mut chain = Chain::of(&genesis);
    // Bob says that alice is its owner: bob speaks about neither itself nor alice.
    chain.block(vec![("alice", join("alice", None)), ("bob", join("alice", None))]);
    chain.ok("alice", request(1, "a"));
    assert_eq!(chain.refused("alice", attest("alice", 1, "a", true)), 1_606);
    assert_eq!(chain.refused("bob", attest("alice", 1, "a", true)), 1_606);
    assert_eq!(chain.refused("bob", beats(0, &["alice"])), 1_606);
    chain.ok("hunter", attest("alice", 1, "a", true));
}

#[test]
fn refuted_evidence_is_never_evidence_again() {
    let mut chain = staked_chain();
    assert_eq!(chain.refused("buyer", refute("alice", "a")), 1_609, "never approved");
    chain.ok("alice", request(1, "a"));
    chain.block(vec![
        ("buyer", attest("alice", 1, "a", true)),
        ("hunter", attest("alice", 1, "a", true)),
    ]);
    chain.ok("friend", refute("alice", "a"));
    assert_eq!(chain.refused("friend", refute("alice", "a")), 1_608);
    assert_eq!(tier(&chain, "alice"), 1);
    // Even if another tier took its place meanwhile: who lied has tier 0.
    chain.ok("alice", request(2, "b"));
    chain.block(vec![
        ("buyer", attest("alice", 2, "b", true)),
        ("hunter", attest("alice", 2, "b", true)),
    ]);
    chain.ok("hunter", refute("alice", "a"));
    assert_eq!(tier(&chain, "alice"), 0);
    assert_eq!(chain.refused("alice", request(1, "a")), 1_604);
    assert_eq!(chain.refused("buyer", refute("alice", "a")), 1_604);
    chain.ok("alice", request(1, "c"));
    chain.close();
}

#[test]
fn a_probe_is_held_and_answered_by_the_word_of_a_quorum() {
    let mut chain = staked_chain();
    chain.ok("buyer", beats(0, &["alice", "bob"]));
    assert_eq!(uptime(&chain, "alice"), (0, 0), "one is no quorum");
    chain.ok("hunter", beats(0, &["alice"]));
    assert_eq!(uptime(&chain, "alice"), (1, 1));
    assert_eq!(uptime(&chain, "bob"), (0, 1), "only one named bob");
    chain.ok("friend", beats(0, &["alice", "bob"]));
    assert_eq!(uptime(&chain, "alice"), (1, 1), "a third word adds nothing");
    assert_eq!(uptime(&chain, "bob"), (1, 1));
    chain.block(vec![("buyer", beats(1, &[])), ("hunter", beats(1, &[]))]);
    assert_eq!(uptime(&chain, "bob"), (1, 2), "nobody answered");
    chain.close();
    assert_eq!(uptime(&chain, "bob"), (0, 0), "the next epoch counts anew");
    chain.ok("buyer", beats(0, &["alice"]));
}

/// Batches of one probe ascend: nobody is named twice by one attestor.
#[test]
fn an_attestor_names_a_provider_once_for_a_probe() {
    let mut chain = staked_chain();
    let (low, high) =
        if address("alice") < address("bob") { ("alice", "bob") } else { ("bob", "alice") };
    assert_eq!(chain.refused("buyer", beats(4, &[low])), 1_610, "probes are 0 to 3");
    assert_eq!(chain.refused("cust", beats(0, &[low])), 1_605);
    assert_eq!(chain.refused("buyer", beats(0, &[low, low])), 1_612);
    assert_eq!(chain.refused("buyer", beats(0, &["carol"])), 1_602);
    chain.ok("buyer", beats(0, &[low]));
    assert_eq!(chain.refused("buyer", beats(0, &[low])), 1_612);
    assert_eq!(chain.refused("buyer", beats(0, &[])), 1_608);
    chain.ok("buyer", beats(0, &[high]));
    assert_eq!(chain.refused("buyer", beats(0, &[low])), 1_612);
    chain.ok("hunter", beats(0, &[low, high]));
    assert_eq!((uptime(&chain, low), uptime(&chain, high)), ((1, 1), (1, 1)));
    let many = vec![address("alice"); 1_025];
    let long = Message::AttestHeartbeats(AttestHeartbeats { probe: 1, answered: many });
    assert_eq!(chain.refused("buyer", long), 1_611);
}

/// Anyone may carry an attestor's word, but only into the epoch it was signed for: in the next one,
/// whose probes have the same numbers, it counts nothing.
#[test]
fn a_carried_word_of_a_probe_counts_in_its_epoch_only() {
    let mut chain = staked_chain();
    let carried = |by: &str, epoch| {
        let Message::AttestHeartbeats(report) = beats(0, &["alice"]) else { panic!("a report") };
        let report = Report::AttestHeartbeats { epoch, report };
        Message::Relayed(Box::new(Relayed { by: address(by), report }))
    };
    let open = chain.state.now().epoch;
    assert_eq!(chain.refused("carol", carried("carol", open)), 1_605, "no attestor signed it");
    assert_eq!(chain.refused("carol", carried("buyer", open + 1)), 1_613);
    chain.ok("carol", carried("buyer", open));
    assert_eq!(chain.refused("carol", carried("buyer", open)), 12, "said already");
    chain.ok("hunter", beats(0, &["alice"]));
    assert_eq!(uptime(&chain, "alice"), (1, 1), "the quorum is of buyer and hunter");
    chain.close();
    assert_eq!(chain.refused("carol", carried("buyer", open)), 1_613, "replayed");
    chain.ok("buyer", beats(0, &["alice"]));
}

/// What the checker refuses of stake and tiers, each by its place.
#[test]
fn the_checker_names_the_place() {
    type Change = fn(&mut Parameters);
    let rows: [(&str, Change); 9] = [
        ("stake.minimum", |p| stake_of(p).minimum = amount(0)),
        ("stake.most_lock", |p| stake_of(p).most_lock = ratio("0.9")),
        ("stake.full_lock", |p| stake_of(p).full_lock_ms = 0),
        ("stake.unstake_burn", |p| stake_of(p).unstake_burn = ratio("1.1")),
        ("stake.slashing.sla_least", |p| stake_of(p).slashing.sla_least = ratio("0.06")),
        ("stake.slashing.malice", |p| stake_of(p).slashing.malice = ratio("2")),
        ("stake.asset", |p| stake_of(p).asset = workmint_core::names::AssetId(9)),
        ("attestation.tiers[2].multiplier", |p| {
            p.attestation.as_mut().unwrap().tiers[2].multiplier = ratio("1.1");
        }),
        ("attestation.quorum", |p| p.attestation.as_mut().unwrap().quorum = 0),
    ];
    let errors = |parameters: &Parameters| {
        let found = workmint_core::modules::parameters::check(parameters).into_iter();
        let level = workmint_core::modules::parameters::Level::Error;
        found
            .filter(|finding| finding.level == level)
            .map(|finding| finding.path)
            .collect::<Vec<_>>()
    };
    assert_eq!(errors(&staking()), Vec::<String>::new());
    for (path, change) in rows {
        let mut parameters = staking();
        change(&mut parameters);
        assert_eq!(errors(&parameters), [path]);
    }
}

fn stake_of(parameters: &mut Parameters) -> &mut workmint_core::modules::parameters::Stake {
    parameters.stake.as_mut().unwrap()
}

/// Nobody could ever meet a quorum above the number of attestors: every tier would lapse.
#[test]
fn no_change_of_parameters_asks_for_more_attestors_than_there_are() {
    let mut chain = staked_chain();
    let with_quorum = |quorum| {
        let mut parameters = Box::new(staking());
        parameters.attestation.as_mut().unwrap().quorum = quorum;
        Message::ScheduleParameters(ScheduleParameters { epoch: 1, parameters })
    };
    assert_eq!(chain.refused("friend", with_quorum(4)), 204, "there are three");
    chain.ok("friend", with_quorum(3));
    chain.close();
    chain.ok("alice", request(1, "a"));
    for who in ["buyer", "hunter"] {
        chain.ok(who, attest("alice", 1, "a", true));
    }
    assert_eq!(tier(&chain, "alice"), 0, "two are no quorum any more");
    chain.ok("friend", attest("alice", 1, "a", true));
    assert_eq!(tier(&chain, "alice"), 1);
}
