// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title What concerns the whole network: its epochs.
interface INetwork {
    /// @notice Where the chain stands.
    /// @return epoch The open epoch.
    /// @return height Height of the last block.
    /// @return timeMs Its time, milliseconds since 1970.
    /// @return endsByHeight Whether epochs end by height; else by block time.
    /// @return ends The first height or block time, milliseconds since 1970, that is of the next
    /// epoch.
    function openEpoch()
        external
        view
        returns (uint64 epoch, uint64 height, uint64 timeMs, bool endsByHeight, uint64 ends);

    /// @notice The domain of what is signed off-line (EIP-5267): vouchers and carried reports.
    /// @return fields Which of the following count: 0x17 (name, version, chainId, salt).
    /// @return name "Workmint".
    /// @return version "1".
    /// @return chainId The network's.
    /// @return verifyingContract Not used: the zero address.
    /// @return salt Hash of the network's genesis.
    /// @return extensions None.
    function eip712Domain()
        external
        view
        returns (
            bytes1 fields,
            string memory name,
            string memory version,
            uint256 chainId,
            address verifyingContract,
            bytes32 salt,
            uint256[] memory extensions
        );
}
