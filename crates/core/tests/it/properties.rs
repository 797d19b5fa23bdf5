//! Properties over random lives of toy networks.

use crate::draw::is_full;
use crate::driver::*;
use crate::kit::*;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use workmint_core::block::Commitments;
use workmint_core::{Hash, State};

/// Ten times as many cases with `WORKMINT_FULL=1`, and more.
pub(crate) fn cases(quick: u32) -> ProptestConfig {
    ProptestConfig {
        cases: if is_full() { quick * 40 } else { quick },
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn lives() -> impl Strategy<Value = (u8, Vec<Wishes>)> {
    let wish = (any::<u8>(), any::<u8>(), any::<u8>(), any::<u16>());
    let block = (0_u8..12, prop::collection::vec(wish, 0..14));
    (0_u8..5, prop::collection::vec(block, 10..40))
}

/// What a life left behind.
struct Lived {
    hashes: Vec<Hash>,
    roots: Vec<Hash>,
    closes: usize,
    succeeded: usize,
    state: State,
}

/// Lives a life; checks at every block what `check` says about the state before it.
fn live(
    (number, wishes): &(u8, Vec<Wishes>),
    commitments: Commitments,
    mut check: impl FnMut(&mut State, &workmint_core::Block, &[workmint_core::DecodedTransaction]),
) -> Lived {
    let mut chain = Chain::new(variant(*number));
    chain.commitments = commitments;
    chain.block(Driver::enrol());
    let mut driver = Driver::default();
    let mut books = Books::open(&chain.state);
    let mut lived = Lived {
        hashes: Vec::new(),
        roots: Vec::new(),
        closes: 0,
        succeeded: 0,
        state: State::default(),
    };
    for wish in wishes {
        let (block, decoded) = driver.block(&chain.state, wish);
        check(&mut chain.state, &block, &decoded);
        let applied = chain.state.apply_block(&block, &decoded, commitments);
        let (applied, _) = applied.unwrap_or_else(|error| panic!("{error}"));
        assert_conserved(&chain.state);
        books.enter(&applied.postings);
        books.assert_match(&chain.state);
        assert_eq!(quarantined_in_close(&applied), []);
        lived.hashes.push(applied.app_hash);
        lived.roots.push(chain.state.root().unwrap());
        lived.closes += usize::from(applied.closed.is_some());
        lived.succeeded += succeeded(&applied);
    }
    lived.state = chain.state;
    lived
}

/// Steps of a close never fail on honest or dishonest input. Evidence may be wrong, and an accepted
/// summary may find its customer's deposit used up.
fn quarantined_in_close(applied: &workmint_core::Applied) -> Vec<(String, u16)> {
    let all = quarantined(applied).into_iter();
    all.filter(|(step, _)| !["evidence", "reservation"].contains(&step.as_str())).collect()
}

/// INV-01..INV-23 hold (the engine stops otherwise), the postings alone explain every balance, and
/// every block can be taken back and applied again, bit for bit.
#[test]
fn any_life_conserves_and_reverts() {
    let mut runner = TestRunner::new(cases(40));
    let totals = std::cell::Cell::new((0, 0));
    let result = runner.run(&lives(), |life| {
        let lived = live(&life, Commitments::Full, |state, block, decoded| {
            let before = state.export().unwrap();
            let (first, undo) = state.apply_block(block, decoded, Commitments::Full).unwrap();
            let after = state.export().unwrap();
            assert!(state.revert(undo));
            assert_eq!(state.export().unwrap(), before, "revert restores every byte");
            let (second, undo) = state.apply_block(block, decoded, Commitments::Full).unwrap();
            assert_eq!(second.app_hash, first.app_hash);
            assert_eq!(second.epoch_root, first.epoch_root);
            assert_eq!(state.export().unwrap(), after);
            assert!(state.revert(undo));
        });
        let (closes, succeeded) = totals.get();
        totals.set((closes + lived.closes, succeeded + lived.succeeded));
        Ok(())
    });
    result.unwrap();
    let (closes, succeeded) = totals.get();
    assert!(closes > 100 && succeeded > 1_000, "{closes} closes, {succeeded} messages");
}

/// A state imported from a snapshot at any block has the same root and lives on alike.
#[test]
fn a_snapshot_lives_on_alike() {
    let life = (lives(), any::<prop::sample::Index>());
    proptest!(cases(24), |((life, at) in life)| {
        let at = at.index(life.1.len());
        let mut seen = 0;
        let mut twin: Option<State> = None;
        let mut twins = Vec::new();
        let lived = live(&life, Commitments::Full, |state, block, decoded| {
            if seen == at {
                let copy = State::import(&state.export().unwrap()).unwrap();
                assert_eq!(copy.root().unwrap(), state.root().unwrap());
                twin = Some(copy);
            }
            if let Some(twin) = &mut twin {
                let (applied, _) = twin.apply_block(block, decoded, Commitments::Full).unwrap();
                twins.push(applied.app_hash);
            }
            seen += 1;
        });
        prop_assert_eq!(&lived.hashes[at..], &twins[..]);
    });
}

/// Without commitments the same things happen; only the app hash is missing.
#[test]
fn without_commitments_nothing_else_changes() {
    proptest!(cases(24), |(life in lives())| {
        let full = live(&life, Commitments::Full, |_, _, _| ());
        let off = live(&life, Commitments::Off, |_, _, _| ());
        prop_assert_eq!(full.roots, off.roots);
        prop_assert!(off.hashes.iter().all(|hash| *hash == Hash::ZERO));
    });
}

#[test]
fn one_thread_and_four_agree() {
    let pool = |threads| {
        let builder = rayon::ThreadPoolBuilder::new().num_threads(threads);
        builder.build().unwrap()
    };
    let (one, four) = (pool(1), pool(4));
    proptest!(cases(12), |(life in lives())| {
        let run = || live(&life, Commitments::Full, |_, _, _| ()).hashes;
        prop_assert_eq!(one.install(run), four.install(run));
    });
}

/// An undo of another block at the same height is refused and restores nothing.
#[test]
fn an_undo_of_another_fork_is_refused() {
    let fork = |units| {
        let mut chain = Chain::new(parameters());
        chain.ok("cust", prepay(0, units));
        chain
    };
    let (mut one, mut other) = (fork(1), fork(2));
    let before = one.state.export().unwrap();
    assert!(!one.state.revert(other.undo.take().unwrap()));
    assert_eq!(one.state.export().unwrap(), before);
    assert!(one.state.revert(one.undo.take().unwrap()));
    assert_eq!(one.state.chain().height, 0);
}

/// After a long silence everything reserved, bonded and withdrawn has come back to its owners.
#[test]
fn nothing_stays_locked_for_ever() {
    proptest!(cases(24), |(life in lives())| {
        let mut state = live(&life, Commitments::Off, |_, _, _| ()).state;
        for _ in 0..30 {
            let chain = state.chain();
            let time = chain.time_ms + 40 * workmint_core::time::DAY_MS;
            let block = block(chain.height + 1, time, &[]);
            state.apply_block(&block, &[], Commitments::Off).unwrap();
        }
        for asset in [GNK, USD] {
            use workmint_core::modules::ledger::{LockKind, Pot};
            let locked = state.ledger.supply(asset).locked;
            let of = |kind| locked[LockKind::ALL.iter().position(|other| *other == kind).unwrap()];
            for kind in [LockKind::Unbonding, LockKind::Vesting, LockKind::Bond] {
                prop_assert_eq!(of(kind), amount(0), "{}", kind);
            }
            for pot in [Pot::Claims, Pot::Payments] {
                prop_assert_eq!(state.ledger.pot(asset, &pot), amount(0), "{}", pot);
            }
        }
        prop_assert!(state.market.deposits().all(|(_, _, row)| row.reserved == amount(0)));
        prop_assert!(state.market.deposits().all(|(_, _, row)| row.ends.is_none()));
    });
}

/// A snapshot whose position was changed does not have the agreed root.
#[test]
fn the_root_binds_the_position_of_the_chain() {
    let at = |time| {
        let mut chain = Chain::new(parameters());
        chain.apply(time, Vec::new(), Vec::new());
        chain.state.root().unwrap()
    };
    assert_eq!(at(START + 1), at(START + 1));
    assert_ne!(at(START + 1), at(START + 2));
}
