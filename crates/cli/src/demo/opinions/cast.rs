//! Who takes part: derived from the settings and the genesis alone.

use crate::demo::people::{holders, local, numbered};
use crate::demo::settings::Settings;
use crate::demo::work::cast::{Cast as WorkCast, Workers};
use crate::failure::Failure;
use workmint_amounts::{Amount, Ratio};
use workmint_core::genesis::AllocationTo;
use workmint_core::modules::parameters::{Parameters, Validators};
use workmint_core::modules::registry::Role;
use workmint_core::{Address, Genesis};

/// One validator for so many who hold a seat, within these limits.
const SEATS_A_VALIDATOR: u64 = 4;
const VALIDATORS: (u64, u64) = (3, 24);
/// One delegator for so many who hold a seat, within these limits.
const SEATS_A_DELEGATOR: u64 = 4;
const DELEGATORS: (u64, u64) = (3, 24);
/// Who comes when all seats are taken.
const NEWCOMERS: u64 = 3;
/// Bonds of those who have money at genesis, in per cent of it.
const BONDED: [u128; 4] = [40, 60, 25, 50];
/// Bonds of the others and delegations, in parts of what the funder has for each validator.
const PARTS: [u128; 3] = [1, 2, 3];
const OF: u128 = 16;
/// All miners' collateral is at most one in so many of the funder's units.
const COLLATERAL: u128 = 100;

/// Everyone.
#[derive(Debug)]
pub(super) struct Cast {
    /// Miners, customers, reporters, judges; the names of all.
    pub(super) work: WorkCast,
    pub(super) validators: Vec<Validator>,
    pub(super) delegators: Vec<Delegator>,
    pub(super) newcomers: Vec<Address>,
    /// The network's owner, where it has one.
    pub(super) owner: Option<Address>,
    /// Who changes parameters.
    pub(super) governor: Option<Address>,
}

/// A validator.
#[derive(Debug)]
pub(super) struct Validator {
    pub(super) address: Address,
    /// Its own bond, base units of the bonded asset.
    pub(super) bond: Amount,
    pub(super) commission: Ratio,
}

/// Somebody who delegates to a validator.
#[derive(Debug)]
pub(super) struct Delegator {
    pub(super) address: Address,
    /// The validator's number.
    pub(super) validator: usize,
    /// Base units of the bonded asset.
    pub(super) amount: Amount,
    /// The epoch of its delegation.
    pub(super) joins: u64,
}

impl Cast {
    /// The cast of a demo: of those who hold seats a quarter are validators.
    pub(super) fn new(
        settings: &Settings,
        genesis: &Genesis,
        bonds: &Validators,
    ) -> Result<Self, Failure> {
        let seats = settings.participants;
        let count = (seats / SEATS_A_VALIDATOR).clamp(VALIDATORS.0, VALIDATORS.1);
        let parameters = &genesis.parameters;
        let miners = settings.of(seats.saturating_sub(count), settings.requests_per_epoch);
        let workers = match has_customers(parameters) {
            true => Workers::Miners,
            false => Workers::UnaskedMiners,
        };
        let mut work = WorkCast::new(&miners, genesis, workers)?;
        let funder = work.funders.get(&bonds.asset).copied();
        let funds = funder.map_or(0, |funder| owned(genesis, bonds, &funder).get());
        let part = funds / OF / u128::from(count);
        let most = Amount::new(funds / COLLATERAL / (work.hosts.len().max(1) as u128));
        for host in &mut work.hosts {
            host.collateral = host.collateral.min(most);
        }
        let validators = validators(genesis, bonds, (count, funder), part)?;
        let delegators = (seats / SEATS_A_DELEGATOR).clamp(DELEGATORS.0, DELEGATORS.1);
        let delegators = (0_u64..).zip(numbered("delegator", delegators));
        let all = validators.len().max(1);
        let delegators: Vec<Delegator> = delegators
            .map(|(number, address)| Delegator {
                address,
                validator: usize::try_from(number).unwrap_or(0) % all,
                amount: Amount::new(part * parts(number) / 2).max(bonds.minimum_delegation),
                joins: 1 + number % 3,
            })
            .collect();
        let people = &mut work.people;
        people.add("validator", validators.iter().map(|of| of.address));
        people.add("delegator", delegators.iter().map(|of| of.address));
        let newcomers = numbered("newcomer", NEWCOMERS);
        people.add("newcomer", newcomers.iter().copied());
        let owner = parameters.opinions.as_ref().and_then(|rules| rules.owner);
        if let Some(owner) = owner {
            people.name_one(owner, "the owner".to_owned());
        }
        let governor = holders(genesis, Role::Governor).first().copied();
        Ok(Self { work, validators, delegators, newcomers, owner, governor })
    }

