//! Merkle proofs of claims, for a contract or anyone who doubts.

use std::ops::Range;
use std::sync::Arc;

use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_core::modules::settlement::Record;
use workmint_core::names::AssetId;
use workmint_core::offline;
use workmint_core::tree::{Leaf, Tree};
use workmint_core::{Address, Hash, State};

use crate::error::AnswerError;
use crate::network::Network;
use crate::text::hex;

/// How a leaf is encoded, as OpenZeppelin's library names it.
pub const LEAF_ENCODING: [&str; 4] = ["uint256", "address", "address", "uint256"];

/// Whose claims of an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// An account's.
    Account(Address),
    /// At most `limit` of all, from the entry number `from` on.
    All {
        /// The first entry, from 0.
        from: usize,
        /// Entries of the page.
        limit: usize,
    },
}

/// Some claims of an epoch with their proofs.
#[derive(Clone, Debug)]
pub struct Proofs {
    /// What the epoch recorded.
    pub record: Arc<Record>,
    /// Root of its tree.
    pub root: Hash,
    /// The claims: number of the entry, leaf, nodes from the leaf to the root.
    pub claims: Vec<(usize, Leaf, Vec<Hash>)>,
    /// Whether these are all claims of the epoch.
    pub complete: bool,
    /// The entry to go on with, if there are more.
    pub next: Option<usize>,
}

/// Proves claims of a settled epoch. The tree of the whole epoch is built for it, outside of any
/// lock: two hashes a claim; the record of an epoch whose claims have expired is settled again from
/// its inputs. Ask for many claims at once rather than one by one.
///
/// # Errors
/// [`AnswerError::NotFound`] of the fields `epoch` and `account`; damage.
pub fn proofs(network: &impl Network, epoch: u64, whose: Whose) -> Result<Proofs, AnswerError> {
    let record = record(network, epoch)?;
    let entries = &record.entries;
    let all = entries.len();
    let (rows, next) = match whose {
        Whose::Account(account) => (entries.of(&account), None),
        Whose::All { from, limit } => {
            let end = from.saturating_add(limit).min(all);
            (from.min(all)..end, Some(end).filter(|end| *end < all))
        }
    };
    if rows.is_empty() {
        return Err(match whose {
            Whose::Account(account) => AnswerError::not_found(
                "account",
                format!("{account} has no claim in epoch {epoch}"),
            ),
            Whose::All { from: 0, .. } => {
                AnswerError::not_found("epoch", format!("epoch {epoch} has no claims"))
            }
            Whose::All { from, .. } => {
                AnswerError::range("from", from, format!("0 to {}", all.saturating_sub(1)))
            }
        });
    }
    let complete = matches!(whose, Whose::All { .. }) && rows.len() == all;
    let tree = Tree::new(entries.leaves(epoch));
    let claims = proved(&record, &tree, rows)?;
    Ok(Proofs { root: tree.root(), record, claims, complete, next })
}

fn proved(
    record: &Record,
    tree: &Tree,
    rows: Range<usize>,
) -> Result<Vec<(usize, Leaf, Vec<Hash>)>, AnswerError> {
    let mut claims = Vec::with_capacity(rows.len());
    for at in rows {
        let leaf = record.entries.leaf(record.header.epoch, at);
        let found = leaf.and_then(|leaf| Some((at, leaf, tree.proof(&leaf.hash())?)));
        claims.push(found.ok_or_else(|| AnswerError::damage("a claim is not in its own tree"))?);
    }
    Ok(claims)
}

impl Proofs {
    /// For machines: the format of OpenZeppelin's library, every number a decimal string.
    #[must_use]
    pub fn document(&self, network: &str) -> Value {
        let claims = self.claims.iter().map(|(_, leaf, proof)| claim_json(leaf, proof));
        json!({
            "network": network,
            "leaf_encoding": LEAF_ENCODING,
            "root": self.root.to_string(),
            "complete": self.complete,
            "claims": claims.collect::<Vec<Value>>(),
        })
    }

    /// An entry's account, asset and amount in base units.
    #[must_use]
    pub fn entry(&self, at: usize) -> Option<(Address, AssetId, Amount)> {
        self.record.entries.get(at)
    }
}

/// Whether the chain would still pay an entry, in words.
#[must_use]
pub fn status(state: &State, epoch: u64, entry: usize) -> String {
    let settlement = &state.settlement;
    match settlement.record(epoch) {
        None => "its claim window is closed".to_owned(),
        Some(_) if settlement.is_claimed(epoch, entry) => "claimed or forfeited".to_owned(),
        Some(record) => format!("claimable until the close of epoch {}", record.expires_after),
    }
}

/// One claim with its proof; every number a decimal string.
#[must_use]
pub fn claim_json(leaf: &Leaf, proof: &[Hash]) -> Value {
    json!({
        "epoch": leaf.epoch.to_string(),
        "account": leaf.account.to_string(),
        "asset": leaf.asset.to_string(),
        "amount": leaf.amount.to_string(),
        "proof": proof.iter().map(hex).collect::<Vec<String>>(),
    })
}

/// The record of a settled epoch, planned again if its claims have expired, and compared with the
/// root the chain keeps for ever.
fn record(network: &impl Network, epoch: u64) -> Result<Arc<Record>, AnswerError> {
    let (record, root) = network.read(|state| {
        let root = state.settlement.header(epoch).map(|header| header.root);
        (state.settlement.record(epoch).map(Arc::clone), root)
    });
    if let Some(record) = record {
        return Ok(record);
    }
    let stored = network.epoch_inputs(epoch)?;
    let settled = offline::settle_inputs(&stored.parameters, stored.inputs, true);
    let record = settled.map_err(AnswerError::damage)?.record;
    match root {
        Some(root) if root != record.header.root => Err(AnswerError::Damage(format!(
            "the inputs of epoch {epoch} give root {}, the chain has {root}",
            record.header.root
        ))),
        _ => Ok(Arc::new(record)),
    }
}
