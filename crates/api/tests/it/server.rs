//! The server under good and bad clients: limits, times, origins, subscriptions, an orderly stop.

use std::time::Duration;

use serde_json::json;
use tokio::io::AsyncWriteExt;
use workmint_amounts::Amount;
use workmint_api::{ApiConfig, Limits, ServeError, serve};
use workmint_core::Message;
use workmint_core::modules::ledger::Transfer;

use crate::kit::{Running, address};
use crate::web::{exchange, served, status};

const JSON: &str = "Content-Type: application/json\r\n";
const ASK: &str = r#"{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}"#;

fn limited(change: impl FnOnce(&mut Limits)) -> ApiConfig {
    let mut limits = Limits::default();
    change(&mut limits);
    ApiConfig { limits, ..ApiConfig::default() }
}

fn transfer(running: &Running) -> Message {
    let asset = running.node.chain().fee_asset;
    Message::Transfer(Transfer { to: address(2), asset, amount: Amount::new(5) })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_how_and_by_whom() {
    let cors = vec!["https://app.example".to_owned()];
    let config = limited(|limits| limits.body_bytes = 2_000);
    let served = served(ApiConfig { cors, ..config }).await;
    let answer = served.post(JSON, ASK).await;
    assert_eq!(status(&answer), 200, "{answer}");
    assert!(answer.ends_with(r#"{"jsonrpc":"2.0","id":1,"result":"0xbbb"}"#), "{answer}");
    let told = r#"{"jsonrpc":"2.0","method":"eth_chainId"}"#;
    assert_eq!(status(&served.post(JSON, told).await), 204);
    for (headers, expected) in [
        ("", 415),
        ("Content-Type: text/plain\r\n", 415),
        ("Content-Type: application/json; charset=utf-8\r\n", 200),
    ] {
        assert_eq!(status(&served.post(headers, ASK).await), expected, "{headers}");
    }
    assert_eq!(status(&served.post(JSON, &"x".repeat(2_001)).await), 413);
    let port = served.server.address().port();
    for (host, expected) in [
        (format!("localhost:{port}"), 200),
        ("[::1]".to_owned(), 200),
        (format!("evil.example:{port}"), 403),
        ("127.0.0.1.evil.example".to_owned(), 403),
        (String::new(), 403),
    ] {
        let length = ASK.len();
        let request = format!(
            "POST / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{JSON}\
             Content-Length: {length}\r\n\r\n{ASK}"
        );
        assert_eq!(status(&served.raw(&request).await), expected, "{host}");
    }
    let allowed = "access-control-allow-origin: https://app.example";
    let from = |origin: &str| format!("{JSON}Origin: {origin}\r\n");
    assert!(served.post(&from("https://app.example"), ASK).await.contains(allowed));
    let other = served.post(&from("https://evil.example"), ASK).await;
    assert!(!other.contains("https://evil.example"), "{other}");
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_counted_by_method_and_outcome() {
    let served = served(ApiConfig::default()).await;
    let unknown = ASK.replace("eth_chainId", "eth_mine");
    let batch = format!("[{ASK},{unknown}]");
    assert_eq!(status(&served.post(JSON, ASK).await), 200);
    assert_eq!(status(&served.post(JSON, &batch).await), 200);
    let port = served.server.address().port();
    let request =
        format!("GET /metrics HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n");
    let text = served.raw(&request).await;
    let counted = |method: &str, outcome: &str| {
        let labels = [format!("method=\"{method}\""), format!("outcome=\"{outcome}\"")];
        let of = |line: &&str| labels.iter().all(|label| line.contains(label));
        let line = text.lines().filter(|line| line.starts_with("rpc_requests_total")).find(of);
        line.and_then(|line| line.rsplit(' ').next()).map(str::to_owned)
    };
    assert_eq!(counted("eth_chainId", "ok").as_deref(), Some("2"), "{text}");
    assert_eq!(counted("other", "error").as_deref(), Some("1"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_has_a_rate_also_in_batches() {
    let config = limited(|limits| {
        limits.per_address.per_second = 1;
        limits.per_address.burst = 4;
    });
    let served = served(config).await;
    let three = format!("[{ASK},{ASK},{ASK}]");
    assert_eq!(status(&served.post(JSON, &three).await), 200);
    let batch = served.post(JSON, &three).await;
    assert!(batch.contains("-32005"), "{batch}");
    // A token comes back every second: a slow machine may let one through.
    let mut answer = served.post(JSON, ASK).await;
    for _ in 0..20 {
        if status(&answer) == 429 {
            break;
        }
        answer = served.post(JSON, ASK).await;
    }
    assert_eq!(status(&answer), 429, "{answer}");
    assert!(answer.contains("retry-after: "), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_counted() {
    let config = limited(|limits| {
        limits.per_address.per_second = 1;
        limits.per_address.burst = 3;
        limits.connections_per_address = 2;
    });
    let served = served(config).await;
    let three = format!("[{ASK},{ASK},{ASK}]");
    assert_eq!(status(&served.post(JSON, &three).await), 200);
    assert_eq!(status(&served.post(JSON, ASK).await), 429);
    let evil = "POST /rpc HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
    assert_eq!(status(&served.raw(evil).await), 403);
    // A batch that is too much for the rate.
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert!(served.post(JSON, &three).await.contains("-32005"));
    // Both places are taken: the third is closed at once, long before a head is late.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let (first, second) = (served.connect().await, served.connect().await);
    let mut third = served.connect().await;
    let mut rest = Vec::new();
    let closed = tokio::io::AsyncReadExt::read_to_end(&mut third, &mut rest);
    let closed = tokio::time::timeout(Duration::from_secs(10), closed).await;
    assert!(closed.is_ok() && rest.is_empty(), "closed without a word");
    drop((first, second));
    tokio::time::sleep(Duration::from_millis(1_000)).await;
    let request = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let text = served.raw(request).await;
    for line in [
        "http_requests_total{method=\"POST\",route=\"/rpc\",status=\"429\"} 1",
        "http_requests_total{method=\"POST\",route=\"/rpc\",status=\"403\"} 1",
        "http_requests_total{method=\"POST\",route=\"/rpc\",status=\"200\"} 2",
        "workmint_limited_requests_total{limit=\"rate\"} 2",
        "workmint_limited_requests_total{limit=\"connections\"} 1",
    ] {
        assert!(text.lines().any(|one| one == line), "{line} is not in\n{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rate_of_an_account_counts_what_comes_by_both_ways() {
    let config = limited(|limits| {
        limits.per_account.per_second = 1;
        limits.per_account.burst = 2;
    });
    let served = served(config).await;
    let transfer = transfer(&served.running);
    let raw = |sender, nonce| served.running.signed(sender, nonce, &transfer);
    let by_rest = async |raw: String| {
        let body = json!({ "raw": raw }).to_string();
        let length = body.len();
        let request = format!(
            "POST /v1/transactions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{JSON}\
             Content-Length: {length}\r\n\r\n{body}"
        );
        served.raw(&request).await
    };
    let call = |raw: &str| {
        ASK.replace("eth_chainId\"", "eth_sendRawTransaction\",\"params\":[\"RAW\"]")
            .replace("RAW", raw)
    };
    assert_eq!(status(&by_rest(raw(1, 0)).await), 200);
    // Who owns nothing is refused without a block: no disk is so slow that a token comes back.
    let by_rpc = served.post(JSON, &call(&raw(50, 0))).await;
    assert!(by_rpc.contains("error") && !by_rpc.contains("-32005"), "{by_rpc}");
    assert_ne!(status(&by_rest(raw(50, 0)).await), 429);
    let refused = by_rest(raw(50, 0)).await;
    assert_eq!(status(&refused), 429, "{refused}");
    assert!(refused.contains("urn:workmint:problem:too-many"), "{refused}");
    assert!(refused.contains("retry-after: "), "{refused}");
    let by_rpc = served.post(JSON, &call(&raw(50, 0))).await;
    assert!(by_rpc.contains("-32005"), "{by_rpc}");
    for _ in 0..4 {
        assert_eq!(status(&by_rest(raw(1, 0)).await), 200, "what a block holds costs nothing");
    }
    assert_eq!(status(&by_rest(raw(2, 0)).await), 200, "another account has its own rate");
    let request = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let text = served.raw(request).await;
    assert!(text.contains("workmint_limited_requests_total{limit=\"account\"} 2\n"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_connections_are_closed() {
    let config = limited(|limits| {
        limits.head_time = Duration::from_secs(2);
        limits.body_time = Duration::from_millis(300);
    });
    let served = served(config).await;
    // A head that never ends.
    let head = exchange(served.connect().await, "POST / HTTP/1.1\r\nHost: localhost\r\n").await;
    assert!(matches!(status(&head), 0 | 408), "{head}");
    // A body that never comes.
    let body = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n1";
    assert_eq!(status(&exchange(served.connect().await, body).await), 408);
}

#[tokio::test(flavor = "multi_thread")]
async fn subscriptions_tell_of_every_block() {
    let served = served(limited(|limits| limits.subscriptions = 2)).await;
    let mut socket = served.socket().await;
    let heads = socket.call("eth_subscribe", json!(["newHeads"])).await["result"].clone();
    let all = socket.call("eth_subscribe", json!(["logs", {}])).await["result"].clone();
    assert!(heads.is_string() && all.is_string() && heads != all);
    let third = socket.call("eth_subscribe", json!(["newHeads"])).await;
    assert_eq!(third["error"]["code"], -32000, "{third}");
    let wrong = socket.call("eth_subscribe", json!(["oldHeads"])).await;
    assert_eq!(wrong["error"]["code"], -32602, "{wrong}");

    let raw = served.running.signed(1, 0, &transfer(&served.running));
    served.running.call("eth_sendRawTransaction", json!([raw])).await;
    let block = served.running.call("eth_getBlockByNumber", json!(["0x1", false])).await;
    let logs = json!([{ "fromBlock": "0x1", "toBlock": "0x1" }]);
    let logs = served.running.call("eth_getLogs", logs).await;
    let (mut told_heads, mut told_logs) = (Vec::new(), Vec::new());
    while told_heads.is_empty() || told_logs.len() < logs.as_array().unwrap().len() {
        let told = socket.next().await.unwrap();
        assert_eq!(told["method"], "eth_subscription");
        let told = &told["params"];
        let list = if told["subscription"] == heads { &mut told_heads } else { &mut told_logs };
        list.push(told["result"].clone());
    }
    assert_eq!(told_heads[0]["hash"], block["hash"]);
    assert_eq!(json!(told_logs), logs);

    let ended = socket.call("eth_unsubscribe", json!([heads])).await;
    assert_eq!(ended["result"], true);
    let twice = socket.call("eth_unsubscribe", json!([heads])).await;
    assert_eq!(twice["error"]["code"], -32001, "{twice}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_of_another_page_is_refused() {
    let served = served(ApiConfig::default()).await;
    let host = served.server.address();
    let request = |origin: &str| {
        format!(
            "GET /rpc HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade, close\r\n\
             Upgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Origin: {origin}\r\n\r\n"
        )
    };
    assert_eq!(status(&served.raw(&request("https://evil.example")).await), 403);
    let mut stream = served.connect().await;
    stream.write_all(request(&format!("http://{host}")).as_bytes()).await.unwrap();
    let mut start = [0; 12];
    tokio::io::AsyncReadExt::read_exact(&mut stream, &mut start).await.unwrap();
    assert_eq!(&start, b"HTTP/1.1 101");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_too_long_is_closed_with_its_reason() {
    let served = served(limited(|limits| limits.body_bytes = 2_000)).await;
    let mut socket = served.socket().await;
    socket.send(&"x".repeat(2_001)).await;
    let next = futures_util::StreamExt::next(&mut socket.0);
    let next = tokio::time::timeout(Duration::from_secs(60), next).await.unwrap();
    let Some(Ok(tokio_tungstenite::tungstenite::Message::Close(Some(frame)))) = next else {
        panic!("no close frame: {next:?}");
    };
    assert_eq!(u16::from(frame.code), 1009);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_takes_nothing_is_cut_off() {
    let served = served(limited(|limits| limits.write_time = Duration::from_millis(500))).await;
    let mut socket = served.socket().await;
    // The answer repeats the mark of the call: half a mebibyte each, and nobody reads it.
    let id = "x".repeat(1 << 19);
    let ask = format!(r#"{{"jsonrpc":"2.0","id":"{id}","method":"eth_chainId"}}"#);
    let sent = async {
        for _ in 0..200 {
            let message = tokio_tungstenite::tungstenite::Message::text(ask.clone());
            if futures_util::SinkExt::send(&mut socket.0, message).await.is_err() {
                return true;
            }
        }
        false
    };
    let cut = tokio::time::timeout(Duration::from_secs(60), sent).await;
    assert_eq!(cut, Ok(true), "the connection must end");
    // Others are served on.
    assert_eq!(status(&served.post(JSON, ASK).await), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_ends_every_connection_in_order() {
    let served = served(ApiConfig::default()).await;
    let address = served.server.address();
    let mut socket = served.socket().await;
    assert_eq!(socket.call("eth_chainId", json!([])).await["result"], "0xbbb");
    let idle = served.connect().await;
    let stopped = tokio::time::timeout(Duration::from_secs(30), served.server.stop()).await;
    assert!(stopped.is_ok(), "neither an idle connection nor a socket holds up the stop");
    assert_eq!(socket.next().await, None, "the client is told");
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
    drop(idle);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operators_surface_is_for_this_machine_alone() {
    let admin = Some("0.0.0.0:0".parse().unwrap());
    let running = Running::start("hanzo", ApiConfig::default());
    let listen = "127.0.0.1:0".parse().unwrap();
    let config = ApiConfig { listen, admin, ..ApiConfig::default() };
    let refused = serve(running.node.clone(), config).await;
    assert!(matches!(refused, Err(ServeError::AdminNotLoopback(_))));

    let level: workmint_api::LogLevel = std::sync::Arc::new(|level: &str| match level {
        "debug" => Ok(()),
        _ => Err("allowed: debug".to_owned()),
    });
    let admin = Some("127.0.0.1:0".parse().unwrap());
    let config = ApiConfig { admin, log_level: Some(level), ..ApiConfig::default() };
    let served = served(config).await;
    assert_eq!(status(&served.raw("GET /status HTTP/1.0\r\nHost: localhost\r\n\r\n").await), 404);
    let address = served.server.admin_address().unwrap();
    let ask = async |method: &str, path: &str, headers: &str, body: &str| {
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\
             Content-Length: {length}\r\n\r\n{body}"
        );
        exchange(tokio::net::TcpStream::connect(address).await.unwrap(), &request).await
    };
    let answer = ask("GET", "/status", "", "").await;
    assert!(status(&answer) == 200 && answer.contains("\"height\":0"), "{answer}");
    for (path, headers, body, expected) in [
        ("/log-level", JSON, r#"{"level":"debug"}"#, 200),
        ("/log-level", JSON, r#"{"level":"loud"}"#, 400),
        ("/log-level", JSON, r#"{"lever":"debug"}"#, 400),
        ("/log-level", "", r#"{"level":"debug"}"#, 415),
        ("/mempool/drop", JSON, "", 200),
        ("/mempool/drop", "Content-Type: text/plain\r\n", "", 415),
        ("/snapshots", "", "", 415),
        ("/snapshots", JSON, "", 202),
        ("/stop", "", "", 415),
        ("/rpc", JSON, ASK, 404),
        ("/stop", JSON, "", 202),
    ] {
        let answer = ask("POST", path, headers, body).await;
        assert_eq!(status(&answer), expected, "{path} {body}: {answer}");
    }
    let listed = ask("GET", "/snapshots", "", "").await;
    assert!(listed.ends_with(r#"{"asked":true,"snapshots":[]}"#), "{listed}");
    let asked = tokio::time::timeout(Duration::from_secs(30), served.server.stop_asked()).await;
    assert!(asked.is_ok());
    served.server.stop().await;
}
