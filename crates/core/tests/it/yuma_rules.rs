//! Yuma in strict mode, rule by rule: numbers found by hand.

use crate::yuma_nets::{LIQUID, Net, matrix, rows, rules};
use workmint_amounts::Amount;
use workmint_core::modules::opinions::yuma::strict::UNIT;
use workmint_core::modules::parameters::YumaKind::{Yuma1, Yuma3};

const WHOLE: u64 = UNIT as u64;

/// Two validators, seats 0 and 1, each with all of its weight on its own miner, seats 2 and 3.
fn two(powers: [u128; 2]) -> Net {
    Net::plain(Yuma1, &[powers[0], powers[1], 0, 0], &[vec![(2, 1)], vec![(3, 1)]])
}

/// What the miners of [`two`] earn.
fn earned(net: &Net) -> [u64; 2] {
    let incentive = net.run().incentive;
    assert_eq!(incentive[..2], [0, 0]);
    [incentive[2], incentive[3]]
}

#[test]
fn a_small_network_by_hand() {
    let weights = [vec![(2, 9), (3, 9)], vec![(3, 65_535)]];
    let outcome = Net::plain(Yuma1, &[60, 40, 0, 0], &weights).run();
    let half = WHOLE / 2;
    assert_eq!(outcome.unit, 4_294_967_295);
    assert_eq!(outcome.stake, [2_576_980_377, 1_717_986_918, 0, 0]);
    assert_eq!(outcome.active_stake, outcome.stake);
    // Of 100 more than 49.9992 must agree: 60 do on either miner, on half a weight.
    assert_eq!(outcome.consensus, [0, 0, half, half]);
    assert_eq!(outcome.trust, [2 * half, half, 0, 0]);
    // 0.6 and 1 of 1.6, rounded down from .625 and .375.
    assert_eq!(outcome.incentive, [0, 0, 1_610_612_735, 2_684_354_559]);
    // The first has all of one miner's bonds and 0.6 of the other's: 3/8 + 5/8 x 3/5.
    assert!(outcome.dividends[0].abs_diff(WHOLE / 4 * 3) < 8, "{:?}", outcome.dividends);
    assert!(outcome.dividends[1].abs_diff(WHOLE / 4) < 8);
    assert_eq!(outcome.dividends[2..], [0, 0]);
    let bonds = rows(&outcome.bonds);
    assert_eq!(bonds[0][0], (2, UNIT));
    assert!(bonds[0][1].1.abs_diff(2_576_980_377) < 8, "{bonds:?}");
    assert!(bonds[1][0].1.abs_diff(1_717_986_918) < 8);
}

#[test]
fn exactly_kappa_is_enough_and_one_unit_less_is_not() {
    for (kappa, powers, expected) in [
        (32_767, [50, 50], [WHOLE / 2, WHOLE / 2]),
        (32_768, [50, 50], [0, 0]),
        (32_768, [32_768, 32_767], [WHOLE, 0]),
        (32_769, [32_768, 32_767], [0, 0]),
        // At sizes where a rounded share would not show the difference.
        (32_768, [32_768 << 84, 32_767 << 84], [WHOLE, 0]),
        (32_768, [(32_768 << 84) - 1, (32_767 << 84) + 1], [0, 0]),
        (65_535, [1, 0], [WHOLE, 0]),
        (65_535, [1 << 100, 1], [0, 0]),
        // None need agree: the highest weight that anybody gives.
        (0, [1_000, 1], [4_290_676_618, 4_290_676]),
    ] {
        let mut net = two(powers);
        net.rules.kappa = kappa;
        assert_eq!(earned(&net), expected, "{kappa} {powers:?}");
    }
}

/// Each mask silences the first validator, or leaves it its say.
#[test]
fn weights_that_do_not_count() {
    let silenced = |change: fn(&mut Net)| {
        let mut net = two([50, 50]);
        change(&mut net);
        let both = earned(&net);
        assert!(both[1] > 0);
        both[0] == 0
    };
    assert!(!silenced(|_| ()));
    assert!(silenced(|net| net.seats.permit[0] = false));
    // Its last weights are older than the miner.
    assert!(silenced(|net| net.seats.registered[2] = 950));
    assert!(!silenced(|net| net.seats.registered[2] = 949));
    // Its commitment is older than the miner, its reveal is not.
    let commitment = |net: &mut Net| {
        net.seats.committed[0] = Some(899);
        net.seats.registered[2] = 900;
    };
    assert!(!silenced(commitment));
    assert!(silenced(|net| {
        net.limits.commit_reveal = true;
        net.seats.committed[0] = Some(899);
        net.seats.registered[2] = 900;
    }));
    assert!(!silenced(|net| {
        net.limits.commit_reveal = true;
        net.seats.committed[0] = Some(900);
        net.seats.registered[2] = 900;
    }));
    // Silent for longer than it may be.
    assert!(silenced(|net| {
        net.limits.activity_cutoff_blocks = 100;
        net.seats.last_update[0] = 899;
    }));
    assert!(!silenced(|net| {
        net.limits.activity_cutoff_blocks = 100;
        net.seats.last_update[0] = 900;
    }));
    // Too little power.
    assert!(silenced(|net| {
        net.seats.power[1] = Amount::new(51);
        net.limits.least_power = Amount::new(51);
    }));
    // The owner needs neither power enough nor a permit.
    assert!(!silenced(|net| {
        net.limits.least_power = Amount::new(50);
        net.seats.permit[0] = false;
        net.seats.owner = Some(0);
    }));
    // Only the owner may weigh itself.
    let selfish =
        |net: &mut Net| net.seats.weights = matrix(&[vec![(0, 1)], vec![], vec![], vec![]]);
    let mut net = two([50, 50]);
    selfish(&mut net);
    assert_eq!(net.run().incentive, [0; 4]);
    net.seats.owner = Some(0);
    assert_eq!(net.run().incentive, [WHOLE, 0, 0, 0]);
}

