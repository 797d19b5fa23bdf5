// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title Work claimed for streams with a rate.
interface IContributions {
    /// @notice Names a contribution.
    struct ContributionKey {
        /// The epoch in which the work was done.
        uint64 epoch;
        /// Who contributed.
        address contributor;
        /// The contributor's own number for it.
        uint64 id;
    }

    /// @notice One verifier's verdict on one contribution.
    struct Verdict {
        /// The contribution.
        ContributionKey contribution;
        /// Hash of the submission that was seen.
        bytes32 submission;
        /// Whether it is right.
        bool approve;
        /// How sure the verifier is, 10^-6; at most 1,000,000.
        uint32 confidence;
        /// Quantity measured, in the submission's unit.
        uint64 quantity;
        /// First multiplier measured, 10^-6.
        uint32 first;
        /// Second multiplier measured, 10^-6.
        uint32 second;
    }

    /// @notice Verdicts on a batch of contributions.
    struct Verdicts {
        /// At least 1 verdict, strictly ascending by contribution.
        Verdict[] verdicts;
    }

    /// @notice Claims work for a stream with a rate.
    /// @param epoch The epoch in which the work was done.
    /// @param id The contributor's own number for it.
    /// @param stream Name of the stream: 1 to 64 characters a-z A-Z 0-9 . _ / -
    /// @param node The contributor's node that did it.
    /// @param model Number of the model, for tokens and improvements; 65,535: none.
    /// @param quantity Tokens; the model's new loss in 10^-9; tasks; bytes. Above 0.
    /// @param content Hash of the evidence; of a dataset: of its content.
    function submitContribution(
        uint64 epoch,
        uint64 id,
        string calldata stream,
        uint32 node,
        uint16 model,
        uint64 quantity,
        bytes32 content
    ) external;

    /// @notice Gives verdicts on a batch of contributions, as a verifier.
    /// @param verdicts The verdicts.
    function verifyContributions(Verdicts calldata verdicts) external;

    /// @notice Carries such verdicts.
    /// @param by The verifier, who signed them.
    /// @param verdicts The verdicts.
    /// @param signature EIP-712 signature of `by`: 65 bytes r, s, v.
    function relayVerdicts(
        address by,
        Verdicts calldata verdicts,
        bytes calldata signature
    ) external;

    /// @notice Says that an accepted contribution is wrong.
    /// @param contribution The contribution.
    /// @param bond Bond, base units of the emission's asset.
    /// @param evidence Hash of what shows it.
    function challengeContribution(
        ContributionKey calldata contribution,
        uint256 bond,
        bytes32 evidence
    ) external;

    /// @notice A judge's vote on a challenge of a contribution.
    /// @param contribution The challenged contribution.
    /// @param refuted Whether it is refuted.
    function judgeContribution(ContributionKey calldata contribution, bool refuted) external;
}
