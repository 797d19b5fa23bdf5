// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {UnpaidReason} from "./EventTypes.sol";

/// @title What happens in `rewards`.
interface IRewardsEvents {
    /// @notice A bucket after a close.
    /// @param stream The stream.
    /// @param epoch The epoch.
    /// @param lineTarget What it did: target.
    /// @param lineFloor What it did: floor.
    /// @param lineCeiling What it did: ceiling.
    /// @param lineRolledIn What it did: rolled in.
    /// @param lineExpired What it did: expired.
    /// @param lineDemand What it did: demand.
    /// @param lineDue What it did: due.
    /// @param lineLent What it did: lent.
    /// @param lineBorrowed What it did: borrowed.
    /// @param linePaidNew What it did: paid new.
    /// @param linePaidBackpay What it did: paid backpay.
    /// @param lineNewlyOwed What it did: newly owed.
    /// @param lineClosed What it did: closed.
    /// @param lineOwed What it did: owed.
    /// @param lineRolledOut What it did: rolled out.
    event BucketClosed(
        string stream,
        uint64 epoch,
        uint256 lineTarget,
        uint256 lineFloor,
        uint256 lineCeiling,
        uint256 lineRolledIn,
        uint256 lineExpired,
        uint256 lineDemand,
        uint256 lineDue,
        uint256 lineLent,
        uint256 lineBorrowed,
        uint256 linePaidNew,
        uint256 linePaidBackpay,
        uint256 lineNewlyOwed,
        uint256 lineClosed,
        uint256 lineOwed,
        uint256 lineRolledOut
    );

    /// @notice Backpay was paid, with the epoch's settlement.
    /// @param stream The stream.
    /// @param owedFor The epoch it was owed for.
    /// @param account Whom.
    /// @param amount Base units.
    event BackpayPaid(
        string stream,
        uint64 owedFor,
        address indexed account,
        uint256 amount
    );

    /// @notice Something could not be paid and is owed from now on.
    /// @param stream The stream.
    /// @param owedFor The epoch it is owed for.
    /// @param account Whom.
    /// @param amount Base units.
    event BackpayArose(
        string stream,
        uint64 owedFor,
        address indexed account,
        uint256 amount
    );

    /// @notice Something owed was closed unpaid.
    /// @param stream The stream.
    /// @param owedFor The epoch it was owed for.
    /// @param account Whom.
    /// @param amount Base units.
    /// @param reason Why.
    event BackpayClosed(
        string stream,
        uint64 owedFor,
        address indexed account,
        uint256 amount,
        UnpaidReason reason
    );

    /// @notice Budget that had rolled over is lost: the stream pays no rate any more.
    /// @param stream The stream.
    /// @param epoch The epoch it was left from.
    /// @param amount Base units.
    event RolloverEnded(
        string stream,
        uint64 epoch,
        uint256 amount
    );

    /// @notice A stream could not be planned; its budget is not minted, a pot is kept.
    /// @param stream The stream.
    /// @param epoch The epoch.
    /// @param code Code of the error.
    event StreamQuarantined(
        string stream,
        uint64 epoch,
        uint16 code
    );
}
