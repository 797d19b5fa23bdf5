//! How much of a grant has vested, and what will.

use super::{Grant, GrantId};
use crate::error::{Error, OVERFLOW};
use crate::modules::parameters::VestingRemainder;
use workmint_amounts::{Amount, mul_div_floor};

impl Grant {
    /// A grant of `amount` over `epochs`; `None` if there is nothing to wait for.
    pub fn of(
        amount: Amount,
        epochs: u64,
        remainder: VestingRemainder,
    ) -> Result<Option<Self>, Error> {
        let Some(rest) = amount.get().checked_rem(u128::from(epochs)) else {
            return Ok(None);
        };
        if amount.is_zero() {
            return Ok(None);
        }
        let first = match remainder {
            VestingRemainder::Spread => Amount::ZERO,
            VestingRemainder::First => Amount::new(rest),
        };
        Ok(Some(Self { total: amount, first, released: Amount::ZERO }))
    }

    /// This grant and another one of the same span.
    pub(super) fn and(self, other: Self) -> Result<Self, Error> {
        Ok(Self {
            total: self.total.checked_add(other.total)?,
            first: self.first.checked_add(other.first)?,
            released: self.released.checked_add(other.released)?,
        })
    }

    /// What has vested after `elapsed` of `length` epochs: nothing after none, everything after
    /// all, and between them first + floor((total - first) x elapsed / length). Rounds down, so
    /// that the last epoch releases what rounding left.
    pub fn vested(self, elapsed: u64, length: u64) -> Result<Amount, Error> {
        if elapsed == 0 {
            return Ok(Amount::ZERO);
        }
        if elapsed >= length {
            return Ok(self.total);
        }
        let spread = self.total.checked_sub(self.first)?.get();
        let spread = mul_div_floor(spread, u128::from(elapsed), u128::from(length))?;
        Ok(self.first.checked_add(Amount::new(spread))?)
    }
}

/// What grants of one asset will release.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outlook {
    /// Vested and not yet asked for, base units.
    pub ready: Amount,
    /// What vests with the close of the first epoch, the next one and so on, base units; until the
    /// last grant ends.
    pub by_epoch: Vec<Amount>,
}

/// What grants release, epoch by epoch, from the close of `first_epoch` on.
pub fn outlook(
    grants: impl IntoIterator<Item = (GrantId, Grant)>,
    first_epoch: u64,
) -> Result<Outlook, Error> {
    let mut out = Outlook::default();
    for (id, grant) in grants {
        let vested_by = |opens: u64| match opens.checked_sub(id.start_epoch) {
            Some(elapsed) => grant.vested(elapsed, id.epochs),
            None => Ok(Amount::ZERO),
        };
        let mut before = vested_by(first_epoch)?;
        out.ready = out.ready.checked_add(before.checked_sub(grant.released)?)?;
        let end = id.start_epoch.checked_add(id.epochs).ok_or(OVERFLOW)?;
        for (at, epoch) in (first_epoch..end).enumerate() {
            let after = vested_by(epoch.checked_add(1).ok_or(OVERFLOW)?)?;
            if out.by_epoch.len() == at {
                out.by_epoch.push(Amount::ZERO);
            }
            if let Some(sum) = out.by_epoch.get_mut(at) {
                *sum = sum.checked_add(after.checked_sub(before)?)?;
            }
            before = after;
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modules::ledger::AccountHandle;
    use crate::names::AssetId;

    fn grant(amount: u128, epochs: u64, remainder: VestingRemainder) -> Grant {
        Grant::of(Amount::new(amount), epochs, remainder).unwrap().unwrap()
    }

    fn id(start_epoch: u64, epochs: u64) -> GrantId {
        GrantId { account: AccountHandle(0), asset: AssetId(0), start_epoch, epochs, earner: None }
    }

    fn releases(grants: &[(GrantId, Grant)], first_epoch: u64) -> (u128, Vec<u128>) {
        let out = outlook(grants.iter().copied(), first_epoch).unwrap();
        (out.ready.get(), out.by_epoch.into_iter().map(Amount::get).collect())
    }

    #[test]
    fn the_remainder_is_spread_or_comes_first() {
        let spread = grant(1_003, 4, VestingRemainder::Spread);
        assert_eq!(releases(&[(id(0, 4), spread)], 0), (0, vec![250, 251, 251, 251]));
        let first = grant(1_003, 4, VestingRemainder::First);
        assert_eq!(releases(&[(id(0, 4), first)], 0), (0, vec![253, 250, 250, 250]));
        let small = grant(3, 5, VestingRemainder::First);
        assert_eq!(releases(&[(id(0, 5), small)], 0), (0, vec![3, 0, 0, 0, 0]));
        assert_eq!(Grant::of(Amount::ZERO, 5, VestingRemainder::First).unwrap(), None);
        assert_eq!(Grant::of(Amount::new(5), 0, VestingRemainder::First).unwrap(), None);
    }

    /// Each amount keeps its own remainder: 5 + 5 over 3 epochs is not 10 over 3.
    #[test]
    fn grants_of_one_span_add_up() {
        let five = grant(5, 3, VestingRemainder::First);
        let both = five.and(five).unwrap();
        assert_eq!(releases(&[(id(0, 3), both)], 0), (0, vec![6, 2, 2]));
    }

    #[test]
    fn what_is_ready_is_not_counted_again() {
        let mut grant = grant(900, 3, VestingRemainder::First);
        grant.released = Amount::new(100);
        let later = self::grant(10, 1, VestingRemainder::First);
        let all = [(id(4, 3), grant), (id(9, 1), later)];
        assert_eq!(releases(&all, 5), (200, vec![300, 300, 0, 0, 10]));
        assert_eq!(releases(&all, 12), (810, vec![]));
    }

    proptest::proptest! {
        #[test]
        fn everything_is_released_once_and_never_late(
            amount in 1_u128..1 << 90,
            epochs in 1_u64..400,
            first in proptest::prelude::any::<bool>(),
        ) {
            let rule = if first { VestingRemainder::First } else { VestingRemainder::Spread };
            let (_, parts) = releases(&[(id(0, epochs), grant(amount, epochs, rule))], 0);
            let each = amount / u128::from(epochs);
            proptest::prop_assert_eq!(parts.iter().sum::<u128>(), amount);
            for (at, part) in parts.iter().enumerate() {
                let rest = if first && at == 0 { amount % u128::from(epochs) } else { 0 };
                let exact = *part == each + rest;
                proptest::prop_assert!(exact || (!first && *part == each + 1), "{} {}", at, part);
            }
        }
    }
}
