//! Bodies that no client should send.

use http::{HeaderName, Method, header};
use serde_json::{Value, json};

use super::{is_problem, somebody};
use crate::support::{Person, Reply, send_bytes};

/// The body limit of everything but chats, and of chats. Bytes.
const SETTINGS_MAX: usize = 256 * 1024;
const CHAT_MAX: usize = 20 * 1024 * 1024;

fn json_of(person: &Person) -> Vec<(HeaderName, String)> {
    vec![
        (header::AUTHORIZATION, format!("Bearer {}", person.token)),
        (header::CONTENT_TYPE, "application/json".to_owned()),
    ]
}

fn provider() -> Value {
    json!({ "name": "a", "kind": "openai-completions", "base_url": "http://h/v1", "models": ["m"], "api_key": "k" })
}

/// A provider with one field written like this.
fn with(field: &str, raw: &str) -> Vec<u8> {
    let mut body = provider();
    body[field] = "\u{1}".into();
    body.to_string().replace("\"\\u0001\"", raw).into_bytes()
}

#[tokio::test]
async fn each_malformed_body_is_refused_for_what_it_is() {
    let (mosaic, ann) = somebody().await;
    let headers = json_of(&ann);
    let url = mosaic.url("/api/providers");
    let nested = |count: usize| "[".repeat(count) + &"]".repeat(count);
    let twice = provider().to_string().replacen('{', "{\"name\":\"b\",", 1).into_bytes();
    let cases: Vec<(&str, Vec<u8>, u16)> = vec![
        ("nothing", vec![], 400),
        ("half of it", b"{\"name\": ".to_vec(), 400),
        ("no JSON", b"name=a".to_vec(), 400),
        ("two values", [provider().to_string().as_bytes(), b"{}"].concat(), 400),
        ("a byte order mark", [b"\xef\xbb\xbf", provider().to_string().as_bytes()].concat(), 400),
        ("a comment", b"{/* */}".to_vec(), 400),
        (
            "bytes that are no UTF-8",
            with("name", "\"\u{0}\"").iter().map(|it| if *it == 0 { 0xff } else { *it }).collect(),
            400,
        ),
        ("a NUL itself", with("name", "\"\u{0}\""), 400),
        ("half a surrogate pair", with("name", r#""\ud800""#), 400),
        ("a number beyond all", with("name", "1e999999"), 400),
        ("many levels", nested(200).into_bytes(), 422),
        ("very many levels", nested(100_000).into_bytes(), 422),
        ("very many levels in a field", with("models", &nested(100_000)), 422),
        ("NaN", with("name", "NaN"), 400),
        ("another kind of value", b"[]".to_vec(), 422),
        ("null", b"null".to_vec(), 422),
        ("a number for a text", with("name", "1"), 422),
        ("a huge number for a text", with("name", &"9".repeat(300)), 422),
        ("a text for a list", with("models", "\"m\""), 422),
        ("a field twice", twice, 422),
        (
            "a field too many",
            provider().to_string().replacen('{', "{\"role\":\"admin\",", 1).into_bytes(),
            422,
        ),
        ("a word that is none of the words", with("kind", "\"x\""), 422),
        ("a NUL in a name", with("name", r#""a\u0000b""#), 422),
        ("a NUL in an address", with("base_url", r#""http://h\u0000/v1""#), 422),
        ("a NUL in a model", with("models", r#"["a\u0000b"]"#), 422),
        ("a line break in a name", with("name", r#""a\nb""#), 422),
        ("a very long name", with("name", &format!("\"{}\"", "x".repeat(100_000))), 422),
        ("very many models", with("models", &json!(vec!["m"; 50_000]).to_string()), 422),
        ("an address of another kind", with("base_url", "\"file:///etc/passwd\""), 422),
    ];
    for (what, body, status) in cases {
        let reply = send_bytes(Method::POST, &url, &headers, body).await;
        // A list of one model many times is one model: sound, if odd.
        if what == "very many models" && reply.status == 201 {
            continue;
        }
        is_problem(what, &reply, status);
    }
}

#[tokio::test]
async fn a_nul_is_refused_wherever_text_goes_to_the_database() {
    let (mosaic, ann) = somebody().await;
    let provider = crate::support::get(&mosaic.url("/api/providers"), &ann.token).await.json();
    let provider = provider["providers"][0]["id"].as_str().expect("an id").to_owned();
    let agent = json!({ "slug": "a", "name": "A", "personality": "", "provider_id": provider, "model": "fake-small" });
    for field in ["slug", "name", "emoji", "personality", "provider_id", "model"] {
        let mut body = agent.clone();
        body[field] = "a\0b".into();
        let url = mosaic.url("/api/agents");
        is_problem(
            field,
            &send_bytes(Method::POST, &url, &json_of(&ann), body.to_string().into()).await,
            422,
        );
    }
    let (cookie, _) = mosaic.session(&ann, crate::support::Lasting::Still).await;
    let cookie = vec![
        (header::COOKIE, format!("mosaic_session={cookie}")),
        (header::CONTENT_TYPE, "application/json".to_owned()),
    ];
    let token = json!({ "name": "a\0b", "scopes": ["chat"] });
    let url = mosaic.url("/api/tokens");
    is_problem("a token", &send_bytes(Method::POST, &url, &cookie, token.to_string().into()).await, 422);
    let login = json!({ "email": "a\0b@example.org", "password": "a\0b" });
    let url = mosaic.url("/api/auth/login");
    is_problem("an address", &send_bytes(Method::POST, &url, &cookie, login.to_string().into()).await, 401);
    let login = json!({ "email": "ann@example.org", "password": "a\0b" });
    is_problem("a password", &send_bytes(Method::POST, &url, &cookie, login.to_string().into()).await, 401);
    let key = json!({ "api_key": "a\0b" });
    let url = mosaic.url(&format!("/api/providers/{provider}/key"));
    is_problem("a key", &send_bytes(Method::PUT, &url, &json_of(&ann), key.to_string().into()).await, 422);
}

#[tokio::test]
async fn a_body_that_is_too_large_or_not_declared_as_json_is_refused() {
    let (mosaic, ann) = somebody().await;
    let large = |size: usize| format!("{{\"api_key\":\"{}\"}}", "x".repeat(size)).into_bytes();
    for (path, size) in [
        ("/api/providers", SETTINGS_MAX),
        ("/api/auth/login", SETTINGS_MAX),
        ("/v1/chat/completions", CHAT_MAX),
    ] {
        let reply: Reply = send_bytes(Method::POST, &mosaic.url(path), &json_of(&ann), large(size)).await;
        is_problem(path, &reply, 413);
    }
    for kind in [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "json",
        "\u{e4}",
    ] {
        let mut headers = json_of(&ann);
        headers.pop();
        if !kind.is_empty() {
            headers.push((header::CONTENT_TYPE, kind.to_owned()));
        }
        let body = provider().to_string().into_bytes();
        is_problem(kind, &send_bytes(Method::POST, &mosaic.url("/api/providers"), &headers, body).await, 415);
    }
}

#[tokio::test]
async fn each_malformed_chat_is_refused_for_what_it_is() {
    let (mosaic, ann) = somebody().await;
    let url = mosaic.url("/v1/chat/completions");
    let ask = |extra: Value| {
        let mut body = json!({ "model": "main", "messages": [{ "role": "user", "content": "hi" }] });
        body.as_object_mut().expect("a map").extend(extra.as_object().expect("a map").clone());
        body.to_string().into_bytes()
    };
    let cases: Vec<(&str, Vec<u8>, u16)> = vec![
        ("nothing", vec![], 400),
        ("a list", b"[]".to_vec(), 400),
        ("very many levels", ("[".repeat(200_000)).into_bytes(), 400),
        ("no messages", ask(json!({ "messages": [] })), 400),
        ("messages that are none", ask(json!({ "messages": ["hi", 1, null] })), 400),
        ("a map of messages", ask(json!({ "messages": { "role": "user" } })), 400),
        ("a number for a model", ask(json!({ "model": 1 })), 400),
        ("a word for stream", ask(json!({ "stream": "yes" })), 400),
        ("a number for user", ask(json!({ "user": 1 })), 400),
        ("a very long user", ask(json!({ "user": "x".repeat(10_000) })), 400),
        ("an agent that is none", ask(json!({ "model": "../../etc/passwd" })), 404),
        ("a NUL for a model", ask(json!({ "model": "main\0" })), 404),
    ];
    for (what, body, status) in cases {
        let reply = send_bytes(Method::POST, &url, &json_of(&ann), body).await;
        is_problem(what, &reply, status);
        assert_eq!(
            reply.json()["error"]["message"],
            reply.json()["detail"],
            "{what}: as OpenAI clients read it"
        );
    }
}
