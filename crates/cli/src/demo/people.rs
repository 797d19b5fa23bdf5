//! Who takes part in a demo: addresses without keys, their names, and who has money.

use crate::output::grouped;
use std::collections::BTreeMap;
use workmint_amounts::Amount;
use workmint_core::genesis::AllocationTo;
use workmint_core::modules::registry::Role;
use workmint_core::names::AssetId;
use workmint_core::{Address, Genesis};
use workmint_networks::NetworkDefinition;

/// An address of the demo: an account without a signing key.
pub(super) fn local(name: &str) -> Address {
    Address::derived(format!("workmint demo {name}").as_bytes())
}

/// As many addresses of that name, by number.
pub(super) fn numbered(name: &str, count: u64) -> Vec<Address> {
    (0..count).map(|number| local(&format!("{name} {number}"))).collect()
}

/// Addresses for the names in a network's file.
pub(crate) fn bindings(definition: &NetworkDefinition) -> BTreeMap<String, Address> {
    let names = definition.names().into_iter();
    names.map(|name| (name.as_str().to_owned(), local(name.as_str()))).collect()
}

/// Who holds a role at genesis, in the genesis' order.
pub(super) fn holders(genesis: &Genesis, role: Role) -> Vec<Address> {
    let holders = genesis.roles.iter().filter(|(held, _)| *held == role);
    holders.map(|(_, address)| *address).collect()
}

/// By asset, the account that owns most of it at genesis and may spend it.
pub(super) fn funders(genesis: &Genesis) -> BTreeMap<AssetId, Address> {
    let mut largest: BTreeMap<AssetId, (Amount, Address)> = BTreeMap::new();
    for allocation in &genesis.allocations {
        if let (AllocationTo::Account(address), 0) = (&allocation.to, allocation.vesting_epochs) {
            let entry = largest.entry(allocation.asset).or_default();
            if allocation.amount > entry.0 {
                *entry = (allocation.amount, *address);
            }
        }
    }
    let by_asset = largest.into_iter();
    by_asset.map(|(asset, (_, address))| (asset, address)).collect()
}

/// The names of everyone.
#[derive(Debug, Default)]
pub(crate) struct People {
    names: BTreeMap<Address, String>,
    /// What there is of each kind: word and number.
    kinds: Vec<(String, usize)>,
}

impl People {
    /// Names a kind of people, each with its number; they are counted in [`People::counted`].
    pub(super) fn add(&mut self, word: &str, addresses: impl IntoIterator<Item = Address>) {
        let mut count = 0;
        for (number, address) in addresses.into_iter().enumerate() {
            self.name_one(address, format!("{word} {number}"));
            count += 1;
        }
        self.kinds.push((word.to_owned(), count));
    }

    /// Names one account.
    pub(super) fn name_one(&mut self, address: Address, name: String) {
        self.names.insert(address, name);
    }

    /// Somebody, and the name: the first of the first kind.
    pub(crate) fn first(&self) -> Option<(&Address, &str)> {
        let (word, _) = self.kinds.first()?;
        let name = format!("{word} 0");
        let found = self.names.iter().find(|(_, known)| **known == name)?;
        Some((found.0, found.1.as_str()))
    }

    /// `host 7`, or the address if it is nobody of the demo.
    pub(crate) fn name(&self, address: &Address) -> String {
        let name = self.names.get(address).cloned();
        name.unwrap_or_else(|| address.to_string())
    }

    /// A name, and its address for other commands.
    pub(super) fn who(&self, address: &Address) -> String {
        format!("{} ({address})", self.name(address))
    }

    /// A text with its addresses named: `0x… (host 7)`, behind a key: `2/0x…/7 (host 7)`.
    pub(super) fn named(&self, text: &str) -> String {
        let mut rest = text;
        let mut named = String::new();
        while let Some((before, found)) = rest.split_once("0x") {
            let digits = found.get(..40).unwrap_or(found);
            let address = format!("0x{digits}");
            named.push_str(before);
            named.push_str(&address);
            rest = found.get(digits.len()..).unwrap_or("");
            // A key stays whole: people paste it.
            let id = rest
                .strip_prefix('/')
                .map_or(0, |id| 1 + id.bytes().take_while(u8::is_ascii_digit).count());
            let (id, after) = rest.split_at(id);
            named.push_str(id);
            rest = after;
            let known = address.parse().ok().and_then(|address| self.names.get(&address));
            if let Some(name) = known {
                named.push_str(&format!(" ({name})"));
            }
        }
        named + rest
    }

    /// How many there are of each kind, in words.
    pub(crate) fn counted(&self) -> String {
        let words = self.kinds.iter().map(|(word, count)| {
            let end = if *count == 1 { "" } else { "s" };
            format!("{} {word}{end}", grouped(*count as u64))
        });
        words.collect::<Vec<String>>().join(", ")
    }
}
