//! The settlement tree by its definition, one node after the other.

use alloy_primitives::keccak256;
use workmint_amounts::Amount;

/// A leaf as contracts encode it: epoch, account, asset, amount.
pub(super) fn leaf(epoch: u64, account: &[u8; 20], asset: u16, amount: Amount) -> [u8; 32] {
    let mut bytes = Vec::with_capacity(128);
    bytes.extend([0; 24]);
    bytes.extend(epoch.to_be_bytes());
    bytes.extend([0; 12]);
    bytes.extend(account);
    bytes.extend([0; 12 + 17]);
    bytes.push(0xa5);
    bytes.extend(asset.to_be_bytes());
    bytes.extend([0; 16]);
    bytes.extend(amount.get().to_be_bytes());
    keccak256(keccak256(&bytes)).0
}

/// The root over leaves in any order; zeros without any.
pub(super) fn root(mut leaves: Vec<[u8; 32]>) -> [u8; 32] {
    leaves.sort_unstable();
    // The array holds the leaves at its end in descending order, and a node's children stand behind
    // it. Going through it from its end is a queue: the smallest leaves first, each new node last.
    let mut queue: std::collections::VecDeque<[u8; 32]> = leaves.into();
    while queue.len() > 1 {
        let (Some(one), Some(other)) = (queue.pop_front(), queue.pop_front()) else {
            break;
        };
        let (low, high) = if one < other { (one, other) } else { (other, one) };
        queue.push_back(keccak256([low, high].concat()).0);
    }
    queue.pop_front().unwrap_or([0; 32])
}
