//! Sessions of customers that use a host every day: one deposit, a voucher a day.

use super::Scene;
use crate::demo::draft::Draft;
use crate::demo::funding::Needs;
use crate::demo::work::cast::{Host, HostNode};
use crate::failure::Failure;
use workmint_amounts::Amount;
use workmint_core::modules::market::{
    OpenSession, RedeemVoucher, Session, SessionId, TopUpSession, Voucher,
};
use workmint_core::{Address, Message};

/// Every so many customers have a session.
const ONE_IN: usize = 2;
/// The host of a customer: its number times this, around.
const DISTANCE: usize = 5;
/// A session uses this part of what its node can do in an epoch.
const USED_PART: u64 = 4;
/// A session is opened for so many epochs, and topped up by as much.
const EPOCHS_PREPAID: u128 = 3;

/// A customer, the host it has a session with, and the host's first node.
type Pair<'a> = (Address, &'a Host, HostNode);

fn pairs<'a>(scene: &'a Scene<'_>) -> impl Iterator<Item = Pair<'a>> {
    let hosts = &scene.cast.hosts;
    let customers = scene.cast.customers.iter().enumerate().step_by(ONE_IN);
    customers.filter_map(|(number, customer)| {
        let at = (number * DISTANCE).checked_rem(hosts.len())?;
        let host = hosts.get(at)?;
        Some((*customer, host, *host.nodes.first()?))
    })
}

/// What a session uses in an epoch at its price, or at that of the file.
fn cost(scene: &Scene, node: &HostNode, price: Option<Amount>) -> Result<Amount, Failure> {
    let model = scene.parameters.model(node.model);
    let rate = model.map_or(0, |model| model.units_per_weight);
    let units = u128::from(node.weight) * u128::from(rate / USED_PART);
    let price = price.or(model.map(|model| model.price_per_unit)).unwrap_or_default();
    price.checked_mul(units).map_err(Failure::damage)
}

/// The open session of a customer.
fn session_of(scene: &Scene, customer: &Address) -> Option<(SessionId, Session)> {
    let handle = scene.state.ledger.handle(customer)?;
    let mut sessions = scene.state.market.sessions();
    sessions
        .find(|((of, _), row)| *of == handle && row.closes.is_none())
        .map(|(id, row)| (id, *row))
}

/// What a session lacks: all of a new one.
fn lacks(scene: &Scene, (customer, _, node): &Pair<'_>) -> Result<Amount, Failure> {
    let found = session_of(scene, customer);
    let cost = cost(scene, node, found.map(|(_, row)| row.price))?;
    let left = found.map_or(Ok(Amount::ZERO), |(_, row)| row.left()).map_err(Failure::damage)?;
    match left < cost {
        true => cost.checked_mul(EPOCHS_PREPAID).map_err(Failure::damage),
        false => Ok(Amount::ZERO),
    }
}

/// What customers put into sessions in this epoch.
pub(super) fn need(scene: &Scene, needs: &mut Needs) -> Result<(), Failure> {
    if scene.parameters.market.sessions.is_none() {
        return Ok(());
    }
    for pair in pairs(scene) {
        needs.add(pair.0, scene.parameters.market.asset, lacks(scene, &pair)?)?;
    }
    Ok(())
}

/// Customers open sessions, or top up what runs low.
pub(super) fn open(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    if scene.parameters.market.sessions.is_none() {
        return Ok(());
    }
    for pair in pairs(scene) {
        let amount = lacks(scene, &pair)?;
        if amount.is_zero() {
            continue;
        }
        let (customer, host, node) = pair;
        let message = match session_of(scene, &customer) {
            Some(((_, session), _)) => Message::TopUpSession(TopUpSession { session, amount }),
            None => Message::OpenSession(OpenSession {
                provider: host.address,
                model: node.model,
                deposit: amount,
                max_price: None,
                expires: None,
            }),
        };
        draft.push(customer, message)?;
    }
    Ok(())
}

/// Hosts redeem the voucher that their customer signed for the day.
pub(super) fn redeem(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    for (customer, host, node) in pairs(scene) {
        let Some(((_, session), row)) = session_of(scene, &customer) else {
            continue;
        };
        let sum = row.taken.checked_add(cost(scene, &node, Some(row.price))?);
        let cumulative = sum.map_err(Failure::damage)?.min(row.deposit);
        if cumulative <= row.taken {
            continue;
        }
        let voucher = Voucher {
            chain_id: scene.state.chain_id(),
            genesis: scene.state.chain().genesis,
            session,
            cumulative,
            signer: customer,
        };
        let message = RedeemVoucher { customer, voucher };
        draft.push(host.address, Message::RedeemVoucher(message))?;
    }
    Ok(())
}
