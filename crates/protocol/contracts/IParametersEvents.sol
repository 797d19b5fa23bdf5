// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title What happens in `parameters`.
interface IParametersEvents {
    /// @notice A change waits for its epoch.
    /// @param epoch First epoch that runs under it.
    event Scheduled(
        uint64 epoch
    );

    /// @notice The open epoch runs under a scheduled change.
    /// @param epoch Its first epoch.
    /// @param version Number of the version.
    event Activated(
        uint64 epoch,
        uint64 version
    );

    /// @notice A scheduled change failed its dry run against the epoch just closed and was dropped.
    /// @param epoch Its first epoch.
    /// @param code Code of the error the dry run met.
    event Dropped(
        uint64 epoch,
        uint16 code
    );
}
