//! What seats score: medians, the consensus over epochs, lent power; and whose weights count.

use crate::kit::*;
use crate::seats::*;
use crate::validators::{bond, delegate};
use workmint_amounts::Ratio;
use workmint_core::EpochInputs;
use workmint_core::inputs::LentPower;
use workmint_core::modules::opinions::scores::{consensus, part_of_lender, performance};
use workmint_core::modules::opinions::yuma::{Matrix, Outcome, Seats};
use workmint_core::modules::opinions::{Request, SetChildTake, SetChildren};
use workmint_core::modules::parameters::*;
use workmint_core::modules::rewards::{StreamScores, plan};
use workmint_core::{Message, explain};

/// Validators on seats 0 to 2 with these powers, miners on 3 and 4; everybody may weigh.
fn seats(powers: [u128; 3], rows: [&[(u16, u32)]; 3]) -> Seats {
    let mut weights = Matrix::default();
    rows.into_iter().chain([&[][..]; 2]).for_each(|row| weights.push_row(row.iter().copied()));
    let mut bonds = Matrix::default();
    (0..5).for_each(|_| bonds.push_row([]));
    Seats {
        height: 1_000,
        blocks: 100,
        last_run: 900,
        owner: None,
        power: powers.into_iter().chain([0, 0]).map(amount).collect(),
        permit: vec![true; 5],
        last_update: vec![950; 5],
        registered: vec![10; 5],
        committed: vec![None; 5],
        weights,
        bonds,
    }
}

fn medians(seats: &Seats) -> Vec<u16> {
    performance(&rules(), seats).unwrap()
}

#[test]
fn the_median_needs_more_than_half_of_the_power() {
    let of = |powers, rows| medians(&seats(powers, rows))[3..].to_vec();
    // 0 with 300, 10 with 300, 20 with 400: 10 is the first that more than half does not exceed.
    assert_eq!(of([300, 300, 400], [&[], &[(3, 10)], &[(3, 20)]]), [10, 0]);
    // Exactly half is not more than half: the higher weight counts.
    assert_eq!(of([250, 250, 500], [&[(3, 5)], &[(3, 5)], &[(3, 40)]]), [40, 0]);
    assert_eq!(of([250, 251, 500], [&[(3, 5)], &[(3, 5)], &[(3, 40)]]), [5, 0]);
    // Whoever weighs a miner not at all gives 0.
    assert_eq!(of([400, 300, 300], [&[], &[(4, 7)], &[(4, 7)]]), [0, 7]);
    assert_eq!(of([600, 200, 200], [&[], &[(4, 7)], &[(4, 7)]]), [0, 0]);
    // Below the least power there is no say.
    assert_eq!(of([99, 99, 99], [&[(3, 5)], &[(3, 5)], &[(3, 5)]]), [0, 0]);
    assert_eq!(of([100, 99, 99], [&[(3, 5)], &[(3, 9)], &[(3, 9)]]), [5, 0]);
    assert_eq!(of([0, 0, 0], [&[], &[], &[]]), [0, 0]);
}

