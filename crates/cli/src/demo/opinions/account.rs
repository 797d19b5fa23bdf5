//! Who earned what since genesis: miners, validators, delegators.

use super::cast::Cast;
use crate::demo::table::cut;
use crate::failure::Failure;
use crate::output::{Side, Table, amount_json, asset_of, percent};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use workmint_amounts::{Amount, Ratio, mul_div_floor};
use workmint_core::modules::parameters::Parameters;
use workmint_core::modules::rewards::{SettlementPlan, plan};
use workmint_core::{Address, State};
use workmint_protocol::economy::Receiver;
use workmint_storage::store::Store;

/// Miners shown; the JSON has all.
const SHOWN: usize = 8;
/// Milliseconds of a year of 365 days.
const YEAR_MS: u128 = 365 * 86_400_000;

/// What streams of new money paid somebody, base units.
#[derive(Clone, Copy, Debug, Default)]
struct Earned {
    all: Amount,
    /// In the last closed epoch.
    last: Amount,
    /// Of that of a validator: its delegators', in all and in the last epoch.
    delegated: Amount,
    delegated_last: Amount,
}

/// One account's place in the table.
struct Line {
    who: Address,
    name: String,
    earned: Earned,
    /// Bonded to it, or by it; base units.
    bonded: Amount,
    commission: Option<Ratio>,
    is_active: bool,
    /// What bonds earn in a year at the pace of the last epoch, per cent with four digits.
    yearly: String,
    /// Of a delegator: whom it delegated to.
    validator: Option<String>,
}

/// Everything since genesis.
pub(super) struct Account {
    miners: Vec<Line>,
    validators: Vec<Line>,
    delegators: Vec<Line>,
    /// Paid to miners in the last epoch, base units.
    incentive: Amount,
    /// Delegators have not collected so much, base units.
    uncollected: Amount,
}

impl Account {
    /// Recounts from the frozen inputs of every epoch, and from the state.
    pub(super) fn recount(store: &Store, cast: &Cast, epoch_ms: u64) -> Result<Self, Failure> {
        let state = store.state();
        let mut totals = Totals::default();
        for header in state.settlement.headers(..) {
            let stored = store.epoch_inputs(header.epoch)?;
            let planned = plan(&stored.parameters, &stored.inputs).map_err(Failure::damage)?;
            totals.next();
            totals.add(&stored.parameters, &planned, &stored.inputs.participants.account)?;
        }
        let names = &cast.work.people;
        let line = |who: &Address, earned: Earned| Line {
            who: *who,
            name: names.name(who),
            earned,
            bonded: Amount::ZERO,
            commission: None,
            is_active: false,
            yearly: "-".to_owned(),
            validator: None,
        };
        let mut miners: Vec<Line> =
            totals.miners.iter().map(|(who, earned)| line(who, *earned)).collect();
        miners.sort_by_key(|line| (std::cmp::Reverse(line.earned.all), line.who));
        let earned = |who: &Address| totals.validators.get(who).copied().unwrap_or_default();
        let mut validators = Vec::new();
        let mut uncollected = Amount::ZERO;
        for validator in &cast.validators {
            let mut found = line(&validator.address, earned(&validator.address));
            let handle = state.ledger.handle(&validator.address);
            if let Some((handle, pool)) =
                handle.and_then(|handle| Some((handle, state.validators.pool(handle)?)))
            {
                let whole = found.earned.last.checked_add(found.earned.delegated_last);
                found.bonded = pool.tokens;
                found.yearly = yearly(whole.map_err(Failure::damage)?, pool.tokens, epoch_ms);
                found.commission = Some(pool.commission.during(state.chain().epoch));
                found.is_active = state.validators.is_active(handle);
                uncollected = uncollected.checked_add(pool.unclaimed).map_err(Failure::damage)?;
            }
            validators.push(found);
        }
        let mut delegators = Vec::new();
        for delegator in &cast.delegators {
            let mut found = line(&delegator.address, Earned::default());
            let validator = cast.validators.get(delegator.validator).map(|of| of.address);
            if let Some(to) = validator {
                found.bonded = delegated(state, &delegator.address, &to)?;
                found.validator = Some(names.name(&to));
            }
            delegators.push(found);
        }
        let last = totals.miners.values().map(|earned| earned.last);
        let incentive = Amount::sum(last).map_err(Failure::damage)?;
        Ok(Self { miners, validators, delegators, incentive, uncollected })
    }

    /// In lines of text.
    pub(super) fn lines(&self, parameters: &Parameters) -> Result<Vec<String>, Failure> {
        let coin = asset_of(parameters, parameters.emission.asset)?;
        let symbol = &coin.symbol;
        let mut lines = vec![String::new(), format!("Since genesis, {symbol}:")];
        let right = |head| (head, Side::Right);
        let mut table = Table::new(&[
            ("miner", Side::Left),
            right("earned"),
            right("in the last epoch"),
            right("of all miners"),
        ]);
        for line in self.miners.iter().take(SHOWN) {
            let earned = line.earned;
            table.row(vec![
                line.name.clone(),
                cut(earned.all, coin),
                cut(earned.last, coin),
                percent(earned.last.get(), self.incentive.get()),
            ]);
        }
        lines.extend(table.lines());
        lines.push(String::new());
        let mut table = Table::new(&[
            ("validator", Side::Left),
            right("bonded to it"),
            right("commission"),
            right("earned"),
            right("its delegators"),
            right("a year, of bonds"),
            ("active", Side::Left),
        ]);
        for line in &self.validators {
            let commission = line.commission.map_or_else(|| "-".to_owned(), |of| per_cent(&of));
            table.row(vec![
                line.name.clone(),
                cut(line.bonded, coin),
                commission,
                cut(line.earned.all, coin),
                cut(line.earned.delegated, coin),
                line.yearly.clone(),
                if line.is_active { "yes" } else { "no" }.to_owned(),
            ]);
        }
        lines.extend(table.lines());
        lines.push(String::new());
        let mut table =
            Table::new(&[("delegator", Side::Left), right("delegated"), ("to", Side::Left)]);
        for line in &self.delegators {
            let to = line.validator.clone().unwrap_or_default();
            table.row(vec![line.name.clone(), cut(line.bonded, coin), to]);
        }
        lines.extend(table.lines());
        lines.push(format!(
            "Delegators have {} {symbol} to collect. A year: at the pace of the last epoch.",
            cut(self.uncollected, coin)
        ));
        Ok(lines)
    }

