//! A command asks a server that is no node, or a node by another of its addresses.

use std::io::{Read, Write};
use std::net::TcpListener;

use crate::served::{Served, command, run};

/// Answers every request with a page.
fn other_server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            // All of a small request comes at once.
            let mut head = [0; 8_192];
            if stream.read(&mut head).unwrap_or(0) == 0 {
                continue;
            }
            let page = "<html>not here</html>";
            let answer = format!(
                "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\
                 Connection: close\r\n\r\n{page}",
                page.len()
            );
            stream.write_all(answer.as_bytes()).ok();
        }
    });
    url
}

#[test]
fn a_server_that_is_no_node_should_be_told_alike() {
    let dir = tempfile::tempdir().unwrap();
    let url = other_server();
    let address = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
    for arguments in [&["query", "supply"][..], &["faucet", address]] {
        let asked = run(command(dir.path(), &[arguments, &["--rpc", &url]].concat()));
        assert_eq!(asked.code, 4, "{arguments:?}: {}", asked.stderr);
        let expected = format!("error: {url} is no node of ours: ");
        assert!(asked.stderr.starts_with(&expected), "{arguments:?}: {}", asked.stderr);
        assert!(asked.stderr.contains("is answered with status 404"), "{}", asked.stderr);
    }
}

#[test]
fn the_address_that_a_start_prints_should_be_one_to_ask() {
    let dir = tempfile::tempdir().unwrap();
    let served = Served::start(dir.path(), &["node", "--dev", "--data-dir", "net"]);
    let rpc = format!("{}/rpc", served.url);
    let answer = served.json(&["query", "network", "--rpc", &rpc]);
    assert_eq!(answer["name"], "gonka");
    let wrong = format!("{}/v1", served.url);
    let refused = served.ask(&["query", "supply", "--rpc", &wrong]);
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    let expected = format!("{wrong}: there is no such path, GET /v1/supply: ");
    assert!(refused.stderr.contains(&expected), "{}", refused.stderr);
}
