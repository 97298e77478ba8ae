//! `POST /api/v1/admin/rpc`: health, the configuration and suspension.

use http::StatusCode;
use hyper::body::Incoming;
use mosaic_model_server::wire::{self, Reply};
use serde_json::{Value, json};

use super::invalid;
use crate::{Gateway, clock, suspend::RpcResult};

const BODY_LIMIT: usize = 1 << 20;

pub(super) async fn route(gateway: &Gateway, body: Incoming) -> Reply {
    let bytes = match wire::read_body(body, BODY_LIMIT).await {
        Ok(bytes) => bytes,
        Err(reply) => return reply,
    };
    let Ok(call) = serde_json::from_slice::<Value>(&bytes) else { return invalid("the body is not JSON") };
    let id = clock::unique_id();
    match dispatch(gateway, call["method"].as_str().unwrap_or_default(), &call["params"]) {
        Ok(payload) => wire::json(StatusCode::OK, &json!({ "id": id, "ok": true, "payload": payload })),
        Err((status, error)) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
            wire::json(status, &json!({ "id": id, "ok": false, "error": error }))
        }
    }
}

fn dispatch(gateway: &Gateway, method: &str, params: &Value) -> RpcResult {
    let now_ms = clock::now_ms();
    match method {
        "health" => {
            let agents: Vec<Value> =
                gateway.config().agents.iter().map(|id| json!({ "agentId": id })).collect();
            Ok(json!({ "ok": true, "ts": now_ms, "agents": agents }))
        }
        "config.get" => Ok(gateway.config_snapshot()),
        "gateway.suspend.prepare" => {
            let active = gateway.active();
            gateway.suspension().prepare(params, active, now_ms, clock::unique_id())
        }
        "gateway.suspend.resume" => gateway.suspension().resume(params, now_ms),
        other => {
            let message = format!("admin HTTP RPC method is not supported: {other}");
            Err((400, json!({ "code": "INVALID_REQUEST", "message": message })))
        }
    }
}
