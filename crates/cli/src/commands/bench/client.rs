//! A JSON-RPC client that sends signed transactions in batches over one kept connection.

use alloy_primitives::hex::encode_prefixed;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

/// Why a transaction counts as failed whose answer was its hash.
pub(super) const FAILED: &str = "it failed in its block";

/// One connection.
pub(super) struct Client {
    agent: ureq::Agent,
    url: String,
}

/// What came of a batch.
#[derive(Default)]
pub(super) struct Answer {
    /// Transactions taken into a block, where one may still fail.
    pub(super) good: u64,
    /// The others, and what the first of them was told.
    pub(super) failed: u64,
    pub(super) first_failure: Option<String>,
}

/// The answer to one transaction.
#[derive(Deserialize)]
struct One {
    result: Option<IgnoredAny>,
    error: Option<Value>,
}

impl Client {
    pub(super) fn new(url: &str) -> Self {
        // The node is on this machine: it is not asked through another one.
        let config = ureq::Agent::config_builder().proxy(None).build();
        Self { agent: config.new_agent(), url: url.to_owned() }
    }

    /// Sends one batch and waits for its answers.
    pub(super) fn send(&self, batch: &[Vec<u8>]) -> Result<Answer, String> {
        let mut body = String::with_capacity(batch.iter().map(|one| 2 * one.len() + 100).sum());
        for (id, bytes) in batch.iter().enumerate() {
            body.push(if id == 0 { '[' } else { ',' });
            let data = encode_prefixed(bytes);
            let head = r#"{"jsonrpc":"2.0","method":"eth_sendRawTransaction","params":[""#;
            body += &format!("{head}{data}\"],\"id\":{id}}}");
        }
        body.push(']');
        let request = self.agent.post(&self.url).content_type("application/json");
        let mut sent = request.send(body).map_err(|error| self.failed(&error))?;
        let text = sent.body_mut().read_to_string().map_err(|error| self.failed(&error))?;
        let answers: Vec<One> = serde_json::from_str(&text).map_err(|_| text)?;
        let mut answer = Answer::default();
        for one in &answers {
            if one.result.is_some() {
                answer.good += 1;
            } else {
                answer.failed += 1;
                let why = || one.error.as_ref().map_or("no answer".to_owned(), Value::to_string);
                answer.first_failure.get_or_insert_with(why);
            }
        }
        answer.failed += (batch.len() as u64).abs_diff(answers.len() as u64);
        Ok(answer)
    }

    /// Asks the URL for JSON.
    pub(super) fn get(&self) -> Result<Value, String> {
        let mut answer = self.agent.get(&self.url).call().map_err(|error| self.failed(&error))?;
        answer.body_mut().read_json().map_err(|error| self.failed(&error))
    }

    /// Sends a body and reads the answer as JSON.
    pub(super) fn post(&self, body: &Value) -> Result<Value, String> {
        let sent = self.agent.post(&self.url).send_json(body);
        let mut answer = sent.map_err(|error| self.failed(&error))?;
        answer.body_mut().read_json().map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &ureq::Error) -> String {
        format!("{}: {error}", self.url)
    }
}
