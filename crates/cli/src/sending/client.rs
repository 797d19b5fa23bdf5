//! A node, asked over HTTP: JSON-RPC and REST.

use clap::Args;
use serde_json::{Value, json};
use std::cell::Cell;
use std::io::Read;
use std::net::IpAddr;
use std::time::Duration;
use ureq::Agent;
use ureq::http::Response;
use workmint_core::Address;

use super::facts::Facts;
use crate::failure::Failure;

/// Where a node answers if nobody says otherwise.
pub(crate) const DEFAULT_URL: &str = "http://127.0.0.1:8645";
/// Longer than a node lets a transaction wait.
const PATIENCE: Duration = Duration::from_secs(60);
const MAX_ANSWER: u64 = 64 << 20;

/// Which node.
#[derive(Clone, Debug, Args)]
pub(crate) struct NodeArguments {
    /// Where a node answers
    #[arg(long, global = true, value_name = "URL", env = "WORKMINT_RPC",
          default_value = DEFAULT_URL)]
    rpc: String,
}

impl NodeArguments {
    /// The client.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        let url = self.rpc.trim_end_matches('/');
        if !url.starts_with("http://") && !url.starts_with("https://") {
            return Err(Failure::Input(format!(
                "--rpc: \"{url}\"; allowed: http://HOST:PORT or https://HOST"
            )));
        }
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .user_agent(concat!("workmint/", env!("CARGO_PKG_VERSION")));
        // What is on this machine is not asked through another one.
        let config = if is_loopback(url) { config.proxy(None) } else { config };
        let config = config.build();
        Ok(Client { agent: config.new_agent(), url: url.to_owned(), id: Cell::new(0) })
    }
}

fn is_loopback(url: &str) -> bool {
    let Ok(uri) = url.parse::<ureq::http::Uri>() else { return false };
    let Some(host) = uri.host() else { return false };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A node at an address.
pub(crate) struct Client {
    agent: Agent,
    url: String,
    id: Cell<u64>,
}

/// An answer of the REST interface.
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The body.
    pub(crate) text: String,
}

/// Why a call of JSON-RPC was refused.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refused {
    /// JSON-RPC's number.
    pub(crate) code: i64,
    /// In words.
    pub(crate) message: String,
    /// For programs.
    pub(crate) data: Option<Value>,
}

impl Client {
    /// Asks `GET path`; a status of 400 or more is an error with the answer's own words.
    pub(crate) fn get(&self, path: &str) -> Result<Answer, Failure> {
        self.ask(path, &[])
    }

