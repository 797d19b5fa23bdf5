// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title Privacy tiers and heartbeats.
interface IAttestation {
    /// @notice Asks for a privacy tier; replaces an earlier request that is still open.
    /// @param tier The tier, from 1 on.
    /// @param evidence Hash of what shows that the provider's hardware has it.
    function requestTier(uint8 tier, bytes32 evidence) external;

    /// @notice Says, as an attestor, whether the evidence of an open request shows the tier.
    /// @param account The provider.
    /// @param tier The tier it asked for.
    /// @param evidence The evidence it gave.
    /// @param approve Whether the attestor approves.
    function attestTier(address account, uint8 tier, bytes32 evidence, bool approve) external;

    /// @notice Says, as an attestor, that evidence once approved is false.
    /// @param account The provider.
    /// @param evidence The evidence.
    function refuteTier(address account, bytes32 evidence) external;

    /// @notice Reports, as an attestor, who answered a probe. Further batches of the same probe go
    /// on after the last address of the one before.
    /// @param probe Number of the probe in the open epoch, from 0.
    /// @param answered Providers that answered, strictly ascending; at most 1,024.
    function attestHeartbeats(uint16 probe, address[] calldata answered) external;
}
