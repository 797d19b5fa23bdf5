//! Our arithmetic against upstream's, where neither order nor ties decide.

use crate::draw::Draw;
use crate::yuma_nets::Net;
use workmint_core::modules::opinions::yuma::Outcome;
use workmint_core::modules::parameters::{YumaKind, YumaMode};

/// 1 / this is how far parts may be apart.
const INCENTIVE: u128 = 10_000_000;
const DIVIDENDS: u128 = 10_000;

/// The largest difference, parts of 10^12.
fn apart(one: (&[u64], u64), other: (&[u64], u64)) -> u128 {
    let part = |value: u64, unit: u64| u128::from(value) * 1_000_000_000_000 / u128::from(unit);
    let pairs = one.0.iter().zip(other.0);
    let apart = |(a, b): (&u64, &u64)| part(*a, one.1).abs_diff(part(*b, other.1));
    pairs.map(apart).max().unwrap()
}

/// Networks without ties, masks or liquid alpha, ten epochs each with its own bonds: incentive
/// agrees to a ten-millionth, dividends, whose bonds upstream keeps in parts of 65,535, to a
/// ten-thousandth.
#[test]
fn strict_is_close_to_subtensor() {
    let mut draw = Draw::from_seed(17);
    for round in 0..20 {
        let (seats, validators) = draw.of(&[(20_u16, 4_u16), (60, 16)]);
        let rows: Vec<Vec<(u16, u32)>> = (0..validators)
            .map(|_| {
                let miners = validators..seats;
                miners.map(|at| (at, 1 + u32::try_from(draw.below(65_535)).unwrap())).collect()
            })
            .collect();
        let powers: Vec<u128> = (0..seats)
            .map(|at| if at < validators { (1 << 40) + u128::from(draw.below(1 << 40)) } else { 0 })
            .collect();
        let mut strict = Net::plain(YumaKind::Yuma1, &powers, &rows);
        strict.rules.kappa = draw.of(&[32_767, 40_000]);
        let mut upstream = strict.clone();
        upstream.rules.mode = YumaMode::Subtensor;
        for epoch in 0..10 {
            let (ours, theirs) = (strict.run(), upstream.run());
            let compare = |column: fn(&Outcome) -> &Vec<u64>| {
                apart((column(&ours), ours.unit), (column(&theirs), theirs.unit))
            };
            let whole = 1_000_000_000_000;
            let incentive = compare(|outcome| &outcome.incentive);
            assert!(incentive <= whole / INCENTIVE, "{round} {epoch}: {incentive}");
            assert!(compare(|outcome| &outcome.consensus) <= whole / INCENTIVE);
            assert!(compare(|outcome| &outcome.trust) <= whole / INCENTIVE);
            let dividends = compare(|outcome| &outcome.dividends);
            assert!(dividends <= whole / DIVIDENDS, "{round} {epoch}: {dividends}");
            assert_eq!(ours.permit, theirs.permit);
            (strict, upstream) = (strict.next(&ours), upstream.next(&theirs));
        }
    }
}
