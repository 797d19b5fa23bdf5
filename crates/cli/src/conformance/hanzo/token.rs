//! Adapters: supply, transfer, stake and rewards of hanzoai/node `AIToken.sol`.

use super::network::{AI, ONE_AI, exchange, local, rules};
use crate::conformance::case::{Case, Node};
use crate::conformance::chain::{Holding, LocalChain, address};
use crate::conformance::decisions::Decision;
use crate::conformance::suite::Adapter;
use crate::conformance::verdict::{Mismatch, Outcome, Verdict, require, same};
use workmint_amounts::{Amount, Ratio};
use workmint_core::inputs::ProviderRow;
use workmint_core::modules::ledger::{LockKind, Transfer};
use workmint_core::modules::parameters::Availability;
use workmint_core::modules::rewards::asked_for;
use workmint_core::modules::stake::{self, DepositStake, Error as StakeError, WithdrawStake};
use workmint_core::time::{DAY_MS, Duration};
use workmint_core::{Error, Message};

const fn token(function: &'static str, run: fn(&Case) -> Outcome) -> Adapter {
    Adapter { file: "evm_ai_token_generated", function, run }
}

pub(super) const ADAPTERS: &[Adapter] = &[
    token("AIToken.constants", constant),
    token("AIToken.transfer(burn 10bps)", transfer),
    token("AIToken.calculateRewards", rewards),
    token("AIToken.stake", staking),
    token("AIToken.unstake", unstaking),
];

const STAKER: &str = "staker";
const OTHER: &str = "other";

/// Milliseconds of a second; seconds of the contract's year.
const SECOND: u64 = 1_000;
const YEAR: u128 = 31_536_000;

/// The contract's locks, days, and their rates of a year, parts of 10,000.
const LOCKS: [(u64, u128); 5] = [(0, 100), (30, 300), (90, 600), (180, 1_000), (365, 1_500)];
const PARTS: u128 = 10_000;

/// What the contract burns of a transfer, parts of 10,000.
const BURNED: u128 = 10;

/// The cap and what the pool begins with.
fn constant(case: &Case) -> Outcome {
    match case.name.as_str() {
        "MAX_SUPPLY" => {
            let rules = rules()?;
            let cap = rules.asset(AI).map(|asset| asset.cap);
            same("cap", cap, Some(case.expected().amount()?))
        }
        "LIQUIDITY_ALLOCATION" => {
            let seed = exchange()?.seed.map(|(first, _)| first);
            same("first seed", seed, Some(case.expected().amount()?))
        }
        "totalSupply"
        | "TEAM_ALLOCATION"
        | "ECOSYSTEM_ALLOCATION"
        | "STAKING_REWARDS_ALLOCATION" => Ok(Verdict::NotCovered(
            "the contract allocates 15/35/20/10/20 %, document 003 30/25/20/15/10 % \
                 (reference §3B.2): neither follows from the other",
        )),
        other => Err(Mismatch::new(format!("no constant is called {other}"))),
    }
}

/// A chain on which the staker has so much, nothing is too little to stake, and what is withdrawn
/// is free after an epoch: the contract has no minimum and no unbonding.
fn chain(amount: Amount) -> Result<LocalChain, Mismatch> {
    let mut rules = local()?;
    if let Some(stake) = &mut rules.stake {
        (stake.minimum, stake.unbonding) = (Amount::new(1), Duration::Epochs(1));
    }
    let holding = |who, amount| Holding { who, asset: AI, amount, vesting_epochs: 0 };
    let all = [holding(STAKER, amount), holding(OTHER, Amount::new(1))];
    let mut chain = LocalChain::new(rules, &all)?;
    chain.join(STAKER)?;
    Ok(chain)
}

fn transfer(case: &Case) -> Outcome {
    let (expected, amount) = (case.expected(), case.input().at("amount").amount()?);
    require("the peer refuses", expected.at("r").has("revert"), false)?;
    let mut chain = chain(amount)?;
    let message = Transfer { to: address(OTHER), asset: AI, amount };
    chain.send(address(STAKER), Message::Transfer(message))??;
    let held = chain.state.ledger.spendable(chain.handle(OTHER)?, AI);
    let received = held.checked_sub(Amount::new(1))?;
    let (theirs, burned) = (expected.at("received").amount()?, expected.at("burned").amount()?);
    require("burned", chain.state.ledger.supply(AI).burned, Amount::ZERO)?;
    require("received", received, theirs.checked_add(burned)?)?;
    require("10 of 10,000", Ratio::new(BURNED, PARTS)?.apply_floor(received)?, burned)?;
    let whole = burned.is_zero();
    Ok(if whole { Verdict::Passed } else { Verdict::Deviates(Decision::TransfersWhole) })
}

