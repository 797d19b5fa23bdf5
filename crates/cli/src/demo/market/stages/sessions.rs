//! Sessions: one deposit at a price that stays, and a voucher an hour.

use super::super::cast::Customer;
use super::super::timeline;
use super::Scene;
use crate::demo::calendar::HOURS;
use crate::demo::draft::Draft;
use crate::failure::Failure;
use std::collections::BTreeMap;
use workmint_amounts::Amount;
use workmint_core::modules::ledger::AccountHandle;
use workmint_core::modules::market::{
    CloseSession, OpenSession, RedeemVoucher, Session, TopUpSession, Voucher,
};
use workmint_core::names::ModelId;
use workmint_core::{Address, Message};

/// A session is opened for so many ordinary epochs, and topped up by as much.
const EPOCHS_PREPAID: u128 = 3;

/// What a customer may need for its sessions in this epoch.
pub(super) fn need(scene: &Scene, customer: &Customer) -> Result<Amount, Failure> {
    let mut sum = Amount::ZERO;
    for (model, tokens) in &customer.tokens {
        let deposit = prepaid(scene.price(*model)?, *tokens)?;
        sum = sum.checked_add(deposit).map_err(Failure::damage)?;
    }
    Ok(sum)
}

fn prepaid(price: Amount, tokens: u64) -> Result<Amount, Failure> {
    price.checked_mul(u128::from(tokens) * EPOCHS_PREPAID).map_err(Failure::damage)
}

/// The open session of a customer for a model.
fn session_of(
    scene: &Scene,
    customer: &Customer,
    model: ModelId,
) -> Option<(AccountHandle, u64, Session)> {
    let handle = scene.state.ledger.handle(&customer.address)?;
    let mut sessions = scene.state.market.sessions();
    sessions.find_map(|((of, number), session)| {
        let open = session.closes.is_none() && !session.expires.is_over(&scene.now);
        let fits = of == handle && session.model == model && open;
        fits.then_some((handle, number, *session))
    })
}

/// Whoever works by sessions opens one for each model it uses, or tops up what runs low.
pub(super) fn open(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    let by_session = scene.cast.customers.iter().enumerate();
    for (number, customer) in by_session.filter(|(_, customer)| customer.by_session) {
        let mut spendable = scene.spendable(&customer.address, scene.parameters.market.asset);
        for (model, tokens) in &customer.tokens {
            let price = scene.price(*model)?;
            let amount = prepaid(price, *tokens)?;
            if amount.is_zero() || amount > spendable {
                continue;
            }
            let message = match session_of(scene, customer, *model) {
                Some((_, session, row)) => {
                    let mood = u128::from(timeline::mood(scene.now.epoch));
                    let units = u128::from(*tokens) * mood / 100;
                    let enough = row.price.checked_mul(units).map_err(Failure::damage)?;
                    if row.left().map_err(Failure::damage)? >= enough {
                        continue;
                    }
                    Message::TopUpSession(TopUpSession { session, amount })
                }
                None => {
                    let Some(provider) = provider_for(scene, number, (customer, *model)) else {
                        continue;
                    };
                    let (model, max_price) = (*model, Some(price));
                    let deposit = amount;
                    let expires = None;
                    Message::OpenSession(OpenSession {
                        provider,
                        model,
                        deposit,
                        max_price,
                        expires,
                    })
                }
            };
            spendable = spendable.checked_sub(amount).map_err(Failure::damage)?;
            draft.push(customer.address, message)?;
        }
    }
    Ok(())
}

/// A provider that serves the model and has the tier; not the same for all customers.
fn provider_for(
    scene: &Scene,
    number: usize,
    (customer, model): (&Customer, ModelId),
) -> Option<Address> {
    let all = &scene.cast.providers;
    let fits = all
        .iter()
        .filter(|provider| provider.offers.contains_key(&model) && provider.tier >= customer.tier);
    let fits: Vec<Address> = fits.map(|provider| provider.address).collect();
    fits.get(number.checked_rem(fits.len())?).copied()
}

/// Providers redeem the voucher that the customer signed for the hour's work.
pub(super) fn redeem(scene: &Scene, hour: u8, draft: &mut Draft) -> Result<(), Failure> {
    let mut tokens: BTreeMap<(usize, ModelId), u64> = BTreeMap::new();
    for want in scene.demand().hour(scene.now.epoch, hour) {
        let customer = scene.cast.customers.get(want.customer);
        if customer.is_some_and(|customer| customer.by_session) {
            *tokens.entry((want.customer, want.model)).or_default() += want.tokens;
        }
    }
    for ((number, model), tokens) in tokens {
        let Some(customer) = scene.cast.customers.get(number) else {
            continue;
        };
        let Some((_, session, row)) = session_of(scene, customer, model) else {
            continue;
        };
        let cost = row.price.checked_mul(u128::from(tokens)).map_err(Failure::damage)?;
        let cumulative = row.taken.checked_add(cost).map_err(Failure::damage)?.min(row.deposit);
        if cumulative <= row.taken {
            continue;
        }
        let voucher = Voucher {
            chain_id: scene.state.chain_id(),
            genesis: scene.state.chain().genesis,
            session,
            cumulative,
            signer: customer.address,
        };
        let message = RedeemVoucher { customer: customer.address, voucher };
        let provider = scene.state.ledger.address(row.provider);
        draft.push(provider, Message::RedeemVoucher(message))?;
    }
    Ok(())
}

/// Now and then customers end their sessions with the day, to open others at the new price.
pub(super) fn close(scene: &Scene, hour: u8, draft: &mut Draft) -> Result<(), Failure> {
    if hour + 1 < HOURS || !timeline::closes_sessions(scene.now.epoch) {
        return Ok(());
    }
    for ((customer, session), row) in scene.state.market.sessions() {
        if row.closes.is_none() {
            let customer = scene.state.ledger.address(customer);
            let message = CloseSession { customer, session };
            draft.push(customer, Message::CloseSession(message))?;
        }
    }
    Ok(())
}
