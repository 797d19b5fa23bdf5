//! Whether the network in a directory is the one that a start asks for: whatever somebody said is
//! compared, what nobody said is not. What differs is told with both values.

use std::collections::BTreeMap;
use std::path::Path;
use workmint_core::genesis::AllocationTo;
use workmint_core::modules::parameters::Parameters;
use workmint_core::{Address, Genesis};
use workmint_networks::{NetworkDefinition, preset, summary_of};

use super::dev;
use super::plan::{Values, require_names};
use crate::config::Config;
use crate::failure::Failure;
use crate::keys::Folder;
use crate::serving::{Keys, keys};

/// Most differences that a message lists.
const LISTED: usize = 3;

/// The network that is there.
struct There<'a> {
    config: &'a Config,
    dir: &'a Path,
    genesis: &'a Genesis,
}

/// An error if the network there differs from what the settings ask for; gives the keys of one for
/// development.
pub(super) fn require(
    config: &Config,
    values: Values,
    (dir, genesis): (&Path, &Genesis),
) -> Result<Option<Keys>, Failure> {
    let there = There { config, dir, genesis };
    let Values { dev, mut definition, accounts, .. } = values;
    let given = config.given("node.network");
    if given {
        there.require_name(&definition)?;
    }
    if config.given("node.epoch_length") && !config.text("node.epoch_length").is_empty() {
        there.require_epoch_length(&definition.parameters)?;
    } else if dev {
        // That of the file is changed by the option alone.
        definition.parameters.network.epoch_length = genesis.parameters.network.epoch_length;
    }
    // Whose file says which names there are.
    let named = match given {
        true => Some(definition.clone()),
        false => there.built_in()?,
    };
    let keys = there.require_development(dev, named.as_ref())?;
    there.require_accounts(named.as_ref(), &accounts)?;
    if given {
        there.require_rest(&definition)?;
    }
    Ok(keys)
}

/// Whether a network was made with `--dev`: the keys of its first owners lie beside its data.
pub(super) fn made_with_dev(dir: &Path, genesis: &Genesis) -> bool {
    let listing = || Folder::at(&dir.join(keys::FOLDER)).list();
    genesis.parameters.network.chain_id == 0
        && listing().is_ok_and(|found| found.keys.iter().any(|key| owns(genesis, &key.address)))
}

/// Whether an account is one of the first owners.
fn owns(genesis: &Genesis, account: &Address) -> bool {
    let mut all = genesis.allocations.iter();
    all.any(|one| one.to == AllocationTo::Account(*account))
}

