//! The story of a network of opinions: miners hold seats, validators bond money, weigh miners and
//! sign blocks, others delegate to them; customers ask miners where the emission follows that.
//!
//! | module | owns |
//! |---|---|
//! | `cast` | who takes part, and who stands out |
//! | `timeline` | when something happens that does not happen every epoch |
//! | `views` | what validators think of miners |
//! | `stages` | the transactions of a block |
//! | `row` | what an epoch did, for people and machines |
//! | `highlights` | the events worth telling |
//! | `account` | who earned what since genesis |

mod account;
mod cast;
mod highlights;
mod row;
mod stages;
mod timeline;
mod views;

use super::calendar::{Calendar, Stage};
use super::draft::Draft;
use super::people::People;
use super::requests::Source;
use super::settings::Settings;
use super::story::{Example, Moment, Story};
use super::work::demand::EpochDemand;
use super::work::stages as work;
use crate::failure::Failure;
use account::Account;
pub(crate) use cast::has_customers;
use cast::{Cast, Part};
use highlights::Highlights;
use row::EpochRow;
use serde_json::{Map, Value};
use stages::Scene;
use workmint_amounts::Ratio;
use workmint_core::epoch::ClosedEpoch;
use workmint_core::modules::parameters::Parameters;
use workmint_core::state::Chain;
use workmint_core::{Address, Applied, Evidence, Genesis, Hash, State};
use workmint_storage::store::Store;

/// Epochs after a change of child keys that a run goes on.
const EPOCHS_AFTER: u64 = 4;
/// The lazy validator signs one block of so many.
const SIGNED: u64 = 4;

/// A network of opinions.
pub(super) struct OpinionStory {
    settings: Settings,
    cast: Cast,
    source: Source,
    /// Milliseconds of an epoch.
    epoch_ms: u64,
    /// Epochs of a run that names no number.
    epochs: u64,
    /// Whether miners answer customers.
    has_customers: bool,
    /// Whether validators make blocks, and lose money by not signing.
    has_duties: bool,
    /// The demand of the epoch last asked for.
    demand: Option<EpochDemand>,
    row: EpochRow,
    highlights: Highlights,
}

impl OpinionStory {
    /// The story for these settings.
    pub(super) fn new(
        settings: Settings,
        genesis: &Genesis,
        calendar: &Calendar,
        source: Source,
    ) -> Result<Self, Failure> {
        let parameters = &genesis.parameters;
        let Some(bonds) = &parameters.validators else {
            return Err(Failure::input("the network has no validators that bond money"));
        };
        let children = parameters.opinions.as_ref().and_then(|rules| rules.children.as_ref());
        let lent = children.map_or(0, |rules| rules.delay_epochs.saturating_add(EPOCHS_AFTER));
        Ok(Self {
            cast: Cast::new(&settings, genesis, bonds)?,
            settings,
            source,
            epoch_ms: calendar.epoch_ms(),
            epochs: timeline::CYCLE.max(lent),
            has_customers: has_customers(parameters),
            has_duties: !bonds.least_signed.is_zero(),
            demand: None,
            row: EpochRow::default(),
            highlights: Highlights::default(),
        })
    }

    /// The settings of miners' work in an epoch.
    fn of_work(&self, epoch: u64) -> Settings {
        let requests = self.settings.requests_per_epoch.saturating_mul(timeline::mood(epoch));
        self.settings.of(self.cast.work.hosts.len() as u64, requests / 100)
    }

    /// The demand of an epoch, made once.
    fn demand_of(&mut self, parameters: &Parameters, epoch: u64) -> Result<EpochDemand, Failure> {
        match self.demand.take() {
            Some(demand) if demand.epoch == epoch => Ok(demand),
            _ => {
                let settings = self.of_work(epoch);
                let of = (&settings, &self.cast.work, &self.source);
                EpochDemand::new(of, parameters, epoch)
            }
        }
    }

    /// The network's news: a validator signed two blocks of one height.
    fn evidence(&self, moment: &Moment) -> Result<Vec<Evidence>, Failure> {
        let double = self.cast.part(Part::Double).map(|of| of.address);
        let Some(validator) =
            double.filter(|_| self.has_duties && timeline::has_double(moment.epoch))
        else {
            return Ok(Vec::new());
        };
        let key = [self.settings.seed.to_le_bytes(), moment.epoch.to_le_bytes()];
        Ok(vec![Evidence::ValidatorSlashed {
            validator,
            fraction: Ratio::new(1, 10).map_err(Failure::damage)?,
            fault: Hash::of("workmint demo double signature", &[&key[0], &key[1]]),
            time_ms: moment.time_ms,
        }])
    }
}

