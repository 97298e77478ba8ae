//! Agents, from the first to the last one removed: by the API of the real program.

use http::Method;
use serde_json::{Value, json};

use crate::support::{Mosaic, Person, delete, get, patch, post, standin, versioned};

const NO_MODELS: &str = "http://standin.invalid/v1";

/// The only agent that the command line made, and the id of its provider.
async fn only_agent(mosaic: &Mosaic, person: &Person) -> (String, String) {
    let list = get(&mosaic.url("/api/agents"), &person.token).await.json();
    let text = |field: &str| list["agents"][0][field].as_str().expect("text").to_owned();
    (text("id"), text("provider_id"))
}

/// Which agent answers to this `model`.
async fn who_answers(mosaic: &Mosaic, person: &Person, model: &str) -> Value {
    let question = json!({ "model": model, "messages": [{ "role": "user", "content": "hi" }] });
    post(&mosaic.url("/v1/chat/completions"), &person.token, &question).await.json()["model"].clone()
}

#[tokio::test]
async fn an_agent_is_changed_by_who_saw_it_and_a_refusal_says_what_to_change() {
    let mosaic = Mosaic::start(standin()).await;
    let ann = mosaic.person("ann", NO_MODELS);
    let (id, provider) = only_agent(&mosaic, &ann).await;
    let one = mosaic.url(&format!("/api/agents/{id}"));
    let shown = get(&one, &ann.token).await;
    let seen = shown.etag();
    let body = shown.json();
    assert_eq!((seen.as_str(), &body["is_default"], &body["version"]), ("\"1\"", &json!(true), &json!(1)));
    let open = json!({ "profile": "full", "allow": [], "deny": [] });
    assert_eq!((&body["emoji"], &body["fallbacks"], &body["tools"]), (&json!(""), &json!([]), &open));

    let change = json!({ "emoji": "🧩", "personality": "Dry wit.", "skills": ["weather"],
        "tools": { "profile": "coding", "deny": ["exec"] } });
    let missing = patch(&one, &ann.token, None, &change).await;
    assert_eq!((missing.status.as_u16(), missing.code().as_str()), (428, "version_missing"));
    let changed = patch(&one, &ann.token, Some(&seen), &change).await;
    assert_eq!((changed.status.as_u16(), changed.etag().as_str()), (200, "\"2\""), "{changed:?}");
    assert_eq!(changed.json(), get(&one, &ann.token).await.json());
    let stale = patch(&one, &ann.token, Some(&seen), &json!({ "name": "x" })).await;
    assert_eq!((stale.status.as_u16(), stale.code().as_str()), (412, "stale"));
    assert!(stale.detail().contains("changed since: emoji, personality, tools, skills"), "{stale:?}");
    let stale = versioned(Method::DELETE, &one, &ann.token, Some(&seen), None).await;
    assert_eq!(stale.code(), "stale");

    let own = json!({ "provider_id": provider, "model": "fake-small" });
    for (body, says) in [
        (json!({ "emojis": "🧩" }), "emojis"),
        (json!({ "slug": "other" }), "slug"),
        (json!({ "tools": { "profile": "all" } }), "profile"),
        (json!({ "tools": { "deny": ["rm -rf"] } }), "no name of a tool"),
        (json!({ "skills": ["../etc"] }), "no name of a skill"),
        (json!({ "emoji": "no" }), "one emoji"),
        (json!({ "name": "" }), "1 to 64 characters"),
        (json!({ "model": "gpt-9" }), "the provider has no model"),
        (json!({ "fallbacks": [own] }), "the agent's own model"),
        (
            json!({ "fallbacks": vec![json!({ "provider_id": provider, "model": "a" }); 6] }),
            "at most 5 models",
        ),
        (json!({ "fallbacks": [{ "provider_id": "x", "model": "a" }] }), "names no provider of yours"),
        (json!({ "is_default": false }), "make another one the default"),
    ] {
        let refused = patch(&one, &ann.token, Some("*"), &body).await;
        assert_eq!(
            (refused.status.as_u16(), refused.code().as_str()),
            (422, "invalid"),
            "{body}: {refused:?}"
        );
        assert!(refused.detail().to_lowercase().contains(&says.to_lowercase()), "{body}: {refused:?}");
    }
    assert_eq!(get(&one, &ann.token).await.etag(), "\"2\"", "a refused change changed something");
    let log = mosaic.command(&["audit", "export"], "");
    assert!(log.contains("agent.changed") && log.contains("emoji, personality, tools, skills"), "{log}");
}

#[tokio::test]
async fn the_default_agent_answers_where_none_is_named_and_is_passed_on() {
    let mosaic = Mosaic::start(standin()).await;
    let ann = mosaic.person("ann", NO_MODELS);
    let (main, provider) = only_agent(&mosaic, &ann).await;
    assert_eq!(who_answers(&mosaic, &ann, "mosaic").await, "openclaw/main");
    let coder = json!({ "slug": "coder", "name": "Coder", "provider_id": provider, "model": "fake-small" });
    let coder = post(&mosaic.url("/api/agents"), &ann.token, &coder).await;
    assert_eq!((coder.status.as_u16(), &coder.json()["is_default"]), (201, &json!(false)), "{coder:?}");
    let one = mosaic.url(&format!("/api/agents/{}", coder.json()["id"].as_str().expect("an id")));
    let made = patch(&one, &ann.token, Some(&coder.etag()), &json!({ "is_default": true })).await;
    assert_eq!(made.json()["is_default"], true, "{made:?}");
    assert_eq!(who_answers(&mosaic, &ann, "openclaw").await, "openclaw/coder");
    let main = get(&mosaic.url(&format!("/api/agents/{main}")), &ann.token).await.json();
    assert_eq!(
        (&main["is_default"], &main["version"]),
        (&json!(false), &json!(2)),
        "it is told that it changed"
    );
    assert_eq!(delete(&one, &ann.token).await.status, 204);
    assert_eq!(who_answers(&mosaic, &ann, "mosaic").await, "openclaw/main");
}
