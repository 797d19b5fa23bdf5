//! Keys that lie beside a network's data: those of a network for development, a demo's faucet.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use workmint_amounts::Amount;
use workmint_api::rpc::Faucet;
use workmint_core::genesis::AllocationTo;
use workmint_core::modules::parameters::Parameters;
use workmint_core::names::AssetId;
use workmint_core::{Address, Genesis};
use workmint_protocol::wire::SecretKey;
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::keys::folder::write_new;
use crate::keys::keystore::{Cost, decrypt, encrypt};
use crate::keys::{Folder, Passphrase, Secret, hex};

/// Where they lie below a data directory.
pub(crate) const FOLDER: &str = "keys";
/// Holds the passphrase of all keys there.
const PASSWORD: &str = "password";
/// A request of a faucet gets as many display units, but at most this part of what there is: enough
/// to begin as a validator of every built-in network, a hundred times.
pub(crate) const FAUCET_UNITS: u64 = 20_000;
const FAUCET_PART: u128 = 100;

/// Keys that lie beside a network's data, with their passphrase; for development only.
pub(crate) struct Keys {
    folder: PathBuf,
    secrets: BTreeMap<String, Secret>,
    password: Zeroizing<String>,
    /// Names of keys that are not written yet.
    unwritten: BTreeSet<String>,
}

impl Keys {
    /// New keys for these names, or those that lie there already. Nothing is written before
    /// [`Keys::save`].
    pub(crate) fn prepare<'a>(
        dir: &Path,
        names: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, Failure> {
        let folder = dir.join(FOLDER);
        let mut keys = match (folder.join(PASSWORD).exists(), Folder::at(&folder).list()?.keys) {
            (true, _) => Self::open(dir)?,
            (false, keys) if keys.is_empty() => Self {
                folder,
                secrets: BTreeMap::new(),
                password: Zeroizing::new(hex(&*Secret::generate()?.bytes())),
                unwritten: BTreeSet::new(),
            },
            (false, _) => {
                return Err(Failure::Input(format!(
                    "{} holds keys, but not their {PASSWORD}; name another directory with \
                     --data-dir, or remove that folder",
                    folder.display()
                )));
            }
        };
        let names: BTreeSet<&str> = names.into_iter().collect();
        // Those of a start that was killed before it had made all of them; not of another network.
        if keys.secrets.keys().all(|name| names.contains(name.as_str())) {
            for name in names {
                if !keys.secrets.contains_key(name) {
                    keys.secrets.insert(name.to_owned(), Secret::generate()?);
                    keys.unwritten.insert(name.to_owned());
                }
            }
        }
        Ok(keys)
    }

    /// Writes them, durably, if they are new.
    pub(crate) fn save(&self) -> Result<(), Failure> {
        if self.unwritten.is_empty() {
            return Ok(());
        }
        let keys = Folder::at(&self.folder);
        keys.make()?;
        // First: no key may lie there whose passphrase nobody knows.
        let path = self.folder.join(PASSWORD);
        if !path.exists() {
            write_new(&path, &format!("{}\n", self.password.as_str()))?;
        }
        let passphrase = Passphrase::of(&self.password);
        let new = self.secrets.iter().filter(|(name, _)| self.unwritten.contains(*name));
        for (name, secret) in new {
            keys.store(name, &encrypt(secret, &passphrase, Cost::Light)?)?;
        }
        Ok(())
    }

    /// New keys for these names, written, or those that lie there already.
    pub(crate) fn make<'a>(
        dir: &Path,
        names: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, Failure> {
        let keys = Self::prepare(dir, names)?;
        keys.save()?;
        Ok(keys)
    }

