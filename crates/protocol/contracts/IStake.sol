// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title Stakes of providers.
interface IStake {
    /// @notice Adds to the sender's stake and locks all of it from now on.
    /// @param amount Base units of the staked asset, at least 1.
    /// @param lockMs How long everything staked is locked from now on, milliseconds; at most 10
    /// years of 366 days, and not shorter than the lock there is.
    function depositStake(uint256 amount, uint64 lockMs) external;

    /// @notice Begins to withdraw stake.
    /// @param amount Base units of the staked asset, at least 1.
    function withdrawStake(uint256 amount) external;

    /// @notice Says, as a judge, that a provider acted with malice.
    /// @param account The provider.
    /// @param caseHash Hash of what shows it: names the case.
    function findMalice(address account, bytes32 caseHash) external;

    /// @notice An account's stake, base units of the staked asset.
    /// @param account The account.
    /// @return amount Staked and not withdrawn.
    /// @return lockedUntilMs When the lock ends, milliseconds since 1970.
    /// @return unbonding On its way out, still slashable.
    function stakeOf(
        address account
    ) external view returns (uint256 amount, uint64 lockedUntilMs, uint256 unbonding);
}
