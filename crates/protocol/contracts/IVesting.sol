// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title What vests.
interface IVesting {
    /// @notice Releases what has vested of the sender's grants so far.
    function releaseVested() external;

    /// @notice What an account owns of an asset and has not been released, base units.
    /// @param account The account.
    /// @param asset Number of the asset.
    function vestingOf(address account, uint16 asset) external view returns (uint256);
}
