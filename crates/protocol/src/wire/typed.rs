//! What is signed off-line (EIP-712): vouchers of customers, reports that others carry.
//!
//! The domain is {name "Workmint", version "1", chainId, salt = genesis hash}, so a word counts on
//! one network only. A signature is 65 bytes r, s, v with the lower s and v 27 or 28.

use alloy_primitives::{B256, U256};
use alloy_sol_types::{Eip712Domain, SolStruct};
use std::borrow::Cow;
use workmint_amounts::Amount;
use workmint_core::{Address, Report};

use super::abi::ISessions::Voucher;
use super::calls::{attestation, contributions, jobs, work};
use super::chain::ChainSpec;
use super::refusal::Refusal;
use super::sign::{self, SecretKey};

/// Name of the domain.
pub const DOMAIN_NAME: &str = "Workmint";
/// Version of the domain.
pub const DOMAIN_VERSION: &str = "1";

/// The domain of a network.
#[must_use]
pub fn domain(chain: &ChainSpec) -> Eip712Domain {
    Eip712Domain {
        name: Some(Cow::Borrowed(DOMAIN_NAME)),
        version: Some(Cow::Borrowed(DOMAIN_VERSION)),
        chain_id: Some(U256::from(chain.chain_id)),
        verifying_contract: None,
        salt: Some(B256::from(chain.genesis.0)),
    }
}

/// What a customer signs for a voucher.
#[must_use]
pub fn voucher_digest(session: u64, cumulative: Amount, chain: &ChainSpec) -> [u8; 32] {
    digest(&Voucher { session, cumulative: U256::from(cumulative.get()) }, chain)
}

/// What the author of a report signs so that others can carry it.
#[must_use]
pub fn report_digest(report: &Report, chain: &ChainSpec) -> [u8; 32] {
    match report {
        Report::SubmitSummary(it) => digest(&work::of_summary(it), chain),
        Report::SubmitComputeProof(it) => digest(&work::of_proof(it), chain),
        Report::ReportMisses(it) => digest(&work::of_misses(it), chain),
        Report::ReportConfirmation(it) => digest(&work::of_confirmation(it), chain),
        Report::Attest(it) => digest(&work::of_attested(it), chain),
        Report::AttestHeartbeats { epoch, report } => {
            digest(&attestation::of_heartbeats(*epoch, report), chain)
        }
        Report::AttestQuality(it) => digest(&jobs::of_quality(it), chain),
        Report::VerifyContributions(it) => digest(&contributions::of_verdicts(it), chain),
    }
}

fn digest(word: &impl SolStruct, chain: &ChainSpec) -> [u8; 32] {
    word.eip712_signing_hash(&domain(chain)).0
}

/// Signs a digest: r, s, v with v 27 or 28.
#[must_use]
pub fn sign_typed(key: &SecretKey, digest: &[u8; 32]) -> [u8; 65] {
    let (odd, r, s) = sign::sign_digest(key, digest);
    let mut out = [0_u8; 65];
    out[..32].copy_from_slice(&r);
    out[32..64].copy_from_slice(&s);
    out[64] = if odd { 28 } else { 27 };
    out
}

/// Who signed a digest.
///
/// # Errors
/// [`Refusal::Signature`], [`Refusal::HighS`].
pub fn recover_typed(digest: &[u8; 32], signature: &[u8]) -> Result<Address, Refusal> {
    let refused = |why| Refusal::Signature { field: "signature", why };
    let bytes: &[u8; 65] =
        signature.try_into().map_err(|_| refused("it must have 65 bytes: r, s, v"))?;
    let (mut r, mut s) = ([0_u8; 32], [0_u8; 32]);
    r.copy_from_slice(&bytes[..32]);
    s.copy_from_slice(&bytes[32..64]);
    let odd = match bytes[64] {
        27 => false,
        28 => true,
        _ => return Err(refused("its last byte, v, must be 27 or 28")),
    };
    sign::recover(digest, (odd, &r, &s))
}

/// Refuses a signature that is not of `expected`.
///
/// # Errors
/// [`Refusal::WrongSigner`] and what [`recover_typed`] refuses.
pub fn require(expected: Address, digest: &[u8; 32], signature: &[u8]) -> Result<(), Refusal> {
    let found = recover_typed(digest, signature)?;
    if found == expected {
        Ok(())
    } else {
        Err(Refusal::WrongSigner { field: "signature", expected, found })
    }
}
