// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title Participants and their nodes.
interface IRegistry {
    /// @notice Makes the sender a participant.
    /// @param owner Who controls the account: participants of one owner may not judge each other.
    /// @param validator The validator whose faults and status count for this participant, from when
    /// it confirms; the zero address: none.
    function registerParticipant(address owner, address validator) external;

    /// @notice Confirms, as a validator, the participant that named the sender.
    /// @param participant The participant.
    function confirmValidator(address participant) external;

    /// @notice Confirms, as its owner or recipient, the participant that names the sender.
    /// @param participant The participant.
    function confirmTie(address participant) external;

    /// @notice Adds a node, or changes the models of one.
    /// @param node The participant's own number for it.
    /// @param models Numbers of the models it serves, each once.
    function registerNode(uint32 node, uint16[] calldata models) external;

    /// @notice Takes a node out of service; what it proved before stays.
    /// @param node Its number.
    function retireNode(uint32 node) external;

    /// @notice Names who receives the sender's claims from now on.
    /// @param recipient The recipient.
    function setRecipient(address recipient) external;

    /// @notice A participant.
    /// @param account The account.
    /// @return registered Whether it is one; if not, the rest is zero.
    /// @return owner Who controls it.
    /// @return recipient Who receives its claims.
    /// @return validator The validator it named; the zero address: none.
    /// @return nodes How many nodes it has.
    function participantOf(
        address account
    )
        external
        view
        returns (
            bool registered,
            address owner,
            address recipient,
            address validator,
            uint32 nodes
        );
}