#[test]
fn weights_count_only_of_who_has_a_say_and_on_whom_they_were_meant_for() {
    let rows: [&[(u16, u32)]; 3] = [&[(3, 10), (4, 10)], &[(3, 10), (4, 10)], &[]];
    let base = seats([400, 400, 200], rows);
    assert_eq!(medians(&base), [0, 0, 0, 10, 10]);
    let changed = |change: &dyn Fn(&mut Seats)| {
        let mut seats = base.clone();
        change(&mut seats);
        medians(&seats)[3..].to_vec()
    };
    assert_eq!(changed(&|seats| seats.registered[4] = 950), [10, 0], "another holder since");
    assert_eq!(changed(&|seats| seats.registered[4] = 949), [10, 10]);
    // Without a permit or a recent word 400 of 600 have a say.
    assert_eq!(changed(&|seats| seats.permit[0] = false), [10, 10]);
    assert_eq!(changed(&|seats| seats.permit[2] = false), [10, 10]);
    assert_eq!(
        changed(&|seats| (seats.permit[0], seats.power[2]) = (false, amount(401))),
        [0, 0],
        "who is left says nothing"
    );
    let old = |seats: &mut Seats| (seats.last_update[0], seats.height) = (950, 1_951);
    assert_eq!(changed(&old), [0, 0]);
    // An open commitment from before the miner's time hides the weight on it, where there are any.
    let mut waits = base.clone();
    (waits.committed[0], waits.committed[1]) = (Some(900), Some(900));
    waits.registered[4] = 920;
    assert_eq!(medians(&waits)[3..], [10, 10], "weights are set in the open");
    let mut rules = rules();
    rules.weighing.reveal_epochs = Some(1);
    assert_eq!(performance(&rules, &waits).unwrap()[3..], [10, 0]);
    // Nobody scores by weighing itself.
    let selfish = seats([900, 50, 50], [&[(0, 65_535)], &[], &[]]);
    assert_eq!(medians(&selfish), [0; 5]);
}

/// By participant, in the inputs' order, what a stream of this score counts.
fn scored(inputs: &EpochInputs, parameters: &Parameters, score: Score) -> Vec<u128> {
    let mut parameters = parameters.clone();
    parameters.streams = vec![emission_stream("seats", "1", score)];
    let planned = &plan(&parameters, inputs).unwrap().streams[0];
    let scores = StreamScores::new(&parameters, &parameters.streams[0], inputs, None).unwrap();
    let line = |at| scores.line(planned, Denominator::Full, at).unwrap();
    (0..inputs.participants.len()).map(|at| line(at).score).collect()
}

fn of_account(inputs: &EpochInputs, scores: &[u128], who: &str) -> u128 {
    scores[inputs.participants.find(&address(who)).unwrap()]
}

#[test]
fn medians_pay_miners_at_the_close() {
    let mut chain = seated(|_| {});
    chain.ok("alice", weigh(&[(2, 30), (3, 10)]));
    chain.ok("bob", weigh(&[(2, 10), (3, 30)]));
    let foreseen = chain.state.preview_inputs().unwrap();
    let applied = chain.close();
    let closed = applied.closed.unwrap();
    // alice has 600 of 1,000: its weights are the medians, 65,535 and 21,845; 3 to 1 of 1,000.
    let planned = plan(&closed.parameters, &closed.inputs).unwrap();
    let stream = &planned.streams[0];
    let paid = |who| stream.rewards[closed.inputs.participants.find(&address(who)).unwrap()].get();
    assert_eq!([paid("alice"), paid("bob"), paid("carol"), paid("dave")], [0, 0, 750, 250]);
    assert_eq!(plan(&closed.parameters, &foreseen).unwrap().streams[0].rewards, stream.rewards);
    let told = explain::explain(&closed.parameters, &closed.inputs, &planned, &address("carol"));
    assert_eq!(told.unwrap().unwrap().streams[0].score, 65_535);
}

fn with_yuma(rules: &mut Opinions) {
    rules.yuma = Some(Yuma {
        mode: YumaMode::Strict,
        kind: YumaKind::Yuma1,
        kappa: 32_768,
        bonds_penalty: 65_535,
        bonds_moving_average: 900_000,
        liquid: None,
    });
    rules.weighing.rate_limit_blocks = 1;
}

/// The consensus of a close, from its inputs alone.
fn outcome(inputs: &EpochInputs, parameters: &Parameters) -> Outcome {
    let rules = parameters.opinions.as_ref().unwrap();
    consensus(rules, &inputs.opinions.as_ref().unwrap().seats).unwrap().unwrap()
}

