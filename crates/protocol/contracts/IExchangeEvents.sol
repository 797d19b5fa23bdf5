// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title What happens in `exchange`.
interface IExchangeEvents {
    /// @notice An account added to the pool.
    /// @param account The account.
    /// @param amountsFirst What was taken of it: first.
    /// @param amountsSecond What was taken of it: second.
    /// @param shares Shares it got.
    event LiquidityAdded(
        address indexed account,
        uint256 amountsFirst,
        uint256 amountsSecond,
        uint128 shares
    );

    /// @notice An account took its part out of the pool.
    /// @param account The account.
    /// @param amountsFirst What it got: first.
    /// @param amountsSecond What it got: second.
    /// @param shares Shares it gave.
    event LiquidityRemoved(
        address indexed account,
        uint256 amountsFirst,
        uint256 amountsSecond,
        uint128 shares
    );

    /// @notice One asset was changed for the other.
    /// @param account The account.
    /// @param assetIn The asset that went in.
    /// @param amountIn How much of it.
    /// @param amountOut What came out of the other asset.
    event Swapped(
        address indexed account,
        uint16 assetIn,
        uint256 amountIn,
        uint256 amountOut
    );
}
