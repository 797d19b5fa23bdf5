// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title Sessions: a deposit for one provider, paid out by vouchers signed off-line.
interface ISessions {
    /// @notice What a customer signs off-line (EIP-712) for its provider.
    struct Voucher {
        /// Number of the signer's session.
        uint64 session;
        /// Everything the provider may have of the session, base units, fee included.
        uint256 cumulative;
    }

    /// @notice Opens a session. Its number is the customer's next one, from 0.
    /// @param provider Who works.
    /// @param model Number of the model.
    /// @param deposit Base units of the market's asset, at least 1.
    /// @param maxPrice Most to pay for a unit, base units; 2^256 - 1: whatever it costs now.
    /// @param expiryKind 0: it ends as late as the network allows, 1: at a block time, 2: at the
    /// close of an epoch.
    /// @param expiry Milliseconds since 1970, or the epoch; 0 with `expiryKind` 0.
    function openSession(
        address provider,
        uint16 model,
        uint256 deposit,
        uint256 maxPrice,
        uint8 expiryKind,
        uint64 expiry
    ) external;

    /// @notice Adds to the deposit of an open session of the sender.
    /// @param session Number of the session.
    /// @param amount Base units, at least 1.
    function topUpSession(uint64 session, uint256 amount) external;

    /// @notice Pays the sender, as the session's provider, up to a voucher's sum.
    /// @param customer The customer.
    /// @param voucher What the customer signed.
    /// @param signature The customer's EIP-712 signature: 65 bytes r, s, v with the lower s and v 27
    /// or 28.
    function redeemVoucher(
        address customer,
        Voucher calldata voucher,
        bytes calldata signature
    ) external;

    /// @notice Ends a session: at once as its provider, after the close window as its customer.
    /// @param customer The customer.
    /// @param session Number of its session.
    function closeSession(address customer, uint64 session) external;

    /// @notice An open session; reverts if there is none. Amounts are base units of the market's
    /// asset.
    /// @param customer The customer.
    /// @param session Number of its session.
    /// @return provider Who works.
    /// @return model Number of the model.
    /// @return price Of a unit, when it was opened.
    /// @return deposit Ever put in.
    /// @return taken Ever taken by vouchers, fees included.
    /// @return fee Fees of that.
    /// @return expiresKind When it ends by itself. 1: block time in milliseconds since 1970, 2:
    /// close of an epoch.
    /// @return expires Milliseconds or epoch.
    /// @return closesKind When it ends because the customer closed it. 0: it did not.
    /// @return closes Milliseconds or epoch.
    function sessionOf(
        address customer,
        uint64 session
    )
        external
        view
        returns (
            address provider,
            uint16 model,
            uint256 price,
            uint256 deposit,
            uint256 taken,
            uint256 fee,
            uint8 expiresKind,
            uint64 expires,
            uint8 closesKind,
            uint64 closes
        );

    /// @notice The number that a customer's next session gets.
    /// @param customer The customer.
    function nextSession(address customer) external view returns (uint64);
}
