//! Somebody with cookies, who follows no redirect by themselves.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{Method, Request, header};
use http_body_util::{BodyExt, Full};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::{Value, json};

use super::{Mosaic, Reply};

/// A client with a jar of cookies.
#[derive(Debug, Default)]
pub(crate) struct Visitor {
    pub(crate) cookies: BTreeMap<String, String>,
}

impl Visitor {
    /// An admin who signed in with a password.
    pub(crate) async fn admin(mosaic: &Mosaic) -> Self {
        let (email, password) = ("root@example.org", "correct horse battery");
        mosaic.command(&["admin", "create", "--email", email, "--password-stdin"], password);
        let mut admin = Self::default();
        let login = json!({ "email": email, "password": password });
        let reply = admin.send(Method::POST, &mosaic.url("/api/auth/login"), Some(&login)).await;
        assert!(reply.status.is_success(), "{reply:?}");
        admin
    }

    pub(crate) async fn get(&mut self, url: &str) -> Reply {
        self.send(Method::GET, url, None).await
    }

    pub(crate) async fn send(&mut self, method: Method, url: &str, body: Option<&Value>) -> Reply {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request =
            Request::builder().method(method).uri(url).header(header::COOKIE, cookies.join("; "));
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let body = body.map(ToString::to_string).unwrap_or_default();
        let request = request.body(Full::new(Bytes::from(body))).expect("a sound request");
        let client = Client::builder(TokioExecutor::new()).build_http();
        let reply = client.request(request).await;
        let (head, body) = reply.unwrap_or_else(|error| panic!("no answer from {url}: {error}")).into_parts();
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
        let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
        let (name, value) = pair.split_once('=').expect("a cookie");
        if attributes.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}
