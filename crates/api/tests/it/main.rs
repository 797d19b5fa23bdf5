//! The faces of a node, asked as clients ask them.
#![forbid(unsafe_code)]

mod closing;
mod faucet;
mod found;
mod held;
mod history;
mod kit;
mod late;
mod methods;
mod questions;
mod rest;
mod rest_kit;
mod rest_orders;
mod rest_rows;
mod roles;
mod roots;
mod server;
mod smoke;
mod wallets;
mod web;
