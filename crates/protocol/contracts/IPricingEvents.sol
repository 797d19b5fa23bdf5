// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title What happens in `pricing`.
interface IPricingEvents {
    /// @notice A participant proposed the price of a unit of compute.
    /// @param account The participant.
    /// @param price The price.
    event Proposed(
        address indexed account,
        uint256 price
    );

    /// @notice What a unit of a model's work costs from the next block on.
    /// @param model The model.
    /// @param price The price.
    event PriceChanged(
        uint16 model,
        uint256 price
    );
}