impl There<'_> {
    fn name(&self) -> &str {
        self.genesis.parameters.network.name.as_str()
    }

    /// A setting asks for another network than there is.
    fn refused(&self, key: &str, differs: &str) -> Failure {
        let dir = self.dir.display();
        self.config.wrong(
            key,
            &format!(
                "{dir} holds the network {}, {differs}; name another directory with --data-dir, \
                 or leave this setting out to go on with the network there",
                self.name()
            ),
        )
    }

    fn require_name(&self, asked: &NetworkDefinition) -> Result<(), Failure> {
        let asked = &asked.parameters.network.name;
        match self.name() == asked.as_str() {
            true => Ok(()),
            false => Err(self.refused("node.network", &format!("not {asked}"))),
        }
    }

    /// The keys of a network for development, if that is asked for.
    fn require_development(
        &self,
        dev: bool,
        named: Option<&NetworkDefinition>,
    ) -> Result<Option<Keys>, Failure> {
        if !dev {
            return Ok(None);
        }
        let key = "node.dev";
        let chain_id = self.genesis.parameters.network.chain_id;
        if chain_id != 0 {
            let what = format!("with chain id {chain_id}, not one for development");
            return Err(self.refused(key, &what));
        }
        let keys = Keys::open(self.dir)?;
        let held = keys.addresses();
        if !held.values().any(|key| owns(self.genesis, key)) {
            let what = format!("of whose first owners {} has no key", keys.folder().display());
            return Err(self.refused(key, &what));
        }
        let names = named.map(|named| named.names_in(self.genesis)).unwrap_or_default();
        match names.iter().find(|(name, address)| held.get(*name) != Some(*address)) {
            None => Ok(Some(keys)),
            Some((name, address)) => {
                let folder = keys.folder().display();
                let what =
                    format!("whose {name} is {address}, of which {folder} has no key of that name");
                Err(self.refused(key, &what))
            }
        }
    }

    fn require_epoch_length(&self, asked: &Parameters) -> Result<(), Failure> {
        let length = |parameters: &Parameters| {
            let rows = summary_of(parameters).into_iter();
            rows.filter(|row| row.key == "epoch_length").map(|row| row.value).next()
        };
        let there = &self.genesis.parameters;
        if asked.network.epoch_length == there.network.epoch_length {
            return Ok(());
        }
        let [asked, there] = [asked, there].map(|of| length(of).unwrap_or_default());
        let differs = format!("whose epochs take {there}, not {asked}");
        Err(self.refused("node.epoch_length", &differs))
    }

    /// The built-in network of the same name, if the one there began with its owners and roles.
    fn built_in(&self) -> Result<Option<NetworkDefinition>, Failure> {
        let Some(preset) = preset(self.name()) else {
            return Ok(None);
        };
        let mut definition = crate::source::network(preset.name)?;
        if self.genesis.parameters.network.chain_id == 0 {
            dev::free_fees(&mut definition);
        }
        let begun = self.begun_by(&definition)?;
        let same =
            begun.allocations == self.genesis.allocations && begun.roles == self.genesis.roles;
        Ok(same.then_some(definition))
    }

    /// The genesis of a file with the addresses there.
    fn begun_by(&self, definition: &NetworkDefinition) -> Result<Genesis, Failure> {
        let mut names = definition.names_in(self.genesis);
        for name in definition.names() {
            let nobody = Address::derived(format!("nobody is {name}").as_bytes());
            names.entry(name.as_str().to_owned()).or_insert(nobody);
        }
        definition.genesis(self.genesis.time_ms, &names).map_err(Failure::input)
    }

    fn require_accounts(
        &self,
        named: Option<&NetworkDefinition>,
        accounts: &BTreeMap<String, Address>,
    ) -> Result<(), Failure> {
        if accounts.is_empty() {
            return Ok(());
        }
        let key = "node.accounts";
        let Some(named) = named else {
            let why = "whose own file says which names it has: give it with --network";
            return Err(self.refused(key, why));
        };
        require_names(self.config, accounts, named)?;
        let found = named.names_in(self.genesis);
        for (name, asked) in accounts {
            match found.get(name) {
                Some(there) if there == asked => {}
                Some(there) => {
                    let differs = format!("whose {name} is {there}, not {asked}");
                    return Err(self.refused(key, &differs));
                }
                None => {
                    let differs = format!("which has nobody in the place of {name} ({asked})");
                    return Err(self.refused(key, &differs));
                }
            }
        }
        Ok(())
    }

    /// Everything else: parameters, first owners, holders of roles.
    fn require_rest(&self, definition: &NetworkDefinition) -> Result<(), Failure> {
        let key = "node.network";
        let asked = definition.parameters.network.chain_id;
        if self.genesis.parameters.network.chain_id == 0 && asked != 0 {
            let own = self.genesis.chain_id().map_err(Failure::damage)?;
            let differs = format!(
                "with a chain id of its own, {own}, not {asked}: one for development is started \
                 with --dev"
            );
            return Err(self.refused(key, &differs));
        }
        let asked = self.begun_by(definition)?;
        if asked == *self.genesis {
            return Ok(());
        }
        let all = differences(&described(self.genesis), &described(&asked));
        let mut listed = all.iter().take(LISTED).cloned().collect::<Vec<String>>().join("; ");
        if let Some(more @ 1..) = all.len().checked_sub(LISTED) {
            listed = format!("{listed}; and {more} more");
        }
        let text = format!("but begun with other values than that file has: {listed}");
        Err(self.refused(key, &text))
    }
}

/// What a genesis says, value by value.
fn described(genesis: &Genesis) -> Vec<(String, String)> {
    let parameters = &genesis.parameters;
    let mut rows: Vec<(String, String)> = summary_of(parameters)
        .into_iter()
        .map(|row| (format!("{}.{}", row.section, row.key), row.value))
        .collect();
    for (at, one) in genesis.allocations.iter().enumerate() {
        let asset = parameters.asset(one.asset);
        let (symbol, decimals) =
            asset.map_or(("", 0), |asset| (asset.symbol.as_str(), asset.decimals));
        let to = match &one.to {
            AllocationTo::Account(account) => account.to_string(),
            AllocationTo::Treasury => "treasury".to_owned(),
        };
        let text = format!(
            "{} {symbol} to {to}, {} of it at once, the rest over {} epochs after {}",
            one.amount.to_decimal(decimals),
            one.at_once,
            one.vesting_epochs,
            one.cliff_epochs
        );
        rows.push((format!("genesis[{at}]"), text));
    }
    for (at, (role, holder)) in genesis.roles.iter().enumerate() {
        rows.push((format!("roles[{at}]"), format!("{role} {holder}")));
    }
    rows
}

/// What two lists of values do not share, in the first one's order.
fn differences(there: &[(String, String)], asked: &[(String, String)]) -> Vec<String> {
    let value = |list: &[(String, String)], key: &String| {
        let found = list.iter().find(|(other, _)| other == key);
        found.map_or_else(|| "nothing".to_owned(), |(_, value)| value.clone())
    };
    let mut keys: Vec<&String> = there.iter().map(|(key, _)| key).collect();
    keys.extend(asked.iter().map(|(key, _)| key));
    let mut told: Vec<String> = Vec::new();
    for key in keys {
        let (there, asked) = (value(there, key), value(asked, key));
        let line = format!("{key} is {there} there, {asked} in it");
        if there != asked && !told.contains(&line) {
            told.push(line);
        }
    }
    told
}
