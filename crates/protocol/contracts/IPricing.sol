// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title The price of a unit of work.
interface IPricing {
    /// @notice Proposes, as a participant, the price of a unit of compute; it stays until changed.
    /// @param price Base units of the market's asset, at least 1.
    function proposePrice(uint256 price) external;

    /// @notice The price of one unit of work of a model now, base units of the market's asset.
    /// @param model Number of the model.
    function priceOf(uint16 model) external view returns (uint256);
}
