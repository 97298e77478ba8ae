//! Every operation of the OpenAPI document × who calls it. An operation that is not in the table fails.

use std::{collections::BTreeSet, process::Command};

use http::Method;
use serde_json::{Value, json};

use crate::support::{Mosaic, Person, get, post, request, run, standin};

/// What an operation is to others.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Reach {
    /// Anybody may call it.
    Open,
    /// Any user may; it acts on the caller's own things only.
    Own,
    /// It names a thing by id; to all but its owner there is no such thing.
    Thing,
    /// On the internal listener alone.
    Cell,
}

const OPERATIONS: [(&str, &str, Reach); 14] = [
    ("get", "/api/health", Reach::Open),
    ("get", "/api/openapi.json", Reach::Open),
    ("get", "/api/me", Reach::Own),
    ("get", "/api/providers", Reach::Own),
    ("post", "/api/providers", Reach::Own),
    ("delete", "/api/providers/{id}", Reach::Thing),
    ("put", "/api/providers/{id}/key", Reach::Thing),
    ("get", "/api/agents", Reach::Own),
    ("post", "/api/agents", Reach::Own),
    ("delete", "/api/agents/{id}", Reach::Thing),
    ("get", "/api/cell", Reach::Own),
    ("post", "/api/cell/stop", Reach::Own),
    ("post", "/api/cell/retry", Reach::Own),
    ("get", "/v1/models", Reach::Own),
];
/// Checked apart: the chat, and what only cells reach.
const APART: [(&str, &str, Reach); 2] =
    [("post", "/v1/chat/completions", Reach::Own), ("get", "/api/internal/agent-config/{id}", Reach::Cell)];

fn documented() -> BTreeSet<(String, String)> {
    let (text, error, succeeded) = run(Command::new(env!("CARGO_BIN_EXE_mosaic")).arg("openapi"), "");
    assert!(succeeded, "{error}");
    let document: Value = serde_json::from_str(&text).expect("JSON");
    let paths = document["paths"].as_object().expect("paths");
    let operations = paths.iter().flat_map(|(path, methods)| {
        methods.as_object().expect("methods").keys().map(|method| (method.clone(), path.clone()))
    });
    operations.collect()
}

#[test]
fn every_operation_is_in_the_table() {
    let table: BTreeSet<(String, String)> = OPERATIONS
        .iter()
        .chain(&APART)
        .map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned()))
        .collect();
    assert_eq!(documented(), table);
}

#[test]
fn the_kept_document_is_the_one_the_code_makes() {
    let (text, ..) = run(Command::new(env!("CARGO_BIN_EXE_mosaic")).arg("openapi"), "");
    let kept = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/openapi.json"))
        .unwrap_or_default();
    assert!(kept.trim() == text, "docs/openapi.json is stale: run `cargo xtask openapi`");
}

async fn call(mosaic: &Mosaic, method: &str, path: &str, token: &str) -> (u16, String) {
    let method: Method = method.to_uppercase().parse().expect("a method");
    let body = if method == Method::GET || method == Method::DELETE {
        String::new()
    } else {
        json!({ "api_key": "k" }).to_string()
    };
    let reply = request(method, &mosaic.url(path), token, &body).await;
    (reply.status.as_u16(), reply.text)
}

/// The ids of a person's provider and agent.
async fn things(mosaic: &Mosaic, person: &Person) -> (String, String) {
    let id = |list: Value| list[0]["id"].as_str().expect("an id").to_owned();
    let providers = get(&mosaic.url("/api/providers"), &person.token).await.json();
    let agents = get(&mosaic.url("/api/agents"), &person.token).await.json();
    (id(providers["providers"].clone()), id(agents["agents"].clone()))
}

#[tokio::test]
async fn nobody_reaches_anothers_things() {
    let mosaic = Mosaic::start(standin()).await;
    let ann = mosaic.person("ann", "http://models.ann.example/v1");
    let bob = mosaic.person("bob", "http://models.bob.example/v1");
    mosaic.command(
        &["admin", "create", "--email", "root@example.org", "--password-stdin"],
        "correct horse battery",
    );
    let admin = mosaic.command(&["token", "create", "--user", "root@example.org"], "");
    let (provider, agent) = things(&mosaic, &ann).await;
    let gateway_like = "a".repeat(64);
    let made_up = format!("mosaic_pat_{}", "0".repeat(64));
    for (method, path, reach) in OPERATIONS {
        let id = if path.contains("agents") { &agent } else { &provider };
        let path = path.replace("{id}", id);
        for stranger in ["", "nonsense", &gateway_like, &made_up] {
            let (status, body) = call(&mosaic, method, &path, stranger).await;
            let expected = if reach == Reach::Open { 200 } else { 401 };
            assert_eq!(status, expected, "{method} {path} by a stranger: {body}");
        }
        for other in [&bob.token, &admin] {
            let (status, body) = call(&mosaic, method, &path, other).await;
            if reach == Reach::Thing {
                assert_eq!(status, 404, "{method} {path} by another: {body}");
            }
            assert!(
                !body.contains("models.ann.example") && !body.contains(&provider),
                "{method} {path}: {body}"
            );
            assert!(status < 500, "{method} {path}: {status} {body}");
        }
    }
    assert_eq!(things(&mosaic, &ann).await, (provider, agent), "somebody changed them");
}

#[tokio::test]
async fn a_chat_is_for_its_user_and_the_internal_door_for_cells() {
    let mosaic = Mosaic::start(standin()).await;
    let ann = mosaic.person("ann", "http://standin.invalid/v1");
    let question = json!({ "model": "main", "messages": [{ "role": "user", "content": "hi" }] });
    for stranger in ["", "nonsense", &"a".repeat(64)] {
        assert_eq!(
            post(&mosaic.url("/v1/chat/completions"), stranger, &question).await.code(),
            "unauthenticated"
        );
    }
    let me = get(&mosaic.url("/api/me"), &ann.token).await.json();
    let config = format!("/api/internal/agent-config/user-{}", me["id"].as_str().expect("an id"));
    assert_eq!(get(&mosaic.url(&config), &ann.token).await.status.as_u16(), 404, "the public door opens it");
    let internal = mosaic.internal_url();
    for stranger in ["", "nonsense", &ann.token, &"a".repeat(64)] {
        let reply = get(&format!("{internal}{config}"), stranger).await;
        assert_eq!(reply.status.as_u16(), 401, "{reply:?}");
    }
    assert_eq!(
        get(&format!("{internal}/api/me"), &ann.token).await.status.as_u16(),
        404,
        "cells reach the public API"
    );
}
