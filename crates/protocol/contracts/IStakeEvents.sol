// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {DeadlineKind, StakeOffence} from "./EventTypes.sol";

/// @title What happens in `stake`.
interface IStakeEvents {
    /// @notice Stake was added.
    /// @param account The provider.
    /// @param amount Added.
    /// @param active Staked afterwards.
    /// @param lockedUntilMs When the lock of all of it is over, milliseconds of block time.
    event Staked(
        address indexed account,
        uint256 amount,
        uint256 active,
        uint64 lockedUntilMs
    );

    /// @notice A withdrawal began.
    /// @param account The provider.
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
    /// @param account The provider.
    /// @param amount What it may spend again.
    /// @param burned Burned of the withdrawal.
    event Released(
        address indexed account,
        uint256 amount,
        uint256 burned
    );

    /// @notice Stake was slashed.
    /// @param account The provider.
    /// @param offence Why.
    /// @param fractionNumerator Fraction of active and unbonding stake: numerator.
    /// @param fractionDenominator Fraction of active and unbonding stake: denominator.
    /// @param amount Taken in total.
    /// @param fromUnbonding Of which from withdrawals under way.
    /// @param bounty Of which to a beneficiary.
    event Slashed(
        address indexed account,
        StakeOffence offence,
        uint128 fractionNumerator,
        uint128 fractionDenominator,
        uint256 amount,
        uint256 fromUnbonding,
        uint256 bounty
    );

    /// @notice A judge found malice.
    /// @param account The provider.
    /// @param judge The judge.
    /// @param case_ The case.
    event MaliceSaid(
        address indexed account,
        address indexed judge,
        bytes32 case_
    );

    /// @notice More than half of all judges found malice; the slash follows.
    /// @param account The provider.
    /// @param case_ The case.
    event MaliceFound(
        address indexed account,
        bytes32 case_
    );

    /// @notice A provider's reputation changed.
    /// @param account The provider.
    /// @param points Points now, 0 to 1,000.
    event ReputationChanged(
        address indexed account,
        uint16 points
    );
}
