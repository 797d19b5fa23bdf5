//! Blocks.

use axum::extract::State as Shared;
use serde::Serialize;
use utoipa::ToSchema;
use workmint_node::BlockRecord;

use super::answer::{Answer, Page};
use super::ordered::Ordering;
use super::{Asked, Problem, Rest, TimePaging};

/// A block in short.
#[derive(Debug, Serialize, ToSchema)]
pub struct Block {
    /// Its height.
    pub block: u64,
    /// Its time, milliseconds.
    pub block_time_ms: u64,
    /// Commitment to the whole history with it.
    pub hash: String,
    /// The same before it.
    pub parent: String,
    /// Number of its transactions.
    pub transactions: u64,
    /// The epoch it closed.
    pub closed_epoch: Option<u64>,
}

impl Block {
    fn of(block: &BlockRecord) -> Self {
        Self {
            block: block.height,
            block_time_ms: block.time_ms,
            hash: block.hash.to_string(),
            parent: block.parent.to_string(),
            transactions: u64::try_from(block.transactions.len()).unwrap_or(u64::MAX),
            closed_epoch: block.closed,
        }
    }
}

/// A block with its transactions' hashes, at most 10,000.
#[derive(Debug, Serialize, ToSchema)]
pub struct BlockInFull {
    /// In short.
    #[serde(flatten)]
    pub short: Block,
    /// Hashes of its transactions in order, at most 10,000.
    pub transaction_hashes: Vec<String>,
}

/// Most hashes shown of one block.
const MOST: usize = 10_000;

/// Blocks, by height.
#[utoipa::path(get, path = "/v1/blocks", tag = "chain", params(TimePaging, Ordering),
    responses((status = 200, description = "Blocks", body = Page<Block>)))]
pub(super) async fn blocks(
    Shared(rest): Shared<Rest>,
    mut asked: Asked,
) -> Result<Page<Block>, Problem> {
    let paged = asked.paged::<1>()?;
    asked.end()?;
    rest.finds(move |running| {
        let (at, first) = (running.at(), running.first());
        if let Some([height]) = paged.cursor.filter(|[height]| (1..first).contains(height)) {
            running.block(height)?;
        }
        let heights = paged.keys((first, at.height), |[height]| height);
        let heights = heights.into_iter().flatten();
        paged.page(at, heights, ToString::to_string, |height| {
            Ok(Block::of(&*running.block(height)?))
        })
    })
    .await
}

/// One block, by height or hash.
#[utoipa::path(get, path = "/v1/blocks/{block}", tag = "chain",
    params(("block" = String, Path, description = "Its height or its hash",
        pattern = "^([0-9]{1,15}|0x[0-9a-f]{64})$")),
    responses((status = 200, description = "The block", body = Answer<BlockInFull>)))]
pub(super) async fn block(
    Shared(rest): Shared<Rest>,
    asked: Asked,
) -> Result<Answer<BlockInFull>, Problem> {
    asked.end()?;
    let text = asked.part("block")?;
    let by_hash = text.starts_with("0x").then(|| asked.hash_part("block")).transpose()?;
    let by_height = match by_hash {
        None => Some(asked.number_part("block")?),
        Some(_) => None,
    };
    rest.finds(move |running| {
        let found = match (by_hash, by_height) {
            (Some(hash), _) => running.block_by_hash(&hash)?,
            (None, height) => running.block(height.unwrap_or_default())?,
        };
        let hashes = found.transactions.iter().take(MOST).map(|row| row.hash.to_string());
        let block = BlockInFull { short: Block::of(&found), transaction_hashes: hashes.collect() };
        Ok(Answer::new(running.at(), block))
    })
    .await
}
