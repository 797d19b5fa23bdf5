// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title Privacy tiers and heartbeats.
interface IAttestation {
    /// @notice Who answered a probe, as an attestor signs it for others to carry.
    struct Heartbeats {
        /// The open epoch.
        uint64 epoch;
        /// Number of the probe in the open epoch, from 0.
        uint16 probe;
        /// Providers that answered, strictly ascending; at most 1,024.
        address[] answered;
    }

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

    /// @notice Reports, as an attestor, who answered a probe of the open epoch. Further batches of
    /// the same probe go on after the last address of the one before.
    /// @param probe Number of the probe in the epoch, from 0.
    /// @param answered Providers that answered, strictly ascending; at most 1,024.
    function attestHeartbeats(uint16 probe, address[] calldata answered) external;

    /// @notice Carries such a report.
    /// @param by The attestor, who signed it.
    /// @param heartbeats Who answered.
    /// @param signature EIP-712 signature of `by`: 65 bytes r, s, v.
    function relayHeartbeats(
        address by,
        Heartbeats calldata heartbeats,
        bytes calldata signature
    ) external;

    /// @notice The privacy tier that an account has now; 0: none.
    /// @param account The account.
    function tierOf(address account) external view returns (uint8);
}
