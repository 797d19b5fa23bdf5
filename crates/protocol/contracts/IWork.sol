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

    /// @notice A provider's summary of one node and model in the open epoch.
    struct Summary {
        /// The open epoch.
        uint64 epoch;
        /// The provider's node.
        uint32 node;
        /// Number of the model.
        uint16 model;
        /// By customer, addresses ascending, each once.
        Usage[] usage;
        /// Requests not answered.
        uint64 missed;
        /// Median time to the first token, milliseconds.
        uint32 latencyMs;
        /// Share of self-checks passed, parts per thousand, at most 1,000.
        uint16 qualityPermille;
        /// Merkle root of the single requests, opened only in a challenge.
        bytes32 requestsRoot;
    }

    /// @notice A claim of compute, to be attested before it is worth anything.
    struct ComputeProof {
        /// The open epoch.
        uint64 epoch;
        /// The provider's node.
        uint32 node;
        /// Number of the model.
        uint16 model;
        /// Weight measured, 1 to 10^12.
        uint64 weight;
        /// Hash of the proof's evidence.
        bytes32 evidence;
        /// When measuring began, milliseconds since 1970; 0 with `toMs` 0: the nominal time.
        uint64 fromMs;
        /// When it ended, milliseconds since 1970.
        uint64 toMs;
    }

    /// @notice A reporter's count of requests that a participant left unanswered.
    struct Misses {
        /// The open epoch.
        uint64 epoch;
        /// The participant.
        address participant;
        /// Requests not answered, at least 1.
        uint64 missed;
    }

    /// @notice A reporter's reading of a participant's weight, in units of potential weight.
    struct Confirmation {
        /// The open epoch.
        uint64 epoch;
        /// The participant.
        address participant;
        /// Weight measured.
        uint64 measured;
        /// Weight of nodes that were excused because they were serving.
        uint64 preserved;
    }

    /// @notice A reporter's word for a batch of reports.
    struct Attested {
        /// At least 1 report, strictly ascending.
        ReportRef[] reports;
        /// State-tree root over the reports' content hashes in that order.
        bytes32 root;
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

    /// @notice Claims compute, as its provider.
    /// @param proof What is reported.
    function submitComputeProof(ComputeProof calldata proof) external;

    /// @notice Carries such a report.
    /// @param by Who signed it.
    /// @param proof What is reported.
    /// @param signature EIP-712 signature of `by`: 65 bytes r, s, v.
    function relayComputeProof(
        address by,
        ComputeProof calldata proof,
        bytes calldata signature
    ) external;

    /// @notice Reports served requests, as their provider.
    /// @param summary What is reported.
    function submitSummary(Summary calldata summary) external;

    /// @notice Carries such a report.
    /// @param by Who signed it.
    /// @param summary What is reported.
    /// @param signature EIP-712 signature of `by`: 65 bytes r, s, v.
    function relaySummary(
        address by,
        Summary calldata summary,
        bytes calldata signature
    ) external;

    /// @notice Reports requests that a participant did not answer, as a reporter.
    /// @param misses What is reported.
    function reportMisses(Misses calldata misses) external;

    /// @notice Carries such a report.
    /// @param by Who signed it.
    /// @param misses What is reported.
    /// @param signature EIP-712 signature of `by`: 65 bytes r, s, v.
    function relayMisses(
        address by,
        Misses calldata misses,
        bytes calldata signature
    ) external;

    /// @notice Reads a participant's weight again, as a reporter.
    /// @param reading What is reported.
    function reportConfirmation(Confirmation calldata reading) external;

    /// @notice Carries such a report.
    /// @param by Who signed it.
    /// @param reading What is reported.
    /// @param signature EIP-712 signature of `by`: 65 bytes r, s, v.
    function relayConfirmation(
        address by,
        Confirmation calldata reading,
        bytes calldata signature
    ) external;

    /// @notice Attests reports, as a reporter.
    /// @param attested The reports and what was seen of them.
    function attest(Attested calldata attested) external;

    /// @notice Carries a reporter's attestation.
    /// @param by The reporter, who signed it.
    /// @param attested The reports and what was seen of them.
    /// @param signature EIP-712 signature of `by`: 65 bytes r, s, v.
    function relayAttest(
        address by,
        Attested calldata attested,
        bytes calldata signature
    ) external;

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
