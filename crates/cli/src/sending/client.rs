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
use crate::output::COMMON;

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
          default_value = DEFAULT_URL, help_heading = COMMON)]
    rpc: String,
}

impl NodeArguments {
    /// The client.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        // The address of JSON-RPC, which wallets take, leads to the same node.
        let url = self.rpc.trim_end_matches('/');
        let url = url.strip_suffix("/rpc").unwrap_or(url).trim_end_matches('/');
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
    /// Where the node answers.
    node: String,
    /// What it was asked.
    asked: String,
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
        let asked = format!("GET {path}");
        let answer = self.answer(&asked, request.query_pairs(parameters).call())?;
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
        // A live stream says something every 15 s.
        let without_end = without_end.timeout_per_read(Some(PATIENCE));
        let result = without_end.build().call();
        if result.as_ref().is_ok_and(|response| response.status().as_u16() < 400) {
            let response = result.map_err(|error| self.unreachable(&error))?;
            return Ok(response.into_body().into_reader());
        }
        Err(problem(&self.answer(&format!("GET {path}"), result)?))
    }

    /// Posts JSON.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Result<Answer, Failure> {
        let request = self.agent.post(format!("{}{path}", self.url));
        let request = request.content_type("application/json");
        self.answer(&format!("POST {path}"), request.send(body.to_string()))
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
        let value = serde_json::from_str::<Value>(&answer.text);
        if answer.status >= 400 && !value.as_ref().is_ok_and(|value| value["error"].is_object()) {
            return Err(problem(&answer));
        }
        let mut value = value.map_err(|error| answer.no_json(&error))?;
        if let Some(error) = value.get("error") {
            let words = error.get("message").and_then(Value::as_str).unwrap_or("no reason given");
            return Ok(Err(Refused {
                code: error.get("code").and_then(Value::as_i64).unwrap_or_default(),
                message: words.to_owned(),
                data: error.get("data").cloned(),
            }));
        }
        let result = value.get_mut("result").map(|result| Ok(result.take()));
        result.ok_or_else(|| answer.foreign("no result"))
    }

    /// A quantity, as `0x` and hexadecimal digits.
    pub(crate) fn quantity(&self, method: &str, params: &Value) -> Result<u128, Failure> {
        let value = self.call(method, params)?.map_err(|refused| refused.failure())?;
        let digits = value.as_str().and_then(|text| text.strip_prefix("0x"));
        let number = digits.and_then(|digits| u128::from_str_radix(digits, 16).ok());
        number.ok_or_else(|| foreign(&self.url, method, &value.to_string()))
    }

    /// What the network says about itself.
    pub(crate) fn facts(&self) -> Result<Facts, Failure> {
        let answer = self.get("/v1/network")?;
        serde_json::from_str(&answer.text).map_err(|error| answer.no_json(&error))
    }

    /// The number of the next transaction of an account, those that wait counted.
    pub(crate) fn nonce(&self, address: &Address) -> Result<u64, Failure> {
        let params = json!([address.to_string(), "pending"]);
        let nonce = self.quantity("eth_getTransactionCount", &params)?;
        let method = "eth_getTransactionCount";
        u64::try_from(nonce).map_err(|_| foreign(&self.url, method, "more than 2^64"))
    }

    fn answer(
        &self,
        asked: &str,
        result: Result<Response<ureq::Body>, ureq::Error>,
    ) -> Result<Answer, Failure> {
        let mut response = result.map_err(|error| self.unreachable(&error))?;
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(MAX_ANSWER);
        let text = body.read_to_string().map_err(|error| self.unreachable(&error))?;
        Ok(Answer { status, text, node: self.url.clone(), asked: asked.to_owned() })
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
}

/// What answers is something else.
fn foreign(node: &str, asked: &str, answered: &str) -> Failure {
    Failure::Machine(format!("{node} is no node of ours: {asked} is answered with {answered}"))
}

impl Answer {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Result<Value, Failure> {
        serde_json::from_str(&self.text).map_err(|error| self.no_json(&error))
    }

    fn no_json(&self, error: &serde_json::Error) -> Failure {
        self.foreign(&format!("no such JSON ({error})"))
    }

    fn foreign(&self, what: &str) -> Failure {
        foreign(&self.node, &self.asked, &format!("status {} and {what}", self.status))
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

/// What a refused request is told, as RFC 9457 writes it. Where there is no such path, the node may
/// be another one than was meant: it is named.
pub(crate) fn problem(answer: &Answer) -> Failure {
    let value: Value = serde_json::from_str(&answer.text).unwrap_or_default();
    let field = |name: &str| value.get(name).and_then(Value::as_str);
    let detail = field("detail").or(field("status"));
    let is_path = field("type").is_some_and(|kind| kind.ends_with(":no-such-path"));
    let words = match (field("field"), detail) {
        (Some(name), Some(detail)) if !detail.starts_with(&format!("{name}:")) => {
            format!("{name}: {detail}")
        }
        (None, Some(detail)) if is_path => {
            let title = field("title").unwrap_or("there is no such path");
            format!("{}: {title}, {}: {detail}", answer.node, answer.asked)
        }
        (_, Some(detail)) => detail.to_owned(),
        (_, None) => return answer.foreign("no words of its own"),
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
        let told = |body: Value| {
            let (node, asked) = ("http://here:1".to_owned(), "GET /v2/x".to_owned());
            problem(&Answer { status: 400, text: body.to_string(), node, asked })
        };
        for detail in ["no such account", "account: no such account"] {
            let told = told(json!({ "field": "account", "detail": detail })).to_string();
            assert_eq!(told, "account: no such account");
        }
        assert_eq!(told(json!({ "detail": "no" })).to_string(), "no");
        // What `/ready` says.
        let ready = told(json!({ "status": "the index is behind", "height": 7 }));
        assert_eq!(ready.to_string(), "the index is behind");
        let path = told(json!({
            "type": "urn:workmint:problem:no-such-path", "title": "there is no such path",
            "status": 400, "detail": "look elsewhere",
        }));
        assert_eq!(
            path.to_string(),
            "http://here:1: there is no such path, GET /v2/x: look elsewhere"
        );
        let other = told(json!({ "error": "what?" })).to_string();
        let expected = "http://here:1 is no node of ours: GET /v2/x is answered with status 400";
        assert!(other.starts_with(expected), "{other}");
    }

    #[test]
    fn the_address_of_json_rpc_is_the_nodes() {
        let url = |text: &str| NodeArguments { rpc: text.to_owned() }.client().unwrap().url;
        for text in ["http://127.0.0.1:8645", "http://127.0.0.1:8645/"] {
            assert_eq!(url(text), "http://127.0.0.1:8645");
            assert_eq!(url(&format!("{}/rpc", text.trim_end_matches('/'))), url(text));
            assert_eq!(url(&format!("{}/rpc/", text.trim_end_matches('/'))), url(text));
        }
        assert_eq!(url("https://here/node/rpc"), "https://here/node");
    }
}
