//! Streams of availability, staking power and shares of the pool; pots that streams pay out.

use crate::kit::{amount, emission_stream, name, ratio};
use crate::reward_split::{inputs, mainnet, who};
use workmint_amounts::{Amount, Ratio};
use workmint_core::EpochInputs;
use workmint_core::explain::explain;
use workmint_core::inputs::{Penalty, ProviderRow, Utilisation};
use workmint_core::modules::ledger::{Holder, Pot, Reason};
use workmint_core::modules::parameters::{
    Availability, Clip, Destination, Parameters, Remainder, Score, Source, StakingPower,
};
use workmint_core::modules::rewards::{asked_for, network_factor, plan};
use workmint_core::modules::settlement::moves_of;

/// 5 % a year by days, between half and twice that.
fn rule() -> Availability {
    Availability {
        rate_per_epoch: ratio("0.000137"),
        least_factor: ratio("0.5"),
        most_factor: ratio("2"),
        window: 3,
    }
}

fn epochs(rows: &[(u128, u128)]) -> Vec<Utilisation> {
    rows.iter().map(|(demand, supply)| Utilisation { demand: *demand, supply: *supply }).collect()
}

/// `rows`: stake, power, answered, paid, shares. Ten probes were held.
pub(crate) fn provided(rows: &[(u128, u128, u32, u64, u128)]) -> EpochInputs {
    let hosts: Vec<_> = rows.iter().map(|_| crate::reward_split::host(0)).collect();
    let mut inputs = inputs(&hosts);
    for (at, (stake, power, answered, paid, shares)) in rows.iter().enumerate() {
        inputs.providers.push(ProviderRow {
            participant: u32::try_from(at).unwrap(),
            stake: amount(*stake),
            power: amount(*power),
            answered: *answered,
            paid: *paid,
            shares: amount(*shares),
        });
    }
    inputs.probes = 10;
    inputs.utilisation = epochs(&[(1, 1)]);
    inputs
}

/// One stream of emission with this score and `budget` in every epoch.
fn one(score: Score, budget: u128) -> Parameters {
    let mut parameters = mainnet(budget);
    parameters.streams = vec![emission_stream("providers", "1", score)];
    parameters
}

pub(crate) fn from_pot(score: Score) -> Parameters {
    let mut parameters = one(score, 0);
    parameters.streams[0].source = Source::Pot { name: name("providers") };
    parameters
}

pub(crate) fn units(amounts: &[Amount]) -> Vec<u128> {
    amounts.iter().map(|amount| amount.get()).collect()
}

#[test]
fn the_network_factor_is_bounded_and_trails() {
    let of = |rows: &[(u128, u128)]| network_factor(&rule(), &epochs(rows)).unwrap();
    assert_eq!(of(&[]), ratio("0.5"), "nothing offered");
    assert_eq!(of(&[(7, 0)]), ratio("0.5"), "supply 0 divides nothing");
    assert_eq!(of(&[(3, 4)]), ratio("0.75"));
    assert_eq!(of(&[(0, 4)]), ratio("0.5"));
    assert_eq!(of(&[(400, 4)]), ratio("2"));
    // The first epoch is out of the window; the others are 6 of 8.
    assert_eq!(of(&[(1_000, 1), (1, 2), (2, 3), (3, 3)]), ratio("0.75"));
    let huge = epochs(&[(u128::MAX, 1), (1, 1)]);
    assert!(network_factor(&rule(), &huge).is_err(), "an overflow is an error");
}

