//! What one epoch did: a row of the demo's table, an object of its JSON.

use crate::demo::table::{self, Column};
use crate::failure::Failure;
use crate::output::{amount_json, asset_of, grouped};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use workmint_amounts::Amount;
use workmint_core::epoch::ClosedEpoch;
use workmint_core::modules::ledger::Reason;
use workmint_core::modules::parameters::{Asset, Parameters};
use workmint_core::modules::settlement;
use workmint_core::names::AssetId;
use workmint_core::{Applied, Event, State};

/// Why money moved, as the table tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Flow {
    Payments,
    Claimed,
    Slashed,
    LostBonds,
    Forfeited,
    Expired,
    Fees,
}

/// The open epoch so far, or a closed one.
#[derive(Debug, Default)]
pub(super) struct EpochRow {
    blocks: u64,
    transactions: u64,
    refused: u64,
    flows: BTreeMap<(Flow, AssetId), Amount>,
}

/// Heads and widths of the table's columns, without the epoch's.
const COLUMNS: [(&str, usize); 10] = [
    ("requests", 9),
    ("minted", 10),
    ("payments", 9),
    ("claimed", 10),
    ("slashed", 8),
    ("forfeited", 10),
    ("expired", 9),
    ("dust", 4),
    ("supply", 14),
    ("app hash", 10),
];

impl EpochRow {
    /// Counts a block of the epoch.
    pub(super) fn add(&mut self, applied: &Applied) -> Result<(), Failure> {
        self.blocks += 1;
        self.transactions += applied.results.len() as u64;
        self.refused += applied.results.iter().filter(|result| result.is_err()).count() as u64;
        for posting in &applied.postings {
            let flow = match posting.reason {
                Reason::Payment => Flow::Payments,
                Reason::Claim => Flow::Claimed,
                Reason::Slash | Reason::Bounty => Flow::Slashed,
                Reason::LostBond => Flow::LostBonds,
                Reason::Expired => Flow::Expired,
                Reason::Fee => Flow::Fees,
                // Forfeits of new money are not minted: no posting shows them all.
                Reason::Forfeit
                | Reason::Genesis
                | Reason::Transfer
                | Reason::Reward
                | Reason::Restitution
                | Reason::Recovery
                | Reason::UnstakeBurn
                | Reason::TreasurySpend
                | Reason::LostDeposit
                | Reason::EndedPot
                | Reason::Seat
                | Reason::Exchange
                | Reason::Bond
                | Reason::Dust => continue,
            };
            self.count(flow, posting.asset, posting.amount)?;
        }
        for event in &applied.events {
            if let Event::Settlement(settlement::Event::ClaimForfeited { asset, amount, .. }) =
                event
            {
                self.count(Flow::Forfeited, *asset, *amount)?;
            }
        }
        if let Some(closed) = &applied.closed {
            for stream in &closed.record.header.streams {
                self.count(Flow::Forfeited, stream.asset, stream.forfeited)?;
            }
        }
        Ok(())
    }

    fn count(&mut self, flow: Flow, asset: AssetId, amount: Amount) -> Result<(), Failure> {
        let sum = self.flows.entry((flow, asset)).or_default();
        *sum = sum.checked_add(amount).map_err(Failure::damage)?;
        Ok(())
    }

    fn of(&self, flow: Flow, asset: AssetId) -> Amount {
        self.flows.get(&(flow, asset)).copied().unwrap_or_default()
    }

    /// The two head lines of the table: names, units.
    pub(super) fn heads(parameters: &Parameters) -> Result<String, Failure> {
        let symbol = |id: AssetId| Ok::<_, Failure>(asset_of(parameters, id)?.symbol.to_string());
        let coin = symbol(parameters.emission.asset)?;
        let (market, collateral) =
            (symbol(parameters.market.asset)?, symbol(parameters.collateral.asset)?);
        let units = [
            "",
            coin.as_str(),
            market.as_str(),
            coin.as_str(),
            collateral.as_str(),
            coin.as_str(),
            coin.as_str(),
            "base",
            coin.as_str(),
            "",
        ];
        let columns = COLUMNS.iter().zip(units);
        let columns: Vec<Column> = columns
            .map(|((head, width), unit)| Column {
                head: (*head).to_owned(),
                width: *width,
                unit: unit.to_owned(),
            })
            .collect();
        Ok(table::heads(&columns))
    }

