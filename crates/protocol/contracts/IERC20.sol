// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title An asset of the network, as every ERC-20 wallet knows it.
/// @notice At 0x0000000000000000000000000000000000010000 + number of the asset. Amounts are base
/// units; values above 2^128 - 1 are refused, but for an unlimited approval, which has one form.
interface IERC20 {
    /// @notice Sends an amount of the sender's spendable balance.
    /// @param to Recipient; no reserved address.
    /// @param value Base units, at least 1.
    function transfer(address to, uint256 value) external returns (bool);

    /// @notice Lets an account spend up to an amount of the sender's, instead of what it was allowed
    /// before.
    /// @param spender Who may spend.
    /// @param value Base units; 0 takes the allowance back, 2^256 - 1 never runs out.
    function approve(address spender, uint256 value) external returns (bool);

    /// @notice Spends of what an account allowed the sender.
    /// @param from Whose money it is.
    /// @param to Recipient; no reserved address.
    /// @param value Base units, at least 1.
    function transferFrom(address from, address to, uint256 value) external returns (bool);

    /// @notice The asset's name: the network's and the symbol.
    function name() external view returns (string memory);

    /// @notice The asset's symbol.
    function symbol() external view returns (string memory);

    /// @notice One display unit is 10^decimals base units; 0 to 18.
    function decimals() external view returns (uint8);

    /// @notice What exists: issued less burned, base units.
    function totalSupply() external view returns (uint256);

    /// @notice Everything an account owns, base units, also what some lock binds (collateral, stake,
    /// vesting, deposits, bonds). The native balance that wallets show, eth_getBalance, is only what
    /// can be spent, in wei.
    /// @param owner The account.
    function balanceOf(address owner) external view returns (uint256);

    /// @notice What of that can be spent now, base units.
    /// @param owner The account.
    function spendableOf(address owner) external view returns (uint256);

    /// @notice What an account lets another spend, base units; 2^256 - 1 never runs out.
    /// @param owner Whose money it is.
    /// @param spender Who may spend it.
    function allowance(address owner, address spender) external view returns (uint256);
}