#[test]
fn the_consensus_of_one_close_is_what_the_next_one_begins_with() {
    let mut chain = seated(with_yuma);
    chain.block(vec![("alice", weigh(&[(2, 30), (3, 10)])), ("bob", weigh(&[(2, 10), (3, 30)]))]);
    let mut before: Option<Outcome> = None;
    for _ in 0..4 {
        let closed = chain.close().closed.unwrap();
        let found = outcome(&closed.inputs, &closed.parameters);
        let seats = &closed.inputs.opinions.as_ref().unwrap().seats;
        if let Some(before) = before {
            assert_eq!((&seats.bonds, &seats.permit), (&before.bonds, &before.permit));
            assert_eq!(seats.last_run, seats.height - 1, "the close before");
        }
        for seat in 0..4_u16 {
            let at = usize::from(seat);
            let row = chain.state.opinions.seat(seat).unwrap();
            let kept: Vec<_> = found.bonds.entries_of(at).collect();
            assert_eq!(chain.state.opinions.bonds(seat), kept);
            let earned = u128::from(found.incentive[at]) + u128::from(found.dividends[at]);
            assert_eq!((row.permit, row.earned), (found.permit[at], earned));
        }
        before = Some(found);
    }
    let last = before.unwrap();
    // By hand: both columns' consensus is the lower weight of the larger half, alice's; what is
    // left of bob's row is clipped. All incentive is the miners', all dividends the validators'.
    assert!(last.incentive[2] > last.incentive[3] && last.incentive[0] == 0);
    assert!(last.dividends[0] > last.dividends[1] && last.dividends[2] == 0);
    assert!(last.bonds.entries() > 0);
}

#[test]
fn a_new_holder_has_no_bonds_and_no_weights_of_the_old_one() {
    let mut chain = seated(with_yuma);
    chain.block(vec![("alice", weigh(&[(2, 30), (3, 1)])), ("bob", weigh(&[(2, 30), (3, 2)]))]);
    chain.close();
    chain.close();
    assert!(!chain.state.opinions.bonds(1).is_empty());
    // Nobody is immune any more. dave, of least incentive, earns less than the validators.
    idle(&mut chain, 3);
    chain.ok("cust", take_seat());
    assert_eq!(seat_of(&chain, "cust"), Some(3));
    let closed = chain.close().closed.unwrap();
    let found = outcome(&closed.inputs, &closed.parameters);
    assert_eq!(found.incentive[3], 0, "weights on dave are not on cust");
    let bonds = |seat| chain.state.opinions.bonds(seat).iter().any(|(of, _)| *of == 3);
    assert!(!bonds(0) && !bonds(1), "nor are bonds");
    // Weighed anew, it earns.
    chain.block(vec![("alice", weigh(&[(2, 30), (3, 1)])), ("bob", weigh(&[(2, 30), (3, 2)]))]);
    let closed = chain.close().closed.unwrap();
    assert!(outcome(&closed.inputs, &closed.parameters).incentive[3] > 0);
}

/// A copier reveals nothing new in time: what it can copy is two epochs old.
#[test]
fn who_copies_weights_is_behind_those_who_change_them() {
    let mut chain = seated(|rules| {
        with_yuma(rules);
        rules.weighing.reveal_epochs = Some(1);
        rules.weighing.minimum_count = 1;
    });
    // alice sees first that miner 2 got bad and 3 good; bob copies what it can read of alice.
    let (old, new) = ([(2_u16, 1_u16)], [(3, 1)]);
    let mut behind = 0;
    for epoch in 0..6_u8 {
        let seen = chain.state.opinions.weights(0).to_vec();
        let copied = if seen.is_empty() { old.to_vec() } else { seen };
        let own: &[_] = if epoch < 2 { &old } else { &new };
        let sealed = [commit(&chain, "alice", own, epoch), commit(&chain, "bob", &copied, epoch)];
        let [of_alice, of_bob] = sealed;
        chain.block(vec![("alice", of_alice), ("bob", of_bob)]);
        chain.close();
        chain.block(vec![("alice", reveals(own, epoch)), ("bob", reveals(&copied, epoch))]);
        let now = [0, 1].map(|seat| chain.state.opinions.weights(seat)[0].0);
        behind += u32::from(now[0] != now[1]);
    }
    assert!(behind >= 1, "the copy follows, it is never first");
    assert_eq!(chain.state.opinions.weights(0)[0].0, 3);
    assert_eq!(chain.state.opinions.weights(1)[0].0, 3);
}

