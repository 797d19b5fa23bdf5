//! A node in this process and in others: submit, blocks, receipts, restarts, crashes, broken disks.

mod basics;
mod child;
mod clock;
mod crashes;
mod disk;
mod kit;
mod mempool;
mod proposals;
mod snapshots;
mod timing;
