//! Paid jobs of this run by tier, as the closes told them.

use std::collections::BTreeMap;
use workmint_amounts::{Amount, mul_div_floor};
use workmint_core::Event;
use workmint_core::modules::market::{self, jobs};

use super::prices::a_million;
use crate::failure::Failure;

/// What was paid for in one tier.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sale {
    pub(super) jobs: u64,
    pub(super) units: u64,
    /// Base units of the market's asset, fees included.
    pub(super) paid: Amount,
}

impl Sale {
    /// What a million units cost on average, base units, rounded down; nothing of nothing.
    pub(super) fn average(&self) -> Result<Amount, Failure> {
        let paid = a_million(self.paid)?.get();
        Ok(Amount::new(mul_div_floor(paid, 1, u128::from(self.units)).unwrap_or(0)))
    }
}

/// By tier.
#[derive(Debug, Default)]
pub(super) struct Sales {
    tiers: BTreeMap<u8, Sale>,
}

impl Sales {
    /// Looks at an event.
    pub(super) fn note(&mut self, event: &Event) -> Result<(), Failure> {
        let Event::Market(market::Event::Job(jobs::Event::Sold {
            tier, jobs, units, paid, ..
        })) = event
        else {
            return Ok(());
        };
        let sale = self.tiers.entry(*tier).or_default();
        sale.jobs += jobs;
        sale.units += units;
        sale.paid = sale.paid.checked_add(*paid).map_err(Failure::damage)?;
        Ok(())
    }

    /// What was paid for in a tier.
    pub(super) fn of(&self, tier: usize) -> Sale {
        let tier = u8::try_from(tier).ok().and_then(|tier| self.tiers.get(&tier));
        tier.copied().unwrap_or_default()
    }
}
