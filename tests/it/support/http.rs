//! A small HTTP client.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Method, Request, StatusCode, header};
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

    /// What a problem tells a person.
    pub(crate) fn detail(&self) -> String {
        self.json()["detail"].as_str().unwrap_or_default().to_owned()
    }

    /// The version of the thing that was looked at.
    pub(crate) fn etag(&self) -> String {
        self.headers["etag"].to_str().expect("plain text").to_owned()
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
    answer(url, request).await
}

/// Sends a request with these headers and reads the whole answer; a body is sent as JSON.
pub(crate) async fn call(
    method: Method,
    url: &str,
    headers: &[(HeaderName, String)],
    body: Option<&Value>,
) -> Reply {
    let mut headers = headers.to_vec();
    if body.is_some() {
        headers.push((header::CONTENT_TYPE, "application/json".to_owned()));
    }
    let body = body.map(ToString::to_string).unwrap_or_default();
    send_bytes(method, url, &headers, body.into_bytes()).await
}

/// Sends these bytes with these headers and reads the whole answer.
pub(crate) async fn send_bytes(
    method: Method,
    url: &str,
    headers: &[(HeaderName, String)],
    body: Vec<u8>,
) -> Reply {
    let mut request = Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    send_request(request, body).await
}

/// Sends a request as it was built.
pub(crate) async fn send_request(request: http::request::Builder, body: Vec<u8>) -> Reply {
    let request = request.body(Full::new(Bytes::from(body))).expect("a sound request");
    let url = request.uri().to_string();
    read(answer(&url, request).await).await
}

/// Asks with these headers and gives the head, with the body still to come.
pub(crate) async fn open(url: &str, headers: &[(HeaderName, String)]) -> http::Response<Incoming> {
    let mut request = Request::builder().uri(url);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    answer(url, request.body(Full::default()).expect("a sound request")).await
}

async fn answer(url: &str, request: Request<Full<Bytes>>) -> http::Response<Incoming> {
    let client = Client::builder(TokioExecutor::new()).build_http();
    client.request(request).await.unwrap_or_else(|error| panic!("no answer from {url}: {error}"))
}

async fn read(response: http::Response<Incoming>) -> Reply {
    let (head, body) = response.into_parts();
    let bytes = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    Reply { status: head.status, headers: head.headers, text: String::from_utf8_lossy(&bytes).into_owned() }
}

/// Sends a request and reads the whole answer.
pub(crate) async fn request(method: Method, url: &str, token: &str, body: &str) -> Reply {
    read(send(method, url, token, body).await).await
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

/// Changes a thing of which the caller saw this version, if any.
pub(crate) async fn patch(url: &str, token: &str, seen: Option<&str>, body: &Value) -> Reply {
    versioned(Method::PATCH, url, token, seen, Some(body)).await
}

/// As [`patch`], by another method.
pub(crate) async fn versioned(
    method: Method,
    url: &str,
    token: &str,
    seen: Option<&str>,
    body: Option<&Value>,
) -> Reply {
    let mut headers = vec![(header::AUTHORIZATION, format!("Bearer {token}"))];
    headers.extend(seen.map(|seen| (header::IF_MATCH, seen.to_owned())));
    call(method, url, &headers, body).await
}
