//! What an operator may set; every default is written beside its field.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use crate::limits::Limits;
use crate::rpc::Faucet;

/// Sets the log filter of the process; the error names what is allowed.
pub type LogLevel = Arc<dyn Fn(&str) -> Result<(), String> + Send + Sync>;

/// How the network is shown to the outside.
#[derive(Clone)]
pub struct ApiConfig {
    /// Where to listen. Default `127.0.0.1:8645`; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where the operator's surface listens: loopback only, off by default.
    pub admin: Option<SocketAddr>,
    /// Origins of web pages that may call (`https://app.example`, or `*`). None by default: wallets
    /// in the browser, libraries and pages served from here need none.
    pub cors: Vec<String>,
    /// Host names by which a node on loopback may be called, beside `localhost` and the loopback
    /// addresses. None by default: a page whose name an attacker points at 127.0.0.1 is refused.
    pub hosts: Vec<String>,
    /// Take a client's address from the last entry of `X-Forwarded-For`. Off by default; only right
    /// behind a proxy of one's own.
    pub forwarded: bool,
    /// What one client may use.
    pub limits: Limits,
    /// An account that gives to whoever asks; for development networks only. None by default.
    pub faucet: Option<Faucet>,
    /// How the operator's surface sets the log level; without it the level is fixed.
    pub log_level: Option<LogLevel>,
}

impl Default for ApiConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8645)),
            admin: None,
            cors: Vec::new(),
            hosts: Vec::new(),
            forwarded: false,
            limits: Limits::default(),
            faucet: None,
            log_level: None,
        }
    }
}