    /// For machines.
    pub(super) fn json(&self, parameters: &Parameters) -> Result<Map<String, Value>, Failure> {
        let coin = asset_of(parameters, parameters.emission.asset)?;
        let money = |amount| amount_json(amount, coin);
        let miner = |line: &Line| {
            json!({
                "account": line.who.to_string(),
                "name": line.name,
                "earned": money(line.earned.all),
                "earned_in_last_epoch": money(line.earned.last),
            })
        };
        let validator = |line: &Line| {
            json!({
                "account": line.who.to_string(),
                "name": line.name,
                "bonded": money(line.bonded),
                "commission": line.commission.map(|commission| commission.to_string()),
                "earned": money(line.earned.all),
                "delegators_earned": money(line.earned.delegated),
                "yearly": line.yearly,
                "active": line.is_active,
            })
        };
        let delegator = |line: &Line| {
            json!({
                "account": line.who.to_string(),
                "name": line.name,
                "delegated": money(line.bonded),
                "validator": line.validator,
            })
        };
        let mut all = Map::new();
        for (key, value) in [
            ("miners", self.miners.iter().map(miner).collect::<Vec<Value>>()),
            ("validators", self.validators.iter().map(validator).collect()),
            ("delegators", self.delegators.iter().map(delegator).collect()),
        ] {
            all.insert(key.to_owned(), Value::Array(value));
        }
        all.insert("uncollected".to_owned(), money(self.uncollected));
        Ok(all)
    }
}

fn per_cent(ratio: &Ratio) -> String {
    let percent = ratio.checked_mul(Ratio::from_integer(100));
    percent.map_or_else(|_| "-".to_owned(), |percent| format!("{} %", percent.to_decimal_string(2)))
}

/// What bonds earn in a year of epochs like this one.
fn yearly(earned: Amount, bonded: Amount, epoch_ms: u64) -> String {
    let epochs = YEAR_MS / u128::from(epoch_ms.max(1));
    let earned = mul_div_floor(earned.get(), epochs, 1);
    earned.map_or_else(|_| "-".to_owned(), |earned| percent(earned, bonded.get()))
}

/// What an account has delegated to a validator, base units.
fn delegated(state: &State, account: &Address, validator: &Address) -> Result<Amount, Failure> {
    let handle = |who| state.ledger.handle(who);
    let Some((of, to)) = handle(account).zip(handle(validator)) else {
        return Ok(Amount::ZERO);
    };
    let row = state.validators.delegation(of, to).zip(state.validators.pool(to));
    let live = row.filter(|(row, pool)| row.generation == pool.generation);
    let worth = live.map(|(row, pool)| row.part.sum().and_then(|shares| pool.worth(shares)));
    Ok(worth.transpose().map_err(Failure::damage)?.unwrap_or_default())
}

/// By account, of streams of new money.
#[derive(Default)]
struct Totals {
    miners: BTreeMap<Address, Earned>,
    validators: BTreeMap<Address, Earned>,
}

impl Totals {
    /// Another epoch begins.
    fn next(&mut self) {
        for earned in self.miners.values_mut().chain(self.validators.values_mut()) {
            (earned.last, earned.delegated_last) = (Amount::ZERO, Amount::ZERO);
        }
    }

    fn add(
        &mut self,
        parameters: &Parameters,
        plan: &SettlementPlan,
        accounts: &[Address],
    ) -> Result<(), Failure> {
        for (stream, planned) in parameters.streams.iter().zip(&plan.streams) {
            let of = match Receiver::of(stream) {
                Receiver::Miners if stream.source.mints() => &mut self.miners,
                Receiver::Validators => &mut self.validators,
                Receiver::Miners | Receiver::Treasury | Receiver::Others => continue,
            };
            for (who, amount) in accounts.iter().zip(&planned.rewards) {
                if amount.is_zero() {
                    continue;
                }
                let earned = of.entry(*who).or_default();
                plus(&mut earned.all, *amount)?;
                plus(&mut earned.last, *amount)?;
            }
            for (row, amount) in &planned.delegations {
                let who = usize::try_from(*row).ok().and_then(|row| accounts.get(row));
                if let Some(who) = who {
                    let earned = of.entry(*who).or_default();
                    plus(&mut earned.delegated, *amount)?;
                    plus(&mut earned.delegated_last, *amount)?;
                }
            }
        }
        Ok(())
    }
}

fn plus(sum: &mut Amount, amount: Amount) -> Result<(), Failure> {
    *sum = sum.checked_add(amount).map_err(Failure::damage)?;
    Ok(())
}
