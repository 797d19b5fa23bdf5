//! The program as its users meet it: the real binary, its output and its exit codes.

mod bad_inputs;
mod compare;
mod conformance;
mod conformance_bittensor;
mod conformance_hanzo;
mod contribution_trace;
mod crash;
mod demo;
mod demo_arguments;
mod demo_contributions;
mod demo_mainnet;
mod demo_market;
mod demo_opinions;
mod demo_support;
mod estimate_rates;
mod explain;
mod legacy;
mod lost_files;
mod mainnet;
mod market_queries;
mod metrics;
mod offline;
mod prices;
mod settle_carried;
mod settle_contributions;
mod support;
