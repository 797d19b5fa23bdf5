// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {BondFault, DeadlineKind, LeavingReason} from "./EventTypes.sol";

/// @title What happens in `validators`.
interface IValidatorsEvents {
    /// @notice Somebody bonded, a validator of its own or a delegator.
    /// @param account Who.
    /// @param validator To whose pool.
    /// @param amount Added.
    /// @param shares Shares of the pool it got.
    event Bonded(
        address indexed account,
        address indexed validator,
        uint256 amount,
        uint128 shares
    );

    /// @notice A withdrawal began.
    /// @param account Whose.
    /// @param validator From whose pool.
    /// @param amount Base units.
    /// @param completesKind When it is released: kind.
    /// @param completesValue When it is released: value.
    event WithdrawalBegan(
        address indexed account,
        address indexed validator,
        uint256 amount,
        DeadlineKind completesKind,
        uint64 completesValue
    );

    /// @notice What was released was taken.
    /// @param account By whom.
    /// @param validator From whose pool.
    /// @param amount Base units.
    event Withdrawn(
        address indexed account,
        address indexed validator,
        uint256 amount
    );

    /// @notice A delegator's rewards were paid to it, all of them; what vests of them is a grant.
    /// @param account The delegator.
    /// @param validator The validator.
    /// @param amount Base units of the emission's asset.
    event Collected(
        address indexed account,
        address indexed validator,
        uint256 amount
    );

    /// @notice A stream's reward went to a validator's delegators.
    /// @param validator The validator.
    /// @param amount Base units of the emission's asset.
    event Credited(
        address indexed validator,
        uint256 amount
    );

    /// @notice A commission will be another.
    /// @param validator The validator.
    /// @param commissionNumerator The commission: numerator.
    /// @param commissionDenominator The commission: denominator.
    /// @param from First epoch of it.
    event CommissionSet(
        address indexed validator,
        uint128 commissionNumerator,
        uint128 commissionDenominator,
        uint64 from
    );

    /// @notice A validator asked to be active.
    /// @param validator The validator.
    /// @param from First epoch in which it can be.
    event Asked(
        address indexed validator,
        uint64 from
    );

    /// @notice A validator asked to be active no more.
    /// @param validator The validator.
    event Retiring(
        address indexed validator
    );

    /// @notice It is active from the next epoch on.
    /// @param validator The validator.
    /// @param power Bonded to it, base units.
    event Joined(
        address indexed validator,
        uint256 power
    );

    /// @notice It is active no more.
    /// @param validator The validator.
    /// @param why Why.
    event Left(
        address indexed validator,
        LeavingReason why
    );

    /// @notice It went to jail.
    /// @param validator The validator.
    /// @param until First epoch in which it can leave.
    event Jailed(
        address indexed validator,
        uint64 until
    );

    /// @notice It left the jail.
    /// @param validator The validator.
    event LeftJail(
        address indexed validator
    );

    /// @notice Bonds were slashed.
    /// @param validator The validator.
    /// @param fault Why.
    /// @param fractionNumerator Fraction of what is bonded and on its way out: numerator.
    /// @param fractionDenominator Fraction of what is bonded and on its way out: denominator.
    /// @param amount Taken in total.
    /// @param fromUnbonding Of which on its way out.
    event Slashed(
        address indexed validator,
        BondFault fault,
        uint128 fractionNumerator,
        uint128 fractionDenominator,
        uint256 amount,
        uint256 fromUnbonding
    );
}
