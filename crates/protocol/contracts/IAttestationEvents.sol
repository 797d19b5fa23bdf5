// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {DeadlineKind} from "./EventTypes.sol";

/// @title What happens in `attestation`.
interface IAttestationEvents {
    /// @notice A provider asked for a tier.
    /// @param account The provider.
    /// @param tier The tier.
    /// @param evidence Hash of the evidence.
    event TierRequested(
        address indexed account,
        uint8 tier,
        bytes32 evidence
    );

    /// @notice An attestor said what it thinks of a request.
    /// @param account The provider.
    /// @param attestor The attestor.
    /// @param approve Whether it approves.
    event TierAttested(
        address indexed account,
        address indexed attestor,
        bool approve
    );

    /// @notice A quorum approved.
    /// @param account The provider.
    /// @param tier The tier.
    /// @param untilKind When it lapses: kind.
    /// @param untilValue When it lapses: value.
    event TierGranted(
        address indexed account,
        uint8 tier,
        DeadlineKind untilKind,
        uint64 untilValue
    );

    /// @notice A quorum did not approve.
    /// @param account The provider.
    /// @param tier The tier asked for.
    event TierRejected(
        address indexed account,
        uint8 tier
    );

    /// @notice A quorum found evidence false: the provider has tier 0.
    /// @param account The provider.
    /// @param evidence Hash of the evidence.
    event TierRefuted(
        address indexed account,
        bytes32 evidence
    );

    /// @notice A probe is held: a quorum reported it.
    /// @param probe Its number in the open epoch.
    event ProbeHeld(
        uint16 probe
    );
}
