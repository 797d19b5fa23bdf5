//! The story of a network of work: hosts answer customers' requests and are paid for it.
//!
//! | module | owns |
//! |---|---|
//! | `cast` | who takes part, and with what hardware |
//! | `behaviour` | who misbehaves in which epoch |
//! | `demand` | the epoch's requests, one by one, and the reports they become |
//! | `stages` | the transactions of a block |
//! | `row` | what an epoch did, for people and machines |
//! | `highlights` | the events worth telling |

mod behaviour;
pub(super) mod cast;
pub(super) mod demand;
pub(super) mod highlights;
mod row;
pub(super) mod stages;

use super::calendar::{Calendar, Stage};
use super::draft::Draft;
use super::people::People;
use super::requests::Source;
use super::settings::Settings;
use super::story::{Example, Moment, Story};
use crate::failure::Failure;
use cast::{Cast, Workers};
use demand::EpochDemand;
use highlights::Highlights;
use row::EpochRow;
use serde_json::{Map, Value};
use stages::Scene;
use workmint_core::epoch::ClosedEpoch;
use workmint_core::modules::parameters::Parameters;
use workmint_core::{Applied, Evidence, Genesis, State};
use workmint_storage::store::Store;

/// Epochs of a run that names no number.
const EPOCHS: u64 = 8;

/// A network of work.
pub(super) struct WorkStory {
    settings: Settings,
    cast: Cast,
    source: Source,
    /// Milliseconds of an epoch.
    epoch_ms: u64,
    /// The demand of the epoch last asked for: made once an epoch, not once a block.
    demand: Option<EpochDemand>,
    row: EpochRow,
    highlights: Highlights,
}

impl WorkStory {
    /// The story for these settings.
    pub(super) fn new(
        settings: Settings,
        genesis: &Genesis,
        calendar: &Calendar,
        source: Source,
    ) -> Result<Self, Failure> {
        Ok(Self {
            cast: Cast::new(&settings, genesis, Workers::Hosts)?,
            settings,
            source,
            epoch_ms: calendar.epoch_ms(),
            demand: None,
            row: EpochRow::default(),
            highlights: Highlights::default(),
        })
    }
}

impl Story for WorkStory {
    fn people(&self) -> &People {
        &self.cast.people
    }

    fn demand(&self) -> String {
        self.source.told(&self.settings, self.epoch_ms)
    }

    fn epochs(&self) -> u64 {
        EPOCHS
    }

    fn fill(
        &mut self,
        stage: Stage,
        moment: &Moment,
        draft: &mut Draft,
    ) -> Result<Vec<Evidence>, Failure> {
        let (parameters, epoch) = (moment.parameters, moment.epoch);
        let demand = match self.demand.take() {
            Some(demand) if demand.epoch == epoch => demand,
            _ => EpochDemand::new((&self.settings, &self.cast, &self.source), parameters, epoch)?,
        };
        let scene = Scene {
            state: moment.state,
            parameters,
            settings: &self.settings,
            cast: &self.cast,
            demand: &demand,
            epoch,
        };
        stages::fill(stage, &scene, draft)?;
        self.demand = Some(demand);
        Ok(match stage {
            Stage::Opening => {
                behaviour::evidence(&self.settings, &self.cast, epoch, moment.time_ms)
            }
            _ => Vec::new(),
        })
    }

    fn heads(&self, parameters: &Parameters) -> Result<String, Failure> {
        EpochRow::heads(parameters)
    }

    fn count(&mut self, applied: &Applied) -> Result<(), Failure> {
        self.row.add(applied)
    }

    fn note(
        &mut self,
        parameters: &Parameters,
        epoch: u64,
        applied: &Applied,
    ) -> Result<(), Failure> {
        self.highlights.add((&self.cast, parameters), epoch, applied)
    }

    fn line(&mut self, closed: &ClosedEpoch, state: &State) -> Result<String, Failure> {
        std::mem::take(&mut self.row).line(closed, state)
    }

    fn json(&mut self, closed: &ClosedEpoch, state: &State) -> Result<Value, Failure> {
        std::mem::take(&mut self.row).json(closed, state)
    }

    fn highlights(&self, _parameters: &Parameters) -> Result<Vec<String>, Failure> {
        Ok(self.highlights.lines())
    }

    fn highlights_json(&self, _parameters: &Parameters) -> Result<Vec<Value>, Failure> {
        Ok(self.highlights.json())
    }

    fn account(&self, _store: &Store) -> Result<Vec<String>, Failure> {
        Ok(Vec::new())
    }

    fn account_json(&self, _store: &Store) -> Result<Map<String, Value>, Failure> {
        Ok(Map::new())
    }

    fn example(&self, state: &State, dir: &str) -> Option<Example> {
        let headers = state.settlement.headers(..).rev();
        let mut settled = headers.filter_map(|header| state.settlement.record(header.epoch));
        let (epoch, address) = settled
            .find_map(|record| Some((record.header.epoch, *record.entries.account.first()?)))?;
        let commands = vec![
            format!("explain --data-dir {dir} {epoch} {address}"),
            format!("estimate --data-dir {dir} {address}"),
            format!("history --data-dir {dir} {address}"),
            format!("proof --data-dir {dir} {epoch} {address}"),
            format!("audit {dir}"),
        ];
        Some(Example { address, name: self.cast.people.name(&address), commands })
    }
}
