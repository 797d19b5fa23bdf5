// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {DeadlineKind} from "./EventTypes.sol";

/// @title What happens in `sessions`.
interface ISessionsEvents {
    /// @notice It was opened.
    /// @param customer The customer.
    /// @param session Its number.
    /// @param provider Who works.
    /// @param model The model.
    /// @param price Price of a unit, locked.
    /// @param deposit Put in.
    /// @param expiresKind When it ends by itself: kind.
    /// @param expiresValue When it ends by itself: value.
    event Opened(
        address indexed customer,
        uint64 session,
        address indexed provider,
        uint16 model,
        uint256 price,
        uint256 deposit,
        DeadlineKind expiresKind,
        uint64 expiresValue
    );

    /// @notice The customer added to its deposit.
    /// @param customer The customer.
    /// @param session Its number.
    /// @param amount Added.
    /// @param deposit Put in by now.
    event ToppedUp(
        address indexed customer,
        uint64 session,
        uint256 amount,
        uint256 deposit
    );

    /// @notice A voucher was redeemed.
    /// @param customer The customer.
    /// @param session Its number.
    /// @param provider Who was paid.
    /// @param paid Paid, the fee taken off.
    /// @param fee The fee of this payment.
    /// @param left What the session holds now.
    event Redeemed(
        address indexed customer,
        uint64 session,
        address indexed provider,
        uint256 paid,
        uint256 fee,
        uint256 left
    );

    /// @notice The customer ends it; vouchers are redeemed until this deadline.
    /// @param customer The customer.
    /// @param session Its number.
    /// @param provider Who should redeem its last voucher.
    /// @param endsKind The deadline; the session's own end may come first: kind.
    /// @param endsValue The deadline; the session's own end may come first: value.
    event Closing(
        address indexed customer,
        uint64 session,
        address indexed provider,
        DeadlineKind endsKind,
        uint64 endsValue
    );

    /// @notice It ended.
    /// @param customer The customer.
    /// @param session Its number.
    /// @param provider Who worked.
    /// @param paid Everything paid to the provider.
    /// @param fee All fees.
    /// @param refunded What was left, spendable again.
    event Ended(
        address indexed customer,
        uint64 session,
        address indexed provider,
        uint256 paid,
        uint256 fee,
        uint256 refunded
    );
}
