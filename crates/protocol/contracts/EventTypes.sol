// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

enum Destination {
    /// Burned; if it was never minted, it is not minted.
    Burn,
    /// The treasury pot.
    Treasury,
    /// The recycling pool, re-issued before anything is minted.
    Recycling
}

enum CollateralOffence {
    /// Failed the missed-request test of an epoch.
    Downtime,
    /// A report was refuted.
    InvalidWork,
    /// A fault of its validator in consensus.
    ConsensusFault
}

enum StakeOffence {
    /// A job's service level was missed.
    ServiceLevel,
    /// A quorum of attestors found the evidence of a tier false.
    Attestation,
    /// Judges found malice.
    Malice
}

enum BondFault {
    /// The consensus layer found it.
    Consensus,
    /// Too few blocks of an epoch were signed.
    Absence
}

enum LeavingReason {
    /// It asked to.
    Retired,
    /// Others bonded more, or it bonds too little of its own.
    Displaced,
    /// It is in jail.
    Jailed,
    /// Nothing is bonded to it any more.
    Empty,
    /// The consensus layer says that it left.
    Reported
}

enum Status {
    /// In good standing.
    Active,
    /// It answered too little, or its weight fell too far behind.
    Inactive,
    /// It did too much wrong work.
    Invalid
}

enum StatusReason {
    /// It was found before; only the next epoch changes it.
    AlreadySet,
    /// So many failures in a row are too unlikely for a good provider.
    FailuresInARow,
    /// Its share of invalidated work.
    Invalidations,
    /// Its share of missed requests.
    Downtime,
    /// A reading of its weight.
    Confirmation
}

enum RefundKind {
    /// At once: from payments not split yet, or from what the provider had not claimed.
    Paid,
    /// What is missing comes from the provider's later rewards: it owes it.
    Owed,
    /// What is missing not at all: rewards are of another asset.
    Lost
}

enum JobOutcome {
    /// The customer took it back.
    Cancelled,
    /// Nobody accepted it in time.
    NotAccepted,
    /// The provider revealed nothing in time; its bond is lost.
    NotDelivered,
    /// Nobody disputed it.
    Paid,
    /// The provider answered a dispute not in time; half of its bond is the customer's.
    NoEvidence,
    /// Judges found for the customer; half of the provider's bond is the customer's.
    CustomerWon,
    /// Judges found for the provider; half of the customer's bond is the provider's.
    ProviderWon,
    /// Judges did not decide: it is paid, bonds return.
    Undecided,
    /// Its end failed: everybody has got back what was locked.
    Failed
}

enum ClosedReason {
    /// Verifiers found it wrong, or were not sure enough.
    Rejected,
    /// Too few verifiers answered in time.
    Unverified,
    /// Judges found it wrong.
    Refuted,
    /// The same dataset was submitted earlier, and became final.
    DuplicateDataset,
    /// The model's recorded loss is not improved enough.
    NoImprovement,
    /// Its stream is no more, or pays no rate any more.
    StreamEnded
}

enum UnpaidReason {
    /// It decayed: what was paid closes more than its amount.
    Decayed,
    /// It is older than backpay may be.
    TooOld,
    /// The stream owes as much as it may.
    LimitReached,
    /// The network keeps no backpay.
    NoBackpay,
    /// The stream pays no rate any more.
    StreamEnded
}

enum VoteChoice {
    /// For it.
    Yes,
    /// Against it.
    No,
    /// Neither; counts for the quorum.
    Abstain
}

enum DeadlineKind {
    /// The block time, in milliseconds, from which it is over.
    Time,
    /// The epoch at whose close it is over.
    Epoch
}

enum ReportKind {
    /// A summary.
    Summary,
    /// A compute proof.
    Proof,
    /// A report of misses.
    Misses,
    /// A reading of a weight.
    Confirmation
}
