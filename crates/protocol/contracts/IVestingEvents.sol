// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title What happens in `vesting`.
interface IVestingEvents {
    /// @notice A grant began.
    /// @param account Its owner.
    /// @param asset The asset.
    /// @param amount Base units.
    /// @param endEpoch First epoch after whose start all of it is free.
    event Granted(
        address indexed account,
        uint16 asset,
        uint256 amount,
        uint64 endEpoch
    );

    /// @notice A part became spendable.
    /// @param account The owner.
    /// @param asset The asset.
    /// @param amount Base units.
    event Released(
        address indexed account,
        uint16 asset,
        uint256 amount
    );
}
