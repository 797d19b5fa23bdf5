//! The proof that no money appeared or vanished, recounted from the rows.

use crate::failure::Failure;
use crate::output::{amount_json, asset_of, shown};
use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_core::modules::ledger::AccountHandle;
use workmint_core::modules::parameters::Asset;
use workmint_core::names::AssetId;
use workmint_core::{Genesis, State};

/// One asset's books; base units.
#[derive(Debug)]
struct Books {
    id: AssetId,
    genesis: Amount,
    minted: Amount,
    burned: Amount,
    accounts: Amount,
    account_count: u32,
    pots: Vec<(String, Amount)>,
}

/// The books of every asset.
#[derive(Debug)]
pub(crate) struct Conservation {
    books: Vec<Books>,
}

impl Conservation {
    /// Recounts everything: accounts and pots row by row, minted money from the settlements'
    /// records. A difference is damage.
    pub(crate) fn recount(genesis: &Genesis, state: &State) -> Result<Self, Failure> {
        let count = u16::try_from(genesis.parameters.assets.len()).unwrap_or(u16::MAX);
        let books = (0..count).map(|id| Books::recount(genesis, state, AssetId(id)));
        Ok(Self { books: books.collect::<Result<_, _>>()? })
    }

    /// The proof in words.
    pub(crate) fn lines(&self, genesis: &Genesis) -> Result<Vec<String>, Failure> {
        let line = |books: &Books| {
            let asset = asset_of(&genesis.parameters, books.id)?;
            books.words(asset)
        };
        self.books.iter().map(line).collect()
    }

    /// The proof for machines.
    pub(crate) fn json(&self, genesis: &Genesis) -> Result<Value, Failure> {
        let one = |books: &Books| {
            let asset = asset_of(&genesis.parameters, books.id)?;
            let amount = |amount: Amount| amount_json(amount, asset);
            let pots: serde_json::Map<String, Value> =
                books.pots.iter().map(|(name, held)| (name.clone(), amount(*held))).collect();
            Ok::<Value, Failure>(json!({
                "supply": amount(books.held()?),
                "genesis": amount(books.genesis),
                "minted": amount(books.minted),
                "burned": amount(books.burned),
                "in_accounts": amount(books.accounts),
                "accounts": books.account_count,
                "pots": pots,
                "difference": amount(Amount::ZERO),
            }))
        };
        self.books.iter().map(one).collect()
    }
}

impl Books {
    fn recount(genesis: &Genesis, state: &State, id: AssetId) -> Result<Self, Failure> {
        let sum = |amounts: &mut dyn Iterator<Item = Amount>| {
            Amount::sum(amounts).map_err(Failure::damage)
        };
        let first = genesis.allocations.iter().filter(|first| first.asset == id);
        let minted = if genesis.parameters.emission.asset == id {
            sum(&mut state.settlement.headers(..).map(|header| header.minted))?
        } else {
            Amount::ZERO
        };
        let account_count = state.ledger.account_count();
        let holdings = (0..account_count)
            .map(|handle| state.ledger.holding(AccountHandle(handle), id).balance);
        let pots = state.ledger.pots().filter(|(asset, _, _)| *asset == id);
        let books = Self {
            id,
            genesis: sum(&mut first.map(|first| first.amount))?,
            minted,
            burned: state.ledger.supply(id).burned,
            accounts: sum(&mut holdings.into_iter())?,
            account_count,
            pots: pots.map(|(_, pot, amount)| (pot.to_string(), amount)).collect(),
        };
        books.require_equal(state)?;
        Ok(books)
    }

    /// Accounts and pots together.
    fn held(&self) -> Result<Amount, Failure> {
        let pots = self.pots.iter().map(|(_, amount)| *amount);
        Amount::sum(pots.chain([self.accounts])).map_err(Failure::damage)
    }

    /// Genesis + minted - burned == held == the engine's own total.
    fn require_equal(&self, state: &State) -> Result<(), Failure> {
        let total = state.ledger.supply(self.id);
        let issued = self.genesis.checked_add(self.minted).map_err(Failure::damage)?;
        let existing = issued.checked_sub(self.burned).map_err(Failure::damage)?;
        let held = self.held()?;
        if existing == held && issued == total.issued && existing == total.existing() {
            return Ok(());
        }
        Err(Failure::Damage(format!(
            "asset {}: genesis {} + minted {} - burned {} is not what is held, {held} base units; \
             the engine says issued {}, burned {}",
            self.id.0, self.genesis, self.minted, self.burned, total.issued, total.burned
        )))
    }

    fn words(&self, asset: &Asset) -> Result<String, Failure> {
        let amount = |amount: Amount| shown(amount, asset);
        let pots: Vec<String> =
            self.pots.iter().map(|(name, held)| format!("{name} {}", amount(*held))).collect();
        let in_pots = Amount::sum(self.pots.iter().map(|(_, held)| *held));
        let in_pots = in_pots.map_err(Failure::damage)?;
        Ok(format!(
            "Supply {} = genesis {} + minted {} - burned {}; held: {} in {} accounts + {} in pots \
             ({}); difference 0 base units",
            amount(self.held()?),
            amount(self.genesis),
            amount(self.minted),
            amount(self.burned),
            amount(self.accounts),
            self.account_count,
            amount(in_pots),
            pots.join(", ")
        ))
    }
}
