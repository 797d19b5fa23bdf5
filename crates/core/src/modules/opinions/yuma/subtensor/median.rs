//! The weight that enough stake agrees on, per column.
//!
//! Upstream partitions around a pivot until the sums of stake decide; what comes out is the
//! smallest score that more than the minority of stake gives at most. Sums of stake are exact, so
//! any way to find that score gives the same bits.

use super::fixed::I32F32;
use super::rows::{Row, normalize};
use rayon::prelude::*;

/// What one validator says of a seat, and how much it weighs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Vote {
    /// The weight it gives.
    pub score: I32F32,
    /// The stake behind it.
    pub stake: I32F32,
}

/// Votes from which on sorting is no longer the faster way.
const FEW: usize = 24;
/// Partitions after which the pivots are bad enough to sort instead.
const ENOUGH: u32 = 24;

/// The smallest score that more than `minority` of the stake gives at most, where `below` of the
/// stake gives less than all of `votes`; the largest score if there is none, 0 without votes.
#[must_use]
pub fn weighted_median(votes: &mut Vec<Vote>, below: I32F32, minority: I32F32) -> I32F32 {
    let mut below = below;
    for _ in 0..ENOUGH {
        if votes.len() <= FEW {
            break;
        }
        let middle = votes.get(votes.len() / 2).copied().unwrap_or_default().score;
        let mut sums = (below, below);
        let (mut lower, mut upper) = (false, false);
        for vote in votes.iter() {
            if vote.score < middle {
                lower = true;
                sums.0 = sums.0.plus(vote.stake);
            }
            if vote.score <= middle {
                sums.1 = sums.1.plus(vote.stake);
            } else {
                upper = true;
            }
        }
        if lower && sums.0 > minority {
            votes.retain(|vote| vote.score < middle);
        } else if upper && sums.1 <= minority {
            below = sums.1;
            votes.retain(|vote| vote.score > middle);
        } else {
            return middle;
        }
    }
    votes.sort_unstable_by_key(|vote| vote.score);
    let mut votes = votes.iter().peekable();
    while let Some(vote) = votes.next() {
        below = below.plus(vote.stake);
        let last_of_score = votes.peek().is_none_or(|next| next.score > vote.score);
        if last_of_score && (below > minority || votes.peek().is_none()) {
            return vote.score;
        }
    }
    I32F32::ZERO
}

/// The weighted median of each column over the rows with stake, of which `majority` must agree.
/// Who has stake and does not weigh a column gives it 0.
#[must_use]
pub fn of_columns(stake: &[I32F32], rows: &[Row], columns: usize, majority: I32F32) -> Vec<I32F32> {
    let voters = || stake.iter().zip(rows).filter(|(stake, _)| **stake > I32F32::ZERO);
    let mut shares: Vec<I32F32> = voters().map(|(stake, _)| *stake).collect();
    normalize(&mut shares);
    let all: I32F32 = shares.iter().copied().sum();
    let minority = all.minus(majority);
    let mut votes: Vec<Vec<Vote>> = vec![Vec::new(); columns];
    for ((_, row), stake) in voters().zip(&shares) {
        for (column, score) in row {
            if let Some(votes) = votes.get_mut(usize::from(*column)) {
                if votes.is_empty() {
                    votes.reserve_exact(shares.len());
                }
                votes.push(Vote { score: *score, stake: *stake });
            }
        }
    }
    let median = |votes: &mut Vec<Vote>| {
        if votes.len() == shares.len() {
            return weighted_median(votes, I32F32::ZERO, minority);
        }
        let silent = all.minus(votes.iter().map(|vote| vote.stake).sum());
        if silent > minority {
            return I32F32::ZERO;
        }
        weighted_median(votes, silent, minority)
    };
    votes.par_iter_mut().map(median).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(bits: i64) -> I32F32 {
        I32F32::from_bits(bits)
    }

    /// By the definition: the smallest score with more than the minority at or below it.
    fn defined(votes: &[Vote], below: i64, minority: i64) -> i64 {
        let enough = |score: &i64| {
            let at_most = votes.iter().filter(|vote| vote.score.to_bits() <= *score);
            below + at_most.map(|vote| vote.stake.to_bits()).sum::<i64>() > minority
        };
        let scores = || votes.iter().map(|vote| vote.score.to_bits());
        scores().filter(enough).min().or(scores().max()).unwrap_or(0)
    }

    fn assert_all_medians(votes: &[Vote]) {
        let all: i64 = votes.iter().map(|vote| vote.stake.to_bits()).sum();
        for minority in (-1..=all + 1).step_by(1 + votes.len() / 20) {
            for below in [0, 3] {
                let ours = weighted_median(&mut votes.to_vec(), number(below), number(minority));
                assert_eq!(ours, number(defined(votes, below, minority)), "{below} {minority}");
            }
        }
    }

    #[test]
    fn any_number_of_votes_of_any_size() {
        let mut state = 7_i64;
        let mut draw = |below: i64| {
            state = (state * 48_271) % 2_147_483_647;
            state % below
        };
        for count in [0, 1, 2, 5, 24, 25, 26, 60, 200] {
            for scores in [1, 3, 1_000] {
                let mut vote = |_| Vote { score: number(draw(scores)), stake: number(draw(4)) };
                assert_all_medians(&(0..count).map(&mut vote).collect::<Vec<_>>());
            }
        }
    }

    /// Votes of which each pivot takes away only one.
    #[test]
    fn bad_pivots() {
        let mut votes = Vec::new();
        for score in (0..150).rev() {
            votes.insert(votes.len().div_ceil(2), Vote { score: number(score), stake: number(1) });
        }
        assert_all_medians(&votes);
    }

    #[test]
    fn who_gives_no_weight_gives_0() {
        let stake = [number(6), number(0), number(4), number(5)];
        let row = |entries: &[(u16, i64)]| -> Row {
            entries.iter().map(|(column, score)| (*column, number(*score))).collect()
        };
        let rows = [
            row(&[(0, 7), (1, 2)]),
            row(&[(0, 9), (1, 9), (2, 9)]),
            row(&[(0, 3), (1, 8)]),
            row(&[(0, 5), (9, 1)]),
        ];
        // Of 6, 4 and 5 parts of 15: column 0 weighs 3, 5, 7 with 4, 9 and 15 below or at it.
        let majority = |parts: i64| number((1 << 32) * parts / 15);
        let of = |parts| -> Vec<i64> {
            let medians = of_columns(&stake, &rows, 3, majority(parts));
            medians.into_iter().map(I32F32::to_bits).collect()
        };
        assert_eq!(of(12), [3, 0, 0]);
        assert_eq!(of(7), [5, 2, 0]);
        assert_eq!(of(5), [7, 2, 0]);
        assert_eq!(of(3), [7, 8, 0]);
    }
}