impl Story for OpinionStory {
    fn people(&self) -> &People {
        &self.cast.work.people
    }

    fn demand(&self) -> String {
        if self.has_customers {
            let requests = self.source.told(&self.settings, self.epoch_ms);
            return format!("{requests}; by epoch 30 % to 120 % of that");
        }
        format!("validators weigh what miners do each epoch; seed {}", self.settings.seed)
    }

    fn epochs(&self) -> u64 {
        self.epochs
    }

    fn fill(
        &mut self,
        stage: Stage,
        moment: &Moment,
        draft: &mut Draft,
    ) -> Result<Vec<Evidence>, Failure> {
        let (parameters, epoch) = (moment.parameters, moment.epoch);
        let (Some(seats), Some(bonds)) = (&parameters.opinions, &parameters.validators) else {
            return Ok(Vec::new());
        };
        let demand = match self.has_customers {
            true => Some(self.demand_of(parameters, epoch)?),
            false => None,
        };
        let settings = self.of_work(epoch);
        let of_work = demand.as_ref().map(|demand| work::Scene {
            state: moment.state,
            parameters,
            settings: &settings,
            cast: &self.cast.work,
            demand,
            epoch,
        });
        let scene = Scene {
            state: moment.state,
            parameters,
            seats,
            bonds,
            settings: &self.settings,
            cast: &self.cast,
            epoch,
        };
        match (stage, &of_work) {
            (Stage::Funding, of_work) => {
                let needs = of_work.as_ref().map(work::needs).transpose()?;
                let mut needs = needs.unwrap_or_default();
                stages::add_needs(&scene, &mut needs)?;
                needs.send(moment.state, &self.cast.work.funders, draft)?;
            }
            // Claims are everybody's here, and nobody proves weight.
            (Stage::Accepting, _) | (_, None) => stages::fill(stage, &scene, draft)?,
            (_, Some(of_work)) => {
                work::fill(stage, of_work, draft)?;
                stages::fill(stage, &scene, draft)?;
            }
        }
        self.demand = demand;
        match stage {
            Stage::Opening => self.evidence(moment),
            _ => Ok(Vec::new()),
        }
    }

    fn heads(&self, parameters: &Parameters) -> Result<String, Failure> {
        EpochRow::heads(parameters)
    }

    fn count(&mut self, applied: &Applied) -> Result<(), Failure> {
        self.row.add(applied);
        Ok(())
    }

    fn signs(&self, validator: &Address, chain: &Chain) -> bool {
        let lazy = self.has_duties && timeline::is_lazy(chain.epoch);
        !lazy || !self.cast.is(Part::Lazy, validator) || chain.height.is_multiple_of(SIGNED)
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

    fn account(&self, store: &Store) -> Result<Vec<String>, Failure> {
        Account::recount(store, &self.cast, self.epoch_ms)?.lines(&store.genesis().parameters)
    }

    fn account_json(&self, store: &Store) -> Result<Map<String, Value>, Failure> {
        Account::recount(store, &self.cast, self.epoch_ms)?.json(&store.genesis().parameters)
    }

    fn example(&self, state: &State, dir: &str) -> Option<Example> {
        let last = state.settlement.headers(..).next_back()?;
        let epoch = last.epoch;
        let paid = |who: &Address| {
            let record = state.settlement.record(epoch)?;
            let mine = record.entries.of(who).filter_map(|at| record.entries.get(at));
            mine.map(|(_, _, amount)| amount).max().map(|amount| (amount, *who))
        };
        let miners = self.cast.work.hosts.iter().filter_map(|host| paid(&host.address));
        let (_, address) = miners.max()?;
        let validator = self.cast.validators.iter().find_map(|of| paid(&of.address));
        let validator = validator.map(|(_, who)| who);
        let delegator = self.cast.delegators.first().map(|of| of.address);
        let mut commands = vec![format!("explain --data-dir {dir} {epoch} {address}")];
        for who in [validator, delegator].into_iter().flatten() {
            commands.push(format!("explain --data-dir {dir} {epoch} {who}"));
        }
        commands.extend([
            format!("metrics --data-dir {dir}"),
            format!("estimate --data-dir {dir} {address}"),
            format!("history --data-dir {dir} {address}"),
            format!("proof --data-dir {dir} {epoch} {address}"),
            format!("audit {dir}"),
        ]);
        Some(Example { address, name: self.cast.work.people.name(&address), commands })
    }
}
