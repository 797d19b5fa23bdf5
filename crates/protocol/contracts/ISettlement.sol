// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title Settled rewards.
interface ISettlement {
    /// @notice Claims everything the sender has in a settled epoch; its sampled checks must be done.
    /// @param epoch The epoch.
    function claim(uint64 epoch) external;
}
