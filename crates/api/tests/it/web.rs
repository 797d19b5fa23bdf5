//! A client of the test's own: HTTP by hand, so that it can also misbehave.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use workmint_api::{ApiConfig, Server, serve};

use crate::kit::Running;

/// A node behind its server on a free port.
pub(crate) struct Served {
    pub(crate) running: Running,
    pub(crate) server: Server,
}

pub(crate) async fn served(config: ApiConfig) -> Served {
    let listen = "127.0.0.1:0".parse().unwrap();
    let config = ApiConfig { listen, ..config };
    let running = Running::start("hanzo", config.clone());
    let server = serve(running.node.clone(), config).await.unwrap();
    Served { running, server }
}

impl Served {
    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.server.address()).await.unwrap()
    }

    /// Sends a request's text and reads until the server closes.
    pub(crate) async fn raw(&self, request: &str) -> String {
        exchange(self.connect().await, request).await
    }

    /// A request with these further header lines.
    pub(crate) async fn post(&self, headers: &str, body: &str) -> String {
        let length = body.len();
        let host = self.server.address();
        let request = format!(
            "POST /rpc HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
             Content-Length: {length}\r\n{headers}\r\n{body}"
        );
        self.raw(&request).await
    }

    pub(crate) async fn socket(&self) -> Socket {
        let stream = self.connect().await;
        let address = format!("ws://{}/rpc", self.server.address());
        let (socket, _) = tokio_tungstenite::client_async(address, stream).await.unwrap();
        Socket(socket)
    }
}

pub(crate) async fn exchange(mut stream: TcpStream, request: &str) -> String {
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(60), stream.read_to_end(&mut answer)).await;
    // A reset is an end as well.
    let _ = read.expect("the server closes");
    String::from_utf8(answer).unwrap()
}

/// The number in an answer's first line; 0 if there is no answer.
pub(crate) fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).map_or(0, |code| code.parse().unwrap())
}

pub(crate) struct Socket(pub(crate) WebSocketStream<TcpStream>);

impl Socket {
    pub(crate) async fn send(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    /// The next message; `None` once the connection is closed.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        loop {
            let next = tokio::time::timeout(Duration::from_secs(60), self.0.next()).await;
            match next.expect("a message within 20 s") {
                Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                _ => return None,
            }
        }
    }

    pub(crate) async fn call(&mut self, method: &str, params: Value) -> Value {
        let body =
            serde_json::json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        self.send(&body.to_string()).await;
        self.next().await.unwrap()
    }
}
