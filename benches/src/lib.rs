//! Benchmarks of Workmint. Run them with `cargo bench -p workmint-benches`; the last figures, with
//! commit and kind of machine, stand in `docs/performance.md`. Here is what several of them settle.

pub mod author;
pub mod contributions;
pub mod market;
pub mod timing;
pub mod yuma;

use std::collections::BTreeMap;
use workmint_amounts::Amount;
use workmint_core::address::Address;
use workmint_core::genesis::{Allocation, AllocationTo};
use workmint_core::inputs::{EpochInputs, Nodes, Participants, Penalty, Row};
use workmint_core::modules::emission::Facts;
use workmint_core::modules::ledger::Pot;
use workmint_core::modules::parameters::{AssetId, ModelId, Parameters};
use workmint_core::modules::registry::Role;
use workmint_core::{Genesis, State};

/// The parameters of a built-in network.
#[must_use]
pub fn network(name: &str) -> Parameters {
    workmint_networks::preset(name)
        .and_then(|preset| preset.definition().ok())
        .map(|definition| definition.parameters)
        .unwrap_or_else(|| unreachable!("the built-in network is valid"))
}

/// The genesis of a built-in network with these parameters; every named account is derived from its
/// name.
#[must_use]
pub fn genesis(name: &str, parameters: Parameters) -> Genesis {
    let preset = workmint_networks::preset(name);
    let definition = preset.and_then(|preset| preset.definition().ok());
    let mut definition = definition.unwrap_or_else(|| unreachable!("{name} is built in"));
    definition.parameters = parameters;
    let names = definition.names();
    let bindings: BTreeMap<String, Address> = names
        .iter()
        .map(|name| (name.to_string(), Address::derived(name.as_str().as_bytes())))
        .collect();
    definition.genesis(0, &bindings).unwrap_or_else(|error| unreachable!("{error}"))
}

/// `count` participants of one to three nodes each, most with full, some with partial collateral.
#[must_use]
pub fn inputs(count: u32) -> EpochInputs {
    let mut draw = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move || {
        draw ^= draw << 13;
        draw ^= draw >> 7;
        draw ^= draw << 17;
        draw
    };
    let mut accounts: Vec<Address> = (0..count)
        .map(|number| {
            let mut bytes = [0; 20];
            bytes[..8].copy_from_slice(&next().to_be_bytes());
            bytes[8..12].copy_from_slice(&number.to_be_bytes());
            Address(bytes)
        })
        .collect();
    accounts.sort_unstable();
    let (mut participants, mut nodes) = (Participants::default(), Nodes::default());
    let mut payments = Amount::ZERO;
    for account in accounts {
        let mut potential = 0;
        for node in 0..1 + (next() % 3) as u32 {
            let weight = 1 + next() % 1_000;
            nodes.node.push(node);
            nodes.model.push(ModelId((next() % 3) as u16));
            nodes.weight.push(weight);
            potential += weight;
        }
        let work = Amount::new(u128::from(next() % 1_000_000_000));
        payments = payments.checked_add(work).unwrap_or(Amount::ZERO);
        let row = Row {
            account,
            potential,
            effective: if next() % 4 == 0 { potential / 5 + next() % 50 } else { potential }
                .min(potential),
            confirmed: potential,
            collateral: Amount::new(u128::from(potential) * 1_000_000_000),
            requests: next() % 10_000,
            missed: next() % 100,
            units: next() % 1_000_000,
            work,
            unsplit: Amount::ZERO,
            penalty: if next() % 1_000 == 0 { Penalty::Refuted } else { Penalty::None },
            slashed: Amount::ZERO,
            debt: Amount::ZERO,
        };
        participants.push(row, nodes.node.len() as u32);
    }
    EpochInputs {
        epoch: 100,
        height: 1_000,
        time_ms: 0,
        parameters_version: 0,
        emission: Facts {
            epoch: 100,
            blocks: 10,
            minted: Amount::new(27_000_000_000_000_000),
            asset_issued: Amount::new(427_000_000_000_000_000),
            work: payments,
            reductions: 0,
            ..Facts::default()
        },
        pots: vec![(AssetId(0), Pot::Payments, payments)],
        burned_fees: Amount::ZERO,
        model_units: vec![u64::from(count) * 100_000; 3],
        participants,
        nodes,
        weight_penalties: Vec::new(),
        weight_transfers: Vec::new(),
        ..EpochInputs::default()
    }
}

/// A real ledger: the state of a network whose genesis gives each of `count` accounts something.
#[must_use]
pub fn state(parameters: Parameters, count: u32) -> State {
    let allocations = (0..count)
        .map(|number| {
            let mut bytes = [1; 20];
            bytes[..4].copy_from_slice(&number.to_be_bytes());
            Allocation {
                cliff_epochs: 0,
                at_once: workmint_amounts::Ratio::ZERO,
                asset: AssetId(0),
                amount: Amount::new(u128::from(number) + 1),
                to: AllocationTo::Account(Address(bytes)),
                vesting_epochs: 0,
            }
        })
        .collect();
    let roles = [Role::Reporter, Role::Reporter, Role::Judge, Role::Governor]
        .into_iter()
        .zip(1_u8..)
        .map(|(role, number)| (role, Address([number; 20])))
        .collect();
    let genesis = Genesis { time_ms: 0, parameters, allocations, roles };
    State::genesis(&genesis).unwrap_or_else(|error| unreachable!("{error}"))
}
