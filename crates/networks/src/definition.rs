//! A network as its file defines it: parameters, and a genesis with names still to be bound.

use crate::problem::{LocatedFinding, Position};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use workmint_amounts::{Amount, Ratio};
use workmint_core::Address;
use workmint_core::genesis::{Allocation, AllocationTo, Genesis};
use workmint_core::modules::emission;
use workmint_core::modules::parameters::{
    AssetId, Finding, Level, Name, Parameters, Payee, Score, check, check_genesis,
};
use workmint_core::modules::registry::Role;

/// What a network file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkDefinition {
    /// The network's parameters; without a finding of level error. An account that is only a name
    /// is an address of nobody until [`NetworkDefinition::genesis`] binds it.
    pub parameters: Parameters,
    /// What exists from the start, by asset, in the file's order.
    pub allocations: Vec<AllocationTemplate>,
    /// Holders of roles: reporters, judges, governors.
    pub roles: Vec<(Role, Owner)>,
    pub(crate) file: String,
    pub(crate) positions: BTreeMap<String, Position>,
    pub(crate) accounts: BTreeMap<Address, Name>,
}

/// What stands in the parameters for an account that is only a name: an address of nobody.
pub(crate) fn stand_in(name: &Name) -> Address {
    Address::derived(format!("name {name}").as_bytes())
}

/// A genesis allocation whose owner may still be a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllocationTemplate {
    /// The asset.
    pub asset: AssetId,
    /// Base units.
    pub amount: Amount,
    /// The owner.
    pub to: Owner,
    /// Epochs over which it vests, linearly; 0 is free at once.
    pub vesting_epochs: u64,
    /// Epochs before that begins.
    pub cliff_epochs: u64,
    /// Share of it that is free at once, rounded down; 0 to 1.
    pub at_once: Ratio,
}

/// Who owns something or holds a role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// The treasury pot.
    Treasury,
    /// A known account.
    Address(Address),
    /// An account that gets its address when a chain is created.
    Named(Name),
}

impl fmt::Display for Owner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Treasury => formatter.write_str("treasury"),
            Self::Address(address) => address.fmt(formatter),
            Self::Named(name) => name.fmt(formatter),
        }
    }
}

/// Why a chain cannot begin with these names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GenesisError {
    /// Names of the file without an address.
    Unbound {
        /// All of them.
        names: Vec<Name>,
    },
    /// The addresses make the genesis one that the core refuses, such as one account twice.
    Refused {
        /// Findings of level error.
        findings: Vec<LocatedFinding>,
    },
}

impl fmt::Display for GenesisError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unbound { names } => {
                let names: Vec<&str> = names.iter().map(Name::as_str).collect();
                write!(formatter, "these names have no address yet: {}", names.join(", "))
            }
            Self::Refused { findings } => {
                let findings: Vec<String> = findings.iter().map(ToString::to_string).collect();
                formatter.write_str(&findings.join("\n"))
            }
        }
    }
}

impl std::error::Error for GenesisError {}

impl NetworkDefinition {
    /// The names that [`NetworkDefinition::genesis`] needs an address for.
    #[must_use]
    pub fn names(&self) -> BTreeSet<Name> {
        let owners = self.allocations.iter().map(|allocation| &allocation.to);
        owners
            .chain(self.roles.iter().map(|(_, owner)| owner))
            .filter_map(|owner| match owner {
                Owner::Named(name) => Some(name.clone()),
                Owner::Treasury | Owner::Address(_) => None,
            })
            .chain(self.accounts.values().cloned())
            .collect()
    }

    /// The first state of a chain that begins at `time_ms` (milliseconds since 1970), with an
    /// address for every name. Names that the file does not use are ignored.
    ///
    /// # Errors
    /// [`GenesisError::Unbound`] names what is missing; [`GenesisError::Refused`] says what the
    /// addresses contradict.
    pub fn genesis(
        &self,
        time_ms: u64,
        bindings: &BTreeMap<String, Address>,
    ) -> Result<Genesis, GenesisError> {
        let unbound = |name: &Name| !bindings.contains_key(name.as_str());
        let names: Vec<Name> = self.names().into_iter().filter(unbound).collect();
        if !names.is_empty() {
            return Err(GenesisError::Unbound { names });
        }
        let genesis = self.bind(time_ms, &|name| bindings.get(name.as_str()).copied());
        let all = check(&genesis.parameters).into_iter().chain(check_genesis(&genesis));
        let errors = all.filter(|finding| finding.level == Level::Error);
        let findings: Vec<LocatedFinding> = errors.map(|finding| self.locate(finding)).collect();
        if findings.is_empty() { Ok(genesis) } else { Err(GenesisError::Refused { findings }) }
    }

