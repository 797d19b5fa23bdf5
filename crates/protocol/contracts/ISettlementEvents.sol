// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Destination} from "./EventTypes.sol";

/// @title What happens in `settlement`.
interface ISettlementEvents {
    /// @notice An epoch was settled.
    /// @param epoch The epoch.
    /// @param minted Newly minted.
    /// @param root Root of the settlement tree.
    /// @param claims Claims it holds.
    event Settled(
        uint64 epoch,
        uint256 minted,
        bytes32 root,
        uint64 claims
    );

    /// @notice What penalties removed from a stream.
    /// @param epoch The epoch.
    /// @param stream The stream.
    /// @param amount In total.
    /// @param to Where it went.
    event Forfeited(
        uint64 epoch,
        string stream,
        uint256 amount,
        Destination to
    );

    /// @notice A claim was paid.
    /// @param epoch The epoch.
    /// @param account Whose claim.
    /// @param recipient Who received it.
    /// @param asset The asset.
    /// @param amount Paid.
    /// @param vesting Of which vests, base units.
    /// @param vestingEpochs Epochs over which it vests; 0 is free at once.
    event Claimed(
        uint64 epoch,
        address indexed account,
        address indexed recipient,
        uint16 asset,
        uint256 amount,
        uint256 vesting,
        uint64 vestingEpochs
    );

    /// @notice Unclaimed or unvested rewards of an offender were taken.
    /// @param epoch The epoch.
    /// @param account The offender.
    /// @param asset The asset.
    /// @param amount Taken.
    event ClaimForfeited(
        uint64 epoch,
        address indexed account,
        uint16 asset,
        uint256 amount
    );

    /// @notice Claims that nobody made in time.
    /// @param epoch The epoch.
    /// @param asset The asset.
    /// @param amount In total.
    /// @param to Where it went.
    event Expired(
        uint64 epoch,
        uint16 asset,
        uint256 amount,
        Destination to
    );

    /// @notice What debts to customers took of a stream's rewards.
    /// @param epoch The epoch.
    /// @param stream The stream.
    /// @param amount In total.
    event Recovered(
        uint64 epoch,
        string stream,
        uint256 amount
    );

    /// @notice What rounding left of a stream that carries nothing.
    /// @param epoch The epoch.
    /// @param stream The stream.
    /// @param amount In total.
    /// @param to Where it went.
    event DustForfeited(
        uint64 epoch,
        string stream,
        uint256 amount,
        Destination to
    );

    /// @notice A customer got a refuted payment, or a part of it, back from what the offender had not claimed or had not vested.
    /// @param epoch The epoch.
    /// @param account The offender.
    /// @param customer The customer.
    /// @param asset The asset.
    /// @param amount Repaid.
    event ClaimRepaid(
        uint64 epoch,
        address indexed account,
        address indexed customer,
        uint16 asset,
        uint256 amount
    );
}
