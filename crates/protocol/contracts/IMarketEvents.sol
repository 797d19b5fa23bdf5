// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {DeadlineKind, RefundKind} from "./EventTypes.sol";

/// @title What happens in `market`.
interface IMarketEvents {
    /// @notice A deposit was opened or topped up.
    /// @param customer The customer.
    /// @param model The model.
    /// @param amount Added.
    /// @param left Left afterwards.
    event Deposited(
        address indexed customer,
        uint16 model,
        uint256 amount,
        uint256 left
    );

    /// @notice Final work was paid.
    /// @param customer The customer.
    /// @param model The model.
    /// @param amount Paid.
    event Paid(
        address indexed customer,
        uint16 model,
        uint256 amount
    );

    /// @notice The deposit ends at the close after this deadline.
    /// @param customer The customer.
    /// @param model The model.
    /// @param endsKind The deadline: kind.
    /// @param endsValue The deadline: value.
    event Closing(
        address indexed customer,
        uint16 model,
        DeadlineKind endsKind,
        uint64 endsValue
    );

    /// @notice The deposit ended.
    /// @param customer The customer.
    /// @param model The model.
    /// @param amount What was left, spendable again.
    event Refunded(
        address indexed customer,
        uint16 model,
        uint256 amount
    );

    /// @notice A request was put into escrow.
    /// @param customer The customer.
    /// @param id Its id.
    /// @param provider Who is to answer.
    /// @param model The model.
    /// @param price Price of a unit, locked.
    /// @param escrow Reserved.
    event Opened(
        address indexed customer,
        bytes32 id,
        address indexed provider,
        uint16 model,
        uint256 price,
        uint256 escrow
    );

    /// @notice An answer waits for its request.
    /// @param customer The customer.
    /// @param id The request's id.
    /// @param provider Who answered.
    event AnswerWaits(
        address indexed customer,
        bytes32 id,
        address indexed provider
    );

    /// @notice A request was answered and paid.
    /// @param customer The customer.
    /// @param id Its id.
    /// @param provider Who answered.
    /// @param units Units of work.
    /// @param paid Paid.
    /// @param refunded Free again.
    event Answered(
        address indexed customer,
        bytes32 id,
        address indexed provider,
        uint64 units,
        uint256 paid,
        uint256 refunded
    );

    /// @notice A request found no answer in time.
    /// @param customer The customer.
    /// @param id Its id.
    /// @param provider Who was to answer.
    /// @param refunded Free again.
    /// @param counts Whether it counts as missed by the provider.
    event Missed(
        address indexed customer,
        bytes32 id,
        address indexed provider,
        uint256 refunded,
        bool counts
    );

    /// @notice Judges found a paid answer worthless.
    /// @param customer The customer.
    /// @param id The request's id.
    /// @param provider Who answered.
    /// @param amount What had been paid.
    /// @param missing What of it the customer has not got back at once.
    /// @param returned How it returns.
    event AnswerRefuted(
        address indexed customer,
        bytes32 id,
        address indexed provider,
        uint256 amount,
        uint256 missing,
        RefundKind returned
    );

    /// @notice A debt, or a part of it, was paid from the debtor's rewards.
    /// @param debtor The debtor.
    /// @param creditor The customer.
    /// @param amount Paid.
    /// @param left Still owed to this customer, of the same epoch.
    event DebtPaid(
        address indexed debtor,
        address indexed creditor,
        uint256 amount,
        uint256 left
    );

    /// @notice A close split the fees of jobs and sessions.
    /// @param total All of them.
    /// @param parts What each part of the rule got, in its order.
    event FeesSplit(
        uint256 total,
        uint256[] parts
    );
}