    /// The addresses that a genesis of this file has for its names. Owners are found by their place
    /// in the list, so that a genesis of much the same file tells them too; a name without a place
    /// there is left out.
    #[must_use]
    pub fn names_in(&self, genesis: &Genesis) -> BTreeMap<String, Address> {
        let mut found = BTreeMap::new();
        let mut put = |name: &Name, address: Address| {
            found.entry(name.as_str().to_owned()).or_insert(address);
        };
        for (template, allocation) in self.allocations.iter().zip(&genesis.allocations) {
            match (&template.to, &allocation.to) {
                (Owner::Named(name), AllocationTo::Account(address))
                    if template.asset == allocation.asset =>
                {
                    put(name, *address);
                }
                _ => {}
            }
        }
        for ((role, owner), (held, address)) in self.roles.iter().zip(&genesis.roles) {
            match owner {
                Owner::Named(name) if role == held => put(name, *address),
                _ => {}
            }
        }
        let there = payees(&genesis.parameters);
        for (of, stand_in) in payees(&self.parameters) {
            let bound = there.iter().find(|(other, _)| *other == of);
            if let (Some(name), Some((_, address))) = (self.accounts.get(&stand_in), bound) {
                put(name, *address);
            }
        }
        found
    }

    /// Where a key of the file stands; the section around it if the key is not written out.
    #[must_use]
    pub fn position(&self, path: &str) -> Position {
        let mut path = path;
        loop {
            if let Some(position) = self.positions.get(path) {
                return *position;
            }
            // `a[0].b` -> `a[0]` -> `a`.
            match path.rfind(['.', '[']) {
                Some(end) => path = &path[..end],
                None => return Position::START,
            }
        }
    }

    fn bind(&self, time_ms: u64, address: &dyn Fn(&Name) -> Option<Address>) -> Genesis {
        // Every name is bound by the callers; the zero address is refused by the checker.
        let of = |name: &Name| address(name).unwrap_or(Address::ZERO);
        let allocations = self.allocations.iter().map(|template| Allocation {
            asset: template.asset,
            amount: template.amount,
            to: match &template.to {
                Owner::Treasury => AllocationTo::Treasury,
                Owner::Address(address) => AllocationTo::Account(*address),
                Owner::Named(name) => AllocationTo::Account(of(name)),
            },
            vesting_epochs: template.vesting_epochs,
            cliff_epochs: template.cliff_epochs,
            at_once: template.at_once,
        });
        let roles = self.roles.iter().map(|(role, owner)| match owner {
            Owner::Treasury => (*role, Address::ZERO),
            Owner::Address(address) => (*role, *address),
            Owner::Named(name) => (*role, of(name)),
        });
        Genesis {
            time_ms,
            parameters: self.bound(&of),
            allocations: allocations.collect(),
            roles: roles.collect(),
        }
    }

    /// The parameters with an address for every name.
    fn bound(&self, address: &dyn Fn(&Name) -> Address) -> Parameters {
        let mut parameters = self.parameters.clone();
        let bind = |account: &mut Address| {
            if let Some(name) = self.accounts.get(account) {
                *account = address(name);
            }
        };
        for stream in &mut parameters.streams {
            if let Score::FixedAccount { account: Payee::Account(account) } = &mut stream.score {
                bind(account);
            }
        }
        parameters.opinions.iter_mut().flat_map(|rules| &mut rules.owner).for_each(bind);
        parameters
    }

    /// What the core's checker says, with places; nothing that needs a look into the future.
    pub(crate) fn checked(&self) -> Vec<LocatedFinding> {
        let mut found = check(&self.parameters);
        found.extend(check_genesis(&self.bind(0, &|name| Some(stand_in(name)))));
        for name in self.names() {
            let address = stand_in(&name).to_string();
            for finding in &mut found {
                finding.message = finding.message.replace(&address, name.as_str());
            }
        }
        found.into_iter().map(|finding| self.locate(finding)).collect()
    }

    fn locate(&self, finding: Finding) -> LocatedFinding {
        let Position { line, column } = self.position(&finding.path);
        LocatedFinding { finding, file: self.file.clone(), line, column }
    }

    /// Base units that exist of an asset at genesis; the largest amount if they exceed it.
    fn issued(&self, asset: AssetId) -> Amount {
        let of = self.allocations.iter().filter(|allocation| allocation.asset == asset);
        Amount::sum(of.map(|allocation| allocation.amount)).unwrap_or(Amount::MAX)
    }
}

/// The accounts that parameters name: by their stream, or the owner of the seats.
fn payees(parameters: &Parameters) -> Vec<(Option<&Name>, Address)> {
    let streams = parameters.streams.iter().filter_map(|stream| match &stream.score {
        Score::FixedAccount { account: Payee::Account(account) } => {
            Some((Some(&stream.name), *account))
        }
        _ => None,
    });
    let owner = parameters.opinions.iter().filter_map(|rules| rules.owner);
    streams.chain(owner.map(|owner| (None, owner))).collect()
}

/// Everything the core says about a network, with places: errors first, then warnings, then facts,
/// each in the file's order. Names stand for accounts of their own.
#[must_use]
pub fn findings(definition: &NetworkDefinition) -> Vec<LocatedFinding> {
    let mut located = definition.checked();
    if located.iter().all(|found| found.finding.level != Level::Error) {
        let parameters = &definition.parameters;
        let issued = definition.issued(parameters.emission.asset);
        let ahead = emission::findings(parameters, issued).into_iter();
        located.extend(ahead.map(|finding| definition.locate(finding)));
    }
    located.sort_by_key(|found| (found.finding.level, found.line, found.column));
    located
}
