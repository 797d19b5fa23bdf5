//! The only checker of parameters and genesis.
//!
//! Ranges of single values, conditions between values, and true statements the author should know.
//! Every finding names its place by the key names of the network file. What needs a look into the
//! future of the schedule is in `emission::findings`.

mod buckets;
mod checker;
mod contributions;
mod emission;
mod exchange;
mod fees;
mod flow;
mod genesis;
mod governance;
mod identity;
mod inflation;
mod jobs;
mod model_shares;
mod opinions;
mod pricing;
mod providers;
mod rates;
mod security;
mod sessions;
mod stake;
mod streams;
mod unit_price;
mod validators;
mod weights;
mod work;

#[cfg(test)]
mod emission_tests;
#[cfg(test)]
mod genesis_tests;
#[cfg(test)]
mod opinions_tests;
#[cfg(test)]
mod own_tests;
#[cfg(test)]
mod rates_tests;
#[cfg(test)]
mod rules_tests;
#[cfg(test)]
mod sessions_tests;
#[cfg(test)]
mod stake_tests;
#[cfg(test)]
pub(crate) mod tests;
#[cfg(test)]
mod validators_tests;

use super::{Finding, Parameters};
use crate::genesis::Genesis;
use checker::Checker;

/// Everything there is to say about `parameters`, in the order of the file's sections. They may be
/// used if no finding has level error.
#[must_use]
pub fn check(parameters: &Parameters) -> Vec<Finding> {
    let mut checker = Checker::new(parameters);
    identity::check(&mut checker);
    flow::check_emission(&mut checker);
    emission::check_use(&mut checker);
    streams::check(&mut checker);
    model_shares::check(&mut checker);
    emission::check_blocks(&mut checker);
    weights::check(&mut checker);
    unit_price::check(&mut checker);
    security::check(&mut checker);
    work::check(&mut checker);
    flow::check_market(&mut checker);
    pricing::check_escrow(&mut checker);
    sessions::check(&mut checker);
    jobs::check(&mut checker);
    pricing::check(&mut checker);
    fees::check(&mut checker);
    flow::check_claims(&mut checker);
    contributions::check(&mut checker);
    buckets::check(&mut checker);
    stake::check(&mut checker);
    governance::check(&mut checker);
    exchange::check(&mut checker);
    validators::check(&mut checker);
    opinions::check(&mut checker);
    checker.findings
}

/// What [`check`] cannot see: allocations and roles, against the genesis' parameters. Allocations
/// are named `assets[i].genesis[k]`, k counting within the asset; roles `roles.reporters[k]`.
#[must_use]
pub fn check_genesis(genesis: &Genesis) -> Vec<Finding> {
    let mut checker = Checker::new(&genesis.parameters);
    genesis::check(&mut checker, genesis);
    checker.findings
}
