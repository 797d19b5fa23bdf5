//! Providers' stake, privacy tiers, heartbeats.

use crate::names::{AssetId, Name};
use crate::time::Duration;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, Ratio};

/// What providers stake (document 003, provider staking).
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Stake {
    /// The asset staked.
    pub asset: AssetId,
    /// A provider with less takes no jobs and has no staking power, base units; at least 1.
    pub minimum: Amount,
    /// The lock with which an amount counts twice, milliseconds (document 003: a year). Under a
    /// lock of d an amount counts 1 + d / this, at most `most_lock`; once it is over, 1.
    pub full_lock_ms: u64,
    /// Most that a lock multiplies; 1 to 10.
    pub most_lock: Ratio,
    /// How long a withdrawal stays slashable.
    pub unbonding: Duration,
    /// Withdrawals a provider may have under way; 1 to 1,024.
    pub max_withdrawals: u32,
    /// Share of a released withdrawal that is burned, rounded up; 0 to 1.
    pub unstake_burn: Ratio,
    /// Units of work an epoch that one base unit of a provider's active stake backs: all its offers
    /// together are at most that much. Above 0; `None`: whatever is offered counts as supply.
    pub capacity: Option<Ratio>,
    /// Fractions of stake taken for offences.
    pub slashing: StakeSlashing,
}

/// Fractions of stake (active and unbonding) taken for offences (document 003, slashing).
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct StakeSlashing {
    /// For the smallest SLA violation; 0 to `sla_most`.
    pub sla_least: Ratio,
    /// For the largest; at most 1.
    pub sla_most: Ratio,
    /// For refuted evidence of a tier; 0 to 1.
    pub attestation: Ratio,
    /// For malice that judges found; 0 to 1.
    pub malice: Ratio,
}

/// Privacy tiers and heartbeats, both by attestors.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Attestation {
    /// Attestors that must agree; at least 1.
    pub quorum: u32,
    /// How long an attested tier lasts; a lapsed one is tier 0.
    pub validity: Duration,
    /// Tiers from 0 on, multipliers not falling; 1 to 16. Tier 0 needs no evidence.
    pub tiers: Vec<Tier>,
    /// Probes in an epoch, numbered from 0; 0: there are none; at most 1,024.
    pub probes_per_epoch: u16,
}

/// A privacy tier.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Tier {
    /// What people call it.
    pub name: Name,
    /// What it multiplies payments and staking power by; 1 to 10.
    pub multiplier: Ratio,
}
