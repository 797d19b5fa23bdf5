//! Taking seats while they are not too dear, and a network that limits their number.

use super::super::timeline;
use super::{Scene, bonds};
use crate::demo::draft::Draft;
use crate::failure::Failure;
use workmint_amounts::Amount;
use workmint_core::modules::opinions::{RegisterSeat, Request, price, risen};
use workmint_core::modules::parameters::{Parameters, ScheduleParameters};
use workmint_core::{Address, Message};

/// Nobody pays more for a seat than so many times its first price.
const DEAREST: u128 = 10;
/// Epochs until a limit takes effect.
const NOTICE: u64 = 2;

/// Who asks for a seat in this epoch, and what each must be ready to pay, base units.
pub(super) fn asking(scene: &Scene) -> Result<Vec<(Address, Amount)>, Failure> {
    let rules = &scene.seats.registration;
    let Some(mut price) = price(scene.state).map_err(Failure::damage)? else {
        return Ok(Vec::new());
    };
    let taken = scene.state.opinions.taken();
    let is_full = taken >= scene.seats.seats;
    let free = if is_full { 1 } else { usize::from(scene.seats.seats - taken) };
    let waits = |who: &Address| scene.seat_of(who).is_none();
    let who: Vec<Address> = match is_full {
        // Who lost its seat does not come back.
        true if timeline::has_newcomer(scene.epoch) => {
            scene.cast.newcomers.iter().copied().filter(waits).take(1).collect()
        }
        true => Vec::new(),
        false => scene.cast.holders().filter(waits).take(free).collect(),
    };
    let dearest = rules.initial.checked_mul(DEAREST).map_err(Failure::damage)?;
    let mut all = Vec::new();
    for who in who {
        if price > dearest {
            break;
        }
        all.push((who, price));
        price = risen(rules, price).map_err(Failure::damage)?;
    }
    Ok(all)
}

/// They take them, up to the first who has not got the money beside what it will bond: the price
/// has fallen since money was sent, and somebody more would pay it.
pub(super) fn register(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    let (asset, ledger) = (scene.parameters.emission.asset, &scene.state.ledger);
    let bonds = bonds::wanted(scene);
    for (who, most_price) in asking(scene)? {
        let owned = scene.handle(&who).map(|handle| ledger.spendable(handle, asset));
        let bond = bonds.iter().find(|(of, _)| *of == who).map(|(_, amount)| *amount);
        let needed = most_price.checked_add(bond.unwrap_or_default()).map_err(Failure::damage)?;
        if owned.unwrap_or_default() < needed {
            break;
        }
        let message = Request::RegisterSeat(RegisterSeat { most_price });
        draft.push(who, Message::Opinion(message))?;
    }
    Ok(())
}

/// Once everybody has a seat, the governor limits them to those: from then on whoever comes takes
/// the seat of whoever earned least.
pub(super) fn limit(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    let (taken, rules) = (scene.state.opinions.taken(), scene.seats);
    let everybody = scene.cast.holders().all(|who| scene.seat_of(&who).is_some());
    let waits = scene.state.parameters.scheduled().next().is_some();
    let Some(governor) = scene.cast.governor.filter(|_| {
        everybody && !waits && taken < rules.seats && scene.parameters.governance.is_none()
    }) else {
        return Ok(());
    };
    let mut limited = rules.clone();
    limited.seats = taken;
    limited.most_validators = rules.most_validators.min(taken);
    let parameters = Parameters { opinions: Some(limited), ..scene.parameters.clone() };
    let epoch = scene.epoch.saturating_add(NOTICE);
    let message = ScheduleParameters { epoch, parameters: Box::new(parameters) };
    draft.push(governor, Message::ScheduleParameters(message))
}
