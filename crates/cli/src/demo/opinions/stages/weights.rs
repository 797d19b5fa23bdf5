//! Validators say what they think of miners: by commitment and reveal, or in the open.

use super::super::views;
use super::Scene;
use crate::demo::draft::Draft;
use crate::failure::Failure;
use workmint_core::modules::opinions::{
    CommitWeights, Request, RevealWeights, Seat, SetWeights, commitment,
};
use workmint_core::{Address, Hash, Message};

/// Validators with a seat that may weigh others, each with its seat.
fn speakers<'a>(scene: &'a Scene) -> impl Iterator<Item = (Address, u16, &'a Seat)> {
    scene.cast.validators.iter().filter_map(|validator| {
        let number = scene.seat_of(&validator.address)?;
        let seat = scene.state.opinions.seat(number)?;
        let may = seat.permit && seat.power >= scene.seats.least_power;
        may.then_some((validator.address, number, seat))
    })
}

fn entries(scene: &Scene, validator: &Address, epoch: u64) -> Vec<(u16, u16)> {
    let of = (scene.settings, scene.cast);
    views::entries(of, (scene.state, scene.seats), validator, epoch)
}

/// What a validator hashes with its weights of an epoch.
fn salt(scene: &Scene, validator: &Address, epoch: u64) -> Hash {
    let (seed, epoch) = (scene.settings.seed.to_be_bytes(), epoch.to_be_bytes());
    Hash::of("workmint demo salt", &[&seed, validator.as_bytes(), &epoch])
}

fn committed(scene: &Scene, (validator, seat): (&Address, u16), epoch: u64) -> Hash {
    let (entries, salt) = (entries(scene, validator, epoch), salt(scene, validator, epoch));
    let chain = scene.state.chain().genesis;
    commitment(&chain, (validator, seat), epoch, &entries, &salt)
}

/// Commits to the weights of the epoch, or sets them.
pub(super) fn weigh(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    let commits = scene.seats.weighing.reveal_epochs.is_some();
    let next = scene.state.chain().height.saturating_add(1);
    for (validator, number, seat) in speakers(scene) {
        let from = seat.last_act.saturating_add(scene.seats.weighing.rate_limit_blocks);
        let entries = entries(scene, &validator, scene.epoch);
        if entries.is_empty() || (seat.last_act > 0 && next < from) {
            continue;
        }
        let message = match commits {
            true => {
                let hash = committed(scene, (&validator, number), scene.epoch);
                Request::CommitWeights(CommitWeights { hash })
            }
            false => Request::SetWeights(SetWeights { entries }),
        };
        draft.push(validator, Message::Opinion(message))?;
    }
    Ok(())
}

/// Reveals what is due: no seat has changed hands since.
pub(super) fn reveal(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    let Some(wait) = scene.seats.weighing.reveal_epochs else {
        return Ok(());
    };
    let Some(epoch) = scene.epoch.checked_sub(wait) else {
        return Ok(());
    };
    for (validator, number, _) in speakers(scene) {
        let hash = committed(scene, (&validator, number), epoch);
        let is_open = scene.state.opinions.commitments(number).any(|(_, row)| row.hash == hash);
        if is_open {
            let entries = entries(scene, &validator, epoch);
            let salt = salt(scene, &validator, epoch);
            let message = Request::RevealWeights(RevealWeights { entries, salt });
            draft.push(validator, Message::Opinion(message))?;
        }
    }
    Ok(())
}
