// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title Models that a participant lets others serve, or refuses.
interface IWeights {
    /// @notice Lets another participant serve a model, for a share of the sender's rewards. Counts
    /// from the next snapshot on.
    /// @param model Number of the model.
    /// @param to To whom; the zero address takes it back.
    function delegateModel(uint16 model, address to) external;

    /// @notice Says that the sender will not serve a model. Counts from the next snapshot on.
    /// @param model Number of the model.
    /// @param refused Whether it is refused; false takes it back.
    function refuseModel(uint16 model, bool refused) external;
}