/// floor(stake x answered / held x factor x rate), rounded once: against fractions of whole numbers
/// written out.
#[test]
fn availability_is_rounded_once() {
    let row =
        |stake, answered| ProviderRow { stake: amount(stake), answered, ..Default::default() };
    let asked = |stake, answered, held, factor: &str| {
        asked_for(&rule(), ratio(factor), &row(stake, answered), held).unwrap().get()
    };
    // 100 AI in wei for a day, factor 1.7, 9 of 10 probes: 100 x 0.9 x 1.7 x 0.000137 AI.
    assert_eq!(asked(100 * 10_u128.pow(18), 9, 10, "1.7"), 20_961_000_000_000_000);
    // 1,000,003 x 1 / 3 x 0.000137 = 45.666803...
    assert_eq!(asked(1_000_003, 1, 3, "1"), 45);
    // 7,299 x 0.000137 = 0.999963, 7,300 x 0.000137 = 1.0001.
    assert_eq!((asked(7_299, 1, 1, "1"), asked(7_300, 1, 1, "1")), (0, 1));
    assert_eq!(asked(1_000_000, 5, 0, "1"), 0, "no probe was held");
    assert_eq!(asked(1_000_000, 9, 3, "1"), 137, "never more than all");
}

/// What nobody asks for is not minted.
#[test]
fn unspent_availability_is_not_minted() {
    let parameters = one(Score::Availability(rule()), 10_000);
    let inputs = provided(&[(1_000_000, 0, 10, 0, 0), (2_000_000, 0, 5, 0, 0), (0, 9, 10, 9, 9)]);
    let planned = plan(&parameters, &inputs).unwrap().streams.remove(0);
    assert_eq!(units(&planned.rewards), [137, 137, 0]);
    assert_eq!((planned.fresh.get(), planned.budget.get(), planned.dust.get()), (10_000, 274, 0));
    let moves = moves_of(&planned, Amount::ZERO).unwrap();
    assert_eq!((moves.minted.get(), moves.recycled.get()), (274, 0));
}

/// Too small a budget is shared in the proportion of what each asks for.
#[test]
fn scarce_availability_is_shared() {
    let parameters = one(Score::Availability(rule()), 100);
    let inputs = provided(&[(1_000_000, 0, 10, 0, 0), (3_000_000, 0, 10, 0, 0)]);
    let planned = plan(&parameters, &inputs).unwrap().streams.remove(0);
    assert_eq!(units(&planned.rewards), [25, 75]);
    assert_eq!(planned.denominator, 548);
}

/// A refuted provider's part is a forfeit, not the others'.
#[test]
fn a_penalty_takes_availability() {
    let mut parameters = one(Score::Availability(rule()), 10_000);
    parameters.streams[0].forfeits = Destination::Treasury;
    let mut inputs = provided(&[(1_000_000, 0, 10, 0, 0), (1_000_000, 0, 10, 0, 0)]);
    inputs.participants.penalty[1] = Penalty::Refuted;
    let planned = plan(&parameters, &inputs).unwrap().streams.remove(0);
    assert_eq!(units(&planned.rewards), [137, 0]);
    assert_eq!((planned.budget.get(), planned.forfeited.get()), (274, 137));
}

/// A budget that allocation cut to less than is asked for, with shares scaled down.
#[test]
fn clipped_shares_of_availability() {
    let mut parameters = one(Score::Availability(rule()), 10_000);
    parameters.streams[0].clip = Clip::Shares;
    parameters.streams[0].remainder = Remainder::Carry;
    parameters.emission.allocation = amount(100);
    let inputs = provided(&[(1_000_000, 0, 10, 0, 0), (1_000_000, 0, 5, 0, 0)]);
    let planned = plan(&parameters, &inputs).unwrap().streams.remove(0);
    // 137 and 68 of 205, each x 100 / 205.
    assert_eq!((planned.uncut.get(), planned.budget.get()), (205, 100));
    assert_eq!(units(&planned.rewards), [66, 33]);
    assert_eq!(planned.dust.get(), 1);
}

