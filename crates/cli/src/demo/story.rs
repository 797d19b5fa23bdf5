//! What the demos of all kinds of network have in common: a story that makes blocks and tells what
//! became of them.

use super::calendar::{Calendar, Stage};
use super::contributions::ContributionStory;
use super::draft::Draft;
use super::market::MarketStory;
use super::opinions::OpinionStory;
use super::people::People;
use super::requests::Source;
use super::settings::Settings;
use super::work::WorkStory;
use crate::failure::Failure;
use serde_json::{Map, Value};
use workmint_core::epoch::ClosedEpoch;
use workmint_core::modules::parameters::Parameters;
use workmint_core::state::Chain;
use workmint_core::transaction::DecodedTransaction;
use workmint_core::{Address, Applied, Evidence, Genesis, State};
use workmint_storage::store::Store;

/// What a story looks at when it fills a block.
pub(crate) struct Moment<'a> {
    pub(super) state: &'a State,
    pub(super) parameters: &'a Parameters,
    /// The open epoch.
    pub(super) epoch: u64,
    /// When the block will stand, milliseconds.
    pub(super) time_ms: u64,
}

/// Somebody whose money can be looked at, and the commands that do.
pub(crate) struct Example {
    /// The account.
    pub(crate) address: Address,
    /// Its name in the demo.
    pub(crate) name: String,
    /// The commands, without the program's name.
    pub(crate) commands: Vec<String>,
}

/// A network's life: the blocks that happen in it, and how they are told.
///
/// A story decides from its settings and the state alone; what it counts is only for people.
pub(crate) trait Story {
    /// Who takes part.
    fn people(&self) -> &People;
    /// What is asked of the network, in words.
    fn demand(&self) -> String;
    /// Epochs of a run that names no number.
    fn epochs(&self) -> u64;
    /// Puts the transactions of a stage into its block; gives the block's news of validators.
    fn fill(
        &mut self,
        stage: Stage,
        moment: &Moment,
        draft: &mut Draft,
    ) -> Result<Vec<Evidence>, Failure>;
    /// The head lines of the table of epochs.
    fn heads(&self, parameters: &Parameters) -> Result<String, Failure>;
    /// Counts a block of the open epoch for its row.
    fn count(&mut self, applied: &Applied) -> Result<(), Failure>;
    /// Whether an active validator signs the last block of the chain.
    fn signs(&self, _validator: &Address, _chain: &Chain) -> bool {
        true
    }
    /// Sees the transactions of a block of this run before it is applied.
    fn sent(&mut self, _transactions: &[DecodedTransaction]) {}
    /// Looks through a block of this run for what is worth telling.
    fn note(
        &mut self,
        parameters: &Parameters,
        epoch: u64,
        applied: &Applied,
    ) -> Result<(), Failure>;
    /// The row of the epoch just closed, for people; the next row begins.
    fn line(&mut self, closed: &ClosedEpoch, state: &State) -> Result<String, Failure>;
    /// The same for machines.
    fn json(&mut self, closed: &ClosedEpoch, state: &State) -> Result<Value, Failure>;
    /// What happened in this run, a line each.
    fn highlights(&self, parameters: &Parameters) -> Result<Vec<String>, Failure>;
    /// The same for machines.
    fn highlights_json(&self, parameters: &Parameters) -> Result<Vec<Value>, Failure>;
    /// What became of everything since genesis, in lines of text.
    fn account(&self, store: &Store) -> Result<Vec<String>, Failure>;
    /// The same for machines: members of the final object.
    fn account_json(&self, store: &Store) -> Result<Map<String, Value>, Failure>;
    /// How to look closer; `dir` is the data directory.
    fn example(&self, state: &State, dir: &str) -> Option<Example>;
}

/// The story of a network: of contributions where there are any, of jobs where there are any, of
/// opinions where validators weigh miners, else of work.
pub(crate) fn story(
    settings: Settings,
    genesis: &Genesis,
    calendar: &Calendar,
    source: Source,
) -> Result<Box<dyn Story>, Failure> {
    if genesis.parameters.contributions.is_some() {
        return Ok(Box::new(ContributionStory::new(settings, genesis, calendar)?));
    }
    if genesis.parameters.market.jobs.is_some() {
        return Ok(Box::new(MarketStory::new(settings, genesis, calendar, source)?));
    }
    if has_opinions(&genesis.parameters) {
        return Ok(Box::new(OpinionStory::new(settings, genesis, calendar, source)?));
    }
    Ok(Box::new(WorkStory::new(settings, genesis, calendar, source)?))
}

/// Whether a network's life is that of validators that bond money and weigh miners.
pub(crate) fn has_opinions(parameters: &Parameters) -> bool {
    parameters.opinions.is_some() && parameters.validators.is_some()
}
