//! Document 004's metrics: emission, rewards, supply and burning.

use workmint_core::modules::parameters::{Asset, Parameters};
use workmint_core::modules::rewards::plan;
use workmint_core::offline::settle_inputs;
use workmint_core::{Genesis, State};
use workmint_protocol::Money;
use workmint_protocol::economy::{Closed, EpochEconomy, economy};
use workmint_storage::store::{Books, OpenIndex, View};

use super::WIDTH;
use crate::failure::Failure;
use crate::output::{Out, Side, Table, grouped, scaled, wrapped};
use crate::source::close_copy;

/// Digits of amounts in the table of epochs.
const DIGITS: u8 = 2;
/// Digits of the utility there.
const UTILITY: usize = 6;

/// The figures of the open epoch if nothing more happened.
pub(super) fn so_far(view: &View, index: &OpenIndex) -> Result<EpochEconomy, Failure> {
    let preview = close_copy(view.state())?;
    let closed = &preview.closed;
    let plan = plan(&closed.parameters, &closed.inputs).map_err(Failure::damage)?;
    let asset = closed.parameters.emission.asset;
    let of = Closed {
        parameters: &closed.parameters,
        inputs: &closed.inputs,
        plan: &plan,
        before: before(view.genesis(), index, closed.inputs.epoch)?.asset(asset),
        after: preview.after.ledger.supply(asset),
        open: true,
    };
    economy(&of).map_err(Failure::damage)
}

/// The figures of a closed epoch.
pub(super) fn closed(view: &View, index: &OpenIndex, epoch: u64) -> Result<EpochEconomy, Failure> {
    let stored = view.epoch_inputs(epoch)?;
    let parameters: &Parameters = &stored.parameters;
    let settled = settle_inputs(parameters, stored.inputs, false).map_err(Failure::damage)?;
    let asset = parameters.emission.asset;
    let after = index.books_of(epoch)?;
    let after = after.ok_or_else(|| Failure::damage("the index lacks a closed epoch"))?;
    let of = Closed {
        parameters,
        inputs: &settled.inputs,
        plan: &settled.plan,
        before: before(view.genesis(), index, epoch)?.asset(asset),
        after: after.asset(asset),
        open: false,
    };
    economy(&of).map_err(Failure::damage)
}

/// What there was after the last close before an epoch, or at genesis.
fn before(genesis: &Genesis, index: &OpenIndex, epoch: u64) -> Result<Books, Failure> {
    let last = index.get().closed_before(epoch).map_err(Failure::damage)?;
    match last {
        Some(last) => Ok(index.books_of(last)?.unwrap_or_default()),
        None => {
            let state = State::genesis(genesis).map_err(Failure::damage)?;
            Ok(Books::of(&state))
        }
    }
}

/// One row an epoch.
pub(super) fn list(epochs: &[&EpochEconomy], asset: &Asset) -> Table {
    let symbol = asset.symbol.as_str();
    let heads = [
        "epoch".to_owned(),
        "utility".to_owned(),
        format!("emission, {symbol}"),
        "to blocks".to_owned(),
        "to miners".to_owned(),
        "to validators".to_owned(),
        "of it delegators".to_owned(),
        "to treasury".to_owned(),
        "burned".to_owned(),
        "supply".to_owned(),
    ];
    let sides: Vec<(&str, Side)> = heads.iter().map(|head| (head.as_str(), Side::Right)).collect();
    let mut table = Table::new(&sides);
    let cut = |money: &Money| money.amount.to_grouped(asset.decimals, DIGITS.min(asset.decimals));
    let known = |money: &Option<Money>| money.as_ref().map_or_else(|| "-".to_owned(), cut);
    for epoch in epochs {
        let mark = if epoch.open { " (open)" } else { "" };
        let short = |utility: &String| utility.chars().take(UTILITY).collect();
        table.row(vec![
            format!("{}{mark}", grouped(epoch.epoch)),
            epoch.utility_score.as_ref().map_or_else(|| "-".to_owned(), short),
            cut(&epoch.emission_amount),
            known(&epoch.block_rewards),
            known(&epoch.miner_rewards_total),
            known(&epoch.validator_rewards_total),
            known(&epoch.delegator_rewards_total),
            known(&epoch.dao_allocation),
            cut(&epoch.burned_amount),
            cut(&epoch.total_supply),
        ]);
    }
    table
}

pub(super) fn notes(out: &mut Out, asset: &Asset) -> Result<(), Failure> {
    let text = format!(
        "Amounts in {}, cut after {DIGITS} digits; exact with --epoch or --json. utility: what the \
         network's use made of the emission. -: the network has not got it, or pays nobody so; \
         burned: since the close before; supply: after the close.",
        asset.symbol
    );
    out.line(wrapped(&text, WIDTH, ""))
}

/// One epoch, exact, under the document's names.
pub(super) fn in_full(out: &mut Out, epoch: &EpochEconomy) -> Result<(), Failure> {
    let mut table = Table::new(&[("metric", Side::Left), ("value", Side::Right), ("", Side::Left)]);
    let mut row = |name: &str, value: Option<String>| {
        let why = if value.is_none() { epoch.why_null.get(name).copied() } else { None };
        let cells = [name, value.as_deref().unwrap_or("-"), why.unwrap_or("")];
        table.row(cells.map(str::to_owned).to_vec());
    };
    let exact = |money: &Money| {
        format!("{} {}", scaled(money.amount.get(), money.unit.decimals), money.unit.symbol)
    };
    let known = |money: &Option<Money>| money.as_ref().map(exact);
    row("utility_score", epoch.utility_score.clone());
    row("emission_amount", Some(exact(&epoch.emission_amount)));
    row("block_rewards", known(&epoch.block_rewards));
    row("total_supply", Some(exact(&epoch.total_supply)));
    row("minted_amount", Some(exact(&epoch.minted_amount)));
    row("burned_amount", Some(exact(&epoch.burned_amount)));
    row("miner_rewards_total", known(&epoch.miner_rewards_total));
    row("validator_rewards_total", known(&epoch.validator_rewards_total));
    row("delegator_rewards_total", known(&epoch.delegator_rewards_total));
    row("dao_allocation", known(&epoch.dao_allocation));
    row("other_rewards_total", known(&epoch.other_rewards_total));
    table.print(out)
}
