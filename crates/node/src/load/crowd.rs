//! Accounts with known keys, for networks that only measure or test. Never fund them elsewhere.

use std::fmt;

use rayon::prelude::*;
use workmint_amounts::Amount;
use workmint_core::genesis::{Allocation, AllocationTo};
use workmint_core::modules::fees;
use workmint_core::modules::ledger::Transfer;
use workmint_core::modules::parameters::Parameters;
use workmint_core::{Address, Genesis, Hash, Message};
use workmint_protocol::wire::{
    ChainSpec, SecretKey, U256, Unsigned, address_of, call_of, gas, sign,
};

/// Accounts that send each other transfers.
pub struct Crowd {
    members: Vec<Member>,
    /// Whose turn it is.
    turn: usize,
    chain: ChainSpec,
    max_fee_per_gas: u128,
    gas_limit: u64,
}

struct Member {
    key: SecretKey,
    address: Address,
    nonce: u64,
}

/// Why there is no crowd.
#[derive(Debug)]
pub struct CrowdError(String);

impl fmt::Display for CrowdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CrowdError {}

/// The key of the account of that number: anybody can compute it.
fn key(number: usize) -> Result<SecretKey, CrowdError> {
    let seed = Hash::of("workmint load account", &[&number.to_le_bytes()]);
    SecretKey::from_slice(&seed.0).map_err(|error| CrowdError(error.to_string()))
}

impl Crowd {
    /// Funds so many accounts in a genesis, each with the same amount out of the largest
    /// allocation of the fee asset.
    ///
    /// # Errors
    /// There is no such allocation, or it is too small.
    pub fn fund(genesis: &mut Genesis, count: usize, each: Amount) -> Result<(), CrowdError> {
        let asset = genesis.parameters.fees.asset;
        let of_asset = |one: &&mut Allocation| one.asset == asset && one.vesting_epochs == 0;
        let largest = genesis.allocations.iter_mut().filter(of_asset);
        let largest = largest.max_by_key(|one| one.amount);
        let largest = largest.ok_or_else(|| CrowdError("nobody owns the fee asset".to_owned()))?;
        let all = u128::try_from(count).ok().and_then(|count| each.checked_mul(count).ok());
        let rest = all.and_then(|all| largest.amount.checked_sub(all).ok());
        largest.amount =
            rest.ok_or_else(|| CrowdError("the largest allocation is too small".to_owned()))?;
        for number in 0..count {
            genesis.allocations.push(Allocation {
                asset,
                amount: each,
                to: AllocationTo::Account(address_of(&key(number)?)),
                vesting_epochs: 0,
                cliff_epochs: 0,
                at_once: workmint_amounts::Ratio::ZERO,
            });
        }
        Ok(())
    }

    /// So many accounts, all with their first nonce.
    ///
    /// # Errors
    /// A key that cannot be.
    pub fn new(
        count: usize,
        chain: &ChainSpec,
        parameters: &Parameters,
    ) -> Result<Self, CrowdError> {
        let member = |number| {
            let key = key(number)?;
            Ok(Member { address: address_of(&key), key, nonce: 0 })
        };
        let members = (0..count).map(member).collect::<Result<Vec<_>, _>>()?;
        let failed = |error: &dyn fmt::Display| CrowdError(error.to_string());
        // No transfer of ours is longer.
        let message = Message::Transfer(Transfer {
            to: Address::default(),
            asset: parameters.fees.asset,
            amount: Amount::new(1),
        });
        let due = fees::due(&parameters.fees, &message, 300).map_err(|error| failed(&error))?;
        let price = gas::price_wei(parameters, chain);
        Ok(Self {
            members,
            turn: 0,
            chain: chain.clone(),
            max_fee_per_gas: u128::try_from(price).map_err(|error| failed(&error))?,
            gas_limit: gas::estimate(due, parameters, chain),
        })
    }

    /// How many accounts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The address of an account.
    #[must_use]
    pub fn address(&self, number: usize) -> Address {
        self.members.get(number).map(|member| member.address).unwrap_or_default()
    }

    /// Sets an account's next nonce.
    pub fn set_nonce(&mut self, number: usize, nonce: u64) {
        if let Some(member) = self.members.get_mut(number) {
            member.nonce = nonce;
        }
    }

    /// Sets every account's next nonce.
    pub fn follow(&mut self, next: impl Fn(&Address) -> u64) {
        for member in &mut self.members {
            member.nonce = next(&member.address);
        }
    }

    /// The next transfer of an account, signed: so many base units of the fee asset to another one.
    #[must_use]
    pub fn transfer(&mut self, from: usize, to: usize, amount: Amount) -> Vec<u8> {
        let nonce = self.members.get_mut(from).map_or(0, |member| {
            let nonce = member.nonce;
            member.nonce = nonce.saturating_add(1);
            nonce
        });
        self.transfer_at(from, (to, amount), nonce, 0)
    }

    /// The same with this nonce and tip, wei per gas.
    #[must_use]
    pub fn transfer_at(
        &self,
        from: usize,
        (to, amount): (usize, Amount),
        nonce: u64,
        tip: u128,
    ) -> Vec<u8> {
        let Some(member) = self.members.get(from) else { return Vec::new() };
        let message = Message::Transfer(Transfer {
            to: self.address(to),
            asset: self.chain.fee_asset,
            amount,
        });
        let call = workmint_protocol::wire::Call {
            to: self.address(to),
            value: self.chain.to_wei(amount),
            input: Vec::new(),
        };
        debug_assert!(call_of(&message, &self.chain).is_ok_and(|same| same == call));
        let unsigned = Unsigned {
            chain_id: self.chain.chain_id,
            nonce,
            max_priority_fee_per_gas: tip,
            max_fee_per_gas: self.max_fee_per_gas.saturating_add(tip),
            gas_limit: self.gas_limit,
            call,
        };
        sign(&member.key, &unsigned)
    }

    /// At least so many transfers in batches: every account sends in its turn, each to the next, a
    /// batch signed on all cores.
    #[must_use]
    pub fn batches(&mut self, count: usize, batch: usize) -> Vec<Vec<Vec<u8>>> {
        let senders = self.members.len().max(1);
        let plan: Vec<(usize, u64)> = (0..count)
            .map(|_| {
                let from = self.turn;
                self.turn = (from + 1) % senders;
                let member = self.members.get_mut(from);
                let nonce = member.map_or(0, |member| {
                    let nonce = member.nonce;
                    member.nonce = nonce.saturating_add(1);
                    nonce
                });
                (from, nonce)
            })
            .collect();
        let sign = |(from, nonce): &(usize, u64)| {
            let to = (from + 1) % senders;
            self.transfer_at(*from, (to, Amount::new(1)), *nonce, 0)
        };
        let signed = |part: &[(usize, u64)]| part.iter().map(sign).collect();
        plan.par_chunks(batch.max(1)).map(signed).collect()
    }

    /// Wei per gas that pays no more than the fee.
    #[must_use]
    pub fn price(&self) -> U256 {
        U256::from(self.max_fee_per_gas)
    }
}
