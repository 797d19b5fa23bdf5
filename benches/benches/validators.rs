//! A thousand validators and a hundred thousand who delegate to them: what collecting costs, and
//! a close.

use workmint_amounts::{Amount, Ratio};
use workmint_benches::author::{Author, Decoded, account};
use workmint_benches::timing::{Times, is_bench, timed};
use workmint_core::genesis::{Allocation, AllocationTo};
use workmint_core::modules::ledger::Pot;
use workmint_core::modules::parameters::{
    EpochLength, Name, Parameters, Score, Source, Split, Validators,
};
use workmint_core::modules::registry::Role;
use workmint_core::modules::validators::{self, Bond, Delegate, Message as Of};
use workmint_core::time::DAY_MS;
use workmint_core::{Address, Commitments, Genesis, Message, State};

/// Runs of what can be repeated.
const SAMPLES: usize = 5;
/// Base units that each has.
const RICH: u128 = 1_000_000_000;
const A_BLOCK: usize = 1_000;

/// `moderntensor` with nothing but validators, all of them active at once.
fn parameters(count: u32) -> Parameters {
    let mut parameters = workmint_benches::network("moderntensor");
    parameters.opinions = None;
    parameters.streams.truncate(1);
    let share = Ratio::ONE;
    for stream in &mut parameters.streams {
        stream.name = "security".parse::<Name>().unwrap();
        (stream.source, stream.score) = (Source::Emission { share }, Score::BondedStake);
        stream.split = Split::Proportional;
    }
    parameters.fees.flat = Amount::ZERO;
    parameters.network.epoch_length = EpochLength::Time(DAY_MS);
    let rules = parameters.validators.take();
    parameters.validators = rules.map(|rules| Validators {
        minimum: Amount::new(1_000),
        minimum_delegation: Amount::new(10),
        most_active: count,
        activation_delay_epochs: 0,
        churn_limit: count,
        ..rules
    });
    parameters
}

fn genesis(parameters: Parameters, people: u32) -> Genesis {
    let asset = parameters.emission.asset;
    let allocation = |number| Allocation {
        asset,
        amount: Amount::new(RICH),
        to: AllocationTo::Account(account(number)),
        vesting_epochs: 0,
        cliff_epochs: 0,
        at_once: Ratio::ZERO,
    };
    let allocations = (0..people).map(allocation).collect();
    let named = |role, who: &str| (role, Address::derived(who.as_bytes()));
    let roles = ["one", "two", "three"];
    let roles = roles.map(|who| [named(Role::Reporter, who), named(Role::Judge, who)]).concat();
    Genesis { time_ms: 0, parameters, allocations, roles }
}

/// Applies blocks; every message must succeed. Active validators sign.
fn run(state: &mut State, blocks: Vec<Decoded>) {
    for (mut block, decoded) in blocks {
        (block.votes, block.proposer) = validators::turn(state).unwrap();
        let (applied, _) = state.apply_block(&block, &decoded, Commitments::Off).unwrap();
        assert!(applied.results.iter().all(Result::is_ok));
    }
}

/// Times of a close, which is reverted each time but the last.
fn close(state: &mut State, author: &mut Author, time_ms: u64, hashed: Commitments) -> Times {
    let (mut block, decoded) = author.block(time_ms, Vec::new());
    (block.votes, block.proposer) = validators::turn(state).unwrap();
    let mut left = SAMPLES;
    Times::of(SAMPLES, || {
        let ((applied, undo), time) =
            timed(|| state.apply_block(&block, &decoded, hashed).unwrap());
        assert!(applied.closed.is_some());
        left -= 1;
        assert!(left == 0 || state.revert(undo));
        time
    })
}

fn say(message: Of) -> Message {
    Message::Validator(message)
}

fn main() {
    let count: u32 = if is_bench() { 1_000 } else { 10 };
    for each in if is_bench() { vec![10, 100] } else { vec![10] } {
        let delegators = count * each;
        let to = |number: u32| account(number % count);
        let everybody = || count..count + delegators;
        let mut author = Author::default();
        let mut state = State::genesis(&genesis(parameters(count), count + delegators)).unwrap();
        let bond = |amount, commission: Ratio| {
            say(Of::Bond(Bond { amount: Amount::new(amount), commission: Some(commission) }))
        };
        let opening: Vec<(Address, Message)> = (0..count)
            .flat_map(|number| {
                let one = account(number);
                let own = bond(100_000 + u128::from(number), Ratio::ZERO);
                [(one, own), (one, say(Of::Activate))]
            })
            .collect();
        let delegating = everybody().map(|number| {
            let amount = Amount::new(1_000 + u128::from(number));
            (account(number), say(Of::Delegate(Delegate { validator: to(number), amount })))
        });
        run(&mut state, author.blocks(1, opening, A_BLOCK));
        let (_, took) = timed(|| run(&mut state, author.blocks(2, delegating.collect(), A_BLOCK)));
        let times = Times::from(vec![took]);
        println!("{count} validators, {delegators} delegators");
        println!("  delegations: {}; {times}", times.rate(delegators.into()));
        close(&mut state, &mut author, DAY_MS, Commitments::Off);
        assert_eq!(state.validators.active().count(), count as usize);
        run(&mut state, author.blocks(DAY_MS + 1, vec![(account(0), say(Of::Retire))], 1));
        run(&mut state, author.blocks(DAY_MS + 2, vec![(account(0), say(Of::Activate))], 1));
        let times = close(&mut state, &mut author, 2 * DAY_MS, Commitments::Off);
        println!("  a close that pays all of them, with its recount: {times}");
        let collecting = everybody().map(|number| (account(number), say(Of::Collect(to(number)))));
        let blocks = author.blocks(2 * DAY_MS + 1, collecting.collect(), A_BLOCK);
        let (_, took) = timed(|| run(&mut state, blocks));
        let times = Times::from(vec![took]);
        println!("  collecting: {}; {times}", times.rate(delegators.into()));
        let asset = parameters(count).emission.asset;
        let left = state.ledger.pot(asset, &Pot::Delegators).get();
        assert!(left < u128::from(delegators), "less than a unit for each: {left}");
        let times = close(&mut state, &mut author, 3 * DAY_MS, Commitments::Full);
        println!("  the next close, hashed: {times}");
    }
}
