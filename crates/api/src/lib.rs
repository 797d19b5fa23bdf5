//! The faces of a running network: JSON-RPC, REST, events, metrics, on one port.
//!
//! `server` listens and guards, `limits` says what a client may use, `rpc` speaks JSON-RPC, `rest`
//! is `/v1` and `/rewards`, `metrics` counts, `health` tells supervisors, `admin` is the operator's
//! own surface, `sending` takes transactions, `problem` is every HTTP error.
#![forbid(unsafe_code)]

mod admin;
mod config;
pub mod health;
pub mod limits;
pub mod metrics;
pub mod problem;
pub mod rest;
pub mod rpc;
mod sending;
mod server;

pub use config::{ApiConfig, LogLevel};
pub use limits::Limits;
pub use server::{Client, Rates, ServeError, Server, Stopping, serve, serve_routes};
