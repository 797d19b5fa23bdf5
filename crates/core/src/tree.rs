//! The settlement tree: one Merkle tree per epoch in the layout of OpenZeppelin's
//! `StandardMerkleTree`, so that any Solidity contract can verify a claim.
//!
//! A leaf is keccak256(keccak256(abi.encode(uint256 epoch, address account, address asset, uint256
//! amount))). Leaf hashes are sorted; a node is keccak256 of its two children, the smaller first;
//! the tree is the complete binary tree stored in an array with the leaves at its end.

use crate::address::Address;
use crate::hash::Hash;
use crate::names::AssetId;
use alloy_primitives::keccak256;
use rayon::prelude::*;
use workmint_amounts::Amount;

/// One leaf: what an account may claim of one asset for one epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// The epoch.
    pub epoch: u64,
    /// The account.
    pub account: Address,
    /// The asset's address, [`asset_address`].
    pub asset: Address,
    /// Base units, summed over streams.
    pub amount: Amount,
}

/// The address under which an asset appears in leaves: its `IERC20` system contract.
#[must_use]
pub fn asset_address(asset: AssetId) -> Address {
    let [high, low] = asset.0.to_be_bytes();
    Address([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xa5, high, low])
}

impl Leaf {
    /// The leaf's hash.
    #[must_use]
    pub fn hash(&self) -> Hash {
        let mut encoded = [0_u8; 128];
        let fields: [(usize, &[u8]); 4] = [
            (24, &self.epoch.to_be_bytes()),
            (44, &self.account.0),
            (76, &self.asset.0),
            (112, &self.amount.get().to_be_bytes()),
        ];
        for (start, bytes) in fields {
            let target = encoded.get_mut(start..).unwrap_or_default();
            target.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        }
        Hash(keccak256(keccak256(encoded)).0)
    }
}

fn parent(one: &Hash, other: &Hash) -> Hash {
    let (first, second) = if one <= other { (one, other) } else { (other, one) };
    let mut pair = [0_u8; 64];
    let (left, right) = pair.split_at_mut(32);
    left.copy_from_slice(&first.0);
    right.copy_from_slice(&second.0);
    Hash(keccak256(pair).0)
}

/// The root over leaf hashes in any order; zero if there is none.
#[must_use]
pub fn root(leaves: Vec<Hash>) -> Hash {
    Tree::new(leaves).root()
}

/// A whole tree, for proofs.
#[derive(Clone, Debug)]
pub struct Tree {
    nodes: Vec<Hash>,
    leaves: usize,
}

impl Tree {
    /// Builds the tree over leaf hashes in any order.
    #[must_use]
    pub fn new(mut sorted: Vec<Hash>) -> Self {
        sorted.par_sort_unstable();
        let leaves = sorted.len();
        let inner = if leaves == 0 { 0 } else { sorted.iter().skip(1).count() };
        let mut nodes = vec![Hash::ZERO; inner];
        nodes.extend(sorted.into_iter().rev());
        // Level by level from the bottom; within a level nodes are independent.
        let mut end = inner;
        while end > 0 {
            // The nodes whose first child lies at or beyond `end` have finished children.
            let start = end.checked_sub(1).map_or(0, |last| last >> 1);
            let start = if end == 1 { 0 } else { first_ready(end, start) };
            let (todo, done) = nodes.split_at_mut(end);
            let level = todo.get_mut(start..).unwrap_or_default();
            level.par_iter_mut().with_min_len(1_024).enumerate().for_each(|(at, node)| {
                let child = |offset: usize| {
                    let index = start.checked_add(at)?.checked_mul(2)?.checked_add(offset)?;
                    done.get(index.checked_sub(end)?).copied()
                };
                if let (Some(left), Some(right)) = (child(1), child(2)) {
                    *node = parent(&left, &right);
                }
            });
            end = start;
        }
        Self { nodes, leaves }
    }

    /// The root; zero if there is no leaf.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.nodes.first().copied().unwrap_or(Hash::ZERO)
    }

    /// The proof of a leaf hash: siblings from the bottom up. `None` if it is not a leaf.
    #[must_use]
    pub fn proof(&self, leaf: &Hash) -> Option<Vec<Hash>> {
        let first = self.nodes.len().checked_sub(self.leaves)?;
        // Leaves stand in descending order.
        let stored = self.nodes.get(first..)?;
        let at = stored.binary_search_by(|node| leaf.cmp(node)).ok()?;
        let mut index = first.checked_add(at)?;
        let mut proof = Vec::new();
        while index > 0 {
            let sibling =
                if index & 1 == 1 { index.checked_add(1)? } else { index.checked_sub(1)? };
            proof.push(*self.nodes.get(sibling)?);
            index = index.checked_sub(1)? >> 1;
        }
        Some(proof)
    }
}

/// The first inner node whose children both lie at or beyond `end`.
fn first_ready(end: usize, half: usize) -> usize {
    // Children of i are 2i + 1 and 2i + 2; 2i + 1 >= end holds from i = (end - 1) / 2, rounded up.
    let up = if end & 1 == 0 { 1 } else { 0 };
    half.checked_add(up).unwrap_or(half)
}

/// Whether the proof leads from the leaf to the root.
#[must_use]
pub fn verify(root: &Hash, leaf: &Leaf, proof: &[Hash]) -> bool {
    proof.iter().fold(leaf.hash(), |node, sibling| parent(&node, sibling)) == *root
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(count: u64) -> Vec<Leaf> {
        (0..count)
            .map(|number| Leaf {
                epoch: 7,
                account: Address::derived(&number.to_be_bytes()),
                asset: asset_address(AssetId(0)),
                amount: Amount::new(u128::from(number) + 1),
            })
            .collect()
    }

    /// The definition, one node after the other.
    fn naive_root(hashes: &[Hash]) -> Hash {
        let mut sorted = hashes.to_vec();
        sorted.sort_unstable();
        let mut nodes = vec![Hash::ZERO; sorted.len() - 1];
        nodes.extend(sorted.into_iter().rev());
        for at in (0..hashes.len() - 1).rev() {
            nodes[at] = parent(&nodes[2 * at + 1], &nodes[2 * at + 2]);
        }
        nodes[0]
    }

    #[test]
    fn levels_give_the_definition_and_every_proof_verifies() {
        for count in (1..70).chain([1000, 1023, 1024, 1025]) {
            let leaves = leaves(count);
            let hashes: Vec<Hash> = leaves.iter().map(Leaf::hash).collect();
            let tree = Tree::new(hashes.clone());
            assert_eq!(tree.root(), naive_root(&hashes), "{count} leaves");
            for leaf in leaves.iter().take(40) {
                let proof = tree.proof(&leaf.hash()).unwrap();
                assert!(verify(&tree.root(), leaf, &proof));
                let wrong = Leaf { amount: Amount::new(0), ..*leaf };
                assert!(!verify(&tree.root(), &wrong, &proof));
                assert_eq!(tree.proof(&wrong.hash()), None);
            }
        }
        assert_eq!(root(Vec::new()), Hash::ZERO);
    }
}
