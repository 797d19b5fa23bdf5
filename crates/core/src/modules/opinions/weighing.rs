//! What weights may be when a seat sets them, and how they are kept (reference/bittensor.md §1.6).
//! Pure functions of numbers.

use super::yuma::subtensor::fixed::I32F32;
use super::yuma::subtensor::rows::normalize;

/// The largest weight; the largest of a row is kept as this.
pub const FULL_WEIGHT: u16 = u16::MAX;

/// Whether the only weight is the one on oneself, which is allowed whatever the other rules say.
#[must_use]
pub fn is_self_weight(seat: u16, weighed: &[u16]) -> bool {
    weighed == [seat]
}

/// Whether enough seats are weighed: `minimum`, or all `seats` if there are fewer.
#[must_use]
pub fn are_enough(seat: u16, weighed: &[u16], seats: u16, minimum: u16) -> bool {
    weighed.len() >= usize::from(minimum.min(seats)) || is_self_weight(seat, weighed)
}

/// Whether no more are weighed than there are seats.
#[must_use]
pub fn are_at_most(weighed: &[u16], seats: u16) -> bool {
    weighed.len() <= usize::from(seats)
}

/// Whether no weight's share of all is above `limit`, parts of 65,535.
#[must_use]
pub fn shares_are_within(weights: &[u16], limit: u16) -> bool {
    let mut shares: Vec<I32F32> = weights.iter().map(|weight| whole(*weight)).collect();
    normalize(&mut shares);
    let limit = I32F32::from_proportion(limit);
    shares.iter().all(|share| *share <= limit)
}

/// Whether weights may be set under a limit to the share of one, parts of 65,535.
#[must_use]
pub fn are_within(seat: u16, weighed: &[u16], weights: &[u16], limit: u16) -> bool {
    limit == FULL_WEIGHT || is_self_weight(seat, weighed) || shares_are_within(weights, limit)
}

/// Weights in parts of 65,535 of their sum, rounded down; unchanged if that is 0.
#[must_use]
pub fn normalized(weights: &[u16]) -> Vec<u16> {
    let all: u64 = weights.iter().map(|weight| u64::from(*weight)).sum();
    let share = |weight: &u16| {
        let parts = u64::from(*weight).checked_mul(u64::from(FULL_WEIGHT))?.checked_div(all)?;
        u16::try_from(parts).ok()
    };
    weights.iter().map(|weight| share(weight).unwrap_or(*weight)).collect()
}

/// Weights as they are kept: the largest becomes 65,535 and the others keep their proportion to
/// it, to the nearest part.
#[must_use]
pub fn upscaled(weights: &[u16]) -> Vec<u16> {
    upscaled_from(&weights.iter().map(|weight| whole(*weight)).collect::<Vec<_>>())
}

/// The same of other numbers. Above 32,768 the factor is rounded before the multiplication, below
/// the product is divided: the two differ by a part here and there, as upstream's do.
#[must_use]
pub fn upscaled_from(weights: &[I32F32]) -> Vec<u16> {
    let full = whole(FULL_WEIGHT);
    let largest = weights.iter().copied().max().unwrap_or_default();
    let scale = |weight: &I32F32| {
        if largest == I32F32::ZERO {
            return weight.times(full).whole_u16();
        }
        if largest > I32F32::from_integer(32_768) {
            return weight.times(full.over(largest)).round().whole_u16();
        }
        weight.times(full).over(largest).round().whole_u16()
    };
    weights.iter().map(scale).collect()
}

fn whole(weight: u16) -> I32F32 {
    I32F32::from_integer(i64::from(weight))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_weight_becomes_full() {
        assert_eq!(upscaled(&[]), []);
        assert_eq!(upscaled(&[0, 0]), [0, 0]);
        assert_eq!(upscaled(&[1, 2, 3]), [21_845, 43_690, 65_535]);
        // 65,535 / 8 x 7 = 57,343.125; 65,535 / 8 x 4 = 32,767.5, up.
        assert_eq!(upscaled(&[8, 7, 4]), [65_535, 57_343, 32_768]);
        assert_eq!(upscaled(&[65_535, 1, 40_000]), [65_535, 1, 40_000]);
        // 65,535 / 40,000 = 1.638374999..., rounded before: 32,767.499... where 32,767.5 is exact.
        assert_eq!(upscaled(&[40_000, 20_000]), [65_535, 32_767]);
        assert_eq!(upscaled(&[20_000, 10_000]), [65_535, 32_768]);
    }

    #[test]
    fn enough_seats_are_weighed() {
        let all = |weighed: &[u16]| are_enough(3, weighed, 7, 2);
        assert_eq!([&[][..], &[3], &[2], &[2, 3]].map(all), [false, true, false, true]);
        // Of 2 seats nobody can weigh 5.
        assert!(are_enough(0, &[0, 1], 2, 5));
        assert!(!are_enough(0, &[1], 2, 5));
        assert!(are_at_most(&[0, 1], 2) && !are_at_most(&[0, 1, 1], 2));
    }

    #[test]
    fn shares_of_one_weight() {
        // Half is 32,767.5 parts, so that 32,767 are too few.
        assert!(!shares_are_within(&[7, 7], 32_767) && shares_are_within(&[7, 7], 32_768));
        assert!(shares_are_within(&[], 0) && shares_are_within(&[0, 0], 0));
        assert!(are_within(4, &[4], &[9], 1) && !are_within(4, &[5], &[9], 1));
        assert!(are_within(4, &[5], &[9], FULL_WEIGHT));
        assert_eq!(normalized(&[0, 1, 2]), [0, 21_845, 43_690]);
        assert_eq!(normalized(&[0, 0]), [0, 0]);
    }
}
