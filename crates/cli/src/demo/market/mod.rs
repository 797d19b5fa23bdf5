//! The story of a network of jobs: providers with a stake and a privacy tier take jobs of customers
//! at a price that follows demand, and answer for what they accept; people swap, vote, and share
//! the fees.
//!
//! | module | owns |
//! |---|---|
//! | `cast` | who offers what, who asks for how much |
//! | `timeline` | when something happens that does not happen every hour, and the moods of demand |
//! | `demand` | the requests of an hour, one by one, and what they are worth |
//! | `stages` | the transactions of a block |
//! | `row` | what an epoch did, for people and machines |
//! | `sales` | paid jobs by tier |
//! | `prices` | highest and lowest prices, and their course |
//! | `highlights` | the events worth telling |
//! | `account` | what became of everything since genesis |

mod account;
mod cast;
mod demand;
mod highlights;
mod prices;
mod row;
mod sales;
mod stages;
mod timeline;

use super::calendar::{Calendar, Stage};
use super::draft::Draft;
use super::people::People;
use super::requests::Source;
use super::settings::Settings;
use super::story::{Example, Moment, Story};
use crate::failure::Failure;
use account::Account;
use cast::Cast;
use highlights::Highlights;
use prices::Prices;
use row::EpochRow;
use sales::Sales;
use serde_json::{Map, Value};
use stages::Scene;
use workmint_core::epoch::ClosedEpoch;
use workmint_core::modules::parameters::Parameters;
use workmint_core::time::Now;
use workmint_core::{Applied, Evidence, Genesis, State};
use workmint_storage::store::Store;

/// A network of jobs.
pub(super) struct MarketStory {
    settings: Settings,
    cast: Cast,
    source: Source,
    /// Milliseconds of an epoch.
    epoch_ms: u64,
    row: EpochRow,
    prices: Prices,
    sales: Sales,
    highlights: Highlights,
}

impl MarketStory {
    /// The story for these settings.
    pub(super) fn new(
        settings: Settings,
        genesis: &Genesis,
        calendar: &Calendar,
        source: Source,
    ) -> Result<Self, Failure> {
        Ok(Self {
            cast: Cast::new(&settings, genesis, &source)?,
            settings,
            source,
            epoch_ms: calendar.epoch_ms(),
            row: EpochRow::default(),
            prices: Prices::default(),
            sales: Sales::default(),
            highlights: Highlights::default(),
        })
    }
}

impl Story for MarketStory {
    fn people(&self) -> &People {
        &self.cast.people
    }

    fn demand(&self) -> String {
        let requests = self.source.told(&self.settings, self.epoch_ms);
        format!("{requests}; more in a surge, fewer in a lull, none above what it is worth")
    }

    fn epochs(&self) -> u64 {
        timeline::CYCLE
    }

    fn fill(
        &mut self,
        stage: Stage,
        moment: &Moment,
        draft: &mut Draft,
    ) -> Result<Vec<Evidence>, Failure> {
        let height = moment.state.chain().height.saturating_add(1);
        let scene = Scene {
            state: moment.state,
            parameters: moment.parameters,
            settings: &self.settings,
            source: &self.source,
            cast: &self.cast,
            now: Now { height, time_ms: moment.time_ms, epoch: moment.epoch },
            epoch_ms: self.epoch_ms,
        };
        stages::fill(stage, &scene, draft)?;
        Ok(Vec::new())
    }

    fn heads(&self, parameters: &Parameters) -> Result<String, Failure> {
        EpochRow::heads(parameters)
    }

    fn count(&mut self, applied: &Applied) -> Result<(), Failure> {
        self.row.add(applied);
        Ok(())
    }

    fn note(
        &mut self,
        parameters: &Parameters,
        epoch: u64,
        applied: &Applied,
    ) -> Result<(), Failure> {
        for event in &applied.events {
            self.prices.note(epoch, event);
            self.sales.note(event)?;
        }
        self.highlights.add((&self.cast, parameters), epoch, applied)
    }

    fn line(&mut self, closed: &ClosedEpoch, state: &State) -> Result<String, Failure> {
        self.prices.close(&closed.parameters, (closed.inputs.epoch, state))?;
        std::mem::take(&mut self.row).line(closed, state)
    }

    fn json(&mut self, closed: &ClosedEpoch, state: &State) -> Result<Value, Failure> {
        self.prices.close(&closed.parameters, (closed.inputs.epoch, state))?;
        std::mem::take(&mut self.row).json(closed, state)
    }

    fn highlights(&self, parameters: &Parameters) -> Result<Vec<String>, Failure> {
        let mut lines = self.prices.lines(parameters)?;
        lines.extend(self.highlights.lines());
        Ok(lines)
    }

    fn highlights_json(&self, parameters: &Parameters) -> Result<Vec<Value>, Failure> {
        let mut values = self.prices.json(parameters)?;
        values.extend(self.highlights.json());
        Ok(values)
    }

    fn account(&self, store: &Store) -> Result<Vec<String>, Failure> {
        let parameters = &store.genesis().parameters;
        let mut lines = Account::recount(store, &self.cast)?.lines(parameters, &self.sales)?;
        lines.extend(self.prices.chart(parameters)?);
        Ok(lines)
    }

    fn account_json(&self, store: &Store) -> Result<Map<String, Value>, Failure> {
        Account::recount(store, &self.cast)?.json(&store.genesis().parameters)
    }

    fn example(&self, state: &State, dir: &str) -> Option<Example> {
        let headers = state.settlement.headers(..).rev();
        let mut settled = headers.filter_map(|header| state.settlement.record(header.epoch));
        let (epoch, address) = settled.find_map(|record| {
            let mut paid = record.entries.account.iter();
            let provider = paid.find(|address| self.cast.provider(address).is_some())?;
            Some((record.header.epoch, *provider))
        })?;
        let customer = self.cast.customers.first()?.address;
        let commands = vec![
            format!("explain --data-dir {dir} {epoch} {address}"),
            format!("estimate --data-dir {dir} {address}"),
            format!("history --data-dir {dir} {address}"),
            format!("history --data-dir {dir} {customer}"),
            format!("proof --data-dir {dir} {epoch} {address}"),
            format!("audit {dir}"),
        ];
        Some(Example { address, name: self.cast.people.name(&address), commands })
    }
}
