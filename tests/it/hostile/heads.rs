//! Request lines and headers that no client should send.

use http::{HeaderName, HeaderValue, Method, Request, header};

use super::{is_problem, raw, somebody};
use crate::support::{call, get, send_bytes};

#[tokio::test]
async fn an_id_that_is_none_names_nothing() {
    let (mosaic, ann) = somebody().await;
    let long = "a".repeat(10_000);
    for id in [
        "1",
        "null",
        "-1",
        "%00",
        "%ff%fe",
        "%2e%2e",
        "..%2f..%2fetc%2fpasswd",
        "'%20OR%201=1--",
        "{id}",
        "%7Bid%7D",
        "0192f7a0-0000-7000-8000-00000000000g",
        "urn:uuid:0192f7a0",
        &long,
        "\u{1F9E9}",
        "%F0%9F%A7%A9",
    ] {
        for (method, path) in [
            (Method::DELETE, "/api/providers/{id}"),
            (Method::PUT, "/api/providers/{id}/key"),
            (Method::DELETE, "/api/agents/{id}"),
        ] {
            let path = path.replace("{id}", &id.replace('\u{1F9E9}', "%F0%9F%A7%A9"));
            let path = path.replace('{', "%7B").replace('}', "%7D");
            let headers = [
                (header::AUTHORIZATION, format!("Bearer {}", ann.token)),
                (header::CONTENT_TYPE, "application/json".to_owned()),
            ];
            let body = if method == Method::PUT { &b"{\"api_key\":\"k\"}"[..] } else { b"" };
            let reply = send_bytes(method, &mosaic.url(&path), &headers, body.to_vec()).await;
            is_problem(&path, &reply, 404);
        }
    }
}

#[tokio::test]
async fn a_method_that_an_address_does_not_take_is_refused() {
    let (mosaic, ann) = somebody().await;
    for method in ["PATCH", "TRACE", "OPTIONS", "PROPFIND", "LOCK", "QUERY", "BREW", "get"] {
        for path in ["/api/me", "/api/providers", "/v1/models", "/"] {
            let request = raw::head(&mosaic, &format!("{method} {path}"), &ann.token) + "\r\n";
            let reply = raw::exchange(&mosaic.url(""), request.as_bytes()).await.expect("an answer");
            is_problem(&format!("{method} {path}"), &reply, 405);
            assert!(reply.headers.contains_key(header::ALLOW), "{method} {path}: {reply:?}");
        }
    }
    // HEAD is GET without a body, refusals included.
    for (path, status) in [("/api/me", 200), ("/", 200), ("/api/nothing", 404), ("/api/auth/login", 405)] {
        let head = [(header::AUTHORIZATION, format!("Bearer {}", ann.token))];
        let reply = call(Method::HEAD, &mosaic.url(path), &head, None).await;
        assert_eq!((reply.status.as_u16(), reply.text.as_str()), (status, ""), "{path}");
    }
}

#[tokio::test]
async fn a_path_never_leads_out_of_the_bundle() {
    let (mosaic, _) = somebody().await;
    for path in [
        "/../../../../etc/passwd",
        "/..%2f..%2f..%2fetc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "//etc/passwd",
        "/....//....//etc/passwd",
        "/index.html/../../Cargo.toml",
        "/%00",
        "/%ff",
        "/assets/../../mosaic.log",
        "/\\..\\..\\windows\\win.ini",
        "/.env",
        "/.git/config",
        "/postgres/data/PG_VERSION",
    ] {
        let request = raw::head(&mosaic, &format!("GET {path}"), "") + "\r\n";
        let reply = raw::exchange(&mosaic.url(""), request.as_bytes()).await.expect("an answer");
        assert!(matches!(reply.status.as_u16(), 200 | 400 | 404), "{path}: {reply:?}");
        let leaks = ["root:", "[package]", "[core]", "internal_port"];
        assert!(leaks.iter().all(|leak| !reply.text.contains(leak)), "{path}: {reply:?}");
        // What is found is the app's own page, for a page of the app is what a wrong path may be.
        assert!(reply.status != 200 || reply.text.contains("<html"), "{path}: {reply:?}");
    }
}

/// Reads after the beginning of a sound GET, and what may be answered.
const HEADERS: &[(&str, &str, &[u16])] = &[
    ("a header without a colon", "nonsense\r\n\r\n", &[400]),
    ("a space before the colon", "x : 1\r\n\r\n", &[400]),
    ("a NUL in a header", "x: a\0b\r\n\r\n", &[400]),
    ("a header on two lines", "x: a\r\n b\r\n\r\n", &[400]),
];

