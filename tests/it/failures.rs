//! What goes wrong is said clearly, at once, and never looks like success.

use std::process::Command;

use futures_util::future::join_all;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Mosaic, chat, chat_whole, docker, eventually, get, post, request, run, standin};

const NO_MODELS: &str = "http://standin.invalid/v1";

#[tokio::test]
async fn an_agent_that_dies_at_every_start_is_given_up_with_the_reason() {
    let mosaic = Mosaic::start(standin()).await;
    let ann = mosaic.person("ann", "http://standin.invalid/die-at-start/code=3");
    let first = chat_whole(&mosaic, &ann, "c", "hello").await;
    assert_eq!(first.code(), "agent_quarantined", "{first:?}");
    assert!(first.text.contains("exit code 3"), "{first:?}");
    let starts = mosaic.log().matches("state=\"starting\"").count();
    assert!((2..=4).contains(&starts), "{starts} tries");
    let second = chat(&mosaic, &ann, "c", "hello").await;
    assert_eq!(second.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(mosaic.log().matches("state=\"starting\"").count(), starts, "it was tried again unasked");
    let cell = get(&mosaic.url("/api/cell"), &ann.token).await.json();
    assert_eq!(cell["cause"]["exit_code"], 3, "{cell}");
    assert_eq!(cell["revision"], 1, "{cell}");
    assert_eq!(
        (&cell["cause"]["signal"], &cell["cause"]["out_of_memory"]),
        (&Value::Null, &json!(false)),
        "{cell}"
    );
    assert!(cell["cause"]["stderr"].as_array().is_some_and(|lines| !lines.is_empty()), "{cell}");
    assert!(mosaic.containers().is_empty());
    // Asked to, it tries again.
    assert_eq!(
        post(&mosaic.url("/api/cell/retry"), &ann.token, &json!({})).await.status,
        StatusCode::ACCEPTED
    );
    eventually("it is tried again", async || {
        (mosaic.log().matches("state=\"starting\"").count() > starts).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_refused_configuration_is_not_tried_again() {
    let mosaic = Mosaic::start(standin()).await;
    let ann = mosaic.person("ann", "http://standin.invalid/die-at-start/code=78");
    let answer = chat_whole(&mosaic, &ann, "c", "hello").await;
    assert_eq!(answer.code(), "agent_quarantined", "{answer:?}");
    assert_eq!(mosaic.log().matches("state=\"starting\"").count(), 1);
}

/// Its kernel takes every connection, and nobody answers.
#[tokio::test]
async fn a_gateway_that_accepts_and_never_answers_is_caught_and_replaced() {
    let mosaic = Mosaic::start(standin()).await;
    let ann = mosaic.person("ann", NO_MODELS);
    assert!(chat(&mosaic, &ann, "c", "hello").await.done);
    let container = mosaic.containers().remove(0);
    let listed = docker(&["top", &container, "-eo", "pid"]);
    let processes: Vec<&str> = listed.lines().skip(1).map(str::trim).collect();
    assert!(!processes.is_empty(), "{listed}");
    let (_, error, stopped) = run(Command::new("kill").arg("-STOP").args(processes), "");
    assert!(stopped, "{error}");
    eventually("another one is in its place", async || {
        let others = mosaic.containers();
        (!others.is_empty() && !others.contains(&container)).then_some(())
    })
    .await;
    assert!(chat(&mosaic, &ann, "c", "hello").await.done);
}

#[tokio::test]
async fn a_stream_that_is_cut_ends_with_an_error_and_never_as_if_complete() {
    let mosaic = Mosaic::start(standin()).await;
    let ann = mosaic.person("ann", NO_MODELS);
    for order in ["/standin cut", "/standin die"] {
        let answer = chat(&mosaic, &ann, "c", order).await;
        assert!(!answer.done, "{order}: {answer:?}");
        assert!(answer.error.is_some_and(|it| it.contains("ended")), "{order}");
    }
    // A request that met the dying gateway would rightly fail: nothing is sent twice.
    eventually("the death is noticed", async || {
        (mosaic.log().matches("state=\"starting\"").count() == 2).then_some(())
    })
    .await;
    let after = chat(&mosaic, &ann, "c", "hello").await;
    assert!(after.done, "{after:?}");
}

#[tokio::test]
async fn an_answer_that_was_wanted_whole_fails_as_honestly_as_a_stream() {
    let mosaic = Mosaic::start(standin()).await;
    let ann = mosaic.person("ann", NO_MODELS);
    for (kind, code, status) in [
        ("api_error", "provider_failed", StatusCode::BAD_GATEWAY),
        ("authentication_error", "provider_refused", StatusCode::FAILED_DEPENDENCY),
        ("rate_limit_error", "provider_busy", StatusCode::TOO_MANY_REQUESTS),
    ] {
        let reply = chat_whole(&mosaic, &ann, "c", &format!("/standin error provider {kind}")).await;
        assert_eq!((reply.status, reply.code().as_str()), (status, code), "{reply:?}");
        assert_eq!(reply.headers["content-type"], "application/problem+json");
        let problem = reply.json();
        let words = problem["detail"].as_str().unwrap_or_default();
        assert!(words.contains("upstream provider error"), "the provider's own words: {problem}");
        assert_eq!((&problem["error"]["message"], &problem["error"]["type"]), (&json!(words), &json!(kind)));
    }
    for order in ["/standin cut", "/standin die"] {
        let reply = chat_whole(&mosaic, &ann, "c", order).await;
        assert_eq!((reply.status, reply.code().as_str()), (StatusCode::BAD_GATEWAY, "agent_died"), "{order}");
    }
}

#[tokio::test]
async fn too_many_requests_are_refused_before_any_header() {
    let mosaic = Mosaic::start(standin()).await;
    mosaic.set("requests_per_user", "3");
    let ann = mosaic.person("ann", NO_MODELS);
    eventually("the limit is in force", async || {
        let names: Vec<String> = (0..8).map(|number| format!("c{number}")).collect();
        let answers =
            join_all(names.iter().map(|name| chat(&mosaic, &ann, name, "/standin slow 5 50"))).await;
        let refused = answers.iter().filter(|it| it.status == StatusCode::TOO_MANY_REQUESTS).count();
        assert!(
            answers.iter().all(|it| it.done || it.status == StatusCode::TOO_MANY_REQUESTS),
            "{answers:?}"
        );
        (refused == 5).then_some(())
    })
    .await;
}

#[tokio::test]
async fn bad_input_is_a_problem_that_says_what_is_wrong() {
    let mosaic = Mosaic::start(standin()).await;
    let ann = mosaic.person("ann", NO_MODELS);
    let chats = mosaic.url("/v1/chat/completions");
    for (body, code) in [
        ("", "bad_request"),
        ("{", "bad_request"),
        (r#"{"model":"main"}"#, "bad_request"),
        (r#"{"model":"ghost","messages":[{"role":"user","content":"x"}]}"#, "unknown_agent"),
    ] {
        let reply = request(Method::POST, &chats, &ann.token, body).await;
        assert_eq!(reply.code(), code, "{body}: {reply:?}");
        assert_eq!(reply.headers["content-type"], "application/problem+json");
        let problem = reply.json();
        assert!(!problem["request_id"].as_str().unwrap_or_default().is_empty(), "{problem}");
        assert_eq!(problem["error"]["message"], problem["detail"], "OpenAI clients look there");
    }
    let providers = mosaic.url("/api/providers");
    for (body, status) in [
        (json!({ "name": "x" }), StatusCode::UNPROCESSABLE_ENTITY),
        (
            json!({ "name": "x", "kind": "openai-completions", "base_url": "ftp://x", "models": ["m"], "api_key": "k" }),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            json!({ "name": "x", "kind": "telepathy", "base_url": "http://x", "models": ["m"], "api_key": "k" }),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
    ] {
        let reply = post(&providers, &ann.token, &body).await;
        assert_eq!(reply.status, status, "{reply:?}");
        assert!(!reply.json()["detail"].as_str().unwrap_or_default().is_empty());
    }
    let nowhere = get(&mosaic.url("/api/nowhere"), &ann.token).await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
    assert!(mosaic.containers().is_empty(), "bad input woke an agent");
}
