//! A naive double-entry book, fed with postings only.

use std::collections::BTreeMap;

use workmint_amounts::Amount;
use workmint_core::State;
use workmint_core::modules::ledger::{Holder, Posting, Pot};
use workmint_core::names::AssetId;

/// What every holder has, and what was ever issued and burned.
#[derive(Debug, Default)]
pub(crate) struct Book {
    held: BTreeMap<(AssetId, Holder), Amount>,
    issued: BTreeMap<AssetId, Amount>,
    burned: BTreeMap<AssetId, Amount>,
    /// Postings entered.
    pub(crate) postings: u64,
}

impl Book {
    /// The book at genesis: what the first state holds counts as issued.
    pub(crate) fn opening(state: &State) -> Result<Self, String> {
        let mut book = Self::default();
        for (asset, holder, amount) in holdings(state) {
            book.enter(&asset, &Holder::Issuance, &holder, amount)?;
        }
        Ok(book)
    }

    /// Ever issued of an asset.
    pub(crate) fn issued(&self, asset: AssetId) -> Amount {
        self.issued.get(&asset).copied().unwrap_or_default()
    }

    /// Enters the postings of a block.
    pub(crate) fn post(&mut self, postings: &[Posting]) -> Result<(), String> {
        for posting in postings {
            let Posting { asset, from, to, amount, .. } = posting;
            self.enter(asset, from, to, *amount)?;
            self.postings += 1;
        }
        Ok(())
    }

    fn enter(
        &mut self,
        asset: &AssetId,
        from: &Holder,
        to: &Holder,
        amount: Amount,
    ) -> Result<(), String> {
        let overflow = |_| "a sum of postings exceeds 2^128".to_owned();
        match from {
            Holder::Issuance => {
                let issued = self.issued.entry(*asset).or_default();
                *issued = issued.checked_add(amount).map_err(overflow)?;
            }
            Holder::Account(_) | Holder::Pot(_) => {
                let held = self.held.entry((*asset, from.clone())).or_default();
                *held = held
                    .checked_sub(amount)
                    .map_err(|_| format!("{from:?} gives {amount} but has {held}"))?;
            }
        }
        let total = match to {
            Holder::Issuance => self.burned.entry(*asset).or_default(),
            Holder::Account(_) | Holder::Pot(_) => {
                self.held.entry((*asset, to.clone())).or_default()
            }
        };
        *total = total.checked_add(amount).map_err(overflow)?;
        Ok(())
    }

    /// Compares every balance, every pot and the supply with the state.
    pub(crate) fn compare(&self, state: &State) -> Result<u64, String> {
        let mut expected = self.held.iter().filter(|(_, amount)| !amount.is_zero());
        let mut found: Vec<(AssetId, Holder, Amount)> = holdings(state).collect();
        found.sort();
        let mut compared = 0;
        for (asset, holder, amount) in found {
            let book = expected.next();
            if book != Some((&(asset, holder.clone()), &amount)) {
                return Err(format!(
                    "the state has {amount} for {holder:?} of asset {}, the postings give {book:?}",
                    asset.0
                ));
            }
            compared += 1;
        }
        if let Some(book) = expected.next() {
            return Err(format!("the postings give {book:?}, the state has nothing"));
        }
        for (asset, issued) in &self.issued {
            let burned = self.burned.get(asset).copied().unwrap_or_default();
            let supply = state.ledger.supply(*asset);
            if (supply.issued, supply.burned) != (*issued, burned) {
                return Err(format!(
                    "asset {}: the state says issued {} and burned {}, the postings {issued} and \
                     {burned}",
                    asset.0, supply.issued, supply.burned
                ));
            }
        }
        Ok(compared)
    }
}

/// Everything above zero that the state says anyone holds.
fn holdings(state: &State) -> impl Iterator<Item = (AssetId, Holder, Amount)> {
    let assets = 0..u16::try_from(state.ledger.asset_count()).unwrap_or(u16::MAX);
    let accounts = assets.map(AssetId).flat_map(move |asset| {
        (0..state.ledger.account_count()).map(move |number| {
            let handle = workmint_core::modules::ledger::AccountHandle(number);
            (asset, Holder::Account(handle), state.ledger.holding(handle, asset).balance)
        })
    });
    let pots = state.ledger.pots().map(|(asset, pot, amount): (AssetId, &Pot, Amount)| {
        (asset, Holder::Pot(pot.clone()), amount)
    });
    accounts.chain(pots).filter(|(_, _, amount)| !amount.is_zero())
}
