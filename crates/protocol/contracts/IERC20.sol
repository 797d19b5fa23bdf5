// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title An asset of the network, as every ERC-20 wallet knows it.
/// @notice At 0x0000000000000000000000000000000000010000 + number of the asset. Amounts are base
/// units; values above 2^128 - 1 are refused, but for an unlimited approval.
interface IERC20 {
    /// @notice Sends an amount of the sender's spendable balance.
    /// @param to Recipient; no reserved address.
    /// @param value Base units, at least 1.
    function transfer(address to, uint256 value) external returns (bool);
}
