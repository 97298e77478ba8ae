//! Plain HTTP to a gateway.

use std::net::SocketAddr;

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::{client::legacy, rt::TokioExecutor};
use serde_json::{Value, json};

use crate::cell::TOKEN;

/// A client that sends the right token unless told otherwise.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    address: SocketAddr,
    headers: Vec<(&'static str, String)>,
}

/// A reply that was read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The `type` of an error in OpenAI's form.
    pub(crate) fn error_type(&self) -> String {
        let json = self.json();
        assert!(json["error"]["message"].is_string(), "{json}");
        json["error"]["type"].as_str().unwrap_or_default().to_owned()
    }
}

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self { address, headers: vec![("authorization", format!("Bearer {TOKEN}"))] }
    }

    /// The same client without a token.
    pub(crate) fn anonymous(&self) -> Self {
        Self { address: self.address, headers: Vec::new() }
    }

    /// The same client with one more header.
    pub(crate) fn with(&self, name: &'static str, value: &str) -> Self {
        let mut client = self.clone();
        client.headers.push((name, value.to_owned()));
        client
    }

    /// The status of a GET, if there is any answer.
    pub(crate) async fn status(&self, path: &str) -> Option<u16> {
        self.send(Method::GET, path, String::new()).await.ok().map(|response| response.status().as_u16())
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        read(self.send(Method::GET, path, String::new()).await.unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.post_text(path, body.to_string()).await
    }

    pub(crate) async fn post_text(&self, path: &str, body: String) -> Answer {
        read(self.send(Method::POST, path, body).await.unwrap()).await
    }

    /// Asks for a stream.
    pub(crate) async fn stream(&self, body: &Value) -> Stream {
        let response = self.send(Method::POST, "/v1/chat/completions", body.to_string()).await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream; charset=utf-8");
        Stream { body: response.into_body(), buffer: String::new() }
    }

    /// Asks one question of an agent, in a conversation, for a stream.
    pub(crate) async fn chat(&self, agent: &str, user: &str, text: &str) -> Stream {
        self.stream(&question(agent, user, text, true)).await
    }

    /// Calls a method of the admin RPC.
    pub(crate) async fn rpc(&self, method: &str, params: Value) -> Answer {
        self.post("/api/v1/admin/rpc", &json!({ "method": method, "params": params })).await
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: String,
    ) -> Result<Response<Incoming>, legacy::Error> {
        let mut request = Request::builder().method(method).uri(format!("http://{}{path}", self.address));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let request =
            request.header("content-type", "application/json").body(Full::<Bytes>::from(body)).unwrap();
        // A client of its own for each request: dropping the answer closes the connection, as a client that leaves.
        legacy::Client::builder(TokioExecutor::new())
            .pool_max_idle_per_host(0)
            .build_http()
            .request(request)
            .await
    }
}

/// A chat completion with one user message.
pub(crate) fn question(agent: &str, user: &str, text: &str, stream: bool) -> Value {
    let messages = json!([{ "role": "user", "content": text }]);
    json!({ "model": format!("openclaw/{agent}"), "user": user, "stream": stream, "messages": messages })
}

async fn read(response: Response<Incoming>) -> Answer {
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    Answer { status, text: String::from_utf8(bytes.to_vec()).unwrap() }
}

/// A streamed answer. Dropped, it closes its connection.
#[derive(Debug)]
pub(crate) struct Stream {
    body: Incoming,
    buffer: String,
}

impl Stream {
    /// The data of the next event; none when the stream has ended, well or not.
    pub(crate) async fn next_data(&mut self) -> Option<String> {
        loop {
            if let Some((event, rest)) = self.buffer.split_once("\n\n") {
                let data =
                    event.strip_prefix("data: ").unwrap_or_else(|| panic!("not a data line: {event:?}"));
                assert!(!data.contains('\n'), "an event of one line: {event:?}");
                let (data, rest) = (data.to_owned(), rest.to_owned());
                self.buffer = rest;
                return Some(data);
            }
            let frame = self.body.frame().await?.ok()?;
            self.buffer.push_str(std::str::from_utf8(&frame.into_data().unwrap()).unwrap());
        }
    }

    /// All that still comes, one event a line.
    pub(crate) async fn rest(mut self) -> String {
        let mut all = String::new();
        while let Some(data) = self.next_data().await {
            all.push_str(&data);
            all.push('\n');
        }
        all
    }
}
