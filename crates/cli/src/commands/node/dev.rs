//! What only a network for development has: keys for every name of its file, a faucet, and
//! reporters that attest whatever is reported.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tokio::sync::broadcast::error::RecvError;
use workmint_amounts::Amount;
use workmint_api::rpc::Faucet;
use workmint_core::genesis::AllocationTo;
use workmint_core::modules::fees;
use workmint_core::modules::ledger::Transfer;
use workmint_core::modules::parameters::Parameters;
use workmint_core::modules::registry::Role;
use workmint_core::modules::work::Attest;
use workmint_core::names::AssetId;
use workmint_core::{Address, Genesis, Message, State};
use workmint_networks::NetworkDefinition;
use workmint_node::Node;
use workmint_protocol::wire::{SecretKey, Unsigned, call_of, gas, sign, verify};

use crate::attesting;
use crate::failure::Failure;
use crate::keys::folder::write_new;
use crate::keys::keystore::{Cost, decrypt, encrypt};
use crate::keys::{Folder, Passphrase, Secret, hex};

const FOLDER: &str = "keys";
/// Holds the passphrase of all keys there.
const PASSWORD: &str = "password";
/// A request of the faucet gets as many display units, but at most this part of what there is.
const FAUCET_UNITS: u64 = 1_000;
const FAUCET_PART: u128 = 1_000;
/// Display units of the fee asset that a reporter gets for its fees.
const FEE_UNITS: u64 = 10;

/// Keys of a network for development.
pub(super) struct Keys {
    folder: PathBuf,
    secrets: BTreeMap<String, Secret>,
}

impl Keys {
    /// New keys for every name of a network; they are durable before the network is made.
    pub(super) fn make(dir: &Path, definition: &NetworkDefinition) -> Result<Self, Failure> {
        let folder = dir.join(FOLDER);
        let keys = Folder::at(&folder);
        if !keys.list()?.keys.is_empty() {
            // A start that was killed before the network was made.
            return Self::open(dir);
        }
        let password = hex(&*Secret::generate()?.bytes());
        let passphrase = Passphrase::of(&password);
        let mut secrets = BTreeMap::new();
        for name in definition.names() {
            let secret = Secret::generate()?;
            keys.store(name.as_str(), &encrypt(&secret, &passphrase, Cost::Light)?)?;
            secrets.insert(name.as_str().to_owned(), secret);
        }
        write_new(&folder.join(PASSWORD), &format!("{password}\n"))?;
        Ok(Self { folder, secrets })
    }

    /// The keys of a network that there is.
    pub(super) fn open(dir: &Path) -> Result<Self, Failure> {
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
        Ok(Self { folder, secrets })
    }

    /// Where they lie.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Their addresses by name.
    pub(super) fn addresses(&self) -> BTreeMap<String, Address> {
        self.secrets.iter().map(|(name, secret)| (name.clone(), secret.address())).collect()
    }

    /// Keys by address.
    pub(super) fn signers(&self) -> BTreeMap<Address, SecretKey> {
        self.secrets.values().map(|secret| (secret.address(), *secret.key())).collect()
    }

