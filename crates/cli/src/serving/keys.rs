//! Keys that lie beside a network's data: those of a network for development, a demo's faucet.

use std::collections::BTreeMap;
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

const FOLDER: &str = "keys";
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
    /// Of keys that are not written yet.
    unwritten: Option<Zeroizing<String>>,
}

impl Keys {
    /// New keys for these names, or those that lie there already. Nothing is written before
    /// [`Keys::save`].
    pub(crate) fn prepare<'a>(
        dir: &Path,
        names: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, Failure> {
        let folder = dir.join(FOLDER);
        if !Folder::at(&folder).list()?.keys.is_empty() {
            // A start that was killed before the network was made.
            return Self::open(dir);
        }
        let password = Zeroizing::new(hex(&*Secret::generate()?.bytes()));
        let mut secrets = BTreeMap::new();
        for name in names {
            secrets.insert(name.to_owned(), Secret::generate()?);
        }
        Ok(Self { folder, secrets, unwritten: Some(password) })
    }

    /// Writes them, durably, if they are new.
    pub(crate) fn save(&self) -> Result<(), Failure> {
        let Some(password) = &self.unwritten else {
            return Ok(());
        };
        let keys = Folder::at(&self.folder);
        let passphrase = Passphrase::of(password);
        for (name, secret) in &self.secrets {
            keys.store(name, &encrypt(secret, &passphrase, Cost::Light)?)?;
        }
        write_new(&self.folder.join(PASSWORD), &format!("{}\n", password.as_str()))
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
        let password = std::fs::read_to_string(&path).map_err(|error| {
            Failure::Input(format!(
                "{}: {error}; the network there was not made with --dev, or its making was \
                 interrupted: leave --dev out, or name another directory",
                path.display()
            ))
        })?;
        let passphrase = Passphrase::of(password.lines().next().unwrap_or_default());
        let mut secrets = BTreeMap::new();
        for entry in Folder::at(&folder).list()?.keys {
            let text = crate::keys::folder::read(&entry.path)?;
            let secret = decrypt(&text, &passphrase);
            let secret =
                secret.map_err(|error| crate::keys::folder::opening(&entry.path, &error))?;
            secrets.insert(entry.name, secret);
        }
        Ok(Self { folder, secrets, unwritten: None })
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
