//! The state tree: a plain binary BLAKE3 Merkle tree over encoded rows.
//!
//! Leaves and nodes hash under different domains; a node without a sibling moves up unchanged, and
//! the number of leaves is bound into the root, so that no two lists of rows share a root.

use crate::hash::Hash;
use rayon::prelude::*;

/// First byte of what is hashed: keeps leaves, nodes and roots apart.
const LEAF: u8 = 0;
const NODE: u8 = 1;
const ROOT: u8 = 2;

fn tagged(tag: u8, first: &[u8], second: &[u8]) -> Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&[tag]).update(first).update(second);
    Hash(*hasher.finalize().as_bytes())
}

/// The hash of one encoded row.
#[must_use]
pub fn leaf(row: &[u8]) -> Hash {
    tagged(LEAF, row, &[])
}

fn node(pair: &[Hash]) -> Hash {
    match pair {
        [left, right] => tagged(NODE, &left.0, &right.0),
        [only] => *only,
        _ => Hash::ZERO,
    }
}

/// The root over the leaves in order.
#[must_use]
pub fn root(mut leaves: Vec<Hash>) -> Hash {
    let count = (leaves.len() as u64).to_le_bytes();
    while leaves.len() > 1 {
        leaves = leaves.par_chunks(2).map(node).collect();
    }
    let top = leaves.first().copied().unwrap_or(Hash::ZERO);
    tagged(ROOT, &count, &top.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_has_its_own_root() {
        let rows: Vec<Hash> = (0_u8..9).map(|row| leaf(&[row])).collect();
        let mut roots: Vec<Hash> = (0..=rows.len()).map(|n| root(rows[..n].to_vec())).collect();
        let mut swapped = rows.clone();
        swapped.swap(3, 4);
        roots.push(root(swapped));
        roots.sort_unstable();
        roots.dedup();
        assert_eq!(roots.len(), rows.len() + 2);
    }
}