#[test]
fn permits_go_by_power_then_seniority_and_equals_get_them_together() {
    let mut net = Net::plain(Yuma1, &[5, 7, 7, 7, 0], &[]);
    net.seats.registered = vec![1, 2, 3, 3, 0];
    let mut permits = |most: u16, owner: Option<u16>| {
        net.limits.most_validators = most;
        net.seats.owner = owner;
        net.run().permit
    };
    assert_eq!(permits(0, None), [false; 5]);
    assert_eq!(permits(1, None), [false, true, false, false, false]);
    assert_eq!(permits(2, None), [false, true, true, true, false]);
    assert_eq!(permits(3, None), [false, true, true, true, false]);
    assert_eq!(permits(4, None), [true, true, true, true, false]);
    assert_eq!(permits(5, None), [true, true, true, true, false]);
    assert_eq!(permits(9, Some(4)), [true; 5]);
    assert_eq!(permits(1, Some(4)), [false, true, false, false, true]);
}

/// With constant weights a bond reaches its weight to the last part, and from there nothing.
#[test]
fn bonds_reach_their_targets() {
    for liquid in [None, Some(LIQUID)] {
        let mut net = Net::plain(Yuma3, &[1, 1, 0, 0], &[vec![(2, 1), (3, 2)], vec![(3, 1)]]);
        net.rules = rules(Yuma3, liquid);
        net.rules.bonds_penalty = 0;
        let mut outcome = net.run();
        for _ in 0..250 {
            net = net.next(&outcome);
            outcome = net.run();
        }
        let third = UNIT / 3;
        assert_eq!(rows(&outcome.bonds)[..2], [vec![(2, third), (3, 2 * third)], vec![(3, UNIT)]]);
        net.seats.weights = matrix(&vec![Vec::new(); 4]);
        for _ in 0..250 {
            net = net.next(&outcome);
            outcome = net.run();
        }
        assert_eq!(outcome.bonds.entries(), 0);
    }
}

/// A bond of a miner that is out of consensus, or is weighed no longer, fades; it is not lost.
#[test]
fn bonds_fade_and_are_not_cut_off() {
    for liquid in [None, Some(LIQUID)] {
        for weights in [vec![(2, 1)], vec![(3, 1)], vec![(2, 0), (3, 1)]] {
            // The first alone is a third of the power: its miner has no consensus.
            let mut net = Net::plain(Yuma3, &[1, 2, 0, 0], &[weights.clone(), vec![(3, 1)]]);
            net.rules = rules(Yuma3, liquid);
            net.seats.bonds = matrix(&[vec![(2, UNIT / 2)], vec![], vec![], vec![]]);
            let outcome = net.run();
            assert_eq!(outcome.consensus[2], 0);
            let left = rows(&outcome.bonds)[0][0];
            // A tenth goes, or at a difference of 1/2 to 1 between 0.8 and 0.9.
            let (least, most) = match liquid {
                None => (1_932_735_282, 1_932_735_282),
                Some(_) => (UNIT / 20, UNIT / 10 + 10),
            };
            assert!(left.0 == 2 && (least..=most).contains(&left.1), "{weights:?} {left:?}");
        }
    }
}

/// The bond of a validator that loses its permit goes, that of one whose miner is new too.
#[test]
fn bonds_that_end() {
    let mut net = two([3, 2]);
    net.limits.most_validators = 1;
    let outcome = net.run();
    assert_eq!(outcome.permit, [true, false, false, false]);
    assert!(!rows(&outcome.bonds)[0].is_empty() && rows(&outcome.bonds)[1].is_empty());

    // The last run was at 900, so who came at 900 was judged by it; who came at 901 was not.
    for (registered, kept) in [(900, true), (901, false)] {
        let mut net = two([1, 1]);
        net.seats.weights = matrix(&vec![Vec::new(); 4]);
        net.seats.bonds = matrix(&[vec![(2, UNIT)], vec![], vec![], vec![]]);
        net.seats.registered[2] = registered;
        assert_eq!(net.run().bonds.entries() == 1, kept);
        // Nothing ran yet: an epoch of 100 blocks back from 1,000.
        net.seats.last_run = 0;
        net.seats.registered[2] = registered - 1;
        assert_eq!(net.run().bonds.entries() == 1, kept);
    }
}

#[test]
fn numbers_of_any_size() {
    let weights = [vec![(2, 65_535), (3, 1)], vec![(3, 65_535)]];
    let huge = Net::plain(Yuma1, &[3 << 100, 2 << 100, 0, 0], &weights).run();
    assert_eq!(huge, Net::plain(Yuma1, &[3, 2, 0, 0], &weights).run());
    // All there can be of an asset, in one network.
    let most = Net::plain(Yuma3, &[u128::MAX - 1, 1, 0, 0], &weights).run();
    assert_eq!(most.stake, [WHOLE - 1, 0, 0, 0]);
    let error = Net::plain(Yuma1, &[u128::MAX, 1, 0, 0], &weights).try_run().unwrap_err();
    assert!((1..10).contains(&error.code()), "{error}");
    let mut short = two([1, 1]);
    short.seats.registered.pop();
    assert_eq!(short.try_run().unwrap_err().code(), 11);
    let nobody = Net::plain(Yuma1, &[], &[]).run();
    assert!(nobody.incentive.is_empty() && nobody.bonds.rows() == 0);
    assert_eq!(earned(&two([0, 0])), [0, 0]);
}
