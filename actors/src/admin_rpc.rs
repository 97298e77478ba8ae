//! A gateway's admin RPC: one call, and what it said.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header, uri::PathAndQuery};
use http_body_util::{BodyExt, Limited};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::time;

use crate::{
    GatewayRequest,
    upstream::{CallError, Gateway},
    world::World,
};

const PATH: &str = "/api/v1/admin/rpc";

/// How much is waited for, and how much is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) time: Duration,
    pub(crate) bytes: usize,
}

/// Calls a method. An answer that is none of the kind that is meant reads as the default one: whoever gives it does
/// not know the call.
///
/// # Errors
/// Why nothing was answered, in words.
pub(crate) async fn call<A: DeserializeOwned + Default>(
    world: &World,
    gateway: &Gateway,
    method: &str,
    params: Value,
    limits: Limits,
) -> Result<(StatusCode, A), String> {
    let json = HeaderValue::from_static("application/json");
    let request = GatewayRequest {
        method: Method::POST,
        path: PathAndQuery::from_static(PATH),
        headers: HeaderMap::from_iter([(header::CONTENT_TYPE, json)]),
        body: Bytes::from(json!({ "method": method, "params": params }).to_string()),
    };
    let asked = async {
        let response = world.upstream.call(gateway, request).await.map_err(|error| match error {
            CallError::NotSent => "nothing listens".to_owned(),
            CallError::Broken(error) => error.to_string(),
        })?;
        let status = response.status();
        let body = Limited::new(response.into_body(), limits.bytes).collect().await;
        let bytes = body.map_err(|error| error.to_string())?.to_bytes();
        Ok((status, serde_json::from_slice(&bytes).unwrap_or_default()))
    };
    time::timeout(limits.time, asked).await.unwrap_or_else(|_elapsed| Err("it did not answer".to_owned()))
}
