//! The market's fee: taken out of each payment into one pot, split at each close.

use super::Event;
use crate::error::Error as AnyError;
use crate::invariants::Violation;
use crate::modules::fees;
use crate::modules::ledger::{AccountHandle, Holder, LockKind, Posting, Pot, Reason};
use crate::modules::parameters::{FeeShare, FeeTo, MarketFee};
use crate::state::{Context, State};
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, Ratio, split_cumulative};

/// Fees since genesis, base units of the market's asset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct FeeTotals {
    /// Ever taken out of payments.
    pub collected: Amount,
    /// Ever split; the rest is in the pot of market fees.
    pub split: Amount,
}

/// The rate in force; 0 where the market takes no fee.
#[must_use]
pub(super) fn rate(fee: Option<&MarketFee>) -> Ratio {
    fee.map_or(Ratio::ZERO, |fee| fee.rate)
}

/// The fee out of one payment: ceil(payment x rate), base units; at most the payment. Rounded up:
/// with a floor, whoever cuts a payment into parts below 1 / rate would pay no fee at all.
pub fn of_payment(fee: Option<&MarketFee>, payment: Amount) -> Result<Amount, AnyError> {
    Ok(rate(fee).apply_ceil(payment)?)
}

/// The parts of all fees of an epoch in the file's order, by cumulative floors: they sum to
/// `total`.
pub fn fee_parts(rules: &MarketFee, total: Amount) -> Result<Vec<Amount>, AnyError> {
    let shares: Vec<Ratio> = rules.split.iter().map(|part| part.share).collect();
    Ok(split_cumulative(total, &shares)?)
}

/// Takes the fee out of a payment that the payer's lock holds, into the pot of market fees. Returns
/// it: the caller pays the rest. A payment that comes in parts calls [`take`] with its own sum.
pub(crate) fn take_fee(
    state: &mut State,
    context: &Context,
    payer: (AccountHandle, LockKind),
    payment: Amount,
) -> Result<Amount, AnyError> {
    let fee = of_payment(context.parameters.market.fee.as_ref(), payment)?;
    take(state, context, payer, fee)?;
    Ok(fee)
}

/// Moves a fee out of the payer's lock into the pot of market fees.
pub(crate) fn take(
    state: &mut State,
    context: &Context,
    (payer, kind): (AccountHandle, LockKind),
    fee: Amount,
) -> Result<(), AnyError> {
    if fee.is_zero() {
        return Ok(());
    }
    let mut totals = *state.market.fees.get();
    totals.collected = totals.collected.checked_add(fee)?;
    let posting = Posting {
        asset: context.parameters.market.asset,
        from: Holder::Account(payer),
        to: Holder::Pot(Pot::MarketFees),
        amount: fee,
        reason: Reason::Fee,
    };
    state.ledger.post_locked(kind, payer, posting)?;
    state.market.fees.set(totals);
    Ok(())
}

/// At a close, before the inputs are frozen: splits what the pot holds by cumulative floors in the
/// file's order, which leaves nothing over; without rules all of it goes to the treasury. What is
/// burned counts as a burned fee of the epoch.
pub(crate) fn split_fees(state: &mut State, context: &Context) {
    state.isolate("split of market fees", |state| split(state, context));
}

fn split(state: &mut State, context: &Context) -> Result<(), AnyError> {
    let asset = context.parameters.market.asset;
    let total = state.ledger.pot(asset, &Pot::MarketFees);
    if total.is_zero() {
        return Ok(());
    }
    // Sessions opened under a fee go on paying it after it is abolished.
    let abolished = || {
        let all = FeeShare { to: FeeTo::Treasury, share: Ratio::ONE };
        MarketFee { rate: Ratio::ZERO, split: vec![all] }
    };
    let rules = context.parameters.market.fee.clone().unwrap_or_else(abolished);
    let parts = fee_parts(&rules, total)?;
    let mut totals = *state.market.fees.get();
    for (part, amount) in rules.split.iter().zip(&parts) {
        let (amount, from) = (*amount, Holder::Pot(Pot::MarketFees));
        let to = match &part.to {
            FeeTo::Burn => Holder::Issuance,
            FeeTo::Treasury => Holder::Pot(Pot::Treasury),
            FeeTo::Pot(name) => Holder::Pot(Pot::Named(name.clone())),
        };
        if part.to == FeeTo::Burn {
            fees::count_burned(state, context, (asset, amount))?;
        }
        state.ledger.post(Posting { asset, from, to, amount, reason: Reason::Fee })?;
    }
    totals.split = totals.split.checked_add(total)?;
    state.market.fees.set(totals);
    state.emit(Event::FeesSplit { total, parts });
    Ok(())
}

/// O(1): the pot of market fees holds what was collected and not split yet.
pub(crate) fn check_fees(state: &State) -> Result<(), Violation> {
    let Some(parameters) = state.active_parameters() else {
        return Ok(());
    };
    let (held, totals) =
        (state.ledger.pot(parameters.market.asset, &Pot::MarketFees), state.market.fees.get());
    if totals.split.checked_add(held) == Ok(totals.collected) {
        return Ok(());
    }
    Err(Violation::new("INV-38", || format!("the pot of market fees holds {held}, {totals:?}")))
}
