// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {DeadlineKind, VoteChoice} from "./EventTypes.sol";

/// @title What happens in `governance`.
interface IGovernanceEvents {
    /// @notice A proposal was made.
    /// @param proposal Its number.
    /// @param account Who made it.
    /// @param asset The asset.
    /// @param deposit Locked for it.
    event Proposed(
        uint64 proposal,
        address indexed account,
        uint16 asset,
        uint256 deposit
    );

    /// @notice Power is frozen; ballots count from now on.
    /// @param proposal The proposal.
    /// @param total Sum of all power.
    /// @param endsKind End of the vote: kind.
    /// @param endsValue End of the vote: value.
    event VoteOpened(
        uint64 proposal,
        uint128 total,
        DeadlineKind endsKind,
        uint64 endsValue
    );

    /// @notice A ballot.
    /// @param proposal The proposal.
    /// @param account The voter.
    /// @param choice What it says.
    /// @param power Its power.
    event Voted(
        uint64 proposal,
        address indexed account,
        VoteChoice choice,
        uint128 power
    );

    /// @notice The deposit is free again.
    /// @param proposal The proposal.
    /// @param account Who made it.
    /// @param asset The asset.
    /// @param amount Returned.
    event DepositReturned(
        uint64 proposal,
        address indexed account,
        uint16 asset,
        uint256 amount
    );

    /// @notice The quorum was missed, or below a third was for it: the deposit went to the treasury.
    /// @param proposal The proposal.
    /// @param account Who made it.
    /// @param asset The asset.
    /// @param amount Lost.
    event DepositLost(
        uint64 proposal,
        address indexed account,
        uint16 asset,
        uint256 amount
    );

    /// @notice It passed and waits for its timelock.
    /// @param proposal The proposal.
    /// @param tallyYes Ballots: yes.
    /// @param tallyNo Ballots: no.
    /// @param tallyAbstain Ballots: abstain.
    /// @param executesKind Carried out at the first close after this: kind.
    /// @param executesValue Carried out at the first close after this: value.
    event Passed(
        uint64 proposal,
        uint128 tallyYes,
        uint128 tallyNo,
        uint128 tallyAbstain,
        DeadlineKind executesKind,
        uint64 executesValue
    );

    /// @notice Too little power voted, or too little of it was for the proposal. It has ended.
    /// @param proposal The proposal.
    /// @param tallyYes Ballots: yes.
    /// @param tallyNo Ballots: no.
    /// @param tallyAbstain Ballots: abstain.
    /// @param total Sum of all power.
    /// @param quorum Whether enough power voted.
    event Rejected(
        uint64 proposal,
        uint128 tallyYes,
        uint128 tallyNo,
        uint128 tallyAbstain,
        uint128 total,
        bool quorum
    );

    /// @notice It was carried out and has ended.
    /// @param proposal The proposal.
    event Executed(
        uint64 proposal
    );

    /// @notice It could not be carried out, changed nothing, and has ended.
    /// @param proposal The proposal.
    /// @param code Code of the error.
    event Failed(
        uint64 proposal,
        uint16 code
    );

    /// @notice The treasury paid.
    /// @param proposal The proposal.
    /// @param to Recipient.
    /// @param asset The asset.
    /// @param amount Paid.
    event TreasurySpent(
        uint64 proposal,
        address indexed to,
        uint16 asset,
        uint256 amount
    );

    /// @notice Blocks from this height on follow this version of the rules.
    /// @param proposal The proposal.
    /// @param version The version.
    /// @param height First height.
    event UpgradeScheduled(
        uint64 proposal,
        uint32 version,
        uint64 height
    );
}