    /// The row of the epoch just closed.
    pub(super) fn line(&self, closed: &ClosedEpoch, state: &State) -> Result<String, Failure> {
        let figures = Figures::new(closed, state)?;
        let cells = [
            grouped(figures.requests),
            table::cut(figures.minted, figures.coin),
            table::cut(self.of(Flow::Payments, figures.market.0), figures.market.1),
            table::cut(self.of(Flow::Claimed, figures.coin_id), figures.coin),
            table::cut(self.of(Flow::Slashed, figures.collateral.0), figures.collateral.1),
            table::cut(self.of(Flow::Forfeited, figures.coin_id), figures.coin),
            table::cut(self.of(Flow::Expired, figures.coin_id), figures.coin),
            figures.dust.to_string(),
            table::cut(figures.supply, figures.coin),
            table::short(&state.chain().app_hash.to_string()),
        ];
        let widths = COLUMNS.map(|(_, width)| width);
        Ok(table::line(closed.inputs.epoch, &widths, &cells))
    }

    /// The row as JSON, every amount in base units.
    pub(super) fn json(&self, closed: &ClosedEpoch, state: &State) -> Result<Value, Failure> {
        let figures = Figures::new(closed, state)?;
        let coin = |amount: Amount| amount_json(amount, figures.coin);
        let in_coin = |flow: Flow| coin(self.of(flow, figures.coin_id));
        let (market, collateral) = (figures.market, figures.collateral);
        let fee = closed.parameters.fees.asset;
        let fees = amount_json(self.of(Flow::Fees, fee), asset_of(&closed.parameters, fee)?);
        Ok(json!({
            "epoch": closed.inputs.epoch,
            "height": closed.inputs.height,
            "time_ms": closed.inputs.time_ms,
            "blocks": self.blocks,
            "transactions": self.transactions,
            "refused_transactions": self.refused,
            "requests": figures.requests,
            "missed_requests": figures.missed,
            "minted": coin(figures.minted),
            "payments": amount_json(self.of(Flow::Payments, market.0), market.1),
            "transaction_fees": fees,
            "claimed": in_coin(Flow::Claimed),
            "slashed": amount_json(self.of(Flow::Slashed, collateral.0), collateral.1),
            "lost_bonds": amount_json(self.of(Flow::LostBonds, market.0), market.1),
            "forfeited": in_coin(Flow::Forfeited),
            "expired": in_coin(Flow::Expired),
            "dust": coin(figures.dust),
            "supply": coin(figures.supply),
            "settlement_root": closed.record.header.root.to_string(),
            "app_hash": state.chain().app_hash.to_string(),
        }))
    }
}

/// What a row shows beside its flows.
struct Figures<'a> {
    coin_id: AssetId,
    coin: &'a Asset,
    market: (AssetId, &'a Asset),
    collateral: (AssetId, &'a Asset),
    requests: u64,
    missed: u64,
    minted: Amount,
    dust: Amount,
    supply: Amount,
}

impl<'a> Figures<'a> {
    fn new(closed: &'a ClosedEpoch, state: &State) -> Result<Self, Failure> {
        let parameters = &closed.parameters;
        let coin_id = parameters.emission.asset;
        let with = |id: AssetId| asset_of(parameters, id).map(|asset| (id, asset));
        let people = &closed.inputs.participants;
        let header = &closed.record.header;
        let streams = header.streams.iter().filter(|stream| stream.asset == coin_id);
        Ok(Self {
            coin_id,
            coin: asset_of(parameters, coin_id)?,
            market: with(parameters.market.asset)?,
            collateral: with(parameters.collateral.asset)?,
            requests: people.requests.iter().sum(),
            missed: people.missed.iter().sum(),
            minted: header.minted,
            dust: Amount::sum(streams.map(|stream| stream.dust)).map_err(Failure::damage)?,
            supply: state.ledger.supply(coin_id).existing(),
        })
    }
}
