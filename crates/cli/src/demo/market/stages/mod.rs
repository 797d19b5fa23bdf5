//! What each stage of an epoch puts into its block.

mod disputes;
mod jobs;
mod money;
mod pool;
mod providers;
mod sessions;
mod votes;

use super::cast::{Cast, Provider};
use super::demand::Demand;
use crate::demo::calendar::Stage;
use crate::demo::draft::Draft;
use crate::demo::requests::Source;
use crate::demo::settings::Settings;
use crate::failure::Failure;
use workmint_amounts::Amount;
use workmint_core::modules::ledger::AccountHandle;
use workmint_core::modules::parameters::Parameters;
use workmint_core::modules::pricing;
use workmint_core::names::{AssetId, ModelId};
use workmint_core::time::Now;
use workmint_core::{Address, State};

/// Everything a stage may look at.
pub(super) struct Scene<'a> {
    pub(super) state: &'a State,
    pub(super) parameters: &'a Parameters,
    pub(super) settings: &'a Settings,
    pub(super) source: &'a Source,
    pub(super) cast: &'a Cast,
    /// Where the chain will stand with the block.
    pub(super) now: Now,
    /// Milliseconds of an epoch.
    pub(super) epoch_ms: u64,
}

impl Scene<'_> {
    /// The providers that the state knows as participants.
    fn providers(&self) -> impl Iterator<Item = (&Provider, AccountHandle)> {
        self.cast.providers.iter().filter_map(|provider| {
            let handle = self.state.ledger.handle(&provider.address)?;
            self.state.registry.participant(handle).map(|_| (provider, handle))
        })
    }

    /// What an account can spend; nothing if the state does not know it.
    fn spendable(&self, address: &Address, asset: AssetId) -> Amount {
        let handle = self.state.ledger.handle(address);
        handle.map_or(Amount::ZERO, |handle| self.state.ledger.spendable(handle, asset))
    }

    /// What a unit of a model's work costs now.
    fn price(&self, model: ModelId) -> Result<Amount, Failure> {
        pricing::price(self.state, self.parameters, model).map_err(Failure::damage)
    }

    fn demand(&self) -> Demand<'_> {
        Demand {
            settings: self.settings,
            source: self.source,
            customers: self.cast.customers.len(),
            models: self.parameters.models.len(),
        }
    }
}

/// Fills the block of a stage.
pub(super) fn fill(stage: Stage, scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    match stage {
        Stage::Funding => money::fund(scene, draft),
        Stage::Opening => {
            providers::join(scene, draft)?;
            providers::request_tiers(scene, draft)?;
            pool::buy(scene, draft)
        }
        Stage::Admitting => {
            providers::attest_tiers(scene, draft)?;
            money::claim(scene, draft)
        }
        Stage::Offering => {
            providers::offer(scene, draft)?;
            sessions::open(scene, draft)?;
            pool::add_or_take(scene, draft)?;
            pool::swap(scene, draft)?;
            votes::propose(scene, draft)?;
            votes::vote(scene, draft)
        }
        Stage::Asking(hour) => {
            jobs::measure(scene, draft)?;
            disputes::dispute(scene, hour, draft)?;
            disputes::judge(scene, draft)?;
            sessions::redeem(scene, hour, draft)?;
            sessions::close(scene, hour, draft)?;
            jobs::ask(scene, hour, draft)
        }
        Stage::Taking(_) => jobs::take(scene, draft),
        Stage::Delivering(hour) => {
            jobs::deliver(scene, hour, draft)?;
            disputes::answer(scene, draft)?;
            providers::beat(scene, hour, draft)
        }
        // Of other stories.
        _ => Ok(()),
    }
}
