//! What final contributions of a stream are worth, together and by recipient.

use crate::error::Error;
use crate::inputs::Contributions;
use crate::modules::parameters::RateScore;
use crate::modules::rewards::worth::Rater;
use crate::modules::rewards::{self};
use rayon::prelude::*;
use std::ops::Range;
use workmint_amounts::Amount;

/// What became final.
pub(super) struct Demand {
    /// By contribution, in the inputs' order.
    pub worth: Vec<Amount>,
    /// Rows of recipients, ascending.
    pub rows: Vec<u32>,
    /// What each is due.
    pub dues: Vec<Amount>,
}

/// The contributions of a stream: they ascend by stream.
fn range(columns: &Contributions, stream: u16) -> Range<usize> {
    let start = columns.stream.partition_point(|of| *of < stream);
    let end = columns.stream.partition_point(|of| *of <= stream);
    start..end
}

impl Demand {
    /// `people` is the number of participants.
    pub(super) fn new(
        columns: &Contributions,
        stream: u16,
        rule: &RateScore,
        people: usize,
    ) -> Result<Self, Error> {
        let bad = |what| Error::from(rewards::Error::BadInputs { what });
        let short = || bad("a column of contributions is shorter than the others");
        let range = range(columns, stream);
        let participant = columns.participant.get(range.clone()).ok_or_else(short)?;
        let quantity = columns.quantity.get(range.clone()).ok_or_else(short)?;
        let first = columns.first.get(range.clone()).ok_or_else(short)?;
        let second = columns.second.get(range).ok_or_else(short)?;
        let rater = Rater::new(rule)?;
        let found = first.par_iter().copied().zip(second.par_iter().copied());
        let rated = quantity.par_iter().zip(found).with_min_len(4_096);
        // Collected as they are: of two that fail, the first must always be the one reported.
        let worth: Vec<Result<Amount, _>> =
            rated.map(|(quantity, found)| rater.worth(*quantity, found)).collect();
        let worth = worth.into_iter().collect::<Result<Vec<Amount>, _>>()?;
        let mut demand = Self { worth, rows: Vec::new(), dues: Vec::new() };
        for (row, worth) in participant.iter().zip(&demand.worth) {
            match (demand.rows.last(), demand.dues.last_mut()) {
                (Some(last), Some(due)) if last == row => *due = due.checked_add(*worth)?,
                (Some(last), _) if last > row => return Err(bad("contributions do not ascend")),
                (_, _) => {
                    demand.rows.push(*row);
                    demand.dues.push(*worth);
                }
            }
        }
        match demand.rows.last() {
            Some(last) if *last as usize >= people => Err(bad("a contribution of nobody")),
            Some(_) | None => Ok(demand),
        }
    }
}
