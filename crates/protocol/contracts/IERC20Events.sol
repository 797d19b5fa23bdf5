// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title What happens in `erc20`.
interface IERC20Events {
    /// @notice An amount moved: minting is from the zero address, burning is to it.
    /// @param from Giver: an account, a pot or the zero address.
    /// @param to Taker: an account, a pot or the zero address.
    /// @param value Base units, at least 1.
    event Transfer(
        address indexed from,
        address indexed to,
        uint256 value
    );

    /// @notice One account lets another spend of its own.
    /// @param owner Whose money it is.
    /// @param spender Who may spend it.
    /// @param value Base units from now on; 0: nothing, 2^256 - 1: without end.
    event Approval(
        address indexed owner,
        address indexed spender,
        uint256 value
    );
}
