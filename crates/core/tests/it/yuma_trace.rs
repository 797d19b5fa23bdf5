//! What a trace of a seat says adds up to what the run gave.

use crate::draw::Draw;
use crate::yuma_nets::{Net, matrix, rows};
use workmint_core::modules::opinions::yuma::trace::{Trace, trace};
use workmint_core::modules::opinions::yuma::{Ignored, Outcome, Run, Silence};
use workmint_core::modules::parameters::{YumaKind, YumaMode};

fn traces(net: &Net, outcome: &Outcome) -> Vec<Trace> {
    let run = Run { rules: &net.rules, limits: net.limits, seats: &net.seats };
    let count = u16::try_from(net.seats.power.len()).unwrap();
    (0..count).map(|seat| trace(&run, outcome, seat).unwrap()).collect()
}

/// Whether a share is `part` of `whole`, each known to no more than this, on either side.
fn is_share(unit: u64, share: u64, part: (u128, u128), whole: (u128, u128)) -> bool {
    let (unit, share) = (u128::from(unit), u128::from(share));
    let less = |(known, by): (u128, u128)| known.max(by) - by;
    let least = (unit * less(part)).checked_div(whole.0 + whole.1).unwrap_or(0);
    let most = (unit * (part.0 + part.1)).checked_div(less(whole)).unwrap_or(unit);
    (least.max(2) - 2..=most + 2).contains(&share)
}

fn check(net: &Net) {
    let outcome = net.run();
    let traces = traces(net, &outcome);
    let unit = outcome.unit;
    let count = traces.len();
    let mut trust = vec![0; count];
    for (at, Trace { miner, .. }) in traces.iter().enumerate() {
        assert_eq!(miner.consensus, outcome.consensus[at]);
        assert_eq!(miner.incentive, outcome.incentive[at]);
        for vote in &miner.votes {
            trust[usize::from(vote.validator)] += vote.within;
            assert!(vote.silence.is_none() || vote.active_stake == 0);
            assert!(vote.ignored.is_none() || vote.weight == 0);
        }
        let slack = 2 * count as u128;
        let rank = (u128::from(miner.rank), slack);
        assert!(is_share(unit, miner.incentive, rank, (u128::from(miner.all_ranks), slack)));
        if miner.consensus > 0 {
            let needed = u64::from(net.rules.kappa) * (unit / 65_535);
            assert!(miner.support + count as u64 >= needed);
        }
    }
    assert_eq!(trust, outcome.trust);
    let stored = rows(&outcome.bonds);
    let by_stake = net.rules.kind == YumaKind::Yuma3;
    let earned: Vec<(u128, u128)> = traces
        .iter()
        .map(|Trace { validator, .. }| {
            let by = if by_stake { u128::from(validator.active_stake) } else { 1 };
            // Upstream rounds that product too.
            let by_unit = if by_stake { u128::from(unit) } else { 0 };
            (u128::from(validator.earned) * by, 4 * validator.lines.len() as u128 * by + by_unit)
        })
        .collect();
    let all = earned.iter().fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1));
    for (at, Trace { validator, .. }) in traces.iter().enumerate() {
        assert_eq!(validator.dividends, outcome.dividends[at]);
        assert!(is_share(unit, validator.dividends, earned[at], all));
        assert_eq!(validator.permit, outcome.permit[at]);
        let lines = validator.lines.iter().map(|line| (line.miner, line.bond));
        let kept: Vec<(u16, u64)> = lines.filter(|_| validator.permit).collect();
        let stored: Vec<_> =
            stored[at].iter().map(|(miner, bond)| (*miner, u64::from(*bond))).collect();
        match net.rules.mode {
            YumaMode::Strict => assert_eq!(kept, stored),
            YumaMode::Subtensor => {
                let coarse = |(miner, bond): (u16, u64)| (miner, (bond * 65_535) >> 32);
                assert_eq!(kept.into_iter().map(coarse).collect::<Vec<_>>(), stored);
            }
        }
    }
}

#[test]
fn traces_add_up() {
    let mut draw = Draw::from_seed(11);
    for _ in 0..60 {
        let (seats, validators) = draw.of(&[(5, 3), (24, 9)]);
        let mut net = Net::random(&mut draw, seats, validators);
        check(&net);
        net.rules.mode = YumaMode::Subtensor;
        let coarse = |row: Vec<(u16, u32)>| row.into_iter().map(|(at, bond)| (at, bond >> 16));
        let bonds: Vec<Vec<_>> =
            rows(&net.seats.bonds).into_iter().map(|row| coarse(row).collect()).collect();
        net.seats.bonds = matrix(&bonds);
        check(&net);
    }
}

#[test]
fn a_trace_says_why_a_weight_does_not_count() {
    let rows = [vec![(3, 1), (0, 1)], vec![(3, 1)], vec![(3, 1), (4, 3)]];
    let mut net = Net::plain(YumaKind::Yuma1, &[10, 20, 30, 0, 0], &rows);
    net.seats.permit[1] = false;
    net.seats.registered[4] = 970;
    let outcome = net.run();
    let traces = traces(&net, &outcome);
    let votes = &traces[3].miner.votes;
    let silences: Vec<_> = votes.iter().map(|vote| vote.silence).collect();
    assert_eq!(silences, [None, Some(Silence::NoPermit), None]);
    // Each gives all that counts to the one miner: to itself, or to a newer one, counts nothing.
    let weights: Vec<u64> = votes.iter().map(|vote| vote.weight).collect();
    assert_eq!(weights, [outcome.unit, 0, outcome.unit]);
    assert_eq!(votes[0].active_stake, outcome.unit / 4);
    let only = |seat: usize| traces[seat].miner.votes[0];
    assert_eq!((only(0).set, only(0).ignored), (1, Some(Ignored::Itself)));
    assert_eq!((only(4).set, only(4).ignored), (3, Some(Ignored::OlderThanHolder)));
    let run = Run { rules: &net.rules, limits: net.limits, seats: &net.seats };
    assert_eq!(trace(&run, &outcome, 5).unwrap_err().code(), 11);
}
