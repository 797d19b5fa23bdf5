// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {ClosedReason} from "./EventTypes.sol";

/// @title What happens in `contributions`.
interface IContributionsEvents {
    /// @notice Submitted.
    /// @param contributionEpoch The contribution: epoch.
    /// @param contributionContributor The contribution: contributor.
    /// @param contributionId The contribution: id.
    /// @param stream Its stream.
    /// @param quantity Tokens; loss in 10^-9; tasks; bytes.
    event Submitted(
        uint64 contributionEpoch,
        address indexed contributionContributor,
        uint64 contributionId,
        string stream,
        uint64 quantity
    );

    /// @notice Submitted again with the same content: nothing happened.
    /// @param contributionEpoch The contribution: epoch.
    /// @param contributionContributor The contribution: contributor.
    /// @param contributionId The contribution: id.
    event Repeated(
        uint64 contributionEpoch,
        address indexed contributionContributor,
        uint64 contributionId
    );

    /// @notice A verifier gave its verdict.
    /// @param contributionEpoch The contribution: epoch.
    /// @param contributionContributor The contribution: contributor.
    /// @param contributionId The contribution: id.
    /// @param verifier Who.
    /// @param approved Whether it counts for it: the verifier approves and is sure enough.
    /// @param confidence How sure the verifier is, 10^-6.
    /// @param quantity Quantity measured, in the submission's unit.
    /// @param first First multiplier measured, 10^-6.
    /// @param second Second multiplier measured, 10^-6.
    event Verified(
        uint64 contributionEpoch,
        address indexed contributionContributor,
        uint64 contributionId,
        address indexed verifier,
        bool approved,
        uint32 confidence,
        uint64 quantity,
        uint32 first,
        uint32 second
    );

    /// @notice Enough verifiers approved.
    /// @param contributionEpoch The contribution: epoch.
    /// @param contributionContributor The contribution: contributor.
    /// @param contributionId The contribution: id.
    /// @param stream Its stream.
    /// @param quantity Quantity that counts, in the submission's unit.
    /// @param first First multiplier, 10^-6.
    /// @param second Second multiplier, 10^-6.
    event Accepted(
        uint64 contributionEpoch,
        address indexed contributionContributor,
        uint64 contributionId,
        string stream,
        uint64 quantity,
        uint32 first,
        uint32 second
    );

    /// @notice Challenged.
    /// @param contributionEpoch The contribution: epoch.
    /// @param contributionContributor The contribution: contributor.
    /// @param contributionId The contribution: id.
    /// @param challenger By whom.
    /// @param bond Bond, base units of the emission's asset.
    event Challenged(
        uint64 contributionEpoch,
        address indexed contributionContributor,
        uint64 contributionId,
        address indexed challenger,
        uint256 bond
    );

    /// @notice A judge voted on the challenge.
    /// @param contributionEpoch The contribution: epoch.
    /// @param contributionContributor The contribution: contributor.
    /// @param contributionId The contribution: id.
    /// @param judge Who.
    /// @param refuted Whether the vote is that it is refuted.
    event Judged(
        uint64 contributionEpoch,
        address indexed contributionContributor,
        uint64 contributionId,
        address indexed judge,
        bool refuted
    );

    /// @notice The challenge was lost: the contribution stands.
    /// @param contributionEpoch The contribution: epoch.
    /// @param contributionContributor The contribution: contributor.
    /// @param contributionId The contribution: id.
    /// @param challenger Who loses its bond.
    /// @param bond Bond, base units.
    event Upheld(
        uint64 contributionEpoch,
        address indexed contributionContributor,
        uint64 contributionId,
        address indexed challenger,
        uint256 bond
    );

    /// @notice Judges did not decide in time: the contribution stands, the bond returned.
    /// @param contributionEpoch The contribution: epoch.
    /// @param contributionContributor The contribution: contributor.
    /// @param contributionId The contribution: id.
    event Undecided(
        uint64 contributionEpoch,
        address indexed contributionContributor,
        uint64 contributionId
    );

    /// @notice Closed unpaid.
    /// @param contributionEpoch The contribution: epoch.
    /// @param contributionContributor The contribution: contributor.
    /// @param contributionId The contribution: id.
    /// @param reason Why.
    event Closed(
        uint64 contributionEpoch,
        address indexed contributionContributor,
        uint64 contributionId,
        ClosedReason reason
    );

    /// @notice Final: settled with this epoch.
    /// @param contributionEpoch The contribution: epoch.
    /// @param contributionContributor The contribution: contributor.
    /// @param contributionId The contribution: id.
    /// @param stream Its stream.
    /// @param epoch The epoch.
    /// @param quantity Tokens; improvement in 10^-9 of the recorded loss; tasks; bytes.
    /// @param recordedLossGiven The model's recorded loss that an improvement was measured against, 10^-9: given.
    /// @param recordedLoss The model's recorded loss that an improvement was measured against, 10^-9.
    event Settled(
        uint64 contributionEpoch,
        address indexed contributionContributor,
        uint64 contributionId,
        string stream,
        uint64 epoch,
        uint64 quantity,
        bool recordedLossGiven,
        uint64 recordedLoss
    );
}
