// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {DeadlineKind, JobOutcome} from "./EventTypes.sol";

/// @title What happens in `jobs`.
interface IJobsEvents {
    /// @notice An offer was made or changed.
    /// @param provider The provider.
    /// @param model The model.
    /// @param tier The highest tier.
    /// @param capacity Units of work in an epoch.
    event Offered(
        address indexed provider,
        uint16 model,
        uint8 tier,
        uint64 capacity
    );

    /// @notice An offer ended.
    /// @param provider The provider.
    /// @param model The model.
    event OfferWithdrawn(
        address indexed provider,
        uint16 model
    );

    /// @notice A job was created.
    /// @param customer The customer.
    /// @param number Its number of the job.
    /// @param model The model.
    /// @param tier The privacy tier.
    /// @param price Price of a unit, locked.
    /// @param deposit Locked of the customer's.
    /// @param maxUnits Most units.
    /// @param maxLatencyMs The service level, milliseconds.
    /// @param asked The one provider that may accept it; the zero address: whoever offers it.
    /// @param untilKind Until when: kind.
    /// @param untilValue Until when: value.
    event Created(
        address indexed customer,
        uint64 number,
        uint16 model,
        uint8 tier,
        uint256 price,
        uint256 deposit,
        uint64 maxUnits,
        uint32 maxLatencyMs,
        address indexed asked,
        DeadlineKind untilKind,
        uint64 untilValue
    );

    /// @notice A provider accepted it.
    /// @param customer The customer.
    /// @param number Its number of the job.
    /// @param provider The provider.
    /// @param bond Locked of the provider's.
    event Accepted(
        address indexed customer,
        uint64 number,
        address indexed provider,
        uint256 bond
    );

    /// @notice The provider revealed its result.
    /// @param customer The customer.
    /// @param number Its number of the job.
    /// @param provider The provider.
    /// @param units Units of work.
    /// @param result Hash of the result.
    event Revealed(
        address indexed customer,
        uint64 number,
        address indexed provider,
        uint64 units,
        bytes32 result
    );

    /// @notice A reporter measured it.
    /// @param customer The customer.
    /// @param number Its number of the job.
    /// @param reporter The reporter.
    /// @param latencyMs Milliseconds to the result.
    /// @param qualityPermille Quality, thousandths.
    event Measured(
        address indexed customer,
        uint64 number,
        address indexed reporter,
        uint32 latencyMs,
        uint16 qualityPermille
    );

    /// @notice The customer disputed it.
    /// @param customer The customer.
    /// @param number Its number of the job.
    /// @param provider The provider.
    /// @param bond Locked of the customer's, beside the deposit.
    /// @param grounds Hash of what shows that the result is wrong.
    /// @param untilKind Until when the provider answers: kind.
    /// @param untilValue Until when the provider answers: value.
    event Disputed(
        address indexed customer,
        uint64 number,
        address indexed provider,
        uint256 bond,
        bytes32 grounds,
        DeadlineKind untilKind,
        uint64 untilValue
    );

    /// @notice The provider answered the dispute.
    /// @param customer The customer.
    /// @param number Its number of the job.
    /// @param provider The provider.
    /// @param evidence Hash of what shows that the result is right.
    event EvidencePosted(
        address indexed customer,
        uint64 number,
        address indexed provider,
        bytes32 evidence
    );

    /// @notice A judge voted.
    /// @param customer The customer.
    /// @param number Its number of the job.
    /// @param judge The judge.
    /// @param forCustomer Whether for the customer.
    event Judged(
        address indexed customer,
        uint64 number,
        address indexed judge,
        bool forCustomer
    );

    /// @notice It ended: paid + fee + refunded == deposited.
    /// @param customer The customer.
    /// @param number Its number of the job.
    /// @param provider Who had accepted it.
    /// @param outcome How.
    /// @param paid To the provider.
    /// @param fee To the pot of fees.
    /// @param refunded Spendable by the customer again.
    event Ended(
        address indexed customer,
        uint64 number,
        address indexed provider,
        JobOutcome outcome,
        uint256 paid,
        uint256 fee,
        uint256 refunded
    );

    /// @notice Paid jobs of one model and tier in the epoch that closes.
    /// @param model The model.
    /// @param tier The tier.
    /// @param jobs Jobs.
    /// @param units Units of work.
    /// @param paid Paid for them, fees included.
    event Sold(
        uint16 model,
        uint8 tier,
        uint64 jobs,
        uint64 units,
        uint256 paid
    );

    /// @notice Providers with a paid job in the epoch that closes.
    /// @param active How many.
    event Providers(
        uint64 active
    );

    /// @notice What all offers of one model gave in the epoch that closes.
    /// @param model The model.
    /// @param units Units of work: of each offer the most it gave in the epoch.
    event Capacity(
        uint16 model,
        uint64 units
    );
}