fn lend(children: &[(&str, u16)]) -> Message {
    let children = children.iter().map(|(who, share)| (address(who), *share)).collect();
    Message::Opinion(Request::SetChildren(SetChildren { children }))
}

fn keep(take: &str) -> Message {
    Message::Opinion(Request::SetChildTake(SetChildTake { take: ratio(take) }))
}

fn with_children(rules: &mut Opinions) {
    with_yuma(rules);
    let most_take = ratio("0.18");
    rules.children = Some(ChildRules { most: 2, most_take, delay_epochs: 1 });
}

#[test]
fn power_counts_for_children_after_the_delay() {
    let mut chain = seated(with_children);
    chain.ok("hunter", join("hunter", None));
    chain.ok("hunter", put_collateral(1_000));
    chain.ok("hunter", lend(&[("alice", 21_845), ("carol", 13_107)]));
    let power = |chain: &mut Chain| {
        let closed = chain.close().closed.unwrap();
        let frozen = closed.inputs.opinions.clone().unwrap();
        let powers: Vec<u128> = frozen.seats.power.iter().map(|power| power.get()).collect();
        let lent: Vec<_> = frozen.lent.iter().map(|lent| (lent.seat, lent.power.get())).collect();
        (powers, lent)
    };
    assert_eq!(power(&mut chain), (vec![600, 400, 0, 0], vec![]), "not yet");
    // A third and a fifth of 1,000, rounded down; hunter has no seat for the rest.
    assert_eq!(power(&mut chain), (vec![933, 400, 200, 0], vec![(0, 333), (2, 200)]));
    chain.ok("hunter", lend(&[]));
    assert_eq!(power(&mut chain).0, [933, 400, 200, 0], "nor back at once");
    assert_eq!(power(&mut chain), (vec![600, 400, 0, 0], vec![]));
}

#[test]
fn circles_of_children_make_no_power() {
    let mut chain = seated(with_children);
    chain.block(vec![("alice", lend(&[("bob", 65_535)])), ("bob", lend(&[("alice", 65_535)]))]);
    chain.close();
    let closed = chain.close().closed.unwrap();
    let frozen = closed.inputs.opinions.as_ref().unwrap();
    let powers: Vec<u128> = frozen.seats.power.iter().map(|power| power.get()).collect();
    assert_eq!(powers, [400, 600, 0, 0], "each has the other's, nobody more than there is");
}

#[test]
fn lent_power_is_refused_out_of_range() {
    let mut chain = seated(with_children);
    for (code, children) in [
        (2119, &[("bob", 1), ("carol", 1), ("dave", 1)][..]),
        (2122, &[("stranger", 1)]),
        (2120, &[("alice", 1)]),
        (2121, &[("bob", 1), ("bob", 1)]),
        (2123, &[("bob", 0)]),
        (2124, &[("bob", 65_535), ("carol", 1)]),
    ] {
        assert_eq!(chain.refused("alice", lend(children)), code, "{children:?}");
    }
    assert_eq!(chain.refused("carol", lend(&[("bob", 1)])), 2106, "too little to lend");
    assert_eq!(chain.refused("alice", keep("0.1801")), 2125);
    let mut none = seated(|_| {});
    assert_eq!(none.refused("alice", lend(&[("bob", 1)])), 2118);
    assert_eq!(none.refused("alice", keep("0.1")), 2118);
}