    /// The same with parameters, which may be any text.
    pub(crate) fn ask(
        &self,
        path: &str,
        parameters: &[(&'static str, String)],
    ) -> Result<Answer, Failure> {
        let request = self.agent.get(format!("{}{path}", self.url));
        let parameters = parameters.iter().map(|(name, value)| (*name, value.as_str()));
        let answer = self.answer(request.query_pairs(parameters).call())?;
        if answer.status < 400 { Ok(answer) } else { Err(problem(&answer)) }
    }

    /// Asks for a stream of events, behind the one with that id: its body, which has no end.
    pub(crate) fn stream(
        &self,
        path: &str,
        parameters: &[(&'static str, String)],
        last: Option<&str>,
    ) -> Result<impl Read + use<>, Failure> {
        let request = self.agent.get(format!("{}{path}", self.url));
        let parameters = parameters.iter().map(|(name, value)| (*name, value.as_str()));
        let request = request.query_pairs(parameters).header("last-event-id", last.unwrap_or(""));
        let without_end = request.config().timeout_global(None).timeout_connect(Some(PATIENCE));
        let result = without_end.build().call();
        if result.as_ref().is_ok_and(|response| response.status().as_u16() < 400) {
            let response = result.map_err(|error| self.unreachable(&error))?;
            return Ok(response.into_body().into_reader());
        }
        Err(problem(&self.answer(result)?))
    }

    /// Posts JSON.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Result<Answer, Failure> {
        let request = self.agent.post(format!("{}{path}", self.url));
        let request = request.content_type("application/json");
        self.answer(request.send(body.to_string()))
    }

    /// Calls a method of JSON-RPC.
    pub(crate) fn call(
        &self,
        method: &str,
        params: &Value,
    ) -> Result<Result<Value, Refused>, Failure> {
        self.id.set(self.id.get().wrapping_add(1));
        let body = json!({
            "jsonrpc": "2.0", "id": self.id.get(), "method": method, "params": params,
        });
        let answer = self.post("/rpc", &body)?;
        let foreign = || self.foreign(&format!("{method} is answered with no JSON-RPC"));
        let mut value: Value = serde_json::from_str(&answer.text).map_err(|_| foreign())?;
        if let Some(error) = value.get("error") {
            let words = error.get("message").and_then(Value::as_str).unwrap_or("no reason given");
            return Ok(Err(Refused {
                code: error.get("code").and_then(Value::as_i64).unwrap_or_default(),
                message: words.to_owned(),
                data: error.get("data").cloned(),
            }));
        }
        value.get_mut("result").map(|result| Ok(result.take())).ok_or_else(foreign)
    }

    /// A quantity, as `0x` and hexadecimal digits.
    pub(crate) fn quantity(&self, method: &str, params: &Value) -> Result<u128, Failure> {
        let value = self.call(method, params)?.map_err(|refused| refused.failure())?;
        let digits = value.as_str().and_then(|text| text.strip_prefix("0x"));
        let number = digits.and_then(|digits| u128::from_str_radix(digits, 16).ok());
        number.ok_or_else(|| self.foreign(&format!("{method} is answered with {value}")))
    }

    /// What the network says about itself.
    pub(crate) fn facts(&self) -> Result<Facts, Failure> {
        Facts::read(&self.get("/v1/network")?.text, &self.url)
    }

    /// The number of the next transaction of an account, those that wait counted.
    pub(crate) fn nonce(&self, address: &Address) -> Result<u64, Failure> {
        let params = json!([address.to_string(), "pending"]);
        let nonce = self.quantity("eth_getTransactionCount", &params)?;
        u64::try_from(nonce).map_err(|_| self.foreign("the nonce is above 2^64"))
    }

    fn answer(&self, result: Result<Response<ureq::Body>, ureq::Error>) -> Result<Answer, Failure> {
        let mut response = result.map_err(|error| self.unreachable(&error))?;
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(MAX_ANSWER);
        let text = body.read_to_string().map_err(|error| self.unreachable(&error))?;
        Ok(Answer { status, text })
    }

    fn unreachable(&self, error: &ureq::Error) -> Failure {
        let proxy = match self.agent.config().proxy() {
            Some(proxy) => format!(" through the proxy {}", proxy.host()),
            None => String::new(),
        };
        Failure::Machine(format!(
            "no answer from a node at {}{proxy}: {error}; start one with: workmint node --dev, or \
             name another with --rpc",
            self.url
        ))
    }

    fn foreign(&self, what: &str) -> Failure {
        Failure::Machine(format!("{} is no node of ours: {what}", self.url))
    }
}

impl Answer {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Result<Value, Failure> {
        serde_json::from_str(&self.text).map_err(|error| {
            Failure::Machine(format!("the answer is no JSON ({error}); is it a node of ours?"))
        })
    }
}

impl Refused {
    /// As the command's error.
    pub(crate) fn failure(&self) -> Failure {
        Failure::Check(self.words().to_owned())
    }

    /// What a call that would fail says, in words.
    pub(crate) fn words(&self) -> &str {
        self.message.strip_prefix("execution reverted: ").unwrap_or(&self.message)
    }
}

/// What a refused request is told, as RFC 9457 writes it.
pub(crate) fn problem(answer: &Answer) -> Failure {
    let value: Value = serde_json::from_str(&answer.text).unwrap_or_default();
    let field = |name: &str| value.get(name).and_then(Value::as_str);
    let words = match (field("field"), field("detail").or(field("status"))) {
        (Some(name), Some(detail)) if !detail.starts_with(&format!("{name}:")) => {
            format!("{name}: {detail}")
        }
        (_, Some(detail)) => detail.to_owned(),
        (_, None) => format!("the node answered with status {}", answer.status),
    };
    match answer.status {
        400..=499 => Failure::Input(words),
        _ => Failure::Machine(words),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_names_its_field_once() {
        let told = |body: Value| problem(&Answer { status: 400, text: body.to_string() });
        for detail in ["no such account", "account: no such account"] {
            let told = told(json!({ "field": "account", "detail": detail })).to_string();
            assert_eq!(told, "account: no such account");
        }
        assert_eq!(told(json!({ "detail": "no" })).to_string(), "no");
        // What `/ready` says.
        let told = told(json!({ "status": "the index is behind", "height": 7 }));
        assert_eq!(told.to_string(), "the index is behind");
    }
}
