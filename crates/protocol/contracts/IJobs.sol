// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title Single jobs: offers, escrow, results, disputes.
interface IJobs {
    /// @notice How a revealed job was done.
    struct Quality {
        /// The customer.
        address customer;
        /// The customer's number of the job.
        uint64 number;
        /// Milliseconds to the result.
        uint32 latencyMs;
        /// Quality, thousandths; the network bounds it.
        uint16 qualityPermille;
    }

    /// @notice Offers to take jobs, or changes what is offered.
    /// @param model Number of the model.
    /// @param tier The highest privacy tier offered; jobs of lower ones are taken too.
    /// @param capacity Units of work in an epoch, 1 to 2^48.
    function putOffer(uint16 model, uint8 tier, uint64 capacity) external;

    /// @notice Takes no more jobs. Those accepted go on.
    /// @param model Number of the model.
    function withdrawOffer(uint16 model) external;

    /// @notice Creates a job: its price is locked, and its largest cost out of the sender's balance.
    /// @param model Number of the model.
    /// @param maxUnits Most units of work, at least 1.
    /// @param tier The privacy tier.
    /// @param maxLatencyMs The service level: milliseconds to the result, at least 1.
    /// @param maxSpend The job is refused if its deposit exceeds this, base units of the market's
    /// asset.
    /// @param commitment Hash of the input, with which judges open it.
    /// @param provider Who may accept it; the zero address: whoever offers it.
    function createJob(
        uint16 model,
        uint64 maxUnits,
        uint8 tier,
        uint32 maxLatencyMs,
        uint256 maxSpend,
        bytes32 commitment,
        address provider
    ) external;

    /// @notice Takes back a job that nobody has accepted.
    /// @param number The sender's number of the job.
    function cancelJob(uint64 number) external;

    /// @notice Accepts a job, with a bond.
    /// @param customer The customer.
    /// @param number The customer's number of the job.
    function acceptJob(address customer, uint64 number) external;

    /// @notice Reveals the result of an accepted job.
    /// @param customer The customer.
    /// @param number The customer's number of the job.
    /// @param units Units of work, 1 to the job's `maxUnits`.
    /// @param result Hash of the result.
    /// @param seal The result's seal: binds it to this provider and job.
    function revealResult(
        address customer,
        uint64 number,
        uint64 units,
        bytes32 result,
        bytes32 seal
    ) external;

    /// @notice Says, as a reporter, how a revealed job was done.
    /// @param quality How it was done.
    function attestQuality(Quality calldata quality) external;

    /// @notice Carries such a report.
    /// @param by The reporter, who signed it.
    /// @param quality How it was done.
    /// @param signature EIP-712 signature of `by`: 65 bytes r, s, v.
    function relayQuality(
        address by,
        Quality calldata quality,
        bytes calldata signature
    ) external;

    /// @notice Disputes the sender's revealed job, with a bond.
    /// @param number The sender's number of the job.
    /// @param grounds Hash of what shows that the result is wrong.
    function disputeJob(uint64 number, bytes32 grounds) external;

    /// @notice Answers a dispute, as the provider.
    /// @param customer The customer.
    /// @param number The customer's number of the job.
    /// @param evidence Hash of what shows that the result is right.
    function postEvidence(address customer, uint64 number, bytes32 evidence) external;

    /// @notice Decides a dispute, as a judge.
    /// @param customer The customer.
    /// @param number The customer's number of the job.
    /// @param forCustomer Whether the customer is right.
    function judgeJob(address customer, uint64 number, bool forCustomer) external;

    /// @notice A job under way; reverts if there is none. Amounts are base units of the market's
    /// asset.
    /// @param customer The customer.
    /// @param number The customer's number of the job.
    /// @return model Number of the model.
    /// @return tier The privacy tier.
    /// @return price Of a unit, locked when it was created.
    /// @return maxUnits Most units of work.
    /// @return deposit Locked for it.
    /// @return provider Who does it; the zero address: nobody yet.
    /// @return stage In words: open, accepted, revealed, disputed, before the judges.
    /// @return deadlineKind Of its stage. 1: block time in milliseconds since 1970, 2: close of an
    /// epoch.
    /// @return deadline Milliseconds or epoch.
    function jobOf(
        address customer,
        uint64 number
    )
        external
        view
        returns (
            uint16 model,
            uint8 tier,
            uint256 price,
            uint64 maxUnits,
            uint256 deposit,
            address provider,
            string memory stage,
            uint8 deadlineKind,
            uint64 deadline
        );

    /// @notice The number that a customer's next job gets.
    /// @param customer The customer.
    function nextJob(address customer) external view returns (uint64);
}
