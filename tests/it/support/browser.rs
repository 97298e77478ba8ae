//! A browser: it keeps its cookies, and says where its requests come from.

use http::{HeaderName, Method, header};
use serde_json::{Value, json};

use super::{Mosaic, Reply, call};

/// Somebody's browser at a Mosaic.
#[derive(Debug, Clone)]
pub(crate) struct Browser<'a> {
    mosaic: &'a Mosaic,
    cookies: Vec<(String, String)>,
    headers: Vec<(HeaderName, String)>,
}

impl<'a> Browser<'a> {
    /// One that was never here.
    pub(crate) fn new(mosaic: &'a Mosaic) -> Self {
        let headers = vec![(HeaderName::from_static("sec-fetch-site"), "same-origin".to_owned())];
        Self { mosaic, cookies: Vec::new(), headers }
    }

    /// One that is signed in.
    pub(crate) async fn signed_in(mosaic: &'a Mosaic, email: &str, password: &str) -> Self {
        let mut browser = Self::new(mosaic);
        let reply = browser.sign_in(email, password).await;
        assert!(reply.status.is_success(), "{reply:?}");
        browser
    }

    /// The value of a cookie.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// From now on it sends this header with every request.
    pub(crate) fn with(self, name: &'static str, value: &str) -> Self {
        let mut browser = self.without(name);
        browser.headers.push((HeaderName::from_static(name), value.to_owned()));
        browser
    }

    /// It does not send this header any more.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self
    }

    /// Tries to sign in.
    pub(crate) async fn sign_in(&mut self, email: &str, password: &str) -> Reply {
        self.post("/api/auth/login", &json!({ "email": email, "password": password })).await
    }

    /// Whether it is signed in.
    pub(crate) async fn is_in(&mut self) -> bool {
        self.get("/api/me").await.status.is_success()
    }

    pub(crate) async fn get(&mut self, path: &str) -> Reply {
        self.send(Method::GET, path, None).await
    }

    pub(crate) async fn post(&mut self, path: &str, body: &Value) -> Reply {
        self.send(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn put(&mut self, path: &str, body: &Value) -> Reply {
        self.send(Method::PUT, path, Some(body)).await
    }

    pub(crate) async fn delete(&mut self, path: &str, body: Option<&Value>) -> Reply {
        self.send(Method::DELETE, path, body).await
    }

    /// Sends what a page of Mosaic's own sends.
    pub(crate) async fn send(&mut self, method: Method, path: &str, body: Option<&Value>) -> Reply {
        let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut headers = self.headers.clone();
        headers.push((header::COOKIE, pairs.join("; ")));
        let reply = call(method, &self.mosaic.url(path), &headers, body).await;
        for line in reply.headers.get_all(header::SET_COOKIE) {
            self.keep(line.to_str().expect("plain text"));
        }
        reply
    }

    fn keep(&mut self, line: &str) {
        assert!(line.contains("HttpOnly") && line.contains("SameSite=Lax"), "{line}");
        let (name, value) = line.split(';').next().and_then(|pair| pair.split_once('=')).expect("a cookie");
        self.cookies.retain(|(known, _)| known != name);
        if !value.is_empty() {
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
    }
}