#[test]
fn a_higher_take_comes_later_than_who_sees_it_can_leave() {
    let mut chain = seated(with_children);
    let epoch = chain.epoch();
    chain.ok("alice", keep("0.1"));
    let take = |chain: &Chain, epoch| chain.state.opinions.take(chain.handle("alice"), epoch);
    let takes = [0, 1, 2].map(|later| take(&chain, epoch + later));
    assert_eq!(takes, [Ratio::ZERO, Ratio::ZERO, ratio("0.1")]);
    chain.close();
    chain.close();
    chain.ok("alice", keep("0.05"));
    assert_eq!(take(&chain, chain.epoch()), ratio("0.05"), "a lower one counts at once");
}

#[test]
fn dividends_of_lent_power_are_the_lenders_less_the_take() {
    let mut chain = seated(with_children);
    chain.ok("hunter", join("hunter", None));
    chain.ok("hunter", put_collateral(1_000));
    chain.ok("hunter", lend(&[("alice", 65_535)]));
    chain.ok("alice", keep("0.1"));
    chain.close();
    chain.close();
    chain.block(vec![("alice", weigh(&[(2, 30), (3, 10)])), ("bob", weigh(&[(2, 10), (3, 30)]))]);
    let closed = chain.close().closed.unwrap();
    let (inputs, parameters) = (&closed.inputs, &closed.parameters);
    let found = outcome(inputs, parameters);
    let scores = scored(inputs, parameters, Score::YumaDividends);
    let earned = u128::from(found.dividends[0]);
    // hunter's 1,000 of 1,600, less a tenth of that.
    let part = earned * 1_000 / 1_600;
    let hers = part - part / 10;
    assert!(hers > 0);
    assert_eq!(of_account(inputs, &scores, "hunter"), hers);
    assert_eq!(of_account(inputs, &scores, "alice"), earned - hers);
    let all: u128 = found.dividends.iter().map(|part| u128::from(*part)).sum();
    assert_eq!(scores.iter().sum::<u128>(), all, "nothing is made or lost");
    let incentive = scored(inputs, parameters, Score::YumaIncentive);
    assert_eq!(of_account(inputs, &incentive, "hunter"), 0, "miners' work is their own");
    assert_eq!(of_account(inputs, &incentive, "carol"), u128::from(found.incentive[2]));
}

#[test]
fn parts_of_lenders_round_down_and_never_exceed_what_was_earned() {
    let part = |earned, lent, power, take: &str| {
        part_of_lender(earned, (amount(lent), amount(power)), ratio(take)).unwrap()
    };
    assert_eq!(part(10, 1, 3, "0"), 3);
    assert_eq!(part(100, 1, 3, "0.1"), 33 - 3);
    assert_eq!(part(100, 1, 3, "1"), 0);
    assert_eq!(part(100, 3, 3, "0.18"), 82);
    let huge = u128::from(u64::MAX);
    assert_eq!(part(huge, u128::MAX, u128::MAX, "0"), huge);
}

#[test]
fn inputs_without_seats_score_nobody_and_bad_ones_are_refused() {
    let parameters = with_seats(with_yuma);
    let none = EpochInputs::default();
    assert!(plan(&parameters, &none).unwrap().streams[0].rewards.is_empty());
    let mut chain = seated(with_yuma);
    chain.block(vec![("alice", weigh(&[(2, 30), (3, 10)])), ("bob", weigh(&[(2, 10), (3, 30)]))]);
    let closed = chain.close().closed.unwrap();
    let mut dividends = (*closed.parameters).clone();
    dividends.streams[0].score = Score::YumaDividends;
    let quarantined = |change: &dyn Fn(&mut EpochInputs)| {
        let mut inputs = (*closed.inputs).clone();
        change(&mut inputs);
        plan(&dividends, &inputs).unwrap().streams[0].quarantined
    };
    assert_eq!(quarantined(&|_| {}), None);
    let holder = |inputs: &mut EpochInputs| {
        inputs.opinions.as_mut().unwrap().holder[0] = Some(99);
    };
    assert_eq!(quarantined(&holder), Some(1101));
    let lent = |inputs: &mut EpochInputs| {
        let lent = LentPower { seat: 0, of: 0, power: amount(601) };
        inputs.opinions.as_mut().unwrap().lent.push(lent);
    };
    assert_eq!(quarantined(&lent), Some(1101), "more than the seat has");
    let short = |inputs: &mut EpochInputs| {
        inputs.opinions.as_mut().unwrap().seats.permit.pop();
    };
    assert_eq!(quarantined(&short), Some(11));
}

