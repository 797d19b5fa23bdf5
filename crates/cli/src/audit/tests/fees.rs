//! Fees and storage deposits followed through a chain in memory, and what is wrong with one found.

use super::Dice;
use super::chain::{self, Ran, who};
use crate::audit::fees::Costs;
use std::sync::Arc;
use workmint_amounts::Amount;
use workmint_core::modules::ledger::{Approve, Reason, Transfer};
use workmint_core::modules::parameters::{
    Destination, MessageGroup, MessageKind, Parameters, ScheduleParameters,
};
use workmint_core::names::AssetId;
use workmint_core::{Address, Message, State};

/// Fees of every kind, a part of them burned; epochs of five blocks.
fn network(deposit: u128) -> Parameters {
    let mut parameters = chain::network();
    let fees = &mut parameters.fees;
    (fees.flat, fees.per_byte) = (Amount::new(1_001), Amount::new(3));
    fees.kinds = vec![(MessageKind::Approve, Amount::new(77))];
    fees.storage_deposit = Amount::new(deposit);
    fees.free = vec![MessageGroup::Governance];
    fees.burned_share = "0.3".parse().unwrap();
    fees.destination = Destination::Treasury;
    parameters
}

fn genesis() -> State {
    let parameters = network(5_000);
    let asset = parameters.fees.asset;
    chain::genesis(parameters, (0..4).chain([99]), (asset, 1_000_000))
}

fn next(state: &mut State, (sender, message): (Address, Message), limits: (u128, u128)) -> Ran {
    let mut one = chain::signed(state, sender, message);
    (one.tip, one.fee_limit) = (Amount::new(limits.0), Amount::new(limits.1));
    chain::next(state, Some(one))
}

fn follow(costs: &mut Costs, state: &State, ran: &Ran) -> Result<(), String> {
    costs.follow((&ran.block, &ran.decoded), &ran.applied, &ran.rules, state)
}

fn wish(dice: &mut Dice) -> Message {
    let (to, asset) = (who(dice.below(9)), AssetId(0));
    let units = Amount::new(u128::from(dice.below(60_000)));
    if dice.below(2) == 0 {
        Message::Transfer(Transfer { to, asset, amount: units })
    } else {
        let amount = if dice.below(3) == 0 { Amount::ZERO } else { units };
        Message::Approve(Approve { spender: to, asset, amount })
    }
}

#[test]
fn fees_and_deposits_are_followed_through_other_rules() {
    let (mut dice, mut state) = (Dice(7), genesis());
    let (mut costs, mut codes) = (Costs::default(), std::collections::BTreeSet::new());
    for round in 0..400 {
        let limit = if dice.below(6) == 0 { dice.below(3_000) } else { u64::MAX };
        let limits = (u128::from(dice.below(500)), u128::from(limit));
        let sent = if round % 50 == 49 {
            let deposit = u128::from(dice.below(3)) * 2_500;
            let (epoch, parameters) = (state.chain().epoch + 1, Box::new(network(deposit)));
            (who(99), Message::ScheduleParameters(ScheduleParameters { epoch, parameters }))
        } else {
            (who(dice.below(9)), wish(&mut dice))
        };
        let ran = next(&mut state, sent, limits);
        follow(&mut costs, &state, &ran).unwrap_or_else(|why| panic!("round {round}: {why}"));
        codes.insert(ran.applied.results[0].as_ref().err().map_or(0, workmint_core::Error::code));
    }
    assert_eq!(costs.fees, 400);
    for code in [0, 104, 401, 402, 403] {
        assert!(codes.contains(&code), "nothing ended with {code}: {codes:?}");
    }
}

#[test]
fn a_fee_of_another_size_or_for_another_is_found() {
    let found = |change: &dyn Fn(&mut Ran)| {
        let mut state = genesis();
        let sent =
            Message::Transfer(Transfer { to: who(1), asset: AssetId(0), amount: Amount::new(5) });
        let mut ran = next(&mut state, (who(0), sent), (9, u128::MAX));
        assert!(ran.applied.postings.iter().filter(|of| of.reason == Reason::Fee).count() == 2);
        change(&mut ran);
        follow(&mut Costs::default(), &state, &ran)
    };
    found(&|_| ()).unwrap();
    found(&|ran| ran.applied.postings[0].amount = Amount::new(1)).unwrap_err();
    found(&|ran| ran.applied.postings[1].amount = Amount::new(1)).unwrap_err();
    found(&|ran| ran.applied.postings[0].from = ran.applied.postings[2].to.clone()).unwrap_err();
    found(&|ran| ran.block.transactions[0].bytes.push(0)).unwrap_err();
    found(&|ran| ran.decoded[0].tip = Amount::new(10)).unwrap_err();
    found(&|ran| ran.decoded[0].fee_limit = Amount::new(10)).unwrap_err();
    found(&|ran| {
        let mut rules = (*ran.rules).clone();
        rules.fees.kinds = vec![(MessageKind::Transfer, Amount::new(1_000))];
        ran.rules = Arc::new(rules);
    })
    .unwrap_err();
}

#[test]
fn a_deposit_that_nobody_asked_is_found() {
    let mut state = genesis();
    let spender = who(50);
    let sent = Approve { spender, asset: AssetId(0), amount: Amount::new(1) };
    let mut ran = next(&mut state, (who(0), Message::Approve(sent)), (0, u128::MAX));
    assert_eq!(ran.applied.results, [Ok(())]);
    follow(&mut Costs::default(), &state, &ran).unwrap();
    let mut rules = (*ran.rules).clone();
    rules.fees.storage_deposit = Amount::new(4_999);
    ran.rules = Arc::new(rules);
    let why = follow(&mut Costs::default(), &state, &ran).unwrap_err();
    assert!(why.contains("has locked 10000 for rows"), "{why}");
}
