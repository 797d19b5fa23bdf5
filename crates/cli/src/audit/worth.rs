//! What contributions are worth, with integers wide enough that nothing is rounded on the way.

use alloy_primitives::U512;
use workmint_amounts::Ratio;
use workmint_core::EpochInputs;
use workmint_core::modules::parameters::{ContributionKind, Multiplier, RateScore};

use super::Fallible;

/// A contribution's place in the columns, its contributor's row and its worth in base units.
pub(super) type Worth = (usize, u32, u128);

/// What each contribution of a stream is worth, in the inputs' order.
pub(super) fn of_stream(
    inputs: &EpochInputs,
    stream: u16,
    rule: &RateScore,
) -> Fallible<Vec<Worth>> {
    let columns = &inputs.contributions;
    let mut all = Vec::new();
    let mut before = None;
    for at in 0..columns.stream.len() {
        let row = || {
            let key = (
                *columns.stream.get(at)?,
                *columns.participant.get(at)?,
                *columns.epoch.get(at)?,
                *columns.id.get(at)?,
            );
            let found = (*columns.first.get(at)?, *columns.second.get(at)?);
            Some((key, *columns.quantity.get(at)?, found))
        };
        let (key, quantity, found) = row().ok_or("a column of contributions is too short")?;
        if before.is_some_and(|before| before >= key) {
            return Err(format!("contribution {at} of the inputs is out of order or double"));
        }
        before = Some(key);
        if key.0 == stream {
            all.push((at, key.1, worth(rule, quantity, found)?));
        }
    }
    Ok(all)
}

/// Rate x quantity / unit x both multipliers as one fraction, rounded down once; then minimum and
/// maximum.
fn worth(rule: &RateScore, quantity: u64, (first, second): (u32, u32)) -> Fallible<u128> {
    let unit: u64 = match rule.kind {
        ContributionKind::Tokens => 1_000,
        ContributionKind::Improvement => 1_000_000_000 / 100,
        ContributionKind::Tasks => 1,
        ContributionKind::Dataset => 1_000_000_000,
    };
    if quantity == 0 {
        return Ok(0);
    }
    let (above_first, below_first) = clamped(&rule.first, first)?;
    let (above_second, below_second) = clamped(&rule.second, second)?;
    let product = |factors: [U512; 4]| {
        let [one, two, three, four] = factors;
        one.checked_mul(two)?.checked_mul(three)?.checked_mul(four)
    };
    let above =
        product([U512::from(rule.rate.get()), U512::from(quantity), above_first, above_second]);
    let below = product([U512::from(unit), below_first, below_second, U512::from(1_u8)]);
    let (above, below) = above.zip(below).ok_or("a contribution's worth exceeds 2^512")?;
    let whole = above.checked_div(below).ok_or("a multiplier has no denominator")?;
    let most = U512::from(rule.maximum.get());
    let least = U512::from(rule.minimum.get());
    let worth = if whole < least { least } else { whole };
    let worth = if worth > most { most } else { worth };
    u128::try_from(worth).map_err(|error| error.to_string())
}

/// The multiplier that counts, as numerator and denominator.
fn clamped(rule: &Multiplier, found: u32) -> Fallible<(U512, U512)> {
    let found = Ratio::new(u128::from(found), 1_000_000).map_err(super::failed)?;
    let counts = if found > rule.max {
        rule.max
    } else if found < rule.min {
        rule.min
    } else {
        found
    };
    Ok((U512::from(counts.numerator()), U512::from(counts.denominator())))
}
