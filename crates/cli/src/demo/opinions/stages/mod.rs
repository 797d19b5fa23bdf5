//! What each stage of an epoch puts into its block.

mod bonds;
mod seats;
mod weights;

use super::cast::Cast;
use crate::demo::calendar::Stage;
use crate::demo::claims::has_open_claim;
use crate::demo::draft::Draft;
use crate::demo::funding::{FEES_NEEDED, Needs};
use crate::demo::settings::Settings;
use crate::failure::Failure;
use workmint_core::modules::ledger::AccountHandle;
use workmint_core::modules::parameters::{Opinions, Parameters, Validators};
use workmint_core::modules::settlement::Claim;
use workmint_core::{Address, Message, State};

/// Everything a stage may look at.
pub(super) struct Scene<'a> {
    pub(super) state: &'a State,
    pub(super) parameters: &'a Parameters,
    pub(super) seats: &'a Opinions,
    pub(super) bonds: &'a Validators,
    pub(super) settings: &'a Settings,
    pub(super) cast: &'a Cast,
    /// The open epoch.
    pub(super) epoch: u64,
}

impl Scene<'_> {
    fn handle(&self, address: &Address) -> Option<AccountHandle> {
        self.state.ledger.handle(address)
    }

    /// The seat of an account.
    fn seat_of(&self, address: &Address) -> Option<u16> {
        self.state.opinions.seat_of(self.handle(address)?)
    }
}

/// What seats, bonds and fees will need in the open epoch.
pub(super) fn add_needs(scene: &Scene, needs: &mut Needs) -> Result<(), Failure> {
    let asset = scene.parameters.emission.asset;
    for (who, price) in seats::asking(scene)? {
        needs.add_once(who, asset, price)?;
    }
    for (who, amount) in bonds::wanted(scene) {
        needs.add_once(who, scene.bonds.asset, amount)?;
    }
    let all = scene.cast.senders().chain(scene.cast.work.hosts.iter().map(|host| host.address));
    needs.add_fees(scene.parameters, all, FEES_NEEDED)
}

/// Fills the block of a stage.
pub(super) fn fill(stage: Stage, scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    match stage {
        Stage::Revealing => weights::reveal(scene, draft),
        Stage::Opening => {
            seats::register(scene, draft)?;
            seats::limit(scene, draft)?;
            bonds::bond(scene, draft)?;
            bonds::lend(scene, draft)?;
            bonds::delegate(scene, draft)
        }
        Stage::Weighing => weights::weigh(scene, draft),
        Stage::Accepting => {
            claim(scene, draft)?;
            bonds::collect(scene, draft)
        }
        // Of miners' work, or of other stories.
        _ => Ok(()),
    }
}

/// Everyone claims what the epoch just closed paid.
fn claim(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    let Some(epoch) = scene.epoch.checked_sub(1) else {
        return Ok(());
    };
    let all = scene.cast.holders().chain(scene.cast.newcomers.iter().copied());
    for who in all.filter(|who| has_open_claim(scene.state, epoch, who)) {
        draft.push(who, Message::Claim(Claim { epoch }))?;
    }
    Ok(())
}
