//! A browser: it keeps its cookies.

use bytes::Bytes;
use http::{Method, Request, header};
use http_body_util::{BodyExt, Full};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::{Value, json};

use super::{Mosaic, Reply};

/// Somebody's browser at a Mosaic.
#[derive(Debug, Clone)]
pub(crate) struct Browser<'a> {
    mosaic: &'a Mosaic,
    cookies: Vec<(String, String)>,
}

impl<'a> Browser<'a> {
    /// One that was never here.
    pub(crate) const fn new(mosaic: &'a Mosaic) -> Self {
        Self { mosaic, cookies: Vec::new() }
    }

    /// One that is signed in.
    pub(crate) async fn signed_in(mosaic: &'a Mosaic, email: &str, password: &str) -> Self {
        let mut browser = Self::new(mosaic);
        let reply = browser.sign_in(email, password).await;
        assert!(reply.status.is_success(), "{reply:?}");
        browser
    }

    /// Tries to sign in.
    pub(crate) async fn sign_in(&mut self, email: &str, password: &str) -> Reply {
        let body = json!({ "email": email, "password": password });
        self.send(Method::POST, "/api/auth/login", Some(&body)).await
    }

    /// The value of a cookie.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Sends what a page of Mosaic's own sends.
    pub(crate) async fn send(&mut self, method: Method, path: &str, body: Option<&Value>) -> Reply {
        let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = Request::builder()
            .method(method)
            .uri(self.mosaic.url(path))
            .header(header::COOKIE, pairs.join("; "))
            .header("sec-fetch-site", "same-origin");
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let body = body.map(Value::to_string).unwrap_or_default();
        let request = request.body(Full::new(Bytes::from(body))).expect("a sound request");
        let client = Client::builder(TokioExecutor::new()).build_http();
        let response =
            client.request(request).await.unwrap_or_else(|error| panic!("no answer to {path}: {error}"));
        let (head, body) = response.into_parts();
        for line in head.headers.get_all(header::SET_COOKIE) {
            self.keep(line.to_str().expect("plain text"));
        }
        let bytes = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
        Reply {
            status: head.status,
            headers: head.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    fn keep(&mut self, line: &str) {
        let (name, value) = line.split(';').next().and_then(|pair| pair.split_once('=')).expect("a cookie");
        self.cookies.retain(|(known, _)| known != name);
        if !value.is_empty() {
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
    }
}