/// Reads after the beginning of a sound POST that declares JSON.
const FRAMINGS: &[(&str, &str, &[u16])] = &[
    ("both lengths", "content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", &[400]),
    ("two lengths", "content-length: 5\r\ncontent-length: 6\r\n\r\nhello", &[400]),
    ("a negative length", "content-length: -1\r\n\r\n", &[400]),
    ("a length beyond all", "content-length: 18446744073709551615\r\n\r\n", &[400, 413, 431]),
    ("an unknown encoding", "transfer-encoding: gzip\r\n\r\n", &[400, 501]),
    ("an encoding in disguise", "transfer-encoding: xchunked\r\n\r\n", &[400, 501]),
    ("a broken chunk", "transfer-encoding: chunked\r\n\r\nZZ\r\nhello\r\n", &[400]),
    ("a chunk beyond all", "transfer-encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n", &[400]),
];

/// What is no HTTP, and what is too much of it.
fn beyond_http(head: impl Fn(&str) -> String) -> Vec<(&'static str, Vec<u8>, &'static [u16])> {
    let long = "x".repeat(1 << 20);
    let many = "x: 1\r\n".repeat(500);
    vec![
        ("a very long header", format!("{}x: {long}\r\n\r\n", head("GET /api/me")).into(), &[431]),
        ("very many headers", format!("{}{many}\r\n", head("GET /api/me")).into(), &[431]),
        ("a very long query", format!("{}\r\n", head(&format!("GET /api/me?{long}"))).into(), &[414, 431]),
        ("a greeting of TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(), &[400]),
        ("words", b"hello there\r\n\r\n".to_vec(), &[400]),
        ("another version", b"GET /api/me HTTP/9.9\r\n\r\n".to_vec(), &[400, 505]),
    ]
}

#[tokio::test]
async fn a_head_that_is_too_large_or_broken_is_refused_and_the_next_one_served() {
    let (mosaic, ann) = somebody().await;
    let head = |line: &str| raw::head(&mosaic, line, &ann.token);
    let mut cases = beyond_http(head);
    let sound = head("GET /api/me");
    cases
        .extend(HEADERS.iter().map(|(what, rest, may)| (*what, format!("{sound}{rest}").into_bytes(), *may)));
    let sound = head("POST /api/providers") + "content-type: application/json\r\n";
    cases.extend(
        FRAMINGS.iter().map(|(what, rest, may)| (*what, format!("{sound}{rest}").into_bytes(), *may)),
    );
    for (what, bytes, may) in cases {
        match raw::exchange(&mosaic.url(""), &bytes).await {
            Some(reply) => assert!(may.contains(&reply.status.as_u16()), "{what}: {reply:?}"),
            // Whoever sends on and on may find the line cut before the answer.
            None => assert!(bytes.len() > 100_000, "{what}: no answer"),
        }
        assert_eq!(get(&mosaic.url("/api/me"), &ann.token).await.status, 200, "after {what}");
    }
}

#[tokio::test]
async fn headers_that_are_no_text_are_as_good_as_none() {
    let (mosaic, ann) = somebody().await;
    let odd = HeaderValue::from_bytes(b"\xff\xfe").expect("opaque bytes");
    let names = [
        header::AUTHORIZATION,
        header::COOKIE,
        header::ORIGIN,
        header::ACCEPT,
        header::ACCEPT_ENCODING,
        header::CONTENT_TYPE,
        header::USER_AGENT,
        HeaderName::from_static("sec-fetch-site"),
        HeaderName::from_static("x-forwarded-for"),
        HeaderName::from_static("x-mosaic-conversation"),
        HeaderName::from_static("x-request-id"),
    ];
    for name in names {
        for (method, path) in
            [("GET", "/api/me"), ("GET", "/"), ("POST", "/api/auth/login"), ("POST", "/v1/chat/completions")]
        {
            let mut request =
                Request::builder().method(method).uri(mosaic.url(path)).header(name.clone(), odd.clone());
            if name != header::AUTHORIZATION {
                request = request.header(header::AUTHORIZATION, format!("Bearer {}", ann.token));
            }
            let reply = crate::support::send_request(request, vec![]).await;
            assert!(reply.status.as_u16() < 500, "{name} at {method} {path}: {reply:?}");
        }
    }
}