/// Seats backed by bonds; dividends are paid and shared with delegators.
fn bonded_seats() -> Chain {
    let mut parameters = with_seats(|rules| {
        with_yuma(rules);
        rules.power = OpinionPower::Bonded;
    });
    let security = Validators { minimum: amount(100), ..crate::validators::rules() };
    parameters.validators = Some(security);
    parameters.streams[0].score = Score::YumaDividends;
    let mut chain = Chain::new(parameters);
    let join = |who| (who, join(who, None));
    chain.block(vec![join("alice"), join("bob"), join("carol")]);
    let bonds = [("alice", bond(600, "0.1")), ("bob", bond(400, "0"))];
    chain.block(bonds.to_vec());
    chain.ok("hunter", delegate("alice", 300));
    for who in ["alice", "bob", "carol", "dave"] {
        chain.ok(who, take_seat());
    }
    chain
}

#[test]
fn bonds_of_the_whole_epoch_are_power_and_delegators_share_dividends() {
    let mut chain = bonded_seats();
    let powers = |chain: &mut Chain| {
        let closed = chain.close().closed.unwrap();
        let frozen = closed.inputs.opinions.clone().unwrap();
        frozen.seats.power.iter().map(|power| power.get()).collect::<Vec<_>>()
    };
    assert_eq!(powers(&mut chain), [0; 4], "what came in the epoch was not there all of it");
    assert_eq!(powers(&mut chain), [900, 400, 0, 0]);
    let both = |one: &'static str, other: &'static str| {
        vec![(one, weigh(&[(2, 1), (3, 1)])), (other, weigh(&[(2, 1), (3, 1)]))]
    };
    chain.block(both("alice", "bob"));
    let applied = chain.close();
    let stream = &applied.closed.unwrap().record.header.streams[0];
    // All dividends are 1,000: alice's 9 of 13, 692, less a tenth, a third of which is hunter's.
    assert_eq!(stream.delegated.get(), 207);
    assert_eq!(stream.paid.get() + 207 + stream.dust.get(), 1_000);
}

#[test]
fn whoever_is_in_jail_has_no_say() {
    let mut chain = bonded_seats();
    chain.close();
    let guilty = crate::validators::guilty("bob", "0.1", 1, chain.now());
    chain.evidence(guilty);
    let frozen = chain.close().closed.unwrap().inputs.opinions.clone().unwrap();
    // Bob has 360 left.
    assert_eq!(frozen.seats.power, [amount(900), amount(0), amount(0), amount(0)]);
}

#[test]
fn another_arithmetic_begins_without_bonds() {
    let mut chain = seated(with_yuma);
    chain.block(vec![("alice", weigh(&[(2, 30), (3, 10)])), ("bob", weigh(&[(2, 10), (3, 30)]))]);
    chain.close();
    assert!(!chain.state.opinions.bonds(0).is_empty());
    let next = with_seats(|rules| {
        with_yuma(rules);
        rules.yuma.as_mut().unwrap().mode = YumaMode::Subtensor;
    });
    let epoch = chain.epoch();
    chain.ok("friend", schedule(epoch + 1, &next));
    chain.close();
    assert_eq!(*chain.state.active_parameters().unwrap(), next, "it passed its trial");
    assert!((0..4).all(|seat| chain.state.opinions.bonds(seat).is_empty()));
    let closed = chain.close().closed.unwrap();
    assert_eq!(outcome(&closed.inputs, &closed.parameters).unit, 1 << 32);
    assert!(!chain.state.opinions.bonds(0).is_empty());
}
