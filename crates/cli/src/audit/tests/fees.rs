//! Fees and storage deposits followed through a chain in memory, and what is wrong with one found.

use super::Dice;
use crate::audit::fees::Costs;
use std::sync::Arc;
use workmint_amounts::{Amount, Ratio};
use workmint_core::block::{Applied, Block, Commitments, RawTransaction};
use workmint_core::genesis::{Allocation, AllocationTo, Genesis};
use workmint_core::modules::ledger::{Approve, Reason, Transfer};
use workmint_core::modules::parameters::{
    Destination, EpochLength, MessageGroup, MessageKind, Parameters, ScheduleParameters,
};
use workmint_core::modules::registry::Role;
use workmint_core::names::AssetId;
use workmint_core::transaction::LOCAL_CODEC;
use workmint_core::{Address, DecodedTransaction, Message, State};
use workmint_networks::preset;

fn who(number: u64) -> Address {
    Address::derived(&number.to_be_bytes())
}

/// Fees of every kind, a part of them burned; epochs of five blocks.
fn network(deposit: u128) -> Parameters {
    let mut parameters = preset("gonka-mainnet").unwrap().definition().unwrap().parameters;
    parameters.network.epoch_length = EpochLength::Blocks(5);
    parameters.work.proof_window_ms = None;
    parameters.governance = None;
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
    let allocation = |number| Allocation {
        cliff_epochs: 0,
        at_once: Ratio::ZERO,
        asset,
        amount: Amount::new(1_000_000),
        to: AllocationTo::Account(who(number)),
        vesting_epochs: 0,
    };
    let roles = [Role::Reporter, Role::Judge]
        .into_iter()
        .flat_map(|role| (1..=3).map(move |number| (role, who(100 + number))));
    let roles = roles.chain([(Role::Governor, who(99))]).collect();
    let allocations = (0..4).chain([99]).map(allocation).collect();
    State::genesis(&Genesis { time_ms: 0, parameters, allocations, roles }).unwrap()
}

/// A block as it ran.
struct Ran {
    block: Block,
    decoded: Vec<DecodedTransaction>,
    applied: Applied,
    rules: Arc<Parameters>,
}

fn next(state: &mut State, (sender, message): (Address, Message), limits: (u128, u128)) -> Ran {
    let handle = state.ledger.handle(&sender);
    let nonce = handle.map_or(0, |handle| state.ledger.account(handle).unwrap().nonce);
    let mut one = DecodedTransaction::new(sender, nonce, message);
    (one.tip, one.fee_limit) = (Amount::new(limits.0), Amount::new(limits.1));
    let raw = RawTransaction { codec: LOCAL_CODEC, bytes: one.encode_local().unwrap() };
    let (rules, chain) = (state.active_parameters().unwrap(), state.chain());
    let block = Block {
        height: chain.height + 1,
        time_ms: chain.time_ms + 1_000,
        transactions: vec![raw],
        evidence: Vec::new(),
        votes: Vec::new(),
        proposer: None,
    };
    let decoded = vec![one];
    let applied = state.apply_block(&block, &decoded, Commitments::Off).unwrap().0;
    Ran { block, decoded, applied, rules }
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
