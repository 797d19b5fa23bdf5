//! Who stakes, answered probes or holds shares of the pool, as rows of an epoch settled off-line.

use super::{OfflineEpoch, OfflineError, OfflineParticipant};
use crate::address::Address;
use crate::error::OVERFLOW;
use crate::inputs::{EpochInputs, ProviderRow};
use std::collections::BTreeSet;
use workmint_amounts::Amount;

/// What streams of providers and of the pool look at, of one account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct OfflineProvider {
    /// The account.
    pub account: Address,
    /// The least stake of the epoch, base units; 0 of who had less than the network's minimum.
    pub stake: Amount,
    /// Its staking power, base units.
    pub power: Amount,
    /// Probes of the epoch it answered; at most those held.
    pub answered: u32,
    /// Jobs it was paid for in the epoch.
    pub paid: u64,
    /// The lowest number of shares of the pool it had in the epoch.
    pub shares: Amount,
}

/// Adds a row for every account of these that has none.
pub(super) fn add_participants(epoch: &mut OfflineEpoch) {
    let known: BTreeSet<Address> = epoch.participants.iter().map(|row| row.account).collect();
    let named: BTreeSet<Address> = epoch.providers.iter().map(|row| row.account).collect();
    let new = named.difference(&known).map(|account| OfflineParticipant::idle(*account));
    epoch.participants.extend(new);
}

/// Takes the rows over into the frozen inputs, in their order.
pub(super) fn freeze(
    mut rows: Vec<OfflineProvider>,
    inputs: &mut EpochInputs,
) -> Result<(), OfflineError> {
    rows.sort_unstable();
    let mut last = None;
    for row in rows {
        let account = row.account;
        if last.replace(account) == Some(account) {
            return Err(OfflineError::Duplicate(account));
        }
        let (answered, probes) = (row.answered, inputs.probes);
        if answered > probes {
            return Err(OfflineError::TooManyAnswers { account, answered, probes });
        }
        let missing = OfflineError::Participant { account, error: OVERFLOW.into() };
        let participant = inputs.participants.find(&account);
        let participant = participant.and_then(|at| u32::try_from(at).ok()).ok_or(missing)?;
        let OfflineProvider { stake, power, paid, shares, .. } = row;
        let row = ProviderRow { participant, stake, power, answered, paid, shares };
        inputs.providers.push(row);
    }
    Ok(())
}
