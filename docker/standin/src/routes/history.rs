//! `GET /sessions/<key>/history`: a conversation, newest page first.

use http::{StatusCode, Uri};
use mosaic_model_server::wire::{self, Reply};
use serde_json::json;

use crate::Gateway;

const DEFAULT_LIMIT: usize = 200;

/// The session key in a history path.
pub(super) fn key(path: &str) -> Option<String> {
    let encoded = path.strip_prefix("/sessions/")?.strip_suffix("/history")?;
    decode(encoded)
}

pub(super) fn route(gateway: &Gateway, uri: &Uri) -> Reply {
    let key = key(uri.path()).unwrap_or_default();
    let query = |name: &str| {
        let pairs = uri.query().unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
        pairs.filter(|(found, _)| *found == name).find_map(|(_, value)| value.parse::<usize>().ok())
    };
    let limit = query("limit").unwrap_or(DEFAULT_LIMIT);
    if let Some(page) = gateway.sessions.page(&key, limit, query("cursor")) {
        return wire::json(StatusCode::OK, &page);
    }
    let error = json!({ "type": "not_found", "message": format!("Session not found: {key}") });
    wire::json(StatusCode::NOT_FOUND, &json!({ "ok": false, "error": error }))
}

/// Undoes percent-encoding.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
            }
            plain => plain,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_taken_from_the_path_and_decoded() {
        let key = key("/sessions/agent%3Amain%3Aopenai-user%3Aa%20b/history");
        assert_eq!(key.as_deref(), Some("agent:main:openai-user:a b"));
        assert_eq!(super::key("/sessions/x/other"), None);
        assert_eq!(decode("%4"), None);
    }
}
