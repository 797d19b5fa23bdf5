// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title Collateral: deposits that back a participant's weight.
interface ICollateral {
    /// @notice Adds to the sender's active collateral; it gives weight from the next epoch on.
    /// @param amount Base units of the collateral asset, at least 1.
    function deposit(uint256 amount) external;

    /// @notice Begins to withdraw collateral; until its release it can still be slashed.
    /// @param amount Base units of the collateral asset, at least 1.
    function withdraw(uint256 amount) external;

    /// @notice An account's collateral, base units of the collateral asset.
    /// @param account The account.
    /// @return active Backs weight.
    /// @return unbonding On its way out, still slashable.
    /// @return jailed Whether its validator is unbonding or jailed.
    function collateralOf(
        address account
    ) external view returns (uint256 active, uint256 unbonding, bool jailed);
}