    /// Everyone that sends transactions, but miners, customers and those who judge them.
    pub(super) fn senders(&self) -> impl Iterator<Item = Address> {
        let validators = self.validators.iter().map(|of| of.address);
        let delegators = self.delegators.iter().map(|of| of.address);
        let others = self.newcomers.iter().copied().chain(self.owner).chain(self.governor);
        validators.chain(delegators).chain(others)
    }

    /// Everyone who may hold a seat, in the order in which they ask for one.
    pub(super) fn holders(&self) -> impl Iterator<Item = Address> {
        let validators = self.validators.iter().map(|of| of.address);
        let miners = self.work.hosts.iter().map(|of| of.address);
        self.owner.into_iter().chain(validators).chain(miners)
    }

    /// The validator with a part in the story.
    pub(super) fn part(&self, part: Part) -> Option<&Validator> {
        let last = self.validators.len().saturating_sub(1);
        let number = match part {
            Part::Parent => 2,
            Part::Child => 0,
            Part::Raises => 1,
            Part::Double => 3,
            Part::Lazy => 4,
            Part::Copier => last,
        };
        self.validators.get(number % self.validators.len().max(1))
    }

    /// Whether this validator has that part.
    pub(super) fn is(&self, part: Part, address: &Address) -> bool {
        self.part(part).is_some_and(|of| of.address == *address)
    }
}

/// Validators that stand out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Lends half of its power.
    Parent,
    /// Is lent power.
    Child,
    /// Raises its commission.
    Raises,
    /// Signs two blocks of one height, and overrates a friend.
    Double,
    /// Signs few blocks.
    Lazy,
    /// Says what the parent has said before.
    Copier,
}

fn parts(number: u64) -> u128 {
    PARTS[usize::try_from(number % PARTS.len() as u64).unwrap_or(0)]
}

/// Base units of the bonded asset that an account may spend at genesis.
fn owned(genesis: &Genesis, bonds: &Validators, account: &Address) -> Amount {
    let mine = genesis.allocations.iter().filter(|of| {
        of.to == AllocationTo::Account(*account)
            && of.asset == bonds.asset
            && of.vesting_epochs == 0
    });
    mine.map(|of| of.amount).max().unwrap_or_default()
}

/// First those who have enough at genesis, then others, whom the funder pays.
fn validators(
    genesis: &Genesis,
    bonds: &Validators,
    (count, funder): (u64, Option<Address>),
    part: u128,
) -> Result<Vec<Validator>, Failure> {
    let rich = genesis.allocations.iter().filter_map(|of| match of.to {
        AllocationTo::Account(account) if Some(account) != funder => Some(account),
        AllocationTo::Account(_) | AllocationTo::Treasury => None,
    });
    let own = |account: &Address| owned(genesis, bonds, account);
    let rich: Vec<Address> = rich.filter(|account| own(account) >= bonds.minimum).collect();
    let others = (0..count).map(|number| local(&format!("validator {number}")));
    let all = rich.iter().copied().chain(others.skip(rich.len()));
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let one = |(number, address): (u64, Address)| {
        let of_own = BONDED[usize::try_from(number).unwrap_or(0) % BONDED.len()];
        let bond = match own(&address) {
            amount if amount >= bonds.minimum => amount.get().saturating_mul(of_own) / 100,
            _ => part.saturating_mul(parts(number)).max(bonds.minimum.get().saturating_mul(2)),
        };
        let step = Ratio::new(u128::from(number % 4), 4).map_err(Failure::damage)?;
        let commission = bonds.most_commission.checked_mul(step).map_err(Failure::damage)?;
        Ok(Validator { address, bond: Amount::new(bond).max(bonds.minimum), commission })
    };
    (0_u64..).zip(all.take(count)).map(one).collect()
}

/// Whether miners answer customers' requests: where the emission follows them.
pub(crate) fn has_customers(parameters: &Parameters) -> bool {
    parameters.emission.utility.is_some()
}
