// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title Seats, weights, lent power.
interface IOpinions {
    /// @notice A seat and its weight; the largest is scaled up to 65,535.
    struct SeatWeight {
        /// Number of the seat.
        uint16 seat;
        /// Its weight.
        uint16 weight;
    }

    /// @notice An account and the share of the sender's power that counts for it.
    struct Child {
        /// The account.
        address account;
        /// Parts of 65,535, at least 1; of all children together at most 65,535.
        uint16 share;
    }

    /// @notice Takes a seat at the price of now.
    /// @param mostPrice Most to pay, base units of the emission's asset.
    function registerSeat(uint256 mostPrice) external;

    /// @notice Sets the weights of the sender's seat in the open.
    /// @param entries Each seat once.
    function setWeights(SeatWeight[] calldata entries) external;

    /// @notice Commits to the weights of the sender's seat.
    /// @param hash The commitment.
    function commitWeights(bytes32 hash) external;

    /// @notice Reveals weights that the sender's seat committed to.
    /// @param entries As in setWeights.
    /// @param salt What was hashed with them.
    function revealWeights(SeatWeight[] calldata entries, bytes32 salt) external;

    /// @notice Says for whom the sender's power counts.
    /// @param children Accounts and shares; none: all of it counts for the sender.
    function setChildren(Child[] calldata children) external;

    /// @notice Says what the sender keeps of what others' power earns with its seat.
    /// @param numerator Of the share, in lowest terms; at most the network's limit.
    /// @param denominator Its denominator.
    function setChildTake(uint128 numerator, uint128 denominator) external;
}
