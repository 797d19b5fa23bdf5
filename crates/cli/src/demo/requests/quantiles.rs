//! Request sizes fitted to the quantiles of two recorded hours of production LLM inference.
//!
//! Azure LLM inference trace 2023 (Azure Public Dataset, CC BY 4.0): Patel et al., "Splitwise:
//! Efficient generative LLM inference using phase splitting", ISCA 2024.

/// Shares, in thousandths, at which the values below stand.
const POINTS: [u64; 12] = [0, 10, 50, 100, 250, 500, 750, 900, 950, 990, 999, 1_000];

/// A distribution by its values at [`POINTS`]; between them it is linear.
struct Quantiles([u64; 12]);

const CONVERSATION_CONTEXT: Quantiles =
    Quantiles([1, 29, 181, 207, 396, 1_020, 1_189, 2_735, 4_083, 4_142, 6_212, 14_050]);
const CONVERSATION_GENERATED: Quantiles =
    Quantiles([1, 16, 41, 54, 85, 129, 395, 424, 451, 601, 954, 1_000]);
const CODING_CONTEXT: Quantiles =
    Quantiles([1, 17, 75, 147, 578, 1_469, 2_745, 5_194, 7_315, 7_436, 7_437, 7_437]);
const CODING_GENERATED: Quantiles = Quantiles([1, 6, 6, 7, 9, 13, 24, 55, 90, 252, 831, 1_899]);

/// Requests of the two traces: how often each kind occurs.
const CONVERSATIONS: u64 = 19_366;
const CODINGS: u64 = 8_819;

impl Quantiles {
    /// The value at share `draw` / 2^32: inverse distribution function, rounded down.
    fn at(&self, draw: u64) -> u64 {
        let position = u128::from(draw & 0xffff_ffff) * 1_000;
        let mut value = self.0[0];
        for (points, values) in POINTS.windows(2).zip(self.0.windows(2)) {
            let (from, to) = (u128::from(points[0]) << 32, u128::from(points[1]) << 32);
            if position < from {
                break;
            }
            let rise = u128::from(values[1] - values[0]) * (position.min(to) - from) / (to - from);
            value = values[0] + u64::try_from(rise).unwrap_or(0);
        }
        value
    }
}

/// Context and generated tokens of one request, from one uniform draw for the kind and one whose
/// halves give the two sizes.
pub(super) fn request(kind: u64, sizes: u64) -> (u64, u64) {
    let coding = (u128::from(kind) * u128::from(CONVERSATIONS + CODINGS)) >> 64;
    let (context, generated) = if coding < u128::from(CODINGS) {
        (CODING_CONTEXT, CODING_GENERATED)
    } else {
        (CONVERSATION_CONTEXT, CONVERSATION_GENERATED)
    };
    (context.at(sizes >> 32), generated.at(sizes))
}

/// Mean tokens of a request, context and generated together, rounded down: the area under the
/// linear pieces.
#[cfg(test)]
fn mean(quantiles: &Quantiles) -> u64 {
    let pieces = POINTS.windows(2).zip(quantiles.0.windows(2));
    let twice: u64 =
        pieces.map(|(points, values)| (points[1] - points[0]) * (values[0] + values[1])).sum();
    twice / 2_000
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::random::Draws;

    #[test]
    fn values_at_the_points() {
        let half = 1_u64 << 31;
        assert_eq!(CONVERSATION_CONTEXT.at(half), 1_020);
        assert_eq!(CODING_GENERATED.at(half), 13);
        assert_eq!(CONVERSATION_CONTEXT.at(0), 1);
        assert_eq!(CONVERSATION_CONTEXT.at(u64::from(u32::MAX)), 14_049);
        assert_eq!(CONVERSATION_GENERATED.at(half + (half >> 1)), 395);
        for table in [CONVERSATION_CONTEXT, CODING_CONTEXT, CODING_GENERATED] {
            assert!(table.0.is_sorted());
        }
    }

    #[test]
    fn draws_have_the_fitted_mean() {
        let mut draws = Draws::new(1, 0, 0, "mean");
        let (mut context, mut generated, count) = (0, 0, 40_000_u64);
        for _ in 0..count {
            let size = request(draws.next(), draws.next());
            context += size.0;
            generated += size.1;
        }
        let all = CONVERSATIONS + CODINGS;
        let expected = |conversation: &Quantiles, coding: &Quantiles| {
            (mean(conversation) * CONVERSATIONS + mean(coding) * CODINGS) / all
        };
        let near = |sum: u64, mean: u64| (sum / count).abs_diff(mean) * 40 < mean;
        assert!(near(context, expected(&CONVERSATION_CONTEXT, &CODING_CONTEXT)));
        assert!(near(generated, expected(&CONVERSATION_GENERATED, &CODING_GENERATED)));
    }
}
