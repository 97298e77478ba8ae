//! The facts themselves, in the order in which one container can prove them all.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{
    cell::{Cell, TOKEN},
    client::{Client, question},
    docker,
    openclaw_json::{Draft, PROVIDER_KEY},
};

const COMPLETIONS: &str = "/v1/chat/completions";
/// A question that both gateways answer with 40 deltas in 4 seconds: one obeys the first half, the other's model the
/// second.
const SLOWLY: &str = "please /standin slow 40 100\n@model deltas 40 100";

/// Proves every fact for the gateway in this image; returns its cell as the last fact left it.
pub(crate) async fn hold(image: &str) -> Cell {
    let mut cell = Cell::create(image, &Draft::default()).await;
    cell.start();
    cell.wait_ready().await;
    let client = cell.client();

    health_needs_no_token(&client).await;
    everything_else_does(&client).await;
    models_are_the_agents(&client, &["main", "coder"]).await;
    what_cannot_be_understood_is_a_400(&client).await;
    forwarding_headers_are_refused(&client).await;
    a_stream_has_these_frames(&client).await;
    without_a_stream_it_is_one_object(&client).await;
    a_user_is_a_conversation(&client).await;
    a_suspended_gateway_takes_nothing_new(&client).await;
    a_busy_gateway_is_not_suspended(&client).await;
    cell.change_config(&Draft { third_agent: true, ..Draft::default() });
    a_changed_config_is_taken_over(&client).await;
    a_provider_that_refuses_is_an_error_event(&client).await;
    secrets_and_chat_stay_inside(&cell);
    sigterm_lets_the_turn_end(&cell).await;

    cell.start();
    cell.wait_ready().await;
    a_conversation_outlives_the_container(&client).await;
    cell
}

async fn health_needs_no_token(client: &Client) {
    let anonymous = client.anonymous();
    for (path, body) in [
        ("/healthz", json!({ "ok": true, "status": "live" })),
        ("/startupz", json!({ "ok": true, "status": "started" })),
    ] {
        let answer = anonymous.get(path).await;
        assert_eq!((answer.status, answer.json()), (200, body), "{path}");
    }
    assert_eq!(anonymous.get("/readyz").await.json()["ready"], true);
}

async fn everything_else_does(client: &Client) {
    let wrong = client.anonymous().with("authorization", &format!("Bearer {}", "0".repeat(64)));
    for stranger in [client.anonymous(), wrong] {
        let answers = [
            stranger.get("/v1/models").await,
            stranger.post(COMPLETIONS, &question("main", "u", "hello", false)).await,
            stranger.get("/sessions/agent%3Amain%3Aopenai-user%3Au/history").await,
            stranger.rpc("health", json!({})).await,
        ];
        for answer in answers {
            assert_eq!((answer.status, answer.error_type().as_str()), (401, "unauthorized"), "{answer:?}");
        }
    }
}

async fn models_are_the_agents(client: &Client, agents: &[&str]) {
    assert_eq!(models(client).await, expected_models(agents));
}

