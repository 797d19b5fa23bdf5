// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {CollateralOffence} from "./EventTypes.sol";

/// @title What happens in `slashing`.
interface ISlashingEvents {
    /// @notice An offence was punished.
    /// @param account The participant.
    /// @param kind What it did.
    /// @param fractionNumerator Fraction of collateral taken: numerator.
    /// @param fractionDenominator Fraction of collateral taken: denominator.
    /// @param amount Base units taken.
    event Punished(
        address indexed account,
        CollateralOffence kind,
        uint128 fractionNumerator,
        uint128 fractionDenominator,
        uint256 amount
    );
}
