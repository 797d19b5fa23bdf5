// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title What happens in `weights`.
interface IWeightsEvents {
    /// @notice A reading of a participant's weight counts.
    /// @param account The participant.
    /// @param confirmed The smallest reading of the epoch so far, at most the potential weight.
    /// @param inactive Whether it fell too far behind: it is inactive for the epoch.
    event Confirmed(
        address indexed account,
        uint64 confirmed,
        bool inactive
    );

    /// @notice A participant delegated a model, or took it back.
    /// @param account The participant.
    /// @param model The model.
    /// @param to To whom.
    event ModelDelegated(
        address indexed account,
        uint16 model,
        address indexed to
    );

    /// @notice A participant refused a model, or took it back.
    /// @param account The participant.
    /// @param model The model.
    /// @param refused Whether it is refused now.
    event ModelRefused(
        address indexed account,
        uint16 model,
        bool refused
    );
}
