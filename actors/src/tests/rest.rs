//! A gateway's rest, as the real one takes it: promised over its admin RPC, kept until it is taken back.

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Collected, Full};
use hyper::body::Incoming;
use mosaic_docker::{Condition, Seen};
use mosaic_model::CellId;
use serde_json::{Value, json};

use super::gateway::{Answer, Host, Manner, status};

/// What a gateway makes of being asked to suspend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rest {
    /// It promises, unless a request is open.
    Promises,
    /// It has work of its own.
    Busy,
    /// It does not know the call.
    Unknown,
    /// It promises, and its first answer is lost.
    Speechless,
}

impl Host {
    /// Whether the cell's gateway has promised to take nothing new.
    pub(super) fn is_resting(&self, cell: CellId) -> bool {
        self.engine.container(cell).is_some_and(|it| self.net().resting.contains(&it.container))
    }

    /// Whether the cell's container is paused.
    pub(super) fn is_frozen(&self, cell: CellId) -> bool {
        let seen = self.engine.container(cell);
        seen.is_some_and(|it| matches!(it.condition, Condition::Paused { .. }))
    }

    /// Whoever asks a paused container waits until it goes on.
    pub(super) async fn until_it_goes_on(&self, seen: &Seen) {
        loop {
            let mut changed = std::pin::pin!(self.changed());
            changed.as_mut().enable();
            if !self.is_frozen(seen.cell) {
                return;
            }
            changed.await;
        }
    }

    pub(super) fn startup(&self, seen: &Seen, manner: Manner) -> Answer {
        if self.net().resting.contains(&seen.container) {
            return answer(StatusCode::SERVICE_UNAVAILABLE, &json!({ "ok": false, "status": "draining" }));
        }
        status(manner.ready)
    }

    /// Notes a request that a gateway would refuse because it rests.
    pub(super) fn assert_awake(&self, seen: &Seen, path: &str) {
        let mut net = self.net();
        if net.resting.contains(&seen.container) {
            net.violations.push(format!("{}: {path} met a gateway that rests", seen.cell));
        }
    }

    /// Notes a pause that is ordered of a gateway which has not promised to rest.
    pub(super) fn assert_resting(&self, cell: CellId) {
        if !self.is_resting(cell) && self.runs(cell) {
            self.net().violations.push(format!("{cell}: a pause of a gateway that did not promise to rest"));
        }
    }

    /// The admin RPC, as far as it is about rest.
    pub(super) async fn rest(&self, seen: &Seen, manner: Manner, request: Request<Incoming>) -> Answer {
        let body = request.into_body().collect().await.map(Collected::to_bytes).unwrap_or_default();
        let call: Value = serde_json::from_slice(&body).unwrap_or_default();
        let promise = json!(format!("promise-{}", seen.container));
        match (call["method"].as_str(), manner.rest) {
            (Some("config.get"), _) => {
                let digest = self.pages.runs_with(seen.cell).to_string();
                let payload =
                    json!({ "valid": true, "configRevisionHash": digest, "appliedConfigHash": digest });
                answer(StatusCode::OK, &json!({ "ok": true, "payload": payload }))
            }
            (_, Rest::Unknown) => answer(StatusCode::NOT_FOUND, &json!({})),
            (Some("gateway.suspend.resume"), _) if call["params"]["suspensionId"] != promise => answer(
                StatusCode::BAD_REQUEST,
                &json!({ "ok": false, "error": { "code": "INVALID_REQUEST" } }),
            ),
            (Some("gateway.suspend.resume"), _) => {
                self.net().resting.remove(&seen.container);
                answer(StatusCode::OK, &json!({ "ok": true, "payload": { "status": "running" } }))
            }
            (_, rest) if rest == Rest::Busy || self.has_open_call(&seen.container) => {
                let blockers = json!([{ "kind": "embedded-run", "count": 1, "message": "1 active run" }]);
                let payload = json!({ "status": "busy", "retryAfterMs": 20_000, "blockers": blockers });
                answer(StatusCode::OK, &json!({ "ok": true, "payload": payload }))
            }
            (_, rest) => {
                let is_new = self.net().resting.insert(seen.container.clone());
                if is_new && rest == Rest::Speechless {
                    std::future::pending::<()>().await;
                }
                let payload = json!({ "status": "ready", "suspensionId": promise, "blockers": [] });
                answer(StatusCode::OK, &json!({ "ok": true, "payload": payload }))
            }
        }
    }
}

fn answer(status: StatusCode, body: &Value) -> Answer {
    let mut response = Response::new(Full::new(Bytes::from(body.to_string())).boxed_unsync());
    *response.status_mut() = status;
    response
}
