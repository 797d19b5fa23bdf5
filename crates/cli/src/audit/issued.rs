//! What a stream of emission issues, and what moves through the recycling pool meanwhile.

use workmint_amounts::Amount;
use workmint_core::modules::parameters::{Destination, Remainder, Stream};

use super::{Fallible, failed};

/// What a stream did with its budget.
pub(super) struct Used {
    budget: Amount,
    /// What nobody owns: forfeits, and rounding where it goes with them.
    ownerless: Amount,
    /// Where that goes.
    to: Destination,
}

impl Used {
    pub(super) fn of(
        stream: &Stream,
        budget: Amount,
        (forfeited, dust): (Amount, Amount),
    ) -> Fallible<Self> {
        let ownerless = match stream.remainder {
            Remainder::Carry => forfeited,
            Remainder::Forfeits => forfeited.checked_add(dust).map_err(failed)?,
        };
        Ok(Self { budget, ownerless, to: stream.forfeits })
    }

    /// New or recycled money that leaves its place: all that is used, less what was carried in.
    /// What is burned is never issued. The pool's money is used before new one, and what nobody
    /// owns comes last; what of it would go from the pool into the pool stays where it is.
    pub(super) fn issued(&self, carried: Amount, recycling: &mut Amount) -> Fallible<Amount> {
        let less = |one: Amount, other: Amount| Amount::new(one.get().saturating_sub(other.get()));
        let fresh = less(self.budget, carried);
        let wanted = match self.to {
            Destination::Burn => less(fresh, self.ownerless),
            Destination::Treasury | Destination::Recycling => fresh,
        };
        let from_pool = wanted.min(*recycling);
        let new = less(wanted, from_pool);
        let (stays, returns) = match self.to {
            Destination::Recycling => {
                let stays = less(self.ownerless, new).min(from_pool);
                (stays, less(self.ownerless, stays))
            }
            Destination::Burn | Destination::Treasury => (Amount::ZERO, Amount::ZERO),
        };
        let left = recycling.checked_sub(from_pool).and_then(|left| left.checked_add(stays));
        *recycling = left.and_then(|left| left.checked_add(returns)).map_err(failed)?;
        wanted.checked_sub(stays).map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Budget 100 of which 10 were carried in and 30 are nobody's; the pool holds `pool`. What is
    /// issued, and what the pool holds afterwards.
    fn issued(to: Destination, pool: u128) -> (u128, u128) {
        let used = Used { budget: Amount::new(100), ownerless: Amount::new(30), to };
        let mut recycling = Amount::new(pool);
        let issued = used.issued(Amount::new(10), &mut recycling).unwrap();
        (issued.get(), recycling.get())
    }

    #[test]
    fn the_pool_pays_before_new_money_and_gets_back_what_nobody_owns() {
        use Destination::{Burn, Recycling, Treasury};
        assert_eq!(
            [issued(Burn, 0), issued(Burn, 50), issued(Burn, 80)],
            [(60, 0), (60, 0), (60, 20)]
        );
        assert_eq!([issued(Treasury, 0), issued(Treasury, 95)], [(90, 0), (90, 5)]);
        // All 90 new: 30 of them fill the pool. 70 of the pool: 20 new, so 10 stay in it.
        assert_eq!([issued(Recycling, 0), issued(Recycling, 70)], [(90, 30), (80, 30)]);
        assert_eq!(issued(Recycling, 200), (60, 140));
    }
}
