// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title What vests.
interface IVesting {
    /// @notice Releases what has vested of the sender's grants so far.
    function releaseVested() external;
}
