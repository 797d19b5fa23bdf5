//! What answers at `/`, to people and programs that know nothing else yet.

use serde_json::Value;
use tokio::net::TcpStream;
use workmint_api::ApiConfig;

use crate::web::{Served, exchange, served, status};

async fn with_admin() -> Served {
    let admin = Some("127.0.0.1:0".parse().unwrap());
    served(ApiConfig { admin, ..ApiConfig::default() }).await
}

/// A request without a body; `line` is its method and path.
fn request(line: &str) -> String {
    format!("{line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
}

fn json(answer: &str) -> Value {
    assert_eq!(status(answer), 200, "{answer}");
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_page_says_what_this_is_and_where_to_go_on() {
    let served = with_admin().await;
    let answer = served.raw(&request("GET /")).await;
    assert!(answer.contains("x-workmint-height: 0\r\n"), "{answer}");
    let page = json(&answer);
    assert_eq!(page["network"], "hanzo");
    assert_eq!(page["chain_id"], 3003);
    assert_eq!(page["height"], 0);
    assert_eq!(page["epoch"], 0);
    assert!(page["about"].as_str().unwrap().contains("Workmint node"), "{page}");
    let links = page["links"].as_object().unwrap();
    assert_eq!(links.len(), 6);
    for (name, path) in links {
        let path = path.as_str().unwrap();
        let answer = served.raw(&request(&format!("GET {path}"))).await;
        // JSON-RPC is asked by POST, or by a WebSocket's upgrade.
        let expected = if name == "rpc" { 426 } else { 200 };
        assert_eq!(status(&answer), expected, "{path}: {answer}");
        let told = answer.contains("POST takes JSON-RPC");
        assert_eq!(told, name == "rpc", "{answer}");
    }
    assert_eq!(status(&served.raw(&request("GET /?page=1")).await), 400);
    for line in ["DELETE /", "PUT /rpc"] {
        let refused = served.raw(&request(line)).await;
        assert_eq!(status(&refused), 405, "{line}");
        assert!(refused.contains("application/problem+json"), "{refused}");
        assert!(refused.contains("allow: "), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operators_first_page_lists_every_path() {
    let served = with_admin().await;
    let address = served.server.admin_address().unwrap();
    let ask = async |line: &str| {
        exchange(TcpStream::connect(address).await.unwrap(), &request(line)).await
    };
    let page = json(&ask("GET /").await);
    assert_eq!(page["content_type"], "application/json");
    let paths = page["paths"].as_array().unwrap();
    assert_eq!(paths.len(), 6);
    for listed in paths {
        let (method, path) = (listed["method"].as_str().unwrap(), listed["path"].as_str().unwrap());
        assert!(!listed["does"].as_str().unwrap().is_empty(), "{path}");
        let code = status(&ask(&format!("{method} {path}")).await);
        // Nothing is changed by a request that is no JSON.
        assert_eq!(code, if method == "GET" { 200 } else { 415 }, "{method} {path}");
    }
    assert_eq!(status(&ask("GET /nothing").await), 404);
}
