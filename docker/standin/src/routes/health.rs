//! The health endpoints: no token asked.

use http::{Method, StatusCode, request::Parts};
use mosaic_model_server::wire::{self, Reply};
use serde_json::json;

use crate::{Gateway, gateway::Phase};

/// Answers a health check, if the request is one.
pub(super) fn route(gateway: &Gateway, head: &Parts) -> Option<Reply> {
    let ready = !gateway.unavailable();
    let body = match head.uri.path() {
        "/healthz" | "/health" => {
            return read_only(head, wire::json(StatusCode::OK, &json!({ "ok": true, "status": "live" })));
        }
        "/startupz" if ready => json!({ "ok": true, "status": "started" }),
        "/startupz" if gateway.phase() == Phase::Starting => json!({ "ok": false, "status": "starting" }),
        "/startupz" => json!({ "ok": false, "status": "draining" }),
        "/readyz" => json!({ "ready": ready }),
        _ => return None,
    };
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    read_only(head, wire::json(status, &body))
}

#[expect(clippy::unnecessary_wraps, reason = "both arms of `route` end in it")]
fn read_only(head: &Parts, reply: Reply) -> Option<Reply> {
    let allowed = head.method == Method::GET || head.method == Method::HEAD;
    Some(if allowed { reply } else { wire::status(StatusCode::METHOD_NOT_ALLOWED) })
}
