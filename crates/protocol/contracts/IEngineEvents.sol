// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title What happens in `engine`.
interface IEngineEvents {
    /// @notice Epochs that passed without a block; they mint nothing.
    /// @param first First skipped epoch.
    /// @param last Last skipped epoch.
    event EpochsSkipped(
        uint64 first,
        uint64 last
    );

    /// @notice One item of a close failed; it was put back and everything else went on.
    /// @param step The step.
    /// @param code Code of its error.
    event Quarantined(
        string step,
        uint16 code
    );
}
