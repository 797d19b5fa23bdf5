//! A proposal to lower the market's fee, and the ballots on it.

use super::Scene;
use crate::demo::draft::Draft;
use crate::failure::Failure;
use workmint_amounts::Ratio;
use workmint_core::modules::governance::{Choice, Kind, Propose, Stage, Vote};
use workmint_core::modules::stake;
use workmint_core::{Address, Message};

/// The new fee in parts of the old one.
const LOWERED: (u128, u128) = (2, 3);
/// Of so many voters one does so each epoch, until all have.
const EPOCHS: usize = 3;
/// Of providers, who share the fees, one in so many is against it; of customers one in so many has
/// no opinion.
const AGAINST: usize = 4;
const NEITHER: usize = 5;

/// In the first epoch a provider proposes a lower fee.
pub(super) fn propose(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    let (Some(rules), Some(fee), Some(proposer)) =
        (&scene.parameters.governance, &scene.parameters.market.fee, scene.cast.providers.first())
    else {
        return Ok(());
    };
    let affords = scene.spendable(&proposer.address, rules.asset) >= rules.deposit;
    if scene.now.epoch > 0 || !affords {
        return Ok(());
    }
    let factor = Ratio::new(LOWERED.0, LOWERED.1).map_err(Failure::damage)?;
    let mut parameters = scene.parameters.clone();
    if let Some(lowered) = &mut parameters.market.fee {
        lowered.rate = fee.rate.checked_mul(factor).map_err(Failure::damage)?;
    }
    let base = scene.state.parameters.active().map_or(0, |active| active.version);
    let kind = Kind::Parameters { base, parameters: Box::new(parameters) };
    draft.push(proposer.address, Message::Propose(Propose { kind }))
}

/// Who may vote, and what each says.
fn voters(scene: &Scene) -> Vec<(Address, Choice)> {
    let cast = scene.cast;
    let providers = cast.providers.iter().enumerate().map(|(number, provider)| {
        let against = number % AGAINST == AGAINST - 1;
        (provider.address, if against { Choice::No } else { Choice::Yes })
    });
    let customers = cast.customers.iter().enumerate().map(|(number, customer)| {
        let neither = number % NEITHER == NEITHER - 1;
        (customer.address, if neither { Choice::Abstain } else { Choice::Yes })
    });
    let governors = cast.governors.iter().map(|governor| (*governor, Choice::Yes));
    providers.chain(customers).chain(governors).collect()
}

/// Everybody with power votes once.
pub(super) fn vote(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    let turn = usize::try_from(scene.now.epoch % EPOCHS as u64).unwrap_or(0);
    for (proposal, row) in scene.state.governance.proposals() {
        let Stage::Voting { snapshot, ends, .. } = row.stage else {
            continue;
        };
        if ends.is_over(&scene.now) {
            continue;
        }
        let powers = scene.state.governance.snapshot(snapshot);
        for (number, (address, choice)) in voters(scene).into_iter().enumerate() {
            let handle = scene.state.ledger.handle(&address);
            let votes = handle.is_some_and(|handle| {
                let active = stake::active(scene.state, handle);
                let has_power = powers.is_some_and(|powers| powers.of(handle, active) > 0);
                has_power && scene.state.governance.ballot(proposal, handle).is_none()
            });
            if votes && number % EPOCHS == turn {
                draft.push(address, Message::Vote(Vote { proposal, choice }))?;
            }
        }
    }
    Ok(())
}
