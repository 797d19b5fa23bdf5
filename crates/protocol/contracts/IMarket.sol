// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title Prepaid deposits of customers, and single requests in escrow.
interface IMarket {
    /// @notice Prepays for a model, or tops up.
    /// @param model Number of the model.
    /// @param amount Base units of the market's asset, at least 1.
    /// @param maxPrice Most to pay for a unit from now on, base units.
    function openDeposit(uint16 model, uint256 amount, uint256 maxPrice) external;

    /// @notice Ends a deposit: what is left returns after the close window.
    /// @param model Number of the model.
    function closeDeposit(uint16 model) external;

    /// @notice Puts a single request into escrow: its price is locked and its largest cost reserved
    /// of the sender's deposit.
    /// @param id Chosen by the customer; unique among its requests while one of them is remembered.
    /// @param model Number of the model.
    /// @param provider Who is to answer.
    /// @param promptUnits Units of the question.
    /// @param maxUnits Most units of the answer; 2^64 - 1: the network's default.
    function openEscrow(
        bytes32 id,
        uint16 model,
        address provider,
        uint64 promptUnits,
        uint64 maxUnits
    ) external;

    /// @notice Says, as its provider, that a request is answered, and is paid.
    /// @param customer The customer.
    /// @param id The request's id.
    /// @param promptUnits Units of the question; 0 keeps what the customer said.
    /// @param answerUnits Units of the answer.
    function finishEscrow(
        address customer,
        bytes32 id,
        uint64 promptUnits,
        uint64 answerUnits
    ) external;

    /// @notice Says, as a judge, that a paid answer is worth nothing.
    /// @param customer The customer.
    /// @param id The request's id.
    function refuteEscrow(address customer, bytes32 id) external;

    /// @notice A deposit; reverts if there is none. Amounts are base units of the market's asset.
    /// @param customer The customer.
    /// @param model Number of the model.
    /// @return deposited Ever put in.
    /// @return paid Of which was paid.
    /// @return reserved Of which is kept for reports and requests under way.
    /// @return maxPrice Most to pay for a unit.
    /// @return endsKind When it ends. 0: open, 1: block time in milliseconds since 1970, 2: close of
    /// an epoch.
    /// @return ends Milliseconds or epoch.
    function depositOf(
        address customer,
        uint16 model
    )
        external
        view
        returns (
            uint256 deposited,
            uint256 paid,
            uint256 reserved,
            uint256 maxPrice,
            uint8 endsKind,
            uint64 ends
        );
}
