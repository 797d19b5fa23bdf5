// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {ReportKind, Status, StatusReason} from "./EventTypes.sol";

/// @title What happens in `work`.
interface IWorkEvents {
    /// @notice A report waits for its quorum.
    /// @param by Who submitted it.
    /// @param reportKind The report: kind.
    /// @param reportEpoch The report: epoch.
    /// @param reportParticipant The report: participant.
    /// @param reportNode The report: node.
    /// @param reportModel The report: model.
    /// @param reportReporter The report: reporter.
    event Reported(
        address indexed by,
        ReportKind reportKind,
        uint64 reportEpoch,
        address indexed reportParticipant,
        uint32 reportNode,
        uint16 reportModel,
        address indexed reportReporter
    );

    /// @notice Its quorum is reached.
    /// @param account The provider.
    /// @param reportKind The report: kind.
    /// @param reportEpoch The report: epoch.
    /// @param reportParticipant The report: participant.
    /// @param reportNode The report: node.
    /// @param reportModel The report: model.
    /// @param reportReporter The report: reporter.
    event Accepted(
        address indexed account,
        ReportKind reportKind,
        uint64 reportEpoch,
        address indexed reportParticipant,
        uint32 reportNode,
        uint16 reportModel,
        address indexed reportReporter
    );

    /// @notice No quorum in time: the report is worth nothing, its customers keep their money.
    /// @param reportKind The report: kind.
    /// @param reportEpoch The report: epoch.
    /// @param reportParticipant The report: participant.
    /// @param reportNode The report: node.
    /// @param reportModel The report: model.
    /// @param reportReporter The report: reporter.
    event Lapsed(
        ReportKind reportKind,
        uint64 reportEpoch,
        address indexed reportParticipant,
        uint32 reportNode,
        uint16 reportModel,
        address indexed reportReporter
    );

    /// @notice A summary was challenged.
    /// @param summaryEpoch The summary: epoch.
    /// @param summaryParticipant The summary: participant.
    /// @param summaryNode The summary: node.
    /// @param summaryModel The summary: model.
    /// @param challenger By whom.
    /// @param bond Bond, base units.
    event Challenged(
        uint64 summaryEpoch,
        address indexed summaryParticipant,
        uint32 summaryNode,
        uint16 summaryModel,
        address indexed challenger,
        uint256 bond
    );

    /// @notice The provider lost: slashed, its customers refunded, the bond returned.
    /// @param summaryEpoch The summary: epoch.
    /// @param summaryParticipant The summary: participant.
    /// @param summaryNode The summary: node.
    /// @param summaryModel The summary: model.
    /// @param challenger Who receives the bounty.
    event Refuted(
        uint64 summaryEpoch,
        address indexed summaryParticipant,
        uint32 summaryNode,
        uint16 summaryModel,
        address indexed challenger
    );

    /// @notice The challenger lost its bond, half to the provider.
    /// @param summaryEpoch The summary: epoch.
    /// @param summaryParticipant The summary: participant.
    /// @param summaryNode The summary: node.
    /// @param summaryModel The summary: model.
    /// @param challenger Who lost.
    /// @param bond Base units lost.
    event Upheld(
        uint64 summaryEpoch,
        address indexed summaryParticipant,
        uint32 summaryNode,
        uint16 summaryModel,
        address indexed challenger,
        uint256 bond
    );

    /// @notice The judges did not decide in time: the summary stands, the bond returned.
    /// @param summaryEpoch The summary: epoch.
    /// @param summaryParticipant The summary: participant.
    /// @param summaryNode The summary: node.
    /// @param summaryModel The summary: model.
    event Undecided(
        uint64 summaryEpoch,
        address indexed summaryParticipant,
        uint32 summaryNode,
        uint16 summaryModel
    );

    /// @notice A summary became final and is paid.
    /// @param summaryEpoch The summary: epoch.
    /// @param summaryParticipant The summary: participant.
    /// @param summaryNode The summary: node.
    /// @param summaryModel The summary: model.
    /// @param requests Requests answered.
    /// @param units Units of work.
    /// @param value Payment, base units of the market's asset.
    event Tallied(
        uint64 summaryEpoch,
        address indexed summaryParticipant,
        uint32 summaryNode,
        uint16 summaryModel,
        uint64 requests,
        uint64 units,
        uint256 value
    );

    /// @notice A seed was committed.
    /// @param account The participant.
    /// @param epoch For which epoch.
    event SeedCommitted(
        address indexed account,
        uint64 epoch
    );

    /// @notice A seed was revealed; so many checks are due.
    /// @param account The participant.
    /// @param epoch The epoch whose receipts were drawn.
    /// @param checks Number of checks.
    event ChecksDue(
        address indexed account,
        uint64 epoch,
        uint32 checks
    );

    /// @notice A check was recorded.
    /// @param account By whom.
    /// @param summaryEpoch Which summary: epoch.
    /// @param summaryParticipant Which summary: participant.
    /// @param summaryNode Which summary: node.
    /// @param summaryModel Which summary: model.
    /// @param valid The verdict.
    event Checked(
        address indexed account,
        uint64 summaryEpoch,
        address indexed summaryParticipant,
        uint32 summaryNode,
        uint16 summaryModel,
        bool valid
    );

    /// @notice The status test found a participant not to be active, until the epoch ends.
    /// @param account The participant.
    /// @param status What it is.
    /// @param reason Why.
    event StatusFound(
        address indexed account,
        Status status,
        StatusReason reason
    );
}
