// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title Validators and who delegates to them.
/// @notice A ratio is a numerator and a denominator in lowest terms, both below 2^128.
interface IValidators {
    /// @notice Bonds money of the sender's own; the first time makes the sender a validator.
    /// @param amount Base units of the bonded asset, at least 1.
    /// @param commissionNumerator What the sender keeps of its delegators' rewards, given the first
    /// time and only then; 0 with denominator 0: not given.
    /// @param commissionDenominator Its denominator.
    function bond(
        uint256 amount,
        uint128 commissionNumerator,
        uint128 commissionDenominator
    ) external;

    /// @notice Takes it out again.
    /// @param amount Base units of the bonded asset; 2^256 - 1: all of it.
    function unbond(uint256 amount) external;

    /// @notice Bonds to another's pool; it earns from the next epoch on.
    /// @param validator The validator.
    /// @param amount Base units of the bonded asset, at least 1.
    function delegate(address validator, uint256 amount) external;

    /// @notice Takes out of another's pool what was delegated to it.
    /// @param validator The validator.
    /// @param amount Base units of the bonded asset, at least 1; 2^256 - 1: all that is there.
    function undelegate(address validator, uint256 amount) external;

    /// @notice Sets what the sender keeps of its delegators' rewards, from the next epoch on.
    /// @param numerator Of the share.
    /// @param denominator Its denominator.
    function setCommission(uint128 numerator, uint128 denominator) external;

    /// @notice Asks to be active.
    function activate() external;

    /// @notice Asks to be active no more.
    function retire() external;

    /// @notice Leaves the jail.
    function leaveJail() external;

    /// @notice Collects the rewards of what the sender delegated to a validator.
    /// @param validator The validator.
    function collect(address validator) external;

    /// @notice Takes what was released of the sender's withdrawals from a validator.
    /// @param validator The validator.
    function withdraw(address validator) external;

    /// @notice A validator's pool; reverts if it has none. Amounts are base units of the bonded
    /// asset.
    /// @param validator The validator.
    /// @return bonded All that is bonded to it.
    /// @return own Of which is its own.
    /// @return active Whether it is active in the open epoch.
    /// @return jailed Whether it is in jail.
    function poolOf(
        address validator
    ) external view returns (uint256 bonded, uint256 own, bool active, bool jailed);

    /// @notice What an account has delegated to a validator is worth, base units; rounded down.
    /// @param account The account.
    /// @param validator The validator.
    function delegationOf(address account, address validator) external view returns (uint256);
}
