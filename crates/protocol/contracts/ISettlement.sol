// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title Settled rewards.
interface ISettlement {
    /// @notice Claims everything the sender has in a settled epoch; its sampled checks must be done.
    /// @param epoch The epoch.
    function claim(uint64 epoch) external;

    /// @notice What an account can still claim of a settled epoch; reverts if the epoch is not
    /// settled or its claims have expired.
    /// @param epoch The epoch.
    /// @param account The account.
    /// @return assets Numbers of the assets.
    /// @return amounts Of each, base units.
    /// @return expires The last epoch at whose close it can be claimed.
    function claimable(
        uint64 epoch,
        address account
    )
        external
        view
        returns (uint16[] memory assets, uint256[] memory amounts, uint64 expires);
}
