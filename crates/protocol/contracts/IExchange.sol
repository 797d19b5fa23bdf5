// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title The pool of two assets.
interface IExchange {
    /// @notice Adds both assets in the pool's proportion, for shares of it.
    /// @param maxFirst Most of the pool's first asset, base units, at least 1.
    /// @param maxSecond Most of its second asset, base units, at least 1.
    /// @param minShares Fewest shares it has to bring.
    /// @param deadlineMs Last block time at which it counts, milliseconds since 1970.
    function addLiquidity(
        uint256 maxFirst,
        uint256 maxSecond,
        uint256 minShares,
        uint64 deadlineMs
    ) external;

    /// @notice Gives shares back for their part of both assets.
    /// @param shares Shares, at least 1.
    /// @param minFirst Least of the pool's first asset, base units.
    /// @param minSecond Least of its second asset, base units.
    /// @param deadlineMs Last block time at which it counts, milliseconds since 1970.
    function removeLiquidity(
        uint256 shares,
        uint256 minFirst,
        uint256 minSecond,
        uint64 deadlineMs
    ) external;

    /// @notice Changes an amount of one of the pool's assets for the other.
    /// @param assetIn Number of the asset that goes in.
    /// @param amountIn How much of it, base units, at least 1.
    /// @param minOut Least of the other asset that has to come out, base units.
    /// @param deadlineMs Last block time at which it counts, milliseconds since 1970.
    function swap(uint16 assetIn, uint256 amountIn, uint256 minOut, uint64 deadlineMs) external;

    /// @notice What the pool holds.
    /// @return first Of its first asset, base units.
    /// @return second Of its second asset, base units.
    /// @return shares All shares of it.
    function pool() external view returns (uint256 first, uint256 second, uint256 shares);

    /// @notice An account's shares of the pool.
    /// @param account The account.
    function sharesOf(address account) external view returns (uint256);
}
