//! The door for cells: whatever comes in, it says no.

use super::{raw, somebody};
use crate::support::get;

#[tokio::test]
async fn malformed_requests_at_the_internal_door_are_refused() {
    let (mosaic, ann) = somebody().await;
    let internal = mosaic.internal_url();
    let gateway = "a".repeat(64);
    let long = "x".repeat(1 << 20);
    let mut cases: Vec<(Vec<u8>, &[u16])> = Vec::new();
    for id in [
        "",
        "user-",
        "user-1",
        "%00",
        "%ff",
        "..%2f..",
        "user-0192f7a0-0000-7000-8000-000000000001/x",
        "system-'",
    ] {
        for token in
            ["", "nonsense", "a b", &ann.token, &gateway, &gateway.to_uppercase(), &"f".repeat(100_000)]
        {
            let line = format!("GET /api/internal/agent-config/{id}");
            let request = raw::head(&mosaic, &line, token) + "\r\n";
            cases.push((request.into(), &[401, 404, 431]));
        }
    }
    for method in ["POST", "PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "BREW"] {
        let line = format!("{method} /api/internal/agent-config/user-0192f7a0-0000-7000-8000-000000000001");
        let request = raw::head(&mosaic, &line, &gateway) + "content-length: 2\r\n\r\n{}";
        cases.push((request.into(), &[405]));
    }
    let config = "GET /api/internal/agent-config/user-0192f7a0-0000-7000-8000-000000000001";
    let head = raw::head(&mosaic, config, &gateway);
    cases.push((format!("{head}x: {long}\r\n\r\n").into(), &[431]));
    cases.push((format!("{head}transfer-encoding: gzip\r\n\r\n").into(), &[400, 401]));
    cases.push((format!("{head}authorization: Bearer {gateway}\r\n\r\n").into(), &[401]));
    cases.push((raw::head(&mosaic, &format!("GET /{long}"), &gateway).into(), &[414, 431]));
    cases.push((b"\0\0\0\0\r\n\r\n".to_vec(), &[400]));
    let body =
        format!("{head}content-type: application/json\r\ncontent-length: {}\r\n\r\n{long}", long.len());
    cases.push((body.into(), &[401, 413]));
    for (bytes, statuses) in cases {
        let what = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).into_owned();
        match raw::exchange(&internal, &bytes).await {
            Some(reply) => assert!(statuses.contains(&reply.status.as_u16()), "{what}: {reply:?}"),
            None => assert!(bytes.len() > 50_000, "{what}: no answer"),
        }
    }
    let unknown = get(&format!("{internal}/api/internal/agent-config/user-1"), &gateway).await;
    assert_eq!(unknown.code(), "unauthenticated");
}
