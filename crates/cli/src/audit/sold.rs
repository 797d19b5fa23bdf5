//! What customers paid for, and what of it scores.

use std::collections::BTreeMap;

use workmint_amounts::Amount;
use workmint_core::EpochInputs;
use workmint_core::modules::parameters::{Limit, Parameters, Source, Stream};

use super::Fallible;

/// Payments for accepted work; what is still unsplit counts for a stream of payments only, what was
/// sold by jobs and sessions for others; of a budget that burned fees limit only what bore a fee.
pub(super) fn work_done(
    parameters: &Parameters,
    stream: &Stream,
    inputs: &EpochInputs,
) -> Fallible<Vec<u128>> {
    let people = &inputs.participants;
    let payments = stream.source == Source::Payments;
    let fees_only = stream.limit == Limit::BurnedFees && parameters.market.fee.is_some();
    let mut sold: BTreeMap<usize, u128> = BTreeMap::new();
    for (row, amount) in &inputs.sold {
        *sold.entry(*row as usize).or_default() += amount.get();
    }
    if sold.last_key_value().is_some_and(|(row, _)| *row >= people.len()) {
        return Err("somebody sold who is no participant".to_owned());
    }
    let rows = people.work.iter().zip(&people.unsplit).enumerate();
    let score = |(at, (work, unsplit)): (usize, (&Amount, &Amount))| {
        let sold = sold.get(&at).copied().unwrap_or(0);
        match (payments, fees_only) {
            (true, _) => work.get() + unsplit.get(),
            (false, true) => sold,
            (false, false) => work.get() + sold,
        }
    };
    Ok(rows.map(score).collect())
}
