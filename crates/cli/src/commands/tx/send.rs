//! A signed transaction on its way: whatever happens to the answer, its hash is known.

use serde_json::{Value, json};
use std::io::Write;

use super::show;
use crate::failure::Failure;
use crate::keys::hex;
use crate::output::print_json;
use crate::sending::client::{Answer, Client, problem};
use crate::sending::errors::Telling;
use crate::sending::facts::Facts;

/// A signed transaction.
pub(super) struct Signed {
    raw: String,
    hash: String,
    nonce: u64,
}

impl Signed {
    /// Of its bytes.
    pub(super) fn new(raw: &[u8], nonce: u64) -> Self {
        let hash = alloy_primitives::keccak256(raw).to_string();
        Self { raw: format!("0x{}", hex(raw)), hash, nonce }
    }

    /// Its bytes, hexadecimal.
    pub(super) fn raw(&self) -> &str {
        &self.raw
    }

    /// Sends it, and shows what became of it.
    pub(super) fn send(
        &self,
        client: &Client,
        (telling, facts): (&Telling, &Facts),
        as_json: bool,
    ) -> Result<(), Failure> {
        let answer = client.post("/v1/transactions", &json!({ "raw": self.raw }));
        let unknown = |error: &Failure| self.unknown(error, as_json);
        let answer = answer.or_else(|error| Err(unknown(&error)?))?;
        match answer.status {
            202 => return Err(self.waits(&answer, as_json)?),
            400..=499 => return Err(problem(&answer)),
            500.. => return Err(unknown(&problem(&answer))?),
            _ => {}
        }
        let mut transaction = answer.json().or_else(|error| Err(unknown(&error)?))?;
        self.add_events(client, &mut transaction)?;
        let succeeded = transaction["succeeded"].as_bool() == Some(true);
        if as_json {
            print_json(&transaction)?;
        } else {
            show::outcome(&transaction, facts)?;
        }
        match (succeeded, &transaction["error"]) {
            (true, _) => Ok(()),
            (false, error) => {
                let text = error["text"].as_str().unwrap_or("no reason given");
                let code = error["code"].as_u64().unwrap_or_default();
                let text = telling.text(u16::try_from(code).unwrap_or_default(), text);
                Err(Failure::Check(format!("it failed; its fee is paid: {text} (error {code})")))
            }
        }
    }

    /// Its events. It is in a block already: without them its outcome is shown all the same.
    fn add_events(&self, client: &Client, transaction: &mut Value) -> Result<(), Failure> {
        let events = match client.call("eth_getTransactionReceipt", &json!([self.hash])) {
            Ok(Ok(receipt)) => show::events(&receipt),
            Ok(Err(_)) | Err(_) => {
                let told = writeln!(std::io::stderr(), "its events could not be read");
                told.map_err(|error| Failure::writing("standard error", &error))?;
                Vec::new()
            }
        };
        if let Some(members) = transaction.as_object_mut() {
            members.insert("events".to_owned(), Value::Array(events));
        }
        Ok(())
    }

    /// It is in no block yet.
    fn waits(&self, answer: &Answer, as_json: bool) -> Result<Failure, Failure> {
        let value = answer.json().unwrap_or_default();
        let detail = value["detail"].as_str().unwrap_or("it is in no block yet");
        let detail = detail.trim_end_matches('.');
        self.pending("waiting", detail, as_json)?;
        Ok(Failure::Unknown(format!("{} waits: {detail}. {}", self.hash, self.advice())))
    }

    /// Nobody said what became of it.
    fn unknown(&self, error: &Failure, as_json: bool) -> Result<Failure, Failure> {
        self.pending("unknown", &error.to_string(), as_json)?;
        Ok(Failure::Unknown(format!(
            "{error}\nIt may have been sent all the same: {}. {}",
            self.hash,
            self.advice()
        )))
    }

    /// For programs, that nothing is known of it but its hash.
    fn pending(&self, status: &str, detail: &str, as_json: bool) -> Result<(), Failure> {
        if !as_json {
            return Ok(());
        }
        print_json(&json!({
            "hash": self.hash, "status": status, "detail": detail, "nonce": self.nonce,
        }))
    }

    fn advice(&self) -> String {
        format!(
            "Look with `workmint query tx {}`; to send it again without paying twice, \
             repeat the command with --nonce {}",
            self.hash, self.nonce
        )
    }
}
