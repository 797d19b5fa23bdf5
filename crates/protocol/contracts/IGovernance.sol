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

    /// @notice A proposal that has not ended; reverts if there is none.
    /// @param proposal Number of the proposal.
    /// @return proposer Who made it.
    /// @return kind 0 parameters, 1 spend, 2 upgrade.
    /// @return deposit Locked for it, base units.
    /// @return stage 0 waits for its vote, 1 voting, 2 passed.
    /// @return deadlineKind Of the vote or the execution. 0: not yet known, 1: block time in
    /// milliseconds since 1970, 2: close of an epoch.
    /// @return deadline Milliseconds or epoch.
    /// @return yes Power for it.
    /// @return no Power against it.
    /// @return abstain Power for neither.
    /// @return total All power that may vote; 0 before the vote.
    function proposalOf(
        uint64 proposal
    )
        external
        view
        returns (
            address proposer,
            uint8 kind,
            uint256 deposit,
            uint8 stage,
            uint8 deadlineKind,
            uint64 deadline,
            uint256 yes,
            uint256 no,
            uint256 abstain,
            uint256 total
        );

    /// @notice A ballot.
    /// @param proposal Number of the proposal.
    /// @param account Who voted.
    /// @return voted Whether it did; if not, the rest is zero.
    /// @return choice 0 yes, 1 no, 2 abstain.
    /// @return power With how much power.
    function ballotOf(
        uint64 proposal,
        address account
    ) external view returns (bool voted, uint8 choice, uint256 power);
}
