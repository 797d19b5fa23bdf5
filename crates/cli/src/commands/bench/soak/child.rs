//! A node as a process of its own.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use workmint_node::load::Crowd;

use super::super::client::Client;
use crate::failure::Failure;

/// How long a start or a stop may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running node; killed when it is dropped without a stop.
pub(super) struct Child {
    process: std::process::Child,
    /// Where it takes JSON-RPC, and its operator's surface.
    pub(super) rpc: String,
    admin: String,
    /// What it says.
    lines: Receiver<String>,
}

impl Child {
    /// Starts the node of a data directory; returns when it says where it listens.
    pub(super) fn start(dir: &Path) -> Result<Self, Failure> {
        let mut command = ourselves()?;
        command.args(["node", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"]);
        command.args(["--limit-per-address", "0", "--limit-per-account", "0"]);
        command.args(["--log-level", "error", "--data-dir"]).arg(dir);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut process = command.spawn().map_err(|error| refused(&error))?;
        let said = process.stderr.take();
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            let said = said.into_iter().flat_map(|said| BufReader::new(said).lines());
            for line in said.map_while(Result::ok) {
                // Whoever listened may have heard enough.
                drop(sender.send(line));
            }
        });
        let mut child = Self { process, rpc: String::new(), admin: String::new(), lines };
        child.listen()?;
        Ok(child)
    }

    fn listen(&mut self) -> Result<(), Failure> {
        let began = Instant::now();
        let mut said = Vec::new();
        while self.rpc.is_empty() || self.admin.is_empty() {
            let left = PATIENCE.saturating_sub(began.elapsed());
            let Ok(line) = self.lines.recv_timeout(left) else {
                let said = said.join("\n");
                return Err(Failure::Machine(format!("the node does not start: {said}")));
            };
            let mut words = line.split_whitespace();
            match (words.next(), words.next()) {
                (Some("JSON-RPC"), Some(url)) => url.clone_into(&mut self.rpc),
                (Some("Admin"), Some(url)) => url.clone_into(&mut self.admin),
                _ => {}
            }
            said.push(line);
        }
        Ok(())
    }

    pub(super) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Asks it for the height of its last block.
    pub(super) fn height(&self) -> Result<u64, Failure> {
        let answer = Client::new(&self.rpc).post(&call("eth_blockNumber", &json!([])));
        quantity(&answer.map_err(Failure::Machine)?)
    }

    /// How many transactions of these accounts are in blocks.
    pub(super) fn nonces(&self, crowd: &Crowd) -> Result<u64, Failure> {
        let client = Client::new(&self.rpc);
        let mut all = 0_u64;
        for account in 0..crowd.len() {
            let params = json!([crowd.address(account).to_string(), "latest"]);
            let answer = client.post(&call("eth_getTransactionCount", &params));
            all = all.saturating_add(quantity(&answer.map_err(Failure::Machine)?)?);
        }
        Ok(all)
    }

    /// How many transactions failed in their blocks since it started.
    pub(super) fn failed(&self) -> Result<u64, Failure> {
        let status = Client::new(&format!("{}/status", self.admin)).get();
        let status = status.map_err(Failure::Machine)?;
        let failed = status.get("failed_transactions").and_then(Value::as_u64);
        failed.ok_or_else(|| Failure::Damage(format!("no number of failed ones: {status}")))
    }

    /// Asks it to stop and waits until it has.
    pub(super) fn stop(mut self) -> Result<(), Failure> {
        let stopping = Client::new(&format!("{}/stop", self.admin)).post(&json!({}));
        stopping.map_err(Failure::Machine)?;
        let began = Instant::now();
        let status = loop {
            if let Some(status) = self.process.try_wait().map_err(|error| refused(&error))? {
                break status;
            }
            if began.elapsed() > PATIENCE {
                let seconds = PATIENCE.as_secs();
                return Err(Failure::Check(format!("the node did not stop in {seconds} s")));
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        if status.success() {
            return Ok(());
        }
        let said: Vec<String> = self.lines.try_iter().collect();
        Err(Failure::Check(format!("the node ended with {status}: {}", said.join("\n"))))
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // One that has ended cannot be killed, and need not.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn call(method: &str, params: &Value) -> Value {
    json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
}

/// The number that a call was answered with.
fn quantity(answer: &Value) -> Result<u64, Failure> {
    let digits = answer.get("result").and_then(Value::as_str);
    let digits = digits.and_then(|text| text.strip_prefix("0x"));
    let number = digits.and_then(|digits| u64::from_str_radix(digits, 16).ok());
    number.ok_or_else(|| Failure::Damage(format!("no number: {answer}")))
}

/// What the auditor says of a data directory; the error is the first difference.
pub(super) fn audit(dir: &Path) -> Result<Result<String, String>, Failure> {
    let output = ourselves()?.arg("audit").arg(dir).stdin(Stdio::null()).output();
    let output = output.map_err(|error| refused(&error))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    Ok(match output.status.success() {
        true => Ok(text(&output.stdout).lines().next().unwrap_or_default().to_owned()),
        false => Err(text(&output.stderr)),
    })
}

/// This program once more, without the settings of this one's environment.
fn ourselves() -> Result<Command, Failure> {
    let program = std::env::current_exe().map_err(|error| refused(&error))?;
    let mut command = Command::new(program);
    command.env_clear();
    Ok(command)
}

fn refused(error: &std::io::Error) -> Failure {
    Failure::Machine(format!("cannot run a node: {error}"))
}
