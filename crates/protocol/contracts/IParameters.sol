// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title The network's parameters.
interface IParameters {
    /// @notice Runs under other parameters from an epoch on. Needs the role governor.
    /// @param epoch First epoch that runs under them; after the open one.
    /// @param parameters All parameters, whole: borsh of the engine's type.
    function scheduleParameters(uint64 epoch, bytes calldata parameters) external;

    /// @notice Number of the active parameters' version.
    function version() external view returns (uint64);
}
