//! Requests read whole, replies sent whole.

use bytes::Bytes;
use http::{Response, StatusCode, header::CONTENT_TYPE};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited, combinators::UnsyncBoxBody};
use serde_json::Value;

use super::Broken;

/// The body of a reply: whole or streamed, and able to break off.
pub type Body = UnsyncBoxBody<Bytes, Broken>;

/// A reply.
pub type Reply = Response<Body>;

/// A JSON reply.
pub fn json(status: StatusCode, value: &Value) -> Reply {
    whole(status, "application/json; charset=utf-8", value.to_string().into())
}

/// A plain text reply.
pub fn text(status: StatusCode, content: impl Into<String>) -> Reply {
    whole(status, "text/plain; charset=utf-8", Bytes::from(content.into()))
}

/// A reply that is only a status.
pub fn status(status: StatusCode) -> Reply {
    text(status, status.canonical_reason().unwrap_or_default())
}

/// Reads a request's body, or answers 413 when it is larger than `limit` bytes and 400 when it breaks off.
pub async fn read_body(body: hyper::body::Incoming, limit: usize) -> Result<Bytes, Reply> {
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(status(StatusCode::PAYLOAD_TOO_LARGE)),
        Err(_) => Err(status(StatusCode::BAD_REQUEST)),
    }
}

fn whole(status: StatusCode, content_type: &'static str, content: Bytes) -> Reply {
    let body = Full::new(content).map_err(|never| match never {}).boxed_unsync();
    Response::builder()
        .status(status)
        .header(CONTENT_TYPE, content_type)
        .body(body)
        .expect("a status and a static header make a valid response")
}
