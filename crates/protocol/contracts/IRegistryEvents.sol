// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title What happens in `registry`.
interface IRegistryEvents {
    /// @notice A participant joined.
    /// @param account Its account.
    event ParticipantRegistered(
        address indexed account
    );

    /// @notice A validator confirmed its participant.
    /// @param account The participant.
    /// @param validator The validator.
    event ValidatorConfirmed(
        address indexed account,
        address indexed validator
    );

    /// @notice An owner or recipient confirmed the participant that names it.
    /// @param account The participant.
    /// @param by Who confirmed.
    event TieConfirmed(
        address indexed account,
        address indexed by
    );

    /// @notice A node was added, or its models changed.
    /// @param account Its participant.
    /// @param node Its number.
    event NodeRegistered(
        address indexed account,
        uint32 node
    );

    /// @notice A node left.
    /// @param account Its participant.
    /// @param node Its number.
    event NodeRetired(
        address indexed account,
        uint32 node
    );

    /// @notice Claims now go to another account.
    /// @param account The participant.
    /// @param recipient Who receives.
    event RecipientSet(
        address indexed account,
        address indexed recipient
    );
}