    /// The account that owns most at genesis, as a faucet of what it owns.
    pub(super) fn faucet(&self, genesis: &Genesis) -> Option<Faucet> {
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

fn display_units(parameters: &Parameters, asset: AssetId, units: u64) -> Option<Amount> {
    let decimals = parameters.asset(asset)?.decimals;
    Amount::parse_decimal(&units.to_string(), decimals).ok()
}

/// Attests, with the keys of reporters, what is reported, after every block; ends with the node.
pub(super) async fn attest(node: Node, signers: BTreeMap<Address, SecretKey>) {
    let mut blocks = node.subscribe();
    loop {
        if let Err(why) = attest_all(&node, &signers).await {
            tracing::warn!("the reporters could not attest: {why}");
        }
        match blocks.recv().await {
            Ok(_) | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

async fn attest_all(node: &Node, signers: &BTreeMap<Address, SecretKey>) -> Result<(), String> {
    let roles = node.genesis().roles.iter().filter(|(role, _)| *role == Role::Reporter);
    for (_, reporter) in roles {
        let Some(key) = signers.get(reporter) else {
            continue;
        };
        let due = node.read(|state| due(state, reporter));
        for message in due {
            pay_for(node, signers, reporter).await?;
            send(node, key, reporter, &Message::Attest(message)).await?;
        }
    }
    Ok(())
}

/// What a reporter can attest now: nothing that a quorum has decided.
fn due(state: &State, reporter: &Address) -> Vec<Attest> {
    let Some(handle) = state.ledger.handle(reporter) else {
        return Vec::new();
    };
    let epoch = state.chain().epoch;
    let mut seen = attesting::proofs(state, handle);
    seen.extend(attesting::summaries(state, handle, epoch, |_| true));
    seen.extend(attesting::misses(state, handle));
    attesting::attest(seen)
}

/// Gives a reporter that owns nothing what it needs for fees.
async fn pay_for(
    node: &Node,
    signers: &BTreeMap<Address, SecretKey>,
    reporter: &Address,
) -> Result<(), String> {
    let genesis = node.genesis();
    let asset = genesis.parameters.fees.asset;
    let poor = node.read(|state| {
        let handle = state.ledger.handle(reporter);
        let flat = state.active_parameters().map(|parameters| parameters.fees.flat);
        let owns = handle.map(|handle| state.ledger.spendable(handle, asset));
        flat.is_some_and(|flat| !flat.is_zero()) && owns.is_none_or(|owns| owns.is_zero())
    });
    if !poor {
        return Ok(());
    }
    let giver = genesis.allocations.iter().find_map(|allocation| match &allocation.to {
        AllocationTo::Account(account) if allocation.asset == asset => {
            signers.get(account).map(|key| (*account, key))
        }
        AllocationTo::Account(_) | AllocationTo::Treasury => None,
    });
    let amount = display_units(&genesis.parameters, asset, FEE_UNITS);
    let (Some((giver, key)), Some(amount)) = (giver, amount) else {
        return Err(format!("nobody has a key to pay the fees of {reporter}"));
    };
    send(node, key, &giver, &Message::Transfer(Transfer { to: *reporter, asset, amount })).await
}

async fn send(
    node: &Node,
    key: &SecretKey,
    from: &Address,
    message: &Message,
) -> Result<(), String> {
    let signed = signed(node, key, from, message)?;
    // A failed transaction makes a block, after which it would be tried again, and so on.
    let checked = verify(&signed, node.chain()).map_err(|error| error.to_string())?;
    let simulated = node.simulate(checked.decoded(), signed.len());
    simulated.result.map_err(|error| error.to_string())?;
    let included = node.submit(signed).await.map_err(|error| error.to_string())?;
    included.result.map_err(|failed| failed.text)
}

fn signed(
    node: &Node,
    key: &SecretKey,
    from: &Address,
    message: &Message,
) -> Result<Vec<u8>, String> {
    let chain = node.chain();
    let call = call_of(message, chain).map_err(|error| error.to_string())?;
    let parameters = node.read(State::active_parameters);
    let parameters = parameters.ok_or("the state has no parameters")?;
    let due = fees::due(&parameters.fees, message, gas::longest(&call));
    let due = due.map_err(|error| error.to_string())?;
    let price = u128::try_from(gas::price_wei(&parameters, chain));
    let unsigned = Unsigned {
        chain_id: chain.chain_id,
        nonce: node.pending_nonce(from),
        max_priority_fee_per_gas: 0,
        max_fee_per_gas: price.map_err(|error| error.to_string())?,
        gas_limit: gas::estimate(due, &parameters, chain),
        call,
    };
    Ok(sign(key, &unsigned))
}