#[test]
fn staking_power_needs_uptime_and_a_paid_job() {
    let score = |least: &str, needs_paid_job| {
        Score::StakingPower(StakingPower { least_uptime: ratio(least), needs_paid_job })
    };
    let mut inputs =
        provided(&[(1, 600, 9, 1, 0), (1, 300, 8, 1, 0), (1, 200, 10, 0, 0), (1, 400, 10, 7, 0)]);
    let pot = Pot::Named(name("providers"));
    inputs.pots.push((mainnet(0).market.asset, pot.clone(), amount(1_001)));
    let pay =
        |score, inputs: &EpochInputs| plan(&from_pot(score), inputs).unwrap().streams.remove(0);
    let planned = pay(score("0.9", true), &inputs);
    assert_eq!(units(&planned.rewards), [600, 0, 0, 400]);
    assert_eq!((planned.budget.get(), planned.dust.get()), (1_001, 1));
    // Paid out of the pot, and nothing is minted.
    let moves = moves_of(&planned, Amount::ZERO).unwrap();
    assert!(moves.minted.is_zero());
    let from = moves.list.iter().filter(|(from, ..)| *from == Holder::Pot(pot.clone()));
    let rewards = from.filter(|(.., reason)| *reason == Reason::Reward);
    assert_eq!(Amount::sum(rewards.map(|(_, _, amount, _)| *amount)).unwrap().get(), 1_000);
    assert_eq!(units(&pay(score("0.8", false), &inputs).rewards), [400, 200, 133, 266]);
    inputs.probes = 0;
    let planned = pay(score("0.9", true), &inputs);
    assert_eq!((planned.budget.get(), planned.denominator), (0, 0), "the pot is kept");
    assert!(moves_of(&planned, Amount::ZERO).unwrap().list.is_empty());
    assert_eq!(units(&pay(score("0", true), &inputs).rewards), [462, 231, 0, 308]);
}

#[test]
fn shares_of_the_pool_are_paid_in_proportion() {
    let mut inputs = provided(&[(0, 0, 0, 0, 1), (0, 0, 0, 0, 3), (5, 5, 10, 5, 0)]);
    inputs.pots.push((mainnet(0).market.asset, Pot::Named(name("providers")), amount(100)));
    let planned = plan(&from_pot(Score::Liquidity), &inputs).unwrap().streams.remove(0);
    assert_eq!(units(&planned.rewards), [25, 75, 0]);
}

/// Splitting a stake or shares over accounts gains nothing: never more than the whole.
#[test]
fn splitting_gains_nothing() {
    let whole = provided(&[(1_000_003, 0, 10, 0, 0)]);
    let parts = provided(&[(333_334, 0, 10, 0, 0), (333_334, 0, 10, 0, 0), (333_335, 0, 10, 0, 0)]);
    let parameters = one(Score::Availability(rule()), 1_000_000);
    let paid = |inputs| plan(&parameters, inputs).unwrap().streams.remove(0).paid;
    assert!(paid(&parts) <= paid(&whole));
}

#[test]
fn inputs_that_contradict_themselves_quarantine_the_stream() {
    let mut inputs = provided(&[(1, 1, 1, 1, 1)]);
    inputs.providers.participant[0] = 7;
    let planned = plan(&one(Score::Liquidity, 10), &inputs).unwrap().streams.remove(0);
    assert!(planned.quarantined.is_some() && planned.paid.is_zero());
}

/// The explanation names the facts, and its line is what is paid.
#[test]
fn explained() {
    let parameters = one(Score::Availability(rule()), 10_000);
    let mut inputs = provided(&[(1_000_000, 5, 9, 2, 3), (500_000, 0, 10, 0, 0)]);
    inputs.utilisation = epochs(&[(3, 2)]);
    let planned = plan(&parameters, &inputs).unwrap();
    let told = explain(&parameters, &inputs, &planned, &who(0)).unwrap().unwrap();
    let step = &told.streams[0];
    let found = step.provider.unwrap();
    assert_eq!((found.row, found.probes), (inputs.providers.row(0).unwrap(), 10));
    assert_eq!(found.factor, Some(Ratio::new(3, 2).unwrap()));
    // 10^6 x 0.9 x 1.5 x 0.000137 = 184.95
    assert_eq!((step.score, step.paid.get(), step.forfeited.get()), (184, 184, 0));
}
