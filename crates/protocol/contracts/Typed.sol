// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

// What wallets sign off-line (EIP-712). The domain is {name "Workmint", version "1", chainId, salt =
// hash of the network's genesis}.

/// What a customer owes its provider in one of its sessions.
struct Voucher {
    /// Number of the signer's session.
    uint64 session;
    /// Everything the provider may have of the session, base units, fee included.
    uint256 cumulative;
}
