//! A small HTTP client.

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::Value;

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Reply {
    /// The body as JSON; null where it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    /// The word for programs in a problem.
    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// Sends a request and gives the head, with the body still to come.
pub(crate) async fn send(method: Method, url: &str, token: &str, body: &str) -> http::Response<Incoming> {
    let mut request = Request::builder().method(method).uri(url);
    if !token.is_empty() {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    if !body.is_empty() {
        request = request.header(header::CONTENT_TYPE, "application/json");
    }
    let request = request.body(Full::new(Bytes::from(body.to_owned()))).expect("a sound request");
    let client = Client::builder(TokioExecutor::new()).build_http();
    client.request(request).await.unwrap_or_else(|error| panic!("no answer from {url}: {error}"))
}

/// Sends a request and reads the whole answer.
pub(crate) async fn request(method: Method, url: &str, token: &str, body: &str) -> Reply {
    let (head, body) = send(method, url, token, body).await.into_parts();
    let bytes = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    Reply { status: head.status, headers: head.headers, text: String::from_utf8_lossy(&bytes).into_owned() }
}

pub(crate) async fn get(url: &str, token: &str) -> Reply {
    request(Method::GET, url, token, "").await
}

pub(crate) async fn post(url: &str, token: &str, body: &Value) -> Reply {
    request(Method::POST, url, token, &body.to_string()).await
}

pub(crate) async fn delete(url: &str, token: &str) -> Reply {
    request(Method::DELETE, url, token, "").await
}
