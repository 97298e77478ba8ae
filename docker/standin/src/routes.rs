//! From a request to a reply: who may ask, and who answers.

mod chat;
mod complete;
mod health;
mod history;
mod models;
mod rpc;

use std::sync::Arc;

use http::{HeaderMap, Method, Request, StatusCode, header::AUTHORIZATION};
use hyper::body::Incoming;
use mosaic_model_server::wire::{self, Handler, Reply};
use serde_json::json;

use crate::Gateway;

impl Handler for Gateway {
    async fn handle(self: Arc<Self>, request: Request<Incoming>) -> Reply {
        self.hang_if_ordered().await;
        let (head, body) = request.into_parts();
        if let Some(reply) = health::route(&self, &head) {
            return reply;
        }
        if let Some(reply) = self.refuse(&head.headers, head.uri.path()) {
            return reply;
        }
        match (&head.method, head.uri.path()) {
            (&Method::GET, "/v1/models") => models::route(&self.config()),
            (&Method::POST, "/v1/chat/completions") => chat::route(self, &head, body).await,
            (_, "/v1/models" | "/v1/chat/completions") => wire::status(StatusCode::METHOD_NOT_ALLOWED),
            (&Method::POST, "/api/v1/admin/rpc") if self.config().admin_rpc => rpc::route(&self, body).await,
            (&Method::GET, path) if history::key(path).is_some() => history::route(&self, &head.uri),
            _ => wire::status(StatusCode::NOT_FOUND),
        }
    }
}

impl Gateway {
    /// The checks that come before any work, in OpenClaw's order. Unknown paths are told apart only afterwards.
    fn refuse(&self, headers: &HeaderMap, path: &str) -> Option<Reply> {
        const FORWARDED: [&str; 5] =
            ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"];
        let known = ["/v1/", "/api/", "/sessions/"].iter().any(|prefix| path.starts_with(prefix));
        if !known {
            return Some(wire::status(StatusCode::NOT_FOUND));
        }
        if FORWARDED.iter().any(|name| headers.contains_key(*name)) {
            let message = "Proxy client attribution is required. Configure gateway.trustedProxies narrowly.";
            return Some(error(StatusCode::FORBIDDEN, message, "proxy_attribution_required"));
        }
        let expected = format!("Bearer {}", self.settings.token);
        if headers.get(AUTHORIZATION).is_none_or(|value| value.as_bytes() != expected.as_bytes()) {
            return Some(error(StatusCode::UNAUTHORIZED, "Unauthorized", "unauthorized"));
        }
        (path.starts_with("/v1/") && self.unavailable()).then(|| {
            let message = "Gateway is temporarily unavailable while suspending or restarting";
            let error =
                json!({ "message": message, "type": "service_unavailable", "code": "gateway_unavailable" });
            wire::json(StatusCode::SERVICE_UNAVAILABLE, &json!({ "error": error }))
        })
    }
}

/// An error in OpenAI's form.
fn error(status: StatusCode, message: &str, kind: &str) -> Reply {
    wire::json(status, &json!({ "error": { "message": message, "type": kind } }))
}

/// A request that cannot be understood.
fn invalid(message: &str) -> Reply {
    error(StatusCode::BAD_REQUEST, message, "invalid_request_error")
}
