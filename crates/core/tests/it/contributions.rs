//! The life of a contribution: submitted, verified, challenged, settled.

use crate::contribution_kit::*;
use crate::kit::*;
use workmint_core::modules::contributions::{Found, Stage};
use workmint_core::modules::parameters::ModelId;

/// Tokens, tasks, an improvement and a dataset of one epoch, all verified, are settled with it:
/// each with what the verifiers found, and with no quantity beyond what was submitted.
#[test]
fn a_contribution_lives_from_submission_to_settlement() {
    let mut chain = contributors(four_streams());
    let (work, better) = (tokens(0, 1, 100_000), improvement(0, 2, 2_450_000_000));
    let (checks, data) = (tasks(0, 3, 50), dataset(0, 4, 10_000_000_000));
    let subs = [("alice", work.clone()), ("bob", better.clone()), ("carol", checks.clone())];
    chain.contribute(&subs);
    chain.ok("alice", submit(&data));
    // Verdicts 9, 11 and 12 GB: the median is above what was submitted.
    for (who, bytes) in [("v1", 9), ("v2", 11), ("v3", 12)] {
        let mut verdict = rated(approve("alice", &data), 900_000, ONE);
        verdict.quantity = bytes * 1_000_000_000;
        chain.ok(who, verify(vec![verdict]));
    }
    let Stage::Accepted { found, .. } = chain.stage_of("alice", &data) else {
        panic!("it is accepted");
    };
    let expected = Found { quantity: 10_000_000_000, first: 900_000, second: ONE };
    assert_eq!(*found, expected);
    let applied = chain.close();
    // 50 / 2,500 of the loss are 2 %: 20,000,000 of 10^-9.
    let mut expected = vec![
        (contribution("alice", &work), 100_000),
        (contribution("alice", &data), 10_000_000_000),
        (contribution("bob", &better), 20_000_000),
        (contribution("carol", &checks), 50),
    ];
    expected.sort();
    let mut found = settled(&applied);
    found.sort();
    assert_eq!(found, expected);
    assert_eq!(chain.state.contributions.loss(ModelId(0)), Some(2_450_000_000));
    assert_eq!(*chain.stage_of("alice", &work), Stage::Settled { epoch: 0 });
    assert_eq!(quarantined(&applied), []);
}
