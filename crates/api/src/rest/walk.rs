//! Lists of what stands in blocks, by height and position: read from either end, a page of some
//! blocks at a time.

use std::ops::Range;
use std::sync::Arc;

use utoipa::IntoParams;
use workmint_answers::Order;
use workmint_node::BlockRecord;

use super::answer::{At, Page};
use super::asked::MAX_NUMBER;
use super::ordered::{Paged, cursor_of};
use super::{Asked, Problem, Running};

/// Most blocks one request looks at.
const MOST_BLOCKS: u64 = 1_000;

/// What a block has of the things a list is of.
pub(super) trait Rows {
    /// One of them.
    type Row;

    /// Those of a block at these positions that are asked for, in that order, with their positions.
    fn of_block<'a>(
        &'a self,
        block: &'a Arc<BlockRecord>,
        positions: Range<u64>,
        order: Order,
    ) -> impl Iterator<Item = (u64, Self::Row)>;
}

/// Which blocks are looked at.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what `Walk::of` reads")]
pub(super) struct Within {
    /// First height; 1 unless given.
    #[param(maximum = 9007199254740991_u64)]
    from: Option<u64>,
    /// Only those of this epoch's blocks.
    #[param(maximum = 9007199254740991_u64)]
    epoch: Option<u64>,
}

/// A page of such a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Walk {
    paged: Paged<2>,
    from: Option<u64>,
    epoch: Option<u64>,
}

/// Some rows, and the place of the next page.
type Found<T> = (Vec<T>, Option<(u64, u64)>);

impl Walk {
    /// Reads page and blocks of a query.
    ///
    /// # Errors
    /// [`Problem`] naming the parameter and what is allowed.
    pub(super) fn of(asked: &mut Asked) -> Result<Self, Problem> {
        let paged = asked.paged()?;
        let mut number = |name| asked.number(name, (0, MAX_NUMBER));
        Ok(Self { paged, from: number("from")?, epoch: number("epoch")? })
    }

    /// The page.
    ///
    /// # Errors
    /// If its blocks are not there.
    pub(super) fn page<R: Rows>(
        &self,
        running: &Running,
        rows: &R,
    ) -> Result<Page<R::Row>, Problem> {
        let (at, heights) = self.heights(running)?;
        let (items, next) = match self.paged.order {
            Order::Ascending => self.ascending(running, heights, rows)?,
            Order::Descending => self.descending(running, heights, rows)?,
        };
        let key = |(height, position)| format!("{height}~{position}");
        let next = next.map(|place| cursor_of(self.paged.order, &key(place)));
        Ok(Page { height: at.height, time_ms: at.time_ms, items, next })
    }

    /// Where the chain stands, first and last height. Without a first one it is where the page
    /// begins, or the history for a list that ends there.
    fn heights(&self, running: &Running) -> Result<(At, (u64, u64)), Problem> {
        let kept = running.first();
        let (at, epoch_from, last) = match self.epoch {
            None => {
                let at = running.at();
                (at, None, at.height)
            }
            Some(epoch) => {
                let (at, (first, last)) = running.blocks_of(epoch)?;
                if let Some([height, _]) = self.paged.cursor
                    && !(first..=last).contains(&height)
                {
                    let why = format!("it is of a page of another epoch than {epoch}");
                    return Err(Problem::contradiction("cursor", why));
                }
                (at, Some(first), last)
            }
        };
        let first = self.from.map(|from| from.max(1)).max(epoch_from);
        let first = first.unwrap_or(match self.paged.order {
            Order::Ascending => self.paged.cursor.map_or(1, |[height, _]| height.max(1)),
            Order::Descending => kept,
        });
        if first < kept {
            running.block(first)?;
        }
        Ok((at, (first, last)))
    }

    /// A cursor is the place of the first row.
    fn ascending<R: Rows>(
        &self,
        running: &Running,
        (first, last): (u64, u64),
        rows: &R,
    ) -> Result<Found<R::Row>, Problem> {
        let [height, position] = self.paged.cursor.unwrap_or_default();
        let (mut height, mut position) = (height, position).max((first, 0));
        let end = last.min(height.saturating_add(MOST_BLOCKS - 1));
        let mut items = Vec::new();
        while height <= end {
            let block = running.block(height)?;
            for (place, row) in rows.of_block(&block, position..u64::MAX, self.paged.order) {
                if items.len() == self.paged.limit {
                    return Ok((items, Some((height, place))));
                }
                items.push(row);
            }
            (height, position) = (height.saturating_add(1), 0);
        }
        Ok((items, (height <= last).then_some((height, 0))))
    }

    /// A cursor is the place behind the first row: a block that is read through goes on with the
    /// one before it, of whatever length.
    fn descending<R: Rows>(
        &self,
        running: &Running,
        (first, last): (u64, u64),
        rows: &R,
    ) -> Result<Found<R::Row>, Problem> {
        let end = (last.saturating_add(1), 0);
        let (mut height, mut position) =
            self.paged.cursor.map_or(end, |[height, position]| (height, position).min(end));
        let mut items = Vec::new();
        for _ in 0..MOST_BLOCKS {
            if position == 0 {
                if height <= first {
                    return Ok((items, None));
                }
                (height, position) = (height.saturating_sub(1), u64::MAX);
            }
            if height < first {
                return Ok((items, None));
            }
            let block = running.block(height)?;
            for (place, row) in rows.of_block(&block, 0..position, self.paged.order) {
                if items.len() == self.paged.limit {
                    return Ok((items, Some((height, place.saturating_add(1)))));
                }
                items.push(row);
            }
            position = 0;
        }
        Ok((items, (height > first).then_some((height, 0))))
    }
}
