//! What each stage of an epoch puts into its block.

mod bonds;
mod disputes;
mod money;
mod reports;
mod rewards;
mod sessions;

use super::cast::Cast;
use super::demand::EpochDemand;
use crate::demo::calendar::Stage;
use crate::demo::draft::Draft;
use crate::demo::funding::Needs;
use crate::demo::settings::Settings;
use crate::failure::Failure;
use workmint_core::State;
use workmint_core::modules::ledger::AccountHandle;
use workmint_core::modules::parameters::Parameters;

/// Everything a stage may look at.
pub(in crate::demo) struct Scene<'a> {
    pub(in crate::demo) state: &'a State,
    pub(in crate::demo) parameters: &'a Parameters,
    pub(in crate::demo) settings: &'a Settings,
    pub(in crate::demo) cast: &'a Cast,
    pub(in crate::demo) demand: &'a EpochDemand,
    /// The open epoch.
    pub(in crate::demo) epoch: u64,
}

impl Scene<'_> {
    /// The hosts that the state knows as participants, with number and account.
    fn hosts(&self) -> impl Iterator<Item = (u64, AccountHandle)> {
        let numbered = (0_u64..).zip(&self.cast.hosts);
        numbered.filter_map(|(number, host)| {
            let handle = self.state.ledger.handle(&host.address)?;
            self.state.registry.participant(handle).map(|_| (number, handle))
        })
    }

    /// The host with this number.
    fn host(&self, number: u64) -> Option<&super::cast::Host> {
        usize::try_from(number).ok().and_then(|at| self.cast.hosts.get(at))
    }
}

/// What everyone will need in the open epoch.
pub(in crate::demo) fn needs(scene: &Scene) -> Result<Needs, Failure> {
    money::needs(scene)
}

/// Fills the block of a stage.
pub(in crate::demo) fn fill(stage: Stage, scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    match stage {
        Stage::Funding => needs(scene)?.send(scene.state, &scene.cast.funders, draft),
        Stage::Opening => {
            money::join(scene, draft)?;
            money::prepay(scene, draft)?;
            money::back(scene, draft)?;
            sessions::open(scene, draft)?;
            bonds::bond(scene, draft)?;
            rewards::reveal_and_commit(scene, draft)
        }
        Stage::Proving => {
            reports::prove(scene, draft)?;
            rewards::record_checks(scene, draft)
        }
        Stage::Accepting => {
            reports::attest(scene, draft, reports::Batch::Proofs)?;
            rewards::claim(scene, draft)?;
            bonds::claim(scene, draft)
        }
        Stage::Reporting => {
            reports::report(scene, draft)?;
            sessions::redeem(scene, draft)?;
            money::withdraw(scene, draft)
        }
        Stage::Attesting => reports::attest(scene, draft, reports::Batch::InTime),
        Stage::Challenging => disputes::challenge(scene, draft),
        Stage::Judging => disputes::judge(scene, draft),
        Stage::LateAttesting => reports::attest(scene, draft, reports::Batch::Late),
        // Of other stories.
        _ => Ok(()),
    }
}