/// The rate of the contract's lock.
fn rate_of(lock_days: u64) -> Option<u128> {
    LOCKS.iter().find(|(days, _)| *days == lock_days).map(|(_, rate)| *rate)
}

/// What stake asks of the availability stream for one epoch of the record's time at the contract's
/// rate, having answered so many of 100 probes while demand was supply.
fn asked(stake: Amount, input: &Node<'_>, answered: u32) -> Result<Amount, Mismatch> {
    const PROBES: u32 = 100;
    let rate = rate_of(input.at("lock_days").number()?);
    let rate = rate.ok_or_else(|| Mismatch::new("the contract has no such lock"))?;
    let elapsed: u128 = input.at("elapsed_s").number()?;
    let above = rate.checked_mul(elapsed).ok_or_else(|| Mismatch::new("above 128 bits"))?;
    let rule = Availability {
        rate_per_epoch: Ratio::new(above, PARTS * YEAR)?,
        least_factor: Ratio::ONE,
        most_factor: Ratio::ONE,
        window: 1,
    };
    let row = ProviderRow { stake, answered, ..ProviderRow::default() };
    Ok(asked_for(&rule, Ratio::ONE, &row, PROBES)?)
}

fn rewards(case: &Case) -> Outcome {
    let (input, theirs) = (case.input(), case.expected().amount()?);
    let stake = input.at("amount").amount()?;
    require("with every probe answered", asked(stake, &input, 100)?, theirs)?;
    require("with none", asked(stake, &input, 0)?, Amount::ZERO)?;
    let nothing = theirs.is_zero();
    Ok(if nothing { Verdict::Passed } else { Verdict::Deviates(Decision::StakeServes) })
}

/// Stakes all of it for so many days.
fn lock(amount: Amount, days: u64) -> Result<(LocalChain, Result<(), Error>), Mismatch> {
    let mut chain = chain(amount)?;
    let lock_ms = days.checked_mul(DAY_MS).ok_or_else(|| Mismatch::new("a lock above 2^64"))?;
    let message = Message::DepositStake(DepositStake { amount, lock_ms });
    let answer = chain.send(address(STAKER), message)?;
    Ok((chain, answer))
}

/// The contract knows five locks; ours counts any by its length.
fn staking(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let (amount, days) = (input.at("amount").amount()?, input.at("lock_days").number()?);
    let (chain, answer) = lock(amount, days)?;
    answer?;
    let refused = expected.has("revert");
    require("the peer refuses", refused, rate_of(days).is_none())?;
    let parameters = chain.state.active_parameters();
    let parameters = parameters.ok_or_else(|| Mismatch::new("a chain without parameters"))?;
    let (account, now) = (chain.handle(STAKER)?, chain.state.now());
    let power = stake::power(&chain.state, &parameters, account, &now)?;
    let length = Ratio::new(u128::from(days.min(365)) + 365, 365)?;
    require("power", power, length.apply_floor(amount)?)?;
    Ok(if refused { Verdict::Deviates(Decision::AnyLock) } else { Verdict::Passed })
}

/// Before the lock is over nobody leaves, here and there. After it the contract pays stake and
/// interest together; ours returns stake less what leaving burns.
fn unstaking(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let (days, elapsed): (u64, u64) =
        (input.at("lock_days").number()?, input.at("elapsed_s").number()?);
    let early = expected.has("revert");
    // A refusal is recorded without its amount: any will do.
    let amount = if early { Amount::new(ONE_AI) } else { input.at("amount").amount()? };
    let (mut chain, answer) = lock(amount, days)?;
    answer?;
    let later = elapsed.checked_mul(SECOND).ok_or_else(|| Mismatch::new("a time above 2^64"))?;
    let message = Message::WithdrawStake(WithdrawStake { amount });
    let answer = chain.send_after(later, address(STAKER), message)?;
    if early {
        let locked = Error::from(StakeError::StillLocked { ends_ms: 0 });
        return same("refused", answer.err().map(|error| error.code()), Some(locked.code()));
    }
    answer?;
    let account = chain.handle(STAKER)?;
    while !chain.state.ledger.locked(account, AI, LockKind::UnbondingStake).is_zero() {
        chain.close()?;
    }
    let returned = chain.state.ledger.spendable(account, AI);
    require(
        "interest",
        amount.checked_add(asked(amount, &input, 100)?)?,
        expected.at("paid").amount()?,
    )?;
    require("burned", amount.checked_sub(returned)?, Amount::new(amount.get().div_ceil(1_000)))?;
    Ok(Verdict::Deviates(Decision::LeavingBurns))
}
