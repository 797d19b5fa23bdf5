// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {DeadlineKind} from "./EventTypes.sol";

/// @title What happens in `collateral`.
interface ICollateralEvents {
    /// @notice Collateral was added.
    /// @param account The participant.
    /// @param amount Added.
    /// @param active Active afterwards.
    event Deposited(
        address indexed account,
        uint256 amount,
        uint256 active
    );

    /// @notice A withdrawal began.
    /// @param account The participant.
    /// @param amount Withdrawn.
    /// @param completesKind When it is released: kind.
    /// @param completesValue When it is released: value.
    event WithdrawalBegan(
        address indexed account,
        uint256 amount,
        DeadlineKind completesKind,
        uint64 completesValue
    );

    /// @notice A withdrawal was released.
    /// @param account The participant.
    /// @param amount Released.
    event Released(
        address indexed account,
        uint256 amount
    );

    /// @notice Collateral was slashed.
    /// @param account The participant.
    /// @param amount Taken in total.
    /// @param fromUnbonding Of which from withdrawals under way.
    /// @param bounty Of which to the challenger.
    event Slashed(
        address indexed account,
        uint256 amount,
        uint256 fromUnbonding,
        uint256 bounty
    );

    /// @notice The validator went inactive: collateral gives no weight.
    /// @param account The participant.
    event Suspended(
        address indexed account
    );

    /// @notice The validator is active again.
    /// @param account The participant.
    event Restored(
        address indexed account
    );

    /// @notice A unit of weight takes another collateral from the epoch on that opens, base units.
    /// @param fromNumerator Until now: numerator.
    /// @param fromDenominator Until now: denominator.
    /// @param toNumerator From now on: numerator.
    /// @param toDenominator From now on: denominator.
    event UnitPriceMoved(
        uint128 fromNumerator,
        uint128 fromDenominator,
        uint128 toNumerator,
        uint128 toDenominator
    );
}
