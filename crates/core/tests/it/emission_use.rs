//! What the network's use makes of the emission, through blocks and closes.

use crate::kit::*;
use crate::validators::{bonded, full_epoch, reward, rules, running};
use workmint_amounts::Ratio;
use workmint_core::modules::ledger::Pot;
use workmint_core::modules::parameters::*;

/// 1,000 an epoch for 100 units of difficulty 0.4; a summary of 5 units has one request.
fn used(gate: bool) -> Parameters {
    let mut all = open_weights();
    all.models[0].difficulty = ratio("0.4");
    let [tasks, difficulty, participation] = ["0.5", "0.5", "0"].map(ratio);
    all.emission.utility = Some(Utility { max_tasks: 4, tasks, difficulty, participation, gate });
    all
}

/// Minted by the emission with each close, from epoch 1 on: idle, one request, idle.
fn minted(parameters: Parameters) -> [u128; 3] {
    let mut chain = alice_alone(parameters);
    let mut before = chain.minted();
    [0, 1, 0].map(|requests| {
        for _ in 0..requests {
            chain.serve("alice", 0, "cust", 5);
        }
        chain.prove(&[("alice", 0, 1)]);
        chain.close();
        let minted = chain.minted() - before;
        before = chain.minted();
        assert_conserved(&chain.state);
        minted
    })
}

#[test]
fn an_epoch_mints_as_it_is_used() {
    // A close tallies what epochs before served: one task of 4, difficulty 0.4.
    // Gate: 0.25 x (0.5 + 0.2) = 0.175. Sum: 0.125 + 0.2 = 0.325.
    let gated = minted(used(true));
    let summed = minted(used(false));
    assert_eq!(gated.iter().sum::<u128>(), 175, "{gated:?}");
    assert_eq!(summed.iter().sum::<u128>(), 325, "{summed:?}");
    assert_eq!(gated.iter().filter(|minted| **minted == 0).count(), 2, "no work, no pay");
}

/// What a schedule of the remainder does not mint it offers again; one by time has lost it.
#[test]
fn what_is_not_minted() {
    let mut by_issuance = used(true);
    by_issuance.emission.schedule = Schedule::RemainingFraction { rate: ratio("0.01") };
    let mut chain = alice_alone(by_issuance);
    for _ in 0..3 {
        chain.prove(&[("alice", 0, 1)]);
        chain.close();
    }
    assert_eq!(chain.minted(), 0);
    let header = chain.state.settlement.header(chain.epoch() - 1).unwrap();
    assert_eq!(header.emission.plain.get(), 1_000, "still 1 % of 100,000");
    assert_eq!(chain.state.emission.totals().scheduled.get(), 0);
}

#[test]
fn reference_weight_and_quota() {
    let mut all = open_weights();
    all.emission.reference_weight = 4;
    assert_eq!(minted(all.clone()), [250; 3], "a weight of 1 of 4");
    all.emission.quota = Ratio::ONE;
    assert_eq!(minted(all), [250; 3], "every request was answered");
}

/// Each block halves on its own, and what waits in the recycling pool was never issued.
#[test]
fn halving_by_issuance_through_closes() {
    let mut all = open_weights();
    all.network.epoch_length = EpochLength::Blocks(10);
    let genesis = genesis(all.clone());
    let issued = genesis.allocations.iter().filter(|row| row.asset == GNK);
    let issued: u128 = issued.map(|row| row.amount.get()).sum();
    // The first halving 105 beyond genesis: 2 x (issued + 105) in all.
    let of = amount(2 * (issued + 105));
    all.emission.schedule =
        Schedule::HalvingByIssuance { initial: amount(10), of, most_halvings: 30 };
    all.assets[0].cap = amount(10 * issued);
    let mut chain = Chain::new(all);
    chain.register(&[("alice", &[0])]);
    let mut seen = Vec::new();
    for epoch in 0..3 {
        chain.prove(&[("alice", 0, 1)]);
        while chain.epoch() == epoch {
            chain.block(vec![]);
        }
        let header = chain.state.settlement.header(chain.epoch() - 1).unwrap();
        seen.push((header.emission.plain.get(), chain.pot(&Pot::Recycling)));
    }
    // Nobody has a weight in epoch 0, so nothing of it is issued. Then ten blocks of 10; one of 10
    // that reaches 110, nine of 5.
    let given: Vec<u128> = seen.iter().map(|(plain, _)| *plain).collect();
    assert_eq!(given, [100, 100, 55], "{seen:?}");
}

/// Whoever proposes a block is paid first, of the same allocation, until nothing is left of it.
#[test]
fn blocks_are_paid_first_of_one_allocation() {
    let mut all = bonded(rules());
    let mut blocks = all.streams[0].clone();
    blocks.name = name("blocks");
    blocks.source = Source::BlockRewards { reward: amount(2) };
    blocks.score = Score::BlocksProposed;
    all.streams.push(blocks);
    all.emission.allocation = amount(2_015);
    let mut chain = running(all, &["alice", "bob"]);
    let mut seen = Vec::new();
    for _ in 0..3 {
        let before = chain.minted();
        let applied = full_epoch(&mut chain);
        let closed = applied.closed.as_ref().unwrap();
        let (line, inputs) = (closed.record.header.emission, &closed.inputs);
        assert_eq!(inputs.emission.proposed, 5, "four blocks and the one that closes");
        let paid = reward(&applied, "alice") + reward(&applied, "bob");
        let minted = chain.minted() - before;
        seen.push((line.blocks.get(), line.budget.get(), minted, paid));
        assert_conserved(&chain.state);
        for (at, account) in inputs.participants.account.iter().enumerate() {
            let proposed = inputs.validators.of(at).map_or(0, |row| row.proposed);
            let rewarded = closed.record.summaries.of(account).unwrap().rewarded.get();
            let emitted = line.budget.get() / 2;
            let of_blocks = if line.blocks.is_zero() { 0 } else { 2 * u128::from(proposed) };
            assert_eq!(rewarded, emitted + of_blocks, "both bond the same");
        }
    }
    // The odd unit of 995 is dust, minted and carried.
    assert_eq!(seen, [(10, 1_000, 1_010, 1_010), (10, 995, 1_005, 1_004), (0, 0, 0, 0)]);
    assert_eq!(chain.minted(), 2_015);
    assert_eq!(chain.state.emission.totals().minted.get(), 2_015);
}
