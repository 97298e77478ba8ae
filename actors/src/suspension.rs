//! A gateway's promise that nothing runs in it: asked for, and taken back, over its own admin RPC.
//!
//! The name a promise is asked by is the container's: asked again, after a crash or an answer that was lost, the
//! gateway gives the same promise instead of refusing another.

use std::time::Duration;

use http::StatusCode;
use mosaic_model::{Blocker, Event, SuspensionId};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    admin_rpc::{self, Limits},
    upstream::Gateway,
    world::World,
};

const PREPARE: &str = "gateway.suspend.prepare";
const RESUME: &str = "gateway.suspend.resume";
/// How long a gateway may take over such a call, and how much it may say.
const LIMITS: Limits = Limits { time: Duration::from_secs(5), bytes: 64 * 1024 };
/// A busy gateway is asked again no sooner, and no later, than this.
const RETRY_AFTER: std::ops::RangeInclusive<u64> = 1_000..=600_000;
/// How much of what a gateway is busy with is kept.
const BLOCKERS_KEPT: usize = 8;
const BLOCKER_CHARS: usize = 200;

/// What a gateway answers a call of its admin RPC.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Answer {
    ok: bool,
    payload: Payload,
    error: Refusal,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Payload {
    status: String,
    suspension_id: Option<String>,
    retry_after_ms: u64,
    blockers: Vec<BlockerRow>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Refusal {
    code: String,
    message: String,
    retry_after_ms: u64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct BlockerRow {
    kind: String,
    count: u32,
    message: String,
}

/// Asks for the promise. From a yes on the gateway takes nothing new; any other answer changes nothing in it.
pub(crate) async fn prepare(world: &World, gateway: &Gateway) -> Event {
    let params = json!({ "requestId": format!("mosaic-{}", gateway.container) });
    match call(world, gateway, PREPARE, params).await {
        Ok((status, answer)) => read(status, answer),
        Err(failure) => {
            tracing::info!(
                container = gateway.container,
                failure,
                "a gateway did not say whether it may rest"
            );
            Event::SuspendFailed
        }
    }
}

/// Has the gateway take work again. One that is not suspended, or no longer, does so already.
pub(crate) async fn resume(
    world: &World,
    gateway: &Gateway,
    suspension: Option<SuspensionId>,
) -> Result<(), String> {
    if let Some(suspension) = suspension
        && try_resume(world, gateway, &suspension).await?
    {
        return Ok(());
    }
    // What was promised to nobody, or to another Mosaic, is named by asking for it again.
    match prepare(world, gateway).await {
        Event::SuspendReady(suspension) if try_resume(world, gateway, &suspension).await? => Ok(()),
        Event::SuspendReady(_) | Event::SuspendFailed => Err("it does not take work again".to_owned()),
        _ => Ok(()),
    }
}

/// Whether the gateway knew the promise.
async fn try_resume(world: &World, gateway: &Gateway, suspension: &SuspensionId) -> Result<bool, String> {
    let params = json!({ "suspensionId": suspension.as_str() });
    let (_, answer) = call(world, gateway, RESUME, params).await?;
    Ok(answer.ok)
}

fn read(status: StatusCode, answer: Answer) -> Event {
    let Answer { ok, payload, error } = answer;
    if ok {
        return match (payload.status.as_str(), payload.suspension_id) {
            ("ready", Some(id)) => Event::SuspendReady(SuspensionId::new(id)),
            ("busy", _) => busy(payload.retry_after_ms, payload.blockers),
            _ => Event::SuspendFailed,
        };
    }
    match (status, error.code.as_str()) {
        // The image is older than the call, or its plugin is not there.
        (StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED, _) | (_, "INVALID_REQUEST") => {
            Event::SuspendUnknown
        }
        // Somebody else has it suspended.
        (_, "UNAVAILABLE") if error.retry_after_ms > 0 => {
            let held = BlockerRow { kind: "suspension".to_owned(), count: 1, message: error.message };
            busy(error.retry_after_ms, vec![held])
        }
        _ => Event::SuspendFailed,
    }
}

fn busy(retry_after_ms: u64, blockers: Vec<BlockerRow>) -> Event {
    let short = |text: String| text.chars().take(BLOCKER_CHARS).collect();
    let kept = blockers.into_iter().take(BLOCKERS_KEPT).map(|BlockerRow { kind, count, message }| Blocker {
        kind: short(kind),
        count,
        message: short(message),
    });
    let retry_after_ms = retry_after_ms.clamp(*RETRY_AFTER.start(), *RETRY_AFTER.end());
    Event::SuspendBusy { retry_after: Duration::from_millis(retry_after_ms), blockers: kept.collect() }
}

async fn call(
    world: &World,
    gateway: &Gateway,
    method: &str,
    params: Value,
) -> Result<(StatusCode, Answer), String> {
    admin_rpc::call(world, gateway, method, params, LIMITS).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(status: u16, body: Value) -> Event {
        read(
            StatusCode::from_u16(status).expect("a status"),
            serde_json::from_value(body).expect("an answer"),
        )
    }

    #[test]
    fn a_promise_is_a_promise_only_with_its_name() {
        let ready =
            json!({ "ok": true, "payload": { "status": "ready", "suspensionId": "s", "blockers": [] } });
        assert_eq!(says(200, ready), Event::SuspendReady(SuspensionId::new("s")));
        assert_eq!(says(200, json!({ "ok": true, "payload": { "status": "ready" } })), Event::SuspendFailed);
    }

    #[test]
    fn what_a_busy_gateway_says_is_kept_within_limits() {
        let one = json!({ "kind": "embedded-run", "count": 2, "message": "x".repeat(1_000) });
        let payload = json!({ "status": "busy", "retryAfterMs": 7, "blockers": vec![one; 100] });
        let Event::SuspendBusy { retry_after, blockers } =
            says(200, json!({ "ok": true, "payload": payload }))
        else {
            panic!("busy");
        };
        assert_eq!((retry_after, blockers.len()), (Duration::from_secs(1), BLOCKERS_KEPT));
        assert_eq!((blockers[0].count, blockers[0].message.len()), (2, BLOCKER_CHARS));
        let error = json!({ "code": "UNAVAILABLE", "message": "another", "retryAfterMs": 90_000 });
        assert!(matches!(says(503, json!({ "ok": false, "error": error })), Event::SuspendBusy { .. }));
    }

    #[test]
    fn a_gateway_that_does_not_know_the_call_is_told_from_one_that_fails() {
        let unknown =
            json!({ "ok": false, "error": { "code": "INVALID_REQUEST", "message": "not supported" } });
        for (status, body) in [(404, json!({})), (400, unknown)] {
            assert_eq!(says(status, body), Event::SuspendUnknown);
        }
        for (status, body) in [(500, json!({})), (401, json!({ "error": { "message": "Unauthorized" } }))] {
            assert_eq!(says(status, body), Event::SuspendFailed);
        }
    }
}
