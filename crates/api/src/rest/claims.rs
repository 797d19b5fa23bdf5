//! Who may claim what of a settled epoch, and the Merkle proof of it.

use std::sync::Arc;

use axum::extract::State as Shared;
use serde::Serialize;
use utoipa::ToSchema;
use workmint_answers::{AnswerError, Network, proof};
use workmint_core::State;
use workmint_core::modules::settlement::Record;

use super::answer::{Answer, At, Money, Page, Units};
use super::settlements::not_settled;
use super::{Asked, Paging, Problem, Rest, parameters};

/// Most claims of an epoch whose tree is built for one request.
const MAX_TREE: u64 = 2_000_000;

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

/// The Merkle proofs of what an account has in a settled epoch, also of one whose claims have
/// expired: its record is settled again from what the epoch stored.
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
    // A tree of a million leaves takes a second: not on the threads that answer.
    rest.asks(move |running| {
        let (at, network, claims) = running.read(|state| {
            let header = state.settlement.header(epoch).ok_or_else(|| not_settled(state, epoch))?;
            let name = parameters(state)?.network.name.to_string();
            Ok::<_, Problem>((At::of(state), name, header.claims))
        })?;
        if claims > MAX_TREE {
            return Err(Problem::busy(format!("more than {MAX_TREE} claims: use workmint proof")));
        }
        let found = proof::proofs(running, epoch, proof::Whose::Account(address));
        let found = found.map_err(|error| match error {
            AnswerError::NotFound { field: "account", what } => {
                Problem::missing(what).of("address")
            }
            error => error.into(),
        })?;
        let claims = found.claims.iter().map(|(_, leaf, proof)| Proof {
            epoch: epoch.to_string(),
            account: address.to_string(),
            asset: leaf.asset.to_string(),
            amount: leaf.amount.to_string(),
            leaf: leaf.hash().to_string(),
            proof: proof.iter().map(ToString::to_string).collect(),
        });
        let leaf_encoding = proof::LEAF_ENCODING.map(str::to_owned).to_vec();
        let (root, claims) = (found.root.to_string(), claims.collect());
        Ok(Answer::new(at, Proofs { network, leaf_encoding, root, claims }))
    })
    .await
}
