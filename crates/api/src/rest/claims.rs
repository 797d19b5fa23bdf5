//! Who may claim what of a settled epoch, and the Merkle proof of it.

use std::sync::Arc;

use axum::extract::State as Shared;
use serde::Serialize;
use utoipa::ToSchema;
use workmint_core::State;
use workmint_core::modules::settlement::Record;
use workmint_core::tree::Tree;

use super::answer::{Answer, At, Money, Page, Units};
use super::settlements::not_settled;
use super::{Asked, Paging, Problem, Rest, parameters};

/// Most claims of an epoch whose tree is built for one request.
const MAX_TREE: usize = 2_000_000;

/// What an account may claim.
#[derive(Debug, Serialize, ToSchema)]
pub struct Entry {
    /// Its place among the epoch's entries.
    pub entry: u64,
    /// The account.
    pub account: String,
    /// What it may claim.
    pub amount: Money,
    /// Whether it was claimed or forfeited.
    pub claimed: bool,
}

/// The entries of a settled epoch whose claims are open, by account.
#[utoipa::path(get, path = "/v1/settlements/{epoch}/entries", tag = "settlement",
    params(("epoch" = u64, Path, description = "A settled epoch", maximum = 9007199254740991_u64),
        Paging),
    responses((status = 200, description = "Entries", body = Page<Entry>)))]
pub(super) async fn entries(
    Shared(rest): Shared<Rest>,
    mut asked: Asked,
) -> Result<Page<Entry>, Problem> {
    let epoch = asked.number_part("epoch")?;
    let limit = asked.limit()?;
    let [first] = asked.cursor()?.unwrap_or_default();
    asked.end()?;
    rest.look(move |state| {
        let record = open_record(state, epoch)?;
        let first = usize::try_from(first).unwrap_or(usize::MAX);
        let rows = first..record.entries.len();
        Page::of(At::of(state), limit, rows, ToString::to_string, |at| entry(state, &record, at))
    })
    .await
}

fn open_record(state: &State, epoch: u64) -> Result<Arc<Record>, Problem> {
    if state.settlement.header(epoch).is_none() {
        return Err(not_settled(state, epoch));
    }
    let closed = || {
        let detail = format!("the claims of epoch {epoch} have expired; its header is kept");
        Problem::missing(detail).of("epoch")
    };
    state.settlement.record(epoch).cloned().ok_or_else(closed)
}

/// One entry of an open record.
pub(super) fn entry(state: &State, record: &Record, at: usize) -> Result<Entry, Problem> {
    let row = record.entries.get(at);
    let (account, asset, amount) = row.ok_or_else(|| Problem::internal("no such entry"))?;
    Ok(Entry {
        entry: u64::try_from(at).unwrap_or(u64::MAX),
        account: account.to_string(),
        amount: Units(&*parameters(state)?).money(asset, amount)?,
        claimed: state.settlement.is_claimed(record.header.epoch, at),
    })
}

/// The proofs of an account's claims.
#[derive(Debug, Serialize, ToSchema)]
pub struct Proofs {
    /// The network.
    pub network: String,
    /// How a leaf is encoded before it is hashed twice by Keccak-256.
    pub leaf_encoding: Vec<String>,
    /// Root of the tree.
    pub root: String,
    /// The account's claims.
    pub claims: Vec<Proof>,
}

/// The proof of one claim: the tree is `OpenZeppelin`'s `StandardMerkleTree`.
#[derive(Debug, Serialize, ToSchema)]
pub struct Proof {
    /// The epoch, a whole number as text.
    pub epoch: String,
    /// The account.
    pub account: String,
    /// Address that stands for the asset in the leaf.
    pub asset: String,
    /// Base units, a whole number as text.
    pub amount: String,
    /// Hash of the leaf.
    pub leaf: String,
    /// Siblings from the leaf to the root.
    pub proof: Vec<String>,
}

/// The Merkle proofs of what an account may claim of an epoch whose claims are open.
#[utoipa::path(get, path = "/v1/settlements/{epoch}/proofs/{address}", tag = "settlement",
    params(("epoch" = u64, Path, description = "A settled epoch", maximum = 9007199254740991_u64),
        super::AddressPart),
    responses((status = 200, description = "The proofs", body = Answer<Proofs>)))]
pub(super) async fn proofs(
    Shared(rest): Shared<Rest>,
    asked: Asked,
) -> Result<Answer<Proofs>, Problem> {
    asked.end()?;
    let (epoch, address) = (asked.number_part("epoch")?, asked.address_part("address")?);
    let found = rest.look(move |state| {
        let name = parameters(state)?.network.name.to_string();
        Ok::<_, Problem>((At::of(state), name, open_record(state, epoch)?))
    });
    let (at, network, record) = found.await?;
    if record.entries.of(&address).is_empty() {
        let detail = format!("{address} has no claim in epoch {epoch}");
        return Err(Problem::missing(detail).of("address"));
    }
    if record.entries.len() > MAX_TREE {
        return Err(Problem::busy(format!("more than {MAX_TREE} claims: use workmint proof")));
    }
    // A tree of a million leaves takes a second: not on the threads that answer.
    let proved = rest.heavy(move || {
        let tree = Tree::new(record.entries.leaves(epoch));
        let claims = record.entries.of(&address).map(|at| {
            let leaf = record.entries.leaf(epoch, at)?;
            let proof = tree.proof(&leaf.hash())?;
            Some(Proof {
                epoch: epoch.to_string(),
                account: address.to_string(),
                asset: leaf.asset.to_string(),
                amount: leaf.amount.to_string(),
                leaf: leaf.hash().to_string(),
                proof: proof.iter().map(ToString::to_string).collect(),
            })
        });
        let claims: Option<Vec<Proof>> = claims.collect();
        let claims = claims.ok_or_else(|| Problem::internal("a claim is not in its own tree"))?;
        let leaf_encoding = ["uint256", "address", "address", "uint256"].map(str::to_owned);
        let root = tree.root().to_string();
        Ok(Proofs { network, leaf_encoding: leaf_encoding.to_vec(), root, claims })
    });
    Ok(Answer::new(at, proved.await?))
}
