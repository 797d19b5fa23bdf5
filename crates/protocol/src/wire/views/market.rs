//! Views of the market: deposits, jobs, sessions, prices, the pool of two assets.

use alloy_sol_types::SolCall;
use workmint_core::State;
use workmint_core::modules::pricing as prices;
use workmint_core::names::ModelId;

use super::{ViewError, account, of_deadline, unknown};
use crate::wire::abi::{IExchange, IJobs, IMarket, IPricing, ISessions};
use crate::wire::calls::values::{U256, address, of_address, of_amount, strict};

pub(super) fn deposits(state: &State, input: &[u8]) -> Result<Vec<u8>, ViewError> {
    use IMarket::{IMarketCalls as Calls, depositOfCall, depositOfReturn};
    let Calls::depositOf(call) = strict::<Calls>("IMarket", input)? else {
        return Err(unknown("IMarket", input));
    };
    let (customer, model) = (address(call.customer), call.model);
    let row = state.market.deposit(account(state, &customer)?, ModelId(model));
    let absent = || ViewError::absent(format!("deposit of {customer} for model {model}"));
    let row = row.ok_or_else(absent)?;
    let (ends_kind, ends) = of_deadline(row.ends);
    Ok(depositOfCall::abi_encode_returns(&depositOfReturn {
        deposited: of_amount(row.deposited),
        paid: of_amount(row.paid),
        reserved: of_amount(row.reserved),
        maxPrice: of_amount(row.max_price),
        endsKind: ends_kind,
        ends,
    }))
}

pub(super) fn jobs(state: &State, input: &[u8]) -> Result<Vec<u8>, ViewError> {
    use IJobs::{IJobsCalls as Calls, jobOfCall, jobOfReturn, nextJobCall};
    match strict::<Calls>("IJobs", input)? {
        Calls::jobOf(call) => {
            let (customer, number) = (address(call.customer), call.number);
            let job = state.market.jobs.job(account(state, &customer)?, number);
            let absent = || ViewError::absent(format!("job {number} of {customer} under way"));
            let job = job.ok_or_else(absent)?;
            let provider = job.stage.taken().map(|taken| state.ledger.address(taken.provider));
            let (deadline_kind, deadline) = of_deadline(Some(job.deadline));
            Ok(jobOfCall::abi_encode_returns(&jobOfReturn {
                model: job.model.0,
                tier: job.tier,
                price: of_amount(job.price),
                maxUnits: job.max_units,
                deposit: of_amount(job.deposit),
                provider: of_address(provider.unwrap_or_default()),
                stage: job.stage.name().to_owned(),
                deadlineKind: deadline_kind,
                deadline,
            }))
        }
        Calls::nextJob(call) => {
            let customer = state.ledger.handle(&address(call.customer));
            let next = customer.map_or(0, |customer| state.market.jobs.next_number(customer));
            Ok(nextJobCall::abi_encode_returns(&next))
        }
        _ => Err(unknown("IJobs", input)),
    }
}

pub(super) fn sessions(state: &State, input: &[u8]) -> Result<Vec<u8>, ViewError> {
    use ISessions::{ISessionsCalls as Calls, nextSessionCall, sessionOfCall, sessionOfReturn};
    match strict::<Calls>("ISessions", input)? {
        Calls::sessionOf(call) => {
            let (customer, number) = (address(call.customer), call.session);
            let session = state.market.session(account(state, &customer)?, number);
            let absent = || ViewError::absent(format!("open session {number} of {customer}"));
            let session = session.ok_or_else(absent)?;
            let (expires_kind, expires) = of_deadline(Some(session.expires));
            let (closes_kind, closes) = of_deadline(session.closes);
            Ok(sessionOfCall::abi_encode_returns(&sessionOfReturn {
                provider: of_address(state.ledger.address(session.provider)),
                model: session.model.0,
                price: of_amount(session.price),
                deposit: of_amount(session.deposit),
                taken: of_amount(session.taken),
                fee: of_amount(session.fee),
                expiresKind: expires_kind,
                expires,
                closesKind: closes_kind,
                closes,
            }))
        }
        Calls::nextSession(call) => {
            let customer = state.ledger.handle(&address(call.customer));
            let next = customer.map_or(0, |customer| state.market.next_session(customer));
            Ok(nextSessionCall::abi_encode_returns(&next))
        }
        _ => Err(unknown("ISessions", input)),
    }
}

pub(super) fn pricing(state: &State, input: &[u8]) -> Result<Vec<u8>, ViewError> {
    use IPricing::{IPricingCalls as Calls, priceOfCall};
    let Calls::priceOf(call) = strict::<Calls>("IPricing", input)? else {
        return Err(unknown("IPricing", input));
    };
    let parameters = state.active_parameters().ok_or_else(|| ViewError::absent("parameters"))?;
    let price =
        prices::price(state, &parameters, ModelId(call.model)).map_err(ViewError::failed)?;
    Ok(priceOfCall::abi_encode_returns(&of_amount(price)))
}

pub(super) fn exchange(state: &State, input: &[u8]) -> Result<Vec<u8>, ViewError> {
    use IExchange::{IExchangeCalls as Calls, poolCall, poolReturn, sharesOfCall};
    match strict::<Calls>("IExchange", input)? {
        Calls::pool(_) => {
            let pool = state.exchange.pool();
            Ok(poolCall::abi_encode_returns(&poolReturn {
                first: of_amount(pool.reserves.0),
                second: of_amount(pool.reserves.1),
                shares: U256::from(pool.shares),
            }))
        }
        Calls::sharesOf(call) => {
            let owner = state.ledger.handle(&address(call.account));
            let shares = owner.map_or(0, |owner| state.exchange.shares(owner));
            Ok(sharesOfCall::abi_encode_returns(&U256::from(shares)))
        }
        _ => Err(unknown("IExchange", input)),
    }
}
