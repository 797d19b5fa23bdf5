//! A network that a process of its own serves, and commands that ask it.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::support::Run;

/// Longer than anything here takes on a slow machine.
const PATIENCE: Duration = Duration::from_secs(120);
const PASSWORD: &str = "correct horse";

/// A process that serves; killed if a test ends early.
pub(crate) struct Served {
    child: Child,
    dir: PathBuf,
    /// `http://127.0.0.1:PORT`.
    pub(crate) url: String,
    /// Every address it says, in order.
    addresses: Receiver<String>,
    err: Option<JoinHandle<String>>,
    out: Option<JoinHandle<String>>,
}

/// What a running command prints, by line.
pub(crate) struct Lines {
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Iterator for Lines {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.out.read_line(&mut line).expect("UTF-8");
        (read > 0).then(|| line.trim_end().to_owned())
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A command without what the environment would say, its keys below the directory.
pub(crate) fn command(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_workmint"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("WORKMINT_")) {
        command.env_remove(name);
    }
    command
        .args(arguments)
        .current_dir(dir)
        .env("WORKMINT_KEYSTORE", dir.join("my-keys"))
        .env("WORKMINT_PASSWORD", PASSWORD)
        .stdin(Stdio::null());
    command
}

/// Runs a command to its end.
pub(crate) fn run(mut command: Command) -> Run {
    let output = command.output().expect("the binary runs");
    Run {
        code: output.status.code().expect("no signal"),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// Asks what is on this machine, whatever proxy the environment names.
pub(crate) fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().proxy(None).build().new_agent()
}

impl Served {
    /// Starts a command that serves on a free port; returns once it says where.
    pub(crate) fn start(dir: &Path, arguments: &[&str]) -> Self {
        let mut child = command(dir, arguments)
            .args(["--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let (found, addresses) = channel();
        let mut lines = BufReader::new(child.stderr.take().unwrap());
        let err = std::thread::spawn(move || {
            let mut all = String::new();
            let mut line = String::new();
            while lines.read_line(&mut line).is_ok_and(|read| read > 0) {
                if let Some((_, rest)) = line.split_once("http://") {
                    let end =
                        rest.find(|one: char| !one.is_ascii_digit() && one != '.' && one != ':');
                    let url = rest[..end.unwrap_or(rest.len())].trim_end_matches(':');
                    found.send(format!("http://{url}")).ok();
                }
                all.push_str(&line);
                line.clear();
            }
            all
        });
        let mut stdout = child.stdout.take().unwrap();
        let out = std::thread::spawn(move || {
            let mut all = String::new();
            stdout.read_to_string(&mut all).ok();
            all
        });
        let Ok(url) = addresses.recv_timeout(PATIENCE) else {
            child.kill().ok();
            panic!("{arguments:?} does not serve: {}", err.join().unwrap());
        };
        let (err, out) = (Some(err), Some(out));
        Self { child, dir: dir.to_path_buf(), url, addresses, err, out }
    }

    /// Where the operator's surface is: the one address that is another.
    pub(crate) fn admin(&self) -> String {
        loop {
            let address = self.addresses.recv_timeout(PATIENCE).expect("it says where");
            if address != self.url {
                return address;
            }
        }
    }

    /// Runs a command that asks this network.
    pub(crate) fn ask(&self, arguments: &[&str]) -> Run {
        let mut command = command(&self.dir, arguments);
        command.env("WORKMINT_RPC", &self.url);
        run(command)
    }

    /// The lines of a command that asks this network and does not end by itself; it is killed when
    /// they are dropped.
    pub(crate) fn lines(&self, arguments: &[&str]) -> Lines {
        let mut command = command(&self.dir, arguments);
        command.env("WORKMINT_RPC", &self.url).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the binary runs");
        let out = BufReader::new(child.stdout.take().unwrap());
        Lines { child, out }
    }

    /// The same; it must succeed.
    pub(crate) fn told(&self, arguments: &[&str]) -> String {
        let run = self.ask(arguments);
        assert_eq!(run.code, 0, "{arguments:?}: {}", run.stderr);
        run.stdout
    }

    /// The same, read as JSON.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let mut all = arguments.to_vec();
        all.push("--json");
        serde_json::from_str(&self.told(&all)).expect("nothing but JSON")
    }

    /// `GET path`, which must succeed with JSON.
    pub(crate) fn get(&self, path: &str) -> Value {
        let answer = agent().get(format!("{}{path}", self.url)).call();
        let text = answer.unwrap().body_mut().read_to_string().unwrap();
        serde_json::from_str(&text).expect("JSON")
    }

    /// The number of the open epoch.
    pub(crate) fn epoch(&self) -> u64 {
        let network = self.get("/v1/network");
        network["epoch"].as_u64().unwrap_or_else(|| panic!("{network}"))
    }

    /// Returns when that epoch is open, or a later one.
    pub(crate) fn wait_for_epoch(&self, epoch: u64) {
        let start = Instant::now();
        while self.epoch() < epoch {
            assert!(start.elapsed() < PATIENCE, "epoch {epoch} does not come");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// SIGTERM; gives the exit code, what was printed, and what was said on standard error.
    pub(crate) fn stop(mut self) -> Run {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &pid]).status().expect("kill runs");
        assert!(sent.success());
        let code = self.child.wait().unwrap().code().expect("it ends by itself");
        let stdout = self.out.take().unwrap().join().unwrap();
        let stderr = self.err.take().unwrap().join().unwrap();
        Run { code, stdout, stderr }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Usually it has ended.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
