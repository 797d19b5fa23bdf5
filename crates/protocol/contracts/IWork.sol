// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title Reports of work, attestations, challenges, duties.
/// @notice A `relay` function carries a report that `by` signed off-line (EIP-712); the sender pays
/// the fee. The report counts as if `by` had sent it.
interface IWork {
    /// @notice What one customer used of one node and model in one epoch.
    struct Usage {
        /// The customer.
        address customer;
        /// Requests answered, at least 1.
        uint64 requests;
        /// Units of work (tokens), at least 1.
        uint64 units;
    }

    /// @notice Names a summary or a compute proof.
    struct ReportKey {
        /// Epoch it was submitted for.
        uint64 epoch;
        /// The provider.
        address participant;
        /// The provider's node.
        uint32 node;
        /// Number of the model.
        uint16 model;
    }

    /// @notice Any report that reporters attest.
    struct ReportRef {
        /// 0 summary, 1 compute proof, 2 report of misses, 3 reading of a weight.
        uint8 kind;
        /// Epoch it was submitted for.
        uint64 epoch;
        /// The participant it is about.
        address participant;
        /// Its node, for summaries and proofs; else 0.
        uint32 node;
        /// Number of the model, for summaries and proofs; else 0.
        uint16 model;
        /// Who reported, for misses and readings; else the zero address.
        address reporter;
    }

    /// @notice One check done.
    struct Check {
        /// The summary checked.
        ReportKey summary;
        /// Whether the opened requests were right.
        bool valid;
        /// Hash of what was opened.
        bytes32 evidence;
    }

    /// @notice Claims compute, to be attested before it is worth anything.
    /// @param epoch The open epoch.
    /// @param node The provider's node.
    /// @param model Number of the model.
    /// @param weight Weight measured, 1 to 10^12.
    /// @param evidence Hash of the proof's evidence.
    /// @param fromMs When measuring began, milliseconds since 1970; 0 with `toMs` 0: the network's
    /// nominal time.
    /// @param toMs When it ended, milliseconds since 1970.
    function submitComputeProof(
        uint64 epoch,
        uint32 node,
        uint16 model,
        uint64 weight,
        bytes32 evidence,
        uint64 fromMs,
        uint64 toMs
    ) external;

    /// @notice A provider's summary of one node and model in the open epoch.
    /// @param epoch The open epoch.
    /// @param node The provider's node.
    /// @param model Number of the model.
    /// @param usage By customer, addresses ascending, each once.
    /// @param missed Requests not answered.
    /// @param latencyMs Median time to the first token, milliseconds.
    /// @param qualityPermille Share of self-checks passed, parts per thousand, at most 1,000.
    /// @param requestsRoot Merkle root of the single requests, opened only in a challenge.
    function submitSummary(
        uint64 epoch,
        uint32 node,
        uint16 model,
        Usage[] calldata usage,
        uint64 missed,
        uint32 latencyMs,
        uint16 qualityPermille,
        bytes32 requestsRoot
    ) external;

    /// @notice A reporter's count of requests that a participant left unanswered.
    /// @param epoch The open epoch.
    /// @param participant The participant.
    /// @param missed Requests not answered, at least 1.
    function reportMisses(uint64 epoch, address participant, uint64 missed) external;

    /// @notice A reporter's reading of a participant's weight, in units of potential weight.
    /// @param epoch The open epoch.
    /// @param participant The participant.
    /// @param measured Weight measured.
    /// @param preserved Weight of nodes that were excused because they were serving.
    function reportConfirmation(
        uint64 epoch,
        address participant,
        uint64 measured,
        uint64 preserved
    ) external;

    /// @notice A reporter's word for a batch of reports.
    /// @param reports 1 to 4,096 reports, strictly ascending.
    /// @param root State-tree root over the reports' content hashes in that order.
    function attest(ReportRef[] calldata reports, bytes32 root) external;

    /// @notice Says that an accepted summary is wrong.
    /// @param summary The summary.
    /// @param bond Bond, base units of the market's asset.
    /// @param evidence Hash of the opened request that shows it.
    function challenge(ReportKey calldata summary, uint256 bond, bytes32 evidence) external;

    /// @notice A judge's vote on a challenge.
    /// @param summary The challenged summary.
    /// @param refuted Whether the summary is refuted.
    function judge(ReportKey calldata summary, bool refuted) external;

    /// @notice Commits the seed of the open epoch's duties.
    /// @param epoch The open epoch.
    /// @param commitment Hash of the seed.
    /// @param signature The participant's signature over it, at most 96 bytes; kept with the
    /// settlement.
    function commitSeed(uint64 epoch, bytes32 commitment, bytes calldata signature) external;

    /// @notice Reveals the seed committed in the epoch just closed.
    /// @param epoch The epoch just closed.
    /// @param seed The seed.
    function revealSeed(uint64 epoch, bytes32 seed) external;

    /// @notice Records checks that were due.
    /// @param epoch The epoch whose receipts were drawn.
    /// @param checks The checks.
    function recordChecks(uint64 epoch, Check[] calldata checks) external;
}
