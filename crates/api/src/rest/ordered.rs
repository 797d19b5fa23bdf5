//! Lists by time: read from either end. A cursor belongs to one of the two orders.

use std::ops::RangeInclusive;

use utoipa::IntoParams;
use workmint_answers::Order;

use super::answer::{At, Page};
use super::{Asked, Problem};

/// What cursors of lists that are read newest first begin with.
const NEWEST_FIRST: &str = "desc~";

/// In which order a list by time is read.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what `Asked::order` reads")]
pub(super) struct Ordering {
    /// Oldest first (`asc`) or newest first (`desc`). A cursor belongs to its order.
    #[param(pattern = "^(asc|desc)$", default = "asc")]
    order: Option<String>,
}

/// Which page of a list by time is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paged<const N: usize> {
    /// Rows of the page.
    pub(super) limit: usize,
    /// The order of the rows.
    pub(super) order: Order,
    /// The key of the page's first row.
    pub(super) cursor: Option<[u64; N]>,
}

impl Asked {
    /// The order of a list by time.
    ///
    /// # Errors
    /// [`Problem`] naming it.
    pub(super) fn order(&mut self) -> Result<Order, Problem> {
        match self.text("order")? {
            None | Some("asc") => Ok(Order::Ascending),
            Some("desc") => Ok(Order::Descending),
            Some(_) => {
                Err(Problem::parameter("order", "allowed: asc (oldest first), desc (newest first)"))
            }
        }
    }

    /// Where a page of a list in that order begins.
    ///
    /// # Errors
    /// [`Problem`] naming it, also if it is of a list in the other order.
    pub(super) fn cursor_in<const N: usize>(
        &mut self,
        order: Order,
    ) -> Result<Option<[u64; N]>, Problem> {
        let Some(text) = self.text("cursor")? else { return Ok(None) };
        let (of, numbers) = match text.strip_prefix(NEWEST_FIRST) {
            Some(numbers) => (Order::Descending, numbers),
            None => (Order::Ascending, text),
        };
        let numbers = super::asked::numbers(numbers);
        let found = numbers.ok_or_else(|| super::asked::no_cursor(text))?;
        if of == order {
            return Ok(Some(found));
        }
        let detail = format!(
            "{text} is of the list in order={}, not in order={}: take it with that order, or begin \
             without a cursor",
            word(of),
            word(order),
        );
        Err(Problem::contradiction("cursor", detail))
    }

    /// Order, limit and cursor of a list by time.
    ///
    /// # Errors
    /// [`Problem`] naming what is wrong.
    pub(super) fn paged<const N: usize>(&mut self) -> Result<Paged<N>, Problem> {
        let (limit, order) = (self.limit()?, self.order()?);
        Ok(Paged { limit, order, cursor: self.cursor_in(order)? })
    }
}

fn word(order: Order) -> &'static str {
    match order {
        Order::Ascending => "asc",
        Order::Descending => "desc",
    }
}

/// The cursor of a row with that key, in a list of that order.
pub(super) fn cursor_of(order: Order, key: &str) -> String {
    match order {
        Order::Ascending => key.to_owned(),
        Order::Descending => format!("{NEWEST_FIRST}{key}"),
    }
}

/// Rows in ascending order, as they are read in that order.
pub(super) fn read_in<T>(
    order: Order,
    mut rows: impl DoubleEndedIterator<Item = T>,
) -> impl Iterator<Item = T> {
    std::iter::from_fn(move || match order {
        Order::Ascending => rows.next(),
        Order::Descending => rows.next_back(),
    })
}

impl<const N: usize> Paged<N> {
    /// The keys of the page and of those that follow, of a list whose keys go from one to another;
    /// `None` if there are none.
    pub(super) fn keys<K: Ord>(
        &self,
        (first, last): (K, K),
        key: impl FnOnce([u64; N]) -> K,
    ) -> Option<RangeInclusive<K>> {
        let (first, last) = match (self.order, self.cursor.map(key)) {
            (_, None) => (first, last),
            (Order::Ascending, Some(from)) => (first.max(from), last),
            (Order::Descending, Some(from)) => (first, last.min(from)),
        };
        (first <= last).then_some(first..=last)
    }

    /// The page, of rows with these keys in ascending order.
    ///
    /// # Errors
    /// Those of the rows.
    pub(super) fn page<K, T>(
        &self,
        at: At,
        rows: impl DoubleEndedIterator<Item = K>,
        key: impl Fn(&K) -> String,
        item: impl FnMut(K) -> Result<T, Problem>,
    ) -> Result<Page<T>, Problem> {
        let key = |row: &K| cursor_of(self.order, &key(row));
        Page::of(at, self.limit, read_in(self.order, rows), key, item)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_on_the_far_side_of_the_cursor() {
        let keys = |order, cursor: Option<u64>| {
            let paged = Paged { limit: 1, order, cursor: cursor.map(|number| [number]) };
            paged.keys((3, 9), |[number]| number)
        };
        assert_eq!(keys(Order::Ascending, None), Some(3..=9));
        assert_eq!(keys(Order::Descending, None), Some(3..=9));
        assert_eq!(keys(Order::Ascending, Some(5)), Some(5..=9));
        assert_eq!(keys(Order::Ascending, Some(1)), Some(3..=9));
        assert_eq!(keys(Order::Ascending, Some(10)), None);
        assert_eq!(keys(Order::Descending, Some(5)), Some(3..=5));
        assert_eq!(keys(Order::Descending, Some(11)), Some(3..=9));
        assert_eq!(keys(Order::Descending, Some(2)), None);
    }
}
