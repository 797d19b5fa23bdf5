//! The faces of a running network: JSON-RPC, REST, events, metrics.
#![forbid(unsafe_code)]
