//! Bodies of JSON-RPC.

use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use workmint_api::ApiConfig;
use workmint_api::rpc::{Caller, Engine};
use workmint_core::Address;
use workmint_networks::preset;
use workmint_node::{Config, Node};

/// A node on a directory of its own, kept for the life of the process.
struct Running {
    engine: Arc<Engine>,
    runtime: Runtime,
    _dir: TempDir,
}

static RUNNING: LazyLock<Running> = LazyLock::new(|| {
    let definition = preset("workmint").and_then(|preset| preset.definition().ok());
    let definition = definition.expect("a built-in network");
    let names = definition.names();
    let bindings: BTreeMap<String, Address> = names
        .iter()
        .map(|name| (name.to_string(), Address::derived(name.as_str().as_bytes())))
        .collect();
    let genesis = definition.genesis(1_800_000_000_000, &bindings).expect("a genesis");
    let dir = tempfile::tempdir().expect("a directory");
    // What waits for an earlier nonce is answered at once.
    let config =
        Config { genesis: Some(genesis), wait_ms: 1, ..Config::new(dir.path().to_path_buf()) };
    let runtime = Runtime::new().expect("threads");
    let node = Node::start(config).expect("a node");
    let engine = Engine::new(node, Arc::new(ApiConfig::default()), axum::Router::new());
    Running { engine, runtime, _dir: dir }
});

/// Any body gets no answer, or JSON with a result or an error for each call; never the error that
/// says that the server itself is wrong.
pub fn request(data: &[u8]) {
    let running = &*RUNNING;
    let answer = running.runtime.block_on(running.engine.answer(data, &Caller::default()));
    let Some(text) = answer else {
        return;
    };
    let answer: Value = serde_json::from_str(&text).expect("an answer is JSON");
    match answer {
        Value::Array(answers) => {
            assert!(!answers.is_empty(), "an empty batch of answers");
            answers.iter().for_each(check);
        }
        answer => check(&answer),
    }
}

fn check(answer: &Value) {
    let fields = answer.as_object().expect("an answer is an object");
    assert_eq!(fields.get("jsonrpc").and_then(Value::as_str), Some("2.0"), "{answer}");
    assert!(fields.contains_key("id"), "{answer}");
    let has = |name| usize::from(fields.contains_key(name));
    assert_eq!(has("result") + has("error"), 1, "{answer}");
    if let Some(error) = fields.get("error") {
        assert!(error["message"].as_str().is_some_and(|text| !text.is_empty()), "{answer}");
        let code = error["code"].as_i64().expect("a number");
        assert_ne!(code, -32_603, "the server is wrong: {answer}");
    }
}
