//! The way of a chat: it wakes the caller's own container and streams the answer back.

use futures_util::future::join_all;
use http::StatusCode;
use serde_json::json;

use crate::support::{Mosaic, chat, chat_whole, eventually, get, post, standin};

const NO_MODELS: &str = "http://standin.invalid/v1";

#[tokio::test]
async fn a_chat_wakes_the_users_own_container() {
    let mosaic = Mosaic::start(standin()).await;
    let ann = mosaic.person("ann", NO_MODELS);
    assert_eq!(get(&mosaic.url("/api/cell"), &ann.token).await.json()["state"], "absent");
    let answer = chat(&mosaic, &ann, "c", "hello").await;
    assert!(answer.done && answer.error.is_none() && answer.text.contains("hello"), "{answer:?}");
    assert_eq!(get(&mosaic.url("/api/cell"), &ann.token).await.json()["state"], "running");
    assert_eq!(mosaic.containers().len(), 1);
    let whole = chat_whole(&mosaic, &ann, "c", "again").await;
    assert_eq!(whole.status, StatusCode::OK, "{whole:?}");
    let completion = whole.json();
    assert_eq!(
        (&completion["object"], &completion["model"]),
        (&json!("chat.completion"), &json!("openclaw/main"))
    );
    let choice = &completion["choices"][0];
    assert!(choice["message"]["content"].as_str().is_some_and(|it| it.contains("again")), "{completion}");
    assert_eq!(choice["finish_reason"], "stop");
    assert!(completion["usage"]["total_tokens"].as_u64().is_some_and(|it| it > 0), "{completion}");
}

#[tokio::test]
async fn a_hundred_first_requests_make_one_container_and_all_are_answered() {
    let mosaic = Mosaic::start(standin()).await;
    let ann = mosaic.person("ann", NO_MODELS);
    let names: Vec<String> = (0..100).map(|number| format!("c{number}")).collect();
    let answers = join_all(names.iter().map(|name| chat(&mosaic, &ann, name, "hello"))).await;
    for answer in answers {
        assert!(answer.done && answer.error.is_none(), "{answer:?}");
    }
    assert_eq!(mosaic.log().matches("state=\"starting\"").count(), 1);
    assert_eq!(mosaic.containers().len(), 1);
}

#[tokio::test]
async fn an_idle_agent_is_stopped_and_its_memory_kept() {
    let mosaic = Mosaic::start(standin()).await;
    mosaic.set("idle_timeout_secs", "1");
    let ann = mosaic.person("ann", NO_MODELS);
    let first = chat(&mosaic, &ann, "c", "one").await;
    assert!(first.done, "{first:?}");
    eventually("the idle agent is gone", async || mosaic.containers().is_empty().then_some(())).await;
    eventually("its network is gone", async || {
        mosaic.engine_objects(&["network", "ls", "-q"]).is_empty().then_some(())
    })
    .await;
    assert_eq!(mosaic.engine_objects(&["volume", "ls", "-q"]).len(), 1, "the volume stays");
    let history = chat(&mosaic, &ann, "c", "two").await;
    assert!(history.done && history.text != first.text, "{history:?}");
    assert!(history.text.contains('2') || history.text.contains("1 earlier"), "it forgot: {history:?}");
}

#[tokio::test]
async fn an_agent_in_use_is_not_stopped_for_idleness() {
    let mosaic = Mosaic::start(standin()).await;
    mosaic.set("idle_timeout_secs", "1");
    let ann = mosaic.person("ann", NO_MODELS);
    let answer = chat(&mosaic, &ann, "c", "/standin slow 30 100").await;
    assert!(answer.done && answer.error.is_none(), "{answer:?}");
    assert_eq!(mosaic.log().matches("state=\"starting\"").count(), 1);
}

#[tokio::test]
async fn models_are_the_users_agents() {
    let mosaic = Mosaic::start(standin()).await;
    let ann = mosaic.person("ann", NO_MODELS);
    let models = get(&mosaic.url("/v1/models"), &ann.token).await.json();
    assert_eq!(models["data"][0]["id"], "main");
    assert!(mosaic.containers().is_empty(), "a list woke the agent");
}

#[tokio::test]
async fn providers_and_agents_are_set_up_through_the_api() {
    let mosaic = Mosaic::start(standin()).await;
    let bob = mosaic.newcomer("bob");
    assert_eq!(chat_whole(&mosaic, &bob, "c", "hi").await.code(), "no_provider");
    let provider = json!({
        "name": "models", "kind": "openai-completions", "base_url": NO_MODELS, "models": ["m"], "api_key": "sk-secret-1234",
    });
    let added = post(&mosaic.url("/api/providers"), &bob.token, &provider).await;
    assert_eq!(added.status, StatusCode::CREATED, "{added:?}");
    assert!(!added.text.contains("sk-secret"), "the key came back");
    assert_eq!(chat_whole(&mosaic, &bob, "c", "hi").await.code(), "no_agent");
    let id = added.json()["id"].clone();
    let agent = json!({ "slug": "main", "name": "Main", "provider_id": id, "model": "m" });
    let made = post(&mosaic.url("/api/agents"), &bob.token, &agent).await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    assert!(chat(&mosaic, &bob, "c", "hi").await.done);
    let twice = post(&mosaic.url("/api/agents"), &bob.token, &agent).await;
    assert_eq!(twice.status, StatusCode::CONFLICT, "{twice:?}");
    let in_use = crate::support::delete(
        &mosaic.url(&format!("/api/providers/{}", id.as_str().expect("text"))),
        &bob.token,
    )
    .await;
    assert_eq!(in_use.status, StatusCode::CONFLICT, "{in_use:?}");
}

#[tokio::test]
async fn a_changed_setup_is_taken_up_by_the_next_chat() {
    let mosaic = Mosaic::start(standin()).await;
    let ann = mosaic.person("ann", NO_MODELS);
    assert!(chat(&mosaic, &ann, "c", "hi").await.done);
    let provider = get(&mosaic.url("/api/providers"), &ann.token).await.json()["providers"][0]["id"].clone();
    let agent = json!({ "slug": "coder", "name": "Coder", "provider_id": provider, "model": "fake-small" });
    assert_eq!(post(&mosaic.url("/api/agents"), &ann.token, &agent).await.status, StatusCode::CREATED);
    let question = json!({ "model": "coder", "messages": [{ "role": "user", "content": "hi" }] });
    let answer = post(&mosaic.url("/v1/chat/completions"), &ann.token, &question).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    assert_eq!(answer.json()["model"], "openclaw/coder");
}
