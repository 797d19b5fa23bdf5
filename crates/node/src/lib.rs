//! One running network: mempool, block production, receipts and their index. Knows no HTTP.
#![forbid(unsafe_code)]
