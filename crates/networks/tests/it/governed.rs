//! Governance under the own parameters of Gonka and Blyan: their files as they are, with the
//! section a founder would add, and a change of one of their values voted through.

use crate::chain::Chain;
use crate::{read, replaced};
use workmint_core::modules::governance::{Choice, Event, Kind, Propose, Vote};
use workmint_core::modules::parameters::{Parameters, ScheduleParameters};
use workmint_core::{Event as AnyEvent, Message};
use workmint_networks::preset;

/// What is added; `ASSET` is the network's own.
const SECTION: &str = r#"
[governance]
asset = "ASSET"
power = "sqrt"
deposit = "1000"
timelock = "1 epoch"
least_power = "1"
max_open = 4

[governance.parameters]
quorum = "0.51"
approval = "0.5"
voting = "1 epoch"

[governance.treasury]
quorum = "0.6"
approval = "0.5"
voting = "1 epoch"

[governance.upgrade]
quorum = "0.75"
approval = "2/3"
voting = "1 epoch"
"#;

fn governed(name: &str, asset: &str) -> String {
    format!("{}{}", preset(name).unwrap().text, SECTION.replace("ASSET", asset))
}

/// What governance did at the next close.
fn close(chain: &mut Chain) -> Vec<Event> {
    let of = |event: AnyEvent| match event {
        AnyEvent::Governance(event) => Some(event),
        _ => None,
    };
    chain.close().events.into_iter().filter_map(of).collect()
}

fn active(chain: &Chain) -> (u64, &Parameters) {
    let active = chain.state.parameters.active().unwrap();
    (active.version, &active.parameters)
}

/// A proposal of `holders[0]` that changes `from` to `to` in the file, voted for by all of them.
fn pass(text: &str, (from, to): (&str, &str), holders: &[&'static str]) {
    let (before, after) = (read(text).parameters, read(&replaced(text, from, to)).parameters);
    assert_ne!(before, after);
    let mut chain = Chain::of(&read(text));
    let parameters = Box::new(after.clone());
    let schedule = ScheduleParameters { epoch: 9, parameters: parameters.clone() };
    let refused = chain.error(holders[0], Message::ScheduleParameters(schedule));
    assert_eq!(refused.code(), 206, "no governor decides any more");
    let kind = Kind::Parameters { base: 0, parameters };
    chain.ok(vec![(holders[0], Message::Propose(Propose { kind }))]);
    let opened = close(&mut chain);
    assert!(matches!(opened[..], [Event::VoteOpened { proposal: 0, .. }]), "{opened:?}");
    let vote = || Message::Vote(Vote { proposal: 0, choice: Choice::Yes });
    chain.ok(holders.iter().map(|who| (*who, vote())).collect());
    let counted = close(&mut chain);
    assert!(counted.iter().any(|event| matches!(event, Event::Passed { .. })), "{counted:?}");
    assert_eq!(active(&chain), (0, &before), "the timelock runs");
    assert_eq!(close(&mut chain), [Event::Executed { proposal: 0 }]);
    assert_eq!(active(&chain), (1, &after));
    // The chain lives on under it.
    close(&mut chain);
}

#[test]
fn gonka_votes_on_what_an_offence_costs() {
    let text = governed("gonka", "GNK");
    pass(&text, ("invalid_work = \"0.20\"", "invalid_work = \"0.30\""), &["founder", "ecosystem"]);
}

/// Epochs of 15,391 blocks.
#[test]
fn gonka_mainnet_votes_on_its_power_cap() {
    let text = governed("gonka-mainnet", "GNK");
    pass(&text, ("of_many = \"0.3\"", "of_many = \"0.25\""), &["originator"]);
}

#[test]
fn blyan_votes_on_the_share_of_one_recipient() {
    let text = governed("blyan", "BLY");
    let change = ("max_recipient_share = \"0.25\"", "max_recipient_share = \"0.2\"");
    pass(&text, change, &["community", "founder"]);
}

/// There are three reporters, in `blyan` five verifiers, in `hanzo` five attestors: no vote makes a
/// quorum that nobody could meet. (A file with such a quorum is refused already.)
#[test]
fn a_quorum_above_the_roles_is_refused() {
    type Edit = fn(&mut Parameters);
    let reporters: Edit = |parameters| parameters.work.quorum = 4;
    let verifiers: Edit = |parameters| {
        let rules = parameters.contributions.as_mut().unwrap();
        (rules.verifiers, rules.approvals) = (6, 4);
    };
    let attestors: Edit = |parameters| parameters.attestation.as_mut().unwrap().quorum = 6;
    let hanzo = preset("hanzo").unwrap().text.to_owned();
    for (text, holder, edit, path) in [
        (governed("gonka", "GNK"), "founder", reporters, "work.quorum"),
        (governed("gonka-mainnet", "GNK"), "originator", reporters, "work.quorum"),
        (governed("blyan", "BLY"), "founder", verifiers, "contributions.verifiers"),
        (hanzo, "community", attestors, "attestation.quorum"),
    ] {
        let mut parameters = Box::new(read(&text).parameters);
        edit(&mut parameters);
        let mut chain = Chain::of(&read(&text));
        let kind = Kind::Parameters { base: 0, parameters };
        let error = chain.error(holder, Message::Propose(Propose { kind }));
        assert_eq!(error.code(), 204);
        assert!(error.to_string().starts_with(path), "{error}");
    }
}
