//! Who proposes a block: by what is bonded, from the chain's entropy.

use crate::address::Address;
use crate::error::{Error, OVERFLOW};
use crate::hash::Hash;
use crate::state::State;
use workmint_amounts::Amount;

/// The validator whose turn it is: with the sum of all powers as total, the first in this order
/// whose cumulative power exceeds `seed mod total`, the seed's first 16 bytes read little-endian
/// (ModernTensor, `select_by_seed`). `None` if nobody has power. Powers come ascending by address.
///
/// # Errors
/// Overflow if the powers sum to 2^128 or more.
pub fn select(powers: &[(Address, Amount)], seed: &Hash) -> Result<Option<Address>, Error> {
    let total = Amount::sum(powers.iter().map(|(_, power)| *power))?;
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(seed.0.split_at(16).0);
    let Some(target) = u128::from_le_bytes(bytes).checked_rem(total.get()) else {
        return Ok(None);
    };
    let mut until_here = 0_u128;
    for (validator, power) in powers {
        until_here = until_here.checked_add(power.get()).ok_or(OVERFLOW)?;
        if until_here > target {
            return Ok(Some(*validator));
        }
    }
    Ok(None)
}

/// The active validators with what was bonded to them when the epoch's set was chosen, ascending by
/// address.
#[must_use]
pub fn active(state: &State) -> Vec<(Address, Amount)> {
    let rows = state.validators.active();
    let mut all: Vec<(Address, Amount)> =
        rows.map(|(validator, row)| (state.ledger.address(validator), row.power)).collect();
    all.sort_unstable();
    all
}

/// What the next block of a chain names whose validators all do their duty: who signed the last
/// one, and who proposes. For local producers.
///
/// # Errors
/// As [`select`].
pub fn turn(state: &State) -> Result<(Vec<Address>, Option<Address>), Error> {
    let powers = active(state);
    let proposer = select(&powers, &state.chain().entropy)?;
    Ok((powers.into_iter().map(|(validator, _)| validator).collect(), proposer))
}

/// Who proposes the next block, drawn from the entropy of the chain so far. What is bonded during
/// the epoch moves no turn before the next close. The core accepts whatever proposer a block
/// names; this is for those who produce blocks.
///
/// # Errors
/// As [`select`].
pub fn proposer(state: &State) -> Result<Option<Address>, Error> {
    select(&active(state), &state.chain().entropy)
}
