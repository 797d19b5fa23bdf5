//! The story of a network of contributions: people claim work, verifiers measure it, some are
//! caught, and buckets pay by rates, lend, and pay later what they could not pay at once.
//!
//! | module | owns |
//! |---|---|
//! | `cast` | who contributes, verifies, challenges and judges |
//! | `timeline` | when something happens that does not happen every epoch |
//! | `rated` | the streams that pay rates, and what an epoch's bucket holds |
//! | `plan` | an epoch's contributions: what is claimed, and what is true |
//! | `stages`, `verdicts` | the transactions of a block |
//! | `row` | what an epoch did, for people and machines |
//! | `highlights`, `buckets` | the events worth telling, and what buckets did |
//! | `account` | what became of everything since genesis |

mod account;
mod buckets;
mod cast;
mod highlights;
mod plan;
mod rated;
mod row;
mod stages;
mod timeline;
mod verdicts;

use super::calendar::{Calendar, Stage};
use super::draft::Draft;
use super::people::People;
use super::settings::Settings;
use super::story::{Example, Moment, Story};
use crate::failure::Failure;
use account::{Account, coin};
use cast::Cast;
use highlights::Highlights;
use plan::EpochPlan;
use row::EpochRow;
use serde_json::{Map, Value};
use stages::Scene;
use timeline::Timeline;
use workmint_core::epoch::ClosedEpoch;
use workmint_core::modules::parameters::Parameters;
use workmint_core::transaction::DecodedTransaction;
use workmint_core::{Applied, Evidence, Genesis, State};
use workmint_storage::store::Store;

/// A network of contributions.
pub(super) struct ContributionStory {
    settings: Settings,
    cast: Cast,
    timeline: Timeline,
    /// The plan of the epoch last asked for: made once an epoch, not once a block.
    plan: Option<(u64, EpochPlan)>,
    row: EpochRow,
    highlights: Highlights,
}

impl ContributionStory {
    /// The story for these settings.
    pub(super) fn new(
        settings: Settings,
        genesis: &Genesis,
        calendar: &Calendar,
    ) -> Result<Self, Failure> {
        Ok(Self {
            cast: Cast::new(&settings, genesis)?,
            timeline: Timeline::new(&genesis.parameters, calendar.epoch_ms()),
            settings,
            plan: None,
            row: EpochRow::default(),
            highlights: Highlights::default(),
        })
    }
}

impl Story for ContributionStory {
    fn people(&self) -> &People {
        &self.cast.people
    }

    fn demand(&self) -> String {
        format!(
            "ordinary hours, then more than the buckets hold; forged, repeated and belated claims; \
             seed {}",
            self.settings.seed
        )
    }

    fn epochs(&self) -> u64 {
        self.timeline.epochs()
    }

    fn fill(
        &mut self,
        stage: Stage,
        moment: &Moment,
        draft: &mut Draft,
    ) -> Result<Vec<Evidence>, Failure> {
        let (parameters, epoch) = (moment.parameters, moment.epoch);
        let from = (&self.settings, &self.cast, &self.timeline);
        let plans = |epoch: u64| EpochPlan::new(from, parameters, epoch);
        let plan = match self.plan.take() {
            Some((of, plan)) if of == epoch => plan,
            _ => plans(epoch)?,
        };
        let scene = Scene {
            state: moment.state,
            parameters,
            settings: &self.settings,
            cast: &self.cast,
            timeline: &self.timeline,
            epoch,
            plans: &plans,
            plan: &plan,
        };
        stages::fill(stage, &scene, draft)?;
        self.plan = Some((epoch, plan));
        Ok(Vec::new())
    }

    fn heads(&self, parameters: &Parameters) -> Result<String, Failure> {
        EpochRow::heads(parameters)
    }

    fn count(&mut self, applied: &Applied) -> Result<(), Failure> {
        self.row.add(applied);
        Ok(())
    }

    fn sent(&mut self, transactions: &[DecodedTransaction]) {
        self.highlights.sent(transactions);
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

    fn highlights(&self, parameters: &Parameters) -> Result<Vec<String>, Failure> {
        self.highlights.lines(parameters)
    }

    fn highlights_json(&self, parameters: &Parameters) -> Result<Vec<Value>, Failure> {
        self.highlights.json(parameters)
    }

    fn account(&self, store: &Store) -> Result<Vec<String>, Failure> {
        Account::recount(store)?.lines(&self.cast, coin(store)?)
    }

    fn account_json(&self, store: &Store) -> Result<Map<String, Value>, Failure> {
        Account::recount(store)?.json(&self.cast, coin(store)?)
    }

    fn example(&self, state: &State, dir: &str) -> Option<Example> {
        let settled = || {
            state.contributions.rows().filter_map(|(id, row)| match row.stage {
                workmint_core::modules::contributions::Stage::Settled { epoch } => {
                    Some((id, row, epoch))
                }
                _ => None,
            })
        };
        // One that could not be paid at once tells most.
        let waited = settled().find(|(_, row, epoch)| {
            let header = state.settlement.header(*epoch);
            let mut lines = header.into_iter().flat_map(|header| &header.streams);
            let line = lines.find(|line| line.name == row.stream);
            let line = line.and_then(|line| line.bucket);
            line.is_some_and(|line| !line.newly_owed.is_zero())
        });
        let (id, _, _) = waited.or_else(|| settled().next())?;
        let address = state.ledger.address(id.contributor);
        let contribution = id.key(&state.ledger);
        let commands = vec![
            format!("explain --data-dir {dir} --contribution {contribution}"),
            format!("history --data-dir {dir} {address}"),
            format!("buckets --data-dir {dir}"),
            format!("health --data-dir {dir}"),
            format!("audit {dir}"),
        ];
        Some(Example { address, name: self.cast.people.name(&address), commands })
    }
}
