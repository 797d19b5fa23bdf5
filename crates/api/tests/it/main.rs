//! The faces of a node, asked as clients ask them.
#![forbid(unsafe_code)]

mod faucet;
mod kit;
mod methods;
mod rest;
mod rest_kit;
mod roles;
mod server;
mod smoke;
mod wallets;
mod web;