async fn models(client: &Client) -> Vec<String> {
    let list = client.get("/v1/models").await.json();
    assert_eq!(list["object"], "list");
    let mut ids: Vec<String> = list["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|model| model["id"].as_str().unwrap().to_owned())
        .collect();
    ids.sort();
    ids
}

fn expected_models(agents: &[&str]) -> Vec<String> {
    let mut ids: Vec<String> = agents.iter().map(|agent| format!("openclaw/{agent}")).collect();
    ids.extend(["openclaw".to_owned(), "openclaw/default".to_owned()]);
    ids.sort();
    ids
}

async fn what_cannot_be_understood_is_a_400(client: &Client) {
    let messages = json!([{ "role": "user", "content": "hello" }]);
    for body in [
        json!({ "model": "gpt-4", "messages": messages }),
        json!({ "model": "openclaw/nobody", "messages": messages }),
        // Two agents are configured: neither of these says which.
        json!({ "model": "openclaw", "messages": messages }),
        json!({ "model": "openclaw/default", "messages": messages }),
        json!({ "model": "openclaw/main", "messages": [] }),
    ] {
        let answer = client.post(COMPLETIONS, &body).await;
        assert_eq!((answer.status, answer.error_type().as_str()), (400, "invalid_request_error"), "{body}");
    }
    let broken = client.post_text(COMPLETIONS, "{broken".to_owned()).await;
    assert_eq!((broken.status, broken.error_type().as_str()), (400, "invalid_request_error"));
}

async fn forwarding_headers_are_refused(client: &Client) {
    for header in ["x-forwarded-for", "forwarded", "x-real-ip"] {
        let value = if header == "forwarded" { "for=192.0.2.1" } else { "192.0.2.1" };
        let answer = client.with(header, value).get("/v1/models").await;
        let found = (answer.status, answer.error_type());
        assert_eq!(found, (403, "proxy_attribution_required".to_owned()), "{header}");
    }
}

async fn a_stream_has_these_frames(client: &Client) {
    let mut body = question("main", "frames", "hello there", true);
    body["stream_options"] = json!({ "include_usage": true });
    let events = client.stream(&body).await.rest().await;
    let mut lines: Vec<&str> = events.lines().collect();
    assert_eq!(lines.pop(), Some("[DONE]"), "{events}");
    let frames: Vec<Value> = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    for frame in &frames {
        assert_eq!(frame["object"], "chat.completion.chunk");
        assert_eq!(frame["model"], "openclaw/main");
        assert_eq!(frame["id"], frames[0]["id"]);
    }
    let [role, deltas @ .., finish, usage] = frames.as_slice() else { panic!("too few frames: {events}") };
    assert_eq!(role["choices"][0]["delta"], json!({ "role": "assistant" }));
    assert!(role["choices"][0]["finish_reason"].is_null());
    assert!(deltas.iter().all(|delta| delta["choices"][0]["delta"]["content"].is_string()), "{events}");
    assert!(deltas.len() > 5, "the answer comes piece by piece: {events}");
    assert_eq!(finish["choices"][0], json!({ "index": 0, "delta": {}, "finish_reason": "stop" }));
    assert_eq!(usage["choices"], json!([]));
    assert!(usage["usage"]["total_tokens"].as_u64().unwrap() > 0);

    let events = client.chat("main", "frames", "no usage asked").await.rest().await;
    assert!(!events.contains("\"usage\"") && events.ends_with("[DONE]\n"), "{events}");
}

async fn without_a_stream_it_is_one_object(client: &Client) {
    let answer = client.post(COMPLETIONS, &question("coder", "whole", "hello there", false)).await;
    let reply = answer.json();
    assert_eq!((answer.status, &reply["object"]), (200, &json!("chat.completion")));
    assert_eq!(reply["choices"][0]["message"]["role"], "assistant");
    assert_eq!(reply["choices"][0]["finish_reason"], "stop");
    assert!(reply["choices"][0]["message"]["content"].as_str().unwrap().contains("hello there"), "{reply}");
    assert!(reply["usage"]["total_tokens"].is_u64());
}

async fn a_user_is_a_conversation(client: &Client) {
    for text in ["first of alice", "second of alice"] {
        client.post(COMPLETIONS, &question("main", "alice", text, false)).await;
    }
    client.post(COMPLETIONS, &question("main", "bob", "first of bob", false)).await;
    let alice = history(client, "alice", "").await;
    assert_eq!(user_texts(&alice), ["first of alice", "second of alice"]);
    assert_eq!(alice["sessionKey"], "agent:main:openai-user:alice");
    assert_eq!(alice["hasMore"], false);
    assert_eq!(user_texts(&history(client, "bob", "").await), ["first of bob"]);

    let newest = history(client, "alice", "?limit=2").await;
    assert_eq!(user_texts(&newest), ["second of alice"]);
    assert_eq!(newest["hasMore"], true);
    let cursor = newest["nextCursor"].as_str().unwrap();
    assert_eq!(
        user_texts(&history(client, "alice", &format!("?limit=2&cursor={cursor}")).await),
        ["first of alice"]
    );

    let unknown = client.get("/sessions/agent%3Amain%3Aopenai-user%3Anobody/history").await;
    assert_eq!((unknown.status, unknown.error_type().as_str()), (404, "not_found"));
}

async fn history(client: &Client, user: &str, query: &str) -> Value {
    let answer = client.get(&format!("/sessions/agent%3Amain%3Aopenai-user%3A{user}/history{query}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

fn user_texts(history: &Value) -> Vec<String> {
    let items = history["items"].as_array().unwrap();
    assert!(
        items.iter().all(|item| item["__openclaw"]["id"].is_string() && item["__openclaw"]["seq"].is_u64())
    );
    let user = items.iter().filter(|item| item["role"] == "user");
    user.map(|item| item["content"].as_str().unwrap().to_owned()).collect()
}

async fn a_suspended_gateway_takes_nothing_new(client: &Client) {
    let ready = suspend(client, "first").await;
    assert_eq!(ready["status"], "ready", "{ready}");
    assert_eq!(ready["activeCount"], 0);
    assert_eq!(client.status("/healthz").await, Some(200));
    assert_eq!(client.status("/readyz").await, Some(503));
    // Only a caller without a token gets no more than this.
    let startup = client.anonymous().get("/startupz").await;
    assert_eq!((startup.status, startup.json()), (503, json!({ "ok": false, "status": "draining" })));
    let refused = client.post(COMPLETIONS, &question("main", "u", "hello", true)).await;
    assert_eq!((refused.status, &refused.json()["error"]["code"]), (503, &json!("gateway_unavailable")));

    let other = client.rpc("gateway.suspend.prepare", json!({ "requestId": "second" })).await;
    assert_eq!((other.status, &other.json()["ok"]), (503, &json!(false)));
    assert_eq!(
        suspend(client, "first").await["suspensionId"],
        ready["suspensionId"],
        "the same request renews"
    );
    let wrong = client.rpc("gateway.suspend.resume", json!({ "suspensionId": "wrong" })).await;
    assert_eq!((wrong.status, &wrong.json()["error"]["code"]), (400, &json!("INVALID_REQUEST")));
    for resumed in [true, false] {
        let answer =
            client.rpc("gateway.suspend.resume", json!({ "suspensionId": ready["suspensionId"] })).await;
        assert_eq!(answer.json()["payload"]["resumed"], resumed, "{answer:?}");
    }
    assert_eq!(client.status("/startupz").await, Some(200));
    let unknown = client.rpc("no.such.method", json!({})).await;
    assert_eq!((unknown.status, &unknown.json()["error"]["code"]), (400, &json!("INVALID_REQUEST")));
}

async fn suspend(client: &Client, request: &str) -> Value {
    let answer = client.rpc("gateway.suspend.prepare", json!({ "requestId": request })).await;
    assert_eq!((answer.status, &answer.json()["ok"]), (200, &json!(true)), "{answer:?}");
    answer.json()["payload"].clone()
}

async fn a_busy_gateway_is_not_suspended(client: &Client) {
    let mut stream = client.chat("main", "busy", SLOWLY).await;
    for _ in 0..3 {
        stream.next_data().await.unwrap();
    }
    let busy = suspend(client, "busy").await;
    assert_eq!(busy["status"], "busy", "{busy}");
    assert!(busy["activeCount"].as_u64().unwrap() > 0 && busy["retryAfterMs"].is_u64());
    assert_eq!(client.status("/startupz").await, Some(200), "a refusal changes nothing");

    // The client leaves: the turn ends with it, and then the gateway is idle.
    drop(stream);
    let began = Instant::now();
    let ready = loop {
        let answer = suspend(client, "busy").await;
        if answer["status"] == "ready" {
            break answer;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "still busy: {answer}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    client.rpc("gateway.suspend.resume", json!({ "suspensionId": ready["suspensionId"] })).await;
}

async fn a_changed_config_is_taken_over(client: &Client) {
    let expected = expected_models(&["main", "coder", "third"]);
    let began = Instant::now();
    while models(client).await != expected {
        assert!(began.elapsed() < Duration::from_secs(30), "the new agent did not appear");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn a_provider_that_refuses_is_an_error_event(client: &Client) {
    let text = "please /standin error provider\n@model status 401";
    let events = client.chat("third", "refused", text).await.rest().await;
    let lines: Vec<&str> = events.lines().collect();
    let [.., error, "[DONE]"] = lines.as_slice() else { panic!("{events}") };
    let error: Value = serde_json::from_str(error).unwrap();
    assert!(error["error"]["message"].is_string() && error["error"]["type"].is_string(), "{error}");
}

/// What the host's operator can read holds no token, no key and no chat.
fn secrets_and_chat_stay_inside(cell: &Cell) {
    let inspected = docker::run(&["inspect", &cell.name]);
    let log = cell.log();
    for secret in [TOKEN, PROVIDER_KEY] {
        assert!(!inspected.contains(secret) && !log.contains(secret), "a secret is readable from outside");
    }
    for chat in ["hello there", "of alice", "no real model", "Stand-in here"] {
        assert!(!log.contains(chat), "the container's log holds {chat:?}");
    }
}

async fn sigterm_lets_the_turn_end(cell: &Cell) {
    let client = cell.client();
    let mut stream = client.chat("main", "last", SLOWLY).await;
    for _ in 0..3 {
        stream.next_data().await.unwrap();
    }
    cell.signal("TERM");
    let began = Instant::now();
    while client.status("/startupz").await == Some(200) {
        assert!(began.elapsed() < Duration::from_secs(30), "it does not drain");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let refused = client.post(COMPLETIONS, &question("main", "late", "hello", true)).await;
    assert_eq!((refused.status, &refused.json()["error"]["code"]), (503, &json!("gateway_unavailable")));
    let events = stream.rest().await;
    assert!(events.contains("40") && events.ends_with("[DONE]\n"), "the turn goes on to its end: {events}");
    assert_eq!(cell.exit_code().await, 0);
}

async fn a_conversation_outlives_the_container(client: &Client) {
    client.post(COMPLETIONS, &question("main", "alice", "third of alice", false)).await;
    let alice = history(client, "alice", "").await;
    assert_eq!(user_texts(&alice), ["first of alice", "second of alice", "third of alice"]);
}
