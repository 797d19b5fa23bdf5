//! What one epoch did: a row of the demo's table, an object of its JSON.

use crate::demo::table::{self, Column};
use crate::failure::Failure;
use crate::output::{amount_json, asset_of, grouped};
use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_core::epoch::ClosedEpoch;
use workmint_core::modules::ledger::{Holder, Posting, Supply};
use workmint_core::modules::opinions;
use workmint_core::modules::parameters::Parameters;
use workmint_core::modules::rewards::plan;
use workmint_core::{Applied, State};
use workmint_protocol::Money;
use workmint_protocol::economy::{Closed, EpochEconomy, Receiver, economy};

/// Heads and widths of the columns, without the epoch's.
const COLUMNS: [(&str, usize); 12] = [
    ("emission", 9),
    ("utility", 7),
    ("blocks", 9),
    ("miners", 8),
    ("validators", 10),
    ("delegators", 10),
    ("treasury", 8),
    ("burned", 8),
    ("active", 6),
    ("seat", 7),
    ("supply", 13),
    ("app hash", 10),
];
/// Digits of a seat's price.
const SEAT: u8 = 4;
/// Digits of the utility.
const UTILITY: usize = 6;

/// The open epoch so far, or a closed one.
#[derive(Debug, Default)]
pub(super) struct EpochRow {
    blocks: u64,
    transactions: u64,
    refused: u64,
    /// Postings that mint or burn: the parameters that name the asset come with the close.
    postings: Vec<Posting>,
}

impl EpochRow {
    /// Counts a block of the epoch.
    pub(super) fn add(&mut self, applied: &Applied) {
        self.blocks += 1;
        self.transactions += applied.results.len() as u64;
        self.refused += applied.results.iter().filter(|result| result.is_err()).count() as u64;
        let counts = |posting: &&Posting| [&posting.from, &posting.to].contains(&&Holder::Issuance);
        self.postings.extend(applied.postings.iter().filter(counts).cloned());
    }

    /// The two head lines of the table: names, units.
    pub(super) fn heads(parameters: &Parameters) -> Result<String, Failure> {
        let coin = asset_of(parameters, parameters.emission.asset)?.symbol.to_string();
        let has_dao = parameters.streams.iter().any(|of| Receiver::of(of) == Receiver::Treasury);
        let named = |head: &str| match head {
            "treasury" if !has_dao => "others".to_owned(),
            _ => head.to_owned(),
        };
        let unit = |head: &str| match head {
            "utility" | "active" | "app hash" => String::new(),
            _ => coin.clone(),
        };
        let columns = COLUMNS.iter();
        let columns: Vec<Column> = columns
            .map(|(head, width)| Column { head: named(head), width: *width, unit: unit(head) })
            .collect();
        Ok(table::heads(&columns))
    }

    /// The row of the epoch just closed.
    pub(super) fn line(&self, closed: &ClosedEpoch, state: &State) -> Result<String, Failure> {
        let figures = Figures::new(self, closed, state)?;
        let coin = asset_of(&closed.parameters, closed.parameters.emission.asset)?;
        let cut = |money: &Money| table::cut(money.amount, coin);
        let known = |money: &Option<Money>| money.as_ref().map_or_else(|| "-".to_owned(), cut);
        let found = &figures.economy;
        let utility = found.utility_score.as_ref();
        let cells = [
            cut(&found.emission_amount),
            utility.map_or_else(|| "-".to_owned(), |text| text.chars().take(UTILITY).collect()),
            known(&found.block_rewards),
            known(&found.miner_rewards_total),
            known(&found.validator_rewards_total),
            known(&found.delegator_rewards_total),
            match &found.dao_allocation {
                Some(paid) => cut(paid),
                None => known(&found.other_rewards_total),
            },
            cut(&found.burned_amount),
            grouped(figures.active),
            figures.seat.to_grouped(coin.decimals, SEAT.min(coin.decimals)),
            cut(&found.total_supply),
            table::short(&state.chain().app_hash.to_string()),
        ];
        let widths = COLUMNS.map(|(_, width)| width);
        Ok(table::line(closed.inputs.epoch, &widths, &cells))
    }

    /// The row as JSON, every amount in base units.
    pub(super) fn json(&self, closed: &ClosedEpoch, state: &State) -> Result<Value, Failure> {
        let figures = Figures::new(self, closed, state)?;
        let coin = asset_of(&closed.parameters, closed.parameters.emission.asset)?;
        let mut row = serde_json::to_value(&figures.economy).map_err(Failure::damage)?;
        let more = json!({
            "epoch": closed.inputs.epoch,
            "height": closed.inputs.height,
            "time_ms": closed.inputs.time_ms,
            "blocks": self.blocks,
            "transactions": self.transactions,
            "refused_transactions": self.refused,
            "tasks": closed.inputs.emission.tasks,
            "active_validators": figures.active,
            "seats_taken": state.opinions.taken(),
            "seat_price": amount_json(figures.seat, coin),
            "settlement_root": closed.record.header.root.to_string(),
            "app_hash": state.chain().app_hash.to_string(),
        });
        if let (Value::Object(row), Value::Object(more)) = (&mut row, more) {
            row.extend(more);
        }
        Ok(row)
    }
}

/// What a row shows beside what it counted.
struct Figures {
    economy: EpochEconomy,
    /// Validators that were active in the epoch.
    active: u64,
    /// What a seat costs now, base units.
    seat: Amount,
}

impl Figures {
    fn new(row: &EpochRow, closed: &ClosedEpoch, state: &State) -> Result<Self, Failure> {
        let (parameters, inputs) = (&closed.parameters, &closed.inputs);
        let asset = parameters.emission.asset;
        let after = state.ledger.supply(asset);
        let moved = |holder: fn(&Posting) -> &Holder| {
            let mine = row.postings.iter().filter(|of| of.asset == asset);
            let mine = mine.filter(|of| *holder(of) == Holder::Issuance);
            Amount::sum(mine.map(|of| of.amount)).map_err(Failure::damage)
        };
        let less = |all: Amount, part| all.checked_sub(part).map_err(Failure::damage);
        let before = Supply {
            issued: less(after.issued, moved(|of| &of.from)?)?,
            burned: less(after.burned, moved(|of| &of.to)?)?,
            ..Supply::default()
        };
        let plan = plan(parameters, inputs).map_err(Failure::damage)?;
        let of = Closed { parameters, inputs, plan: &plan, before, after, open: false };
        let active = inputs.validators.rows().filter(|row| row.due > 0).count();
        Ok(Self {
            economy: economy(&of).map_err(Failure::damage)?,
            active: u64::try_from(active).map_err(Failure::damage)?,
            seat: opinions::price(state).map_err(Failure::damage)?.unwrap_or_default(),
        })
    }
}
