//! A node in this process: submit, blocks, receipts, restarts.

mod basics;
mod kit;
