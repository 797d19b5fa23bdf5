// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title Proposals and votes.
interface IGovernance {
    /// @notice Proposes other parameters. The proposal's deposit is locked until the count.
    /// @param base Number of the active version they were written against; if another change becomes
    /// active first, the proposal fails.
    /// @param parameters All parameters, whole: borsh of the engine's type.
    function proposeParameters(uint64 base, bytes calldata parameters) external;

    /// @notice Proposes to pay from the treasury.
    /// @param to Recipient.
    /// @param asset Number of the asset.
    /// @param amount Base units, at least 1.
    function proposeSpend(address to, uint16 asset, uint256 amount) external;

    /// @notice Proposes the next version of the rules from a height on.
    /// @param version The version in force + 1.
    /// @param height Its first height.
    function proposeUpgrade(uint32 version, uint64 height) external;

    /// @notice Votes with all of the sender's power; once, and never changed.
    /// @param proposal Number of the proposal.
    /// @param choice 0 yes, 1 no, 2 abstain (counts for the quorum).
    function vote(uint64 proposal, uint8 choice) external;
}