    /// The keys of a network that there is.
    pub(crate) fn open(dir: &Path) -> Result<Self, Failure> {
        let folder = dir.join(FOLDER);
        let path = folder.join(PASSWORD);
        let password = std::fs::read_to_string(&path).map(Zeroizing::new).map_err(|error| {
            Failure::Input(format!(
                "{}: {error}; the network there was not made with --dev, or its making was \
                 interrupted: leave --dev out, or name another directory",
                path.display()
            ))
        })?;
        let password = Zeroizing::new(password.lines().next().unwrap_or_default().to_owned());
        let passphrase = Passphrase::of(&password);
        let mut secrets = BTreeMap::new();
        for entry in Folder::at(&folder).list()?.keys {
            let text = crate::keys::folder::read(&entry.path)?;
            let secret = decrypt(&text, &passphrase);
            let secret =
                secret.map_err(|error| crate::keys::folder::opening(&entry.path, &error))?;
            secrets.insert(entry.name, secret);
        }
        Ok(Self { folder, secrets, password, unwritten: BTreeSet::new() })
    }

    /// Where they lie.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Their addresses by name.
    pub(crate) fn addresses(&self) -> BTreeMap<String, Address> {
        self.secrets.iter().map(|(name, secret)| (name.clone(), secret.address())).collect()
    }

    /// Keys by address.
    pub(crate) fn signers(&self) -> BTreeMap<Address, SecretKey> {
        self.secrets.values().map(|secret| (secret.address(), *secret.key())).collect()
    }

    /// The account that owns most at genesis, as a faucet of what it owns.
    pub(crate) fn faucet(&self, genesis: &Genesis) -> Option<Faucet> {
        let free = |address: &Address| {
            let of = genesis.allocations.iter().filter(|allocation| {
                allocation.to == AllocationTo::Account(*address) && allocation.vesting_epochs == 0
            });
            of.map(|allocation| (allocation.asset, allocation.amount)).collect::<Vec<_>>()
        };
        let keys = self.secrets.values().map(|secret| (secret, free(&secret.address())));
        let most = |owned: &Vec<(AssetId, Amount)>| {
            (owned.len(), owned.iter().map(|(_, amount)| *amount).max().unwrap_or_default())
        };
        let (secret, owned) = keys.max_by_key(|(_, owned)| most(owned))?;
        let amounts = owned.into_iter().filter_map(|(asset, amount)| {
            let units = display_units(&genesis.parameters, asset, FAUCET_UNITS)?;
            let part = Amount::new(amount.get().checked_div(FAUCET_PART)?);
            Some((asset, units.min(part)))
        });
        Some(Faucet { key: *secret.key(), amounts: amounts.collect() })
    }
}

/// So many display units of an asset, in base units.
pub(crate) fn display_units(parameters: &Parameters, asset: AssetId, units: u64) -> Option<Amount> {
    let decimals = parameters.asset(asset)?.decimals;
    Amount::parse_decimal(&units.to_string(), decimals).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there(dir: &Path) -> BTreeMap<String, Address> {
        Keys::open(dir).unwrap().addresses()
    }

    #[test]
    fn what_a_killed_start_left_is_gone_on_with() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join(FOLDER);
        let made = Keys::make(dir.path(), ["ann", "bob"]).unwrap().addresses();
        assert_eq!(there(dir.path()), made);
        // Killed between two keys, and between the passphrase and the first one.
        std::fs::remove_file(folder.join("bob.json")).unwrap();
        let again = Keys::make(dir.path(), ["ann", "bob"]).unwrap().addresses();
        assert_eq!((again.get("ann"), again.len()), (made.get("ann"), 2));
        assert_eq!(there(dir.path()), again);
        for name in ["ann.json", "bob.json"] {
            std::fs::remove_file(folder.join(name)).unwrap();
        }
        let third = Keys::make(dir.path(), ["ann", "bob"]).unwrap().addresses();
        assert_eq!(there(dir.path()), third);
        // Those of another network are left alone.
        assert_eq!(Keys::make(dir.path(), ["eve"]).unwrap().addresses(), third);
        std::fs::remove_file(folder.join(PASSWORD)).unwrap();
        let refused = Keys::make(dir.path(), ["ann", "bob"]).err().unwrap();
        assert!(matches!(&refused, Failure::Input(why) if why.contains("remove that folder")));
        assert!(!folder.join(PASSWORD).exists());
    }
}
