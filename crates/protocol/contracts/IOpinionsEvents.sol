// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title What happens in `opinions`.
interface IOpinionsEvents {
    /// @notice An account took a seat.
    /// @param account The account.
    /// @param seat The seat.
    /// @param price What it paid, base units of the emission's asset.
    /// @param burned Of which burned, base units.
    /// @param replaced Who lost the seat for it.
    event SeatTaken(
        address indexed account,
        uint16 seat,
        uint256 price,
        uint256 burned,
        address indexed replaced
    );

    /// @notice Seats are no more: the network has fewer.
    /// @param account Who held it.
    /// @param seat The seat.
    event SeatEnded(
        address indexed account,
        uint16 seat
    );

    /// @notice A seat's weights are others now.
    /// @param account Its holder.
    /// @param seat The seat.
    /// @param count Seats weighed.
    event WeightsSet(
        address indexed account,
        uint16 seat,
        uint16 count
    );

    /// @notice A seat committed to weights.
    /// @param account Its holder.
    /// @param seat The seat.
    /// @param revealIn The epoch in which they must be revealed.
    event WeightsCommitted(
        address indexed account,
        uint16 seat,
        uint64 revealIn
    );

    /// @notice A commitment was not revealed in time, or a later one was.
    /// @param account The holder of the seat.
    /// @param seat The seat.
    /// @param epoch The epoch of the commitment.
    event CommitmentLapsed(
        address indexed account,
        uint16 seat,
        uint64 epoch
    );

    /// @notice From an epoch on an account's power counts for others.
    /// @param account The account.
    /// @param childrenAccounts For whom, and parts of 65,535: accounts.
    /// @param childrenParts For whom, and parts of 65,535: parts.
    /// @param from The epoch.
    event ChildrenSet(
        address indexed account,
        address[] childrenAccounts,
        uint16[] childrenParts,
        uint64 from
    );

    /// @notice From an epoch on an account keeps another part of what others' power earns with its seat.
    /// @param account The account.
    /// @param takeNumerator The part: numerator.
    /// @param takeDenominator The part: denominator.
    /// @param from The epoch.
    event TakeSet(
        address indexed account,
        uint128 takeNumerator,
        uint128 takeDenominator,
        uint64 from
    );
}
