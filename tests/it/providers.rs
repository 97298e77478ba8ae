//! Provider accounts, from a preset to the last one removed: by the API of the real program.

use http::Method;
use mosaic_model_server::{Behaviour, ModelServer, ModelServerConfig};
use serde_json::{Value, json};

use crate::support::{self, Mosaic, Person, Reply, delete, eventually, get, post, standin};

const KEY: &str = "sk-provider-test-0123456789";

async fn provider_server() -> ModelServer {
    let config = ModelServerConfig {
        keys: vec![KEY.to_owned()],
        models: vec!["small".to_owned(), "large".to_owned()],
        only_these_models: true,
        ..ModelServerConfig::default()
    };
    ModelServer::start(config).await.expect("a free port")
}

/// Where it is, as a user names it.
fn address(server: &ModelServer) -> String {
    format!("host.mosaic.internal:{}", server.addr().port())
}

async fn patch(mosaic: &Mosaic, person: &Person, id: &str, seen: Option<&str>, body: &Value) -> Reply {
    support::patch(&mosaic.url(&format!("/api/providers/{id}")), &person.token, seen, body).await
}

/// The step that failed, its word and its words.
fn failed(reply: &Reply) -> (String, String, String) {
    let result = reply.json();
    assert_eq!(result["ok"], false, "{reply:?}");
    let steps = result["steps"].as_array().expect("steps").clone();
    let step = steps.into_iter().find(|step| step["outcome"] == "failed").expect("one that failed");
    let text = |field: &str| step[field].as_str().unwrap_or_default().to_owned();
    (text("step"), text("problem"), text("detail"))
}

#[tokio::test]
async fn a_provider_is_added_by_preset_tried_changed_switched_off_and_removed() {
    let mosaic = Mosaic::start(standin()).await;
    let server = provider_server().await;
    let ann = mosaic.newcomer("ann");
    let all = mosaic.url("/api/providers");
    let presets = get(&mosaic.url("/api/providers/presets"), &ann.token).await.json();
    assert!(presets["presets"].as_array().is_some_and(|list| list.iter().any(|it| it["id"] == "openrouter")));

    let new = json!({ "name": "Mine", "preset": "openai-compatible", "models": ["small", { "id": "large",
        "name": "The large one", "context_window": 64_000 }], "base_url": format!("http://{}/v1", address(&server)),
        "api_key": KEY });
    let refused = post(&all, &ann.token, &new).await;
    assert_eq!(refused.code(), "invalid");
    assert!(refused.detail().contains(&format!("add {} to allowed_egress", address(&server))), "{refused:?}");
    mosaic.set("allowed_egress", &address(&server));
    let added = eventually("the port is open", async || {
        let added = post(&all, &ann.token, &new).await;
        (added.status == 201).then_some(added)
    })
    .await;
    assert!(!added.text.contains(KEY), "{added:?}");
    assert_eq!(added.json()["key_hint"], "6789");
    let id = added.json()["id"].as_str().expect("an id").to_owned();
    let one = mosaic.url(&format!("/api/providers/{id}"));

    let tried = post(&format!("{one}/test"), &ann.token, &json!({ "model": "large" })).await;
    assert_eq!((tried.status.as_u16(), tried.json()["ok"].as_bool()), (200, Some(true)), "{tried:?}");
    assert!(tried.json()["first_token_millis"].is_u64());
    assert_eq!(server.requests().last().map(|it| it.model().to_owned()).as_deref(), Some("large"));
    assert_eq!(get(&one, &ann.token).await.json()["test_ok"], true);
    let listed = get(&format!("{one}/models"), &ann.token).await;
    assert_eq!(listed.json(), json!({ "models": [{ "id": "small" }, { "id": "large" }] }));

    let agent = json!({ "slug": "main", "name": "Main", "provider_id": id, "model": "small" });
    assert_eq!(post(&mosaic.url("/api/agents"), &ann.token, &agent).await.status, 201);
    let shown = get(&one, &ann.token).await;
    assert_eq!(shown.json()["used_by"][0]["slug"], "main", "{shown:?}");
    let off = json!({ "enabled": false });
    for refused in [
        patch(&mosaic, &ann, &id, Some("*"), &off).await,
        patch(&mosaic, &ann, &id, Some("*"), &json!({ "models": ["large"] })).await,
        delete(&one, &ann.token).await,
    ] {
        assert_eq!(refused.code(), "conflict", "{refused:?}");
        assert!(refused.detail().contains("the agents main"), "{refused:?}");
    }

    assert_eq!(delete(&format!("{one}?cascade=true"), &ann.token).await.status, 204);
    assert_eq!(get(&mosaic.url("/api/agents"), &ann.token).await.json()["agents"], json!([]));
    assert_eq!(get(&one, &ann.token).await.status, 404);
    let log = mosaic.command(&["audit", "export"], "");
    assert!(log.contains("agent.removed") && log.contains("with its provider"), "{log}");
}

#[tokio::test]
async fn a_change_to_what_somebody_else_changed_is_refused_and_says_what() {
    let mosaic = Mosaic::start(standin()).await;
    let ann = mosaic.person("ann", "http://models.invalid/v1");
    let list = get(&mosaic.url("/api/providers"), &ann.token).await.json();
    let id = list["providers"][0]["id"].as_str().expect("an id").to_owned();
    let one = mosaic.url(&format!("/api/providers/{id}"));
    let seen = get(&one, &ann.token).await.etag();
    assert_eq!(seen, "\"1\"");

    let missing = patch(&mosaic, &ann, &id, None, &json!({ "name": "x" })).await;
    assert_eq!((missing.status.as_u16(), missing.code().as_str()), (428, "version_missing"));
    let changed = patch(&mosaic, &ann, &id, Some(&seen), &json!({ "name": "First" })).await;
    assert_eq!((changed.status.as_u16(), changed.etag().as_str()), (200, "\"2\""), "{changed:?}");
    let stale = patch(&mosaic, &ann, &id, Some(&seen), &json!({ "models": ["fake-small", "other"] })).await;
    assert_eq!((stale.status.as_u16(), stale.code().as_str()), (412, "stale"));
    assert!(stale.detail().contains("changed since: name (it is at version 2 now)"), "{stale:?}");
    let whole = format!("{one}?cascade=true");
    let stale = support::versioned(Method::DELETE, &whole, &ann.token, Some(&seen), None).await;
    assert_eq!(stale.code(), "stale");

    for (body, says) in [
        (json!({ "nmae": "x" }), "nmae"),
        (json!({ "models": [] }), "models"),
        (json!({ "models": [{ "id": "a", "temperature": 1 }] }), "temperature"),
        (
            json!({ "base_url": "http://127.0.0.1:11434/v1", "api_key": "k" }),
            "your agent that is its own container",
        ),
        (json!({ "base_url": "http://169.254.169.254/v1", "api_key": "k" }), "metadata address"),
        (json!({ "base_url": "http://[::ffff:10.0.0.1]/v1", "api_key": "k" }), "a private address"),
        (json!({ "base_url": "https://evil.example/v1" }), "send api_key along"),
    ] {
        let refused = patch(&mosaic, &ann, &id, Some("*"), &body).await;
        assert_eq!(refused.status.as_u16(), 422, "{body}: {refused:?}");
        assert!(refused.detail().contains(says), "{body}: {refused:?}");
    }
    assert_eq!(get(&one, &ann.token).await.etag(), "\"2\"", "a refused change changed something");
}

#[tokio::test]
async fn whatever_is_wrong_with_a_draft_is_in_the_test_of_it() {
    let mosaic = Mosaic::start(standin()).await;
    let server = provider_server().await;
    mosaic.set("allowed_egress", &address(&server));
    let ann = mosaic.newcomer("ann");
    let draft = |path: &str, key: &str, model: &str| {
        json!({ "kind": "openai-completions", "base_url": format!("http://{}{path}", address(&server)),
            "api_key": key, "model": model })
    };
    let url = mosaic.url("/api/providers/test");
    let test = async |body: Value| post(&url, &ann.token, &body).await;
    eventually("the port is open", async || {
        (test(draft("/v1", KEY, "small")).await.json()["ok"] == true).then_some(())
    })
    .await;

    let (step, problem, words) = failed(&test(draft("/v1", "sk-wrong-0123456789", "small")).await);
    assert_eq!((step.as_str(), problem.as_str()), ("authenticate", "wrong_key"));
    assert!(words.contains("“this key is not accepted”"), "{words}");
    let (_, problem, words) = failed(&test(draft("", KEY, "small")).await);
    assert_eq!(problem, "wrong_path");
    assert!(words.contains("/v1 there is one"), "{words}");
    let (step, problem, _) = failed(&test(draft("/v1", KEY, "huge")).await);
    assert_eq!((step.as_str(), problem.as_str()), ("complete", "unknown_model"));
    server.script(Behaviour::Refuse { status: 429, message: "You exceeded your current quota".to_owned() });
    let (_, problem, words) = failed(&test(draft("/v1", KEY, "small")).await);
    assert_eq!(problem, "quota_exceeded");
    assert!(words.contains("“You exceeded your current quota”"), "{words}");
    for (url, step, problem) in [
        ("http://no-such-name.invalid/v1", "dns", "unknown_host"),
        ("http://127.0.0.1:5432/v1", "dns", "closed_address"),
        ("http://localhost:5432/v1", "dns", "closed_address"),
    ] {
        let body = json!({ "kind": "openai-completions", "base_url": url });
        let (found, word, _) = failed(&test(body).await);
        assert_eq!((found.as_str(), word.as_str()), (step, problem), "{url}");
    }
    let too_many = eventually("it is too often", async || {
        let reply = test(json!({ "kind": "openai-completions", "base_url": "http://127.0.0.1/v1" })).await;
        (reply.status == 429).then_some(reply)
    })
    .await;
    assert!(too_many.headers.contains_key("retry-after"), "{too_many:?}");
    assert_eq!(get(&mosaic.url("/api/providers"), &ann.token).await.json()["providers"], json!([]));
    assert!(!mosaic.log().contains(KEY));
}

#[tokio::test]
async fn the_command_line_knows_presets() {
    let mosaic = Mosaic::start(standin()).await;
    let ann = mosaic.newcomer("ann");
    let add = ["provider", "add", "--user", &ann.email, "--name"];
    mosaic.command(&[&add[..], &["Claude", "--preset", "anthropic", "--model", "claude"]].concat(), KEY);
    mosaic.set("allowed_egress", "host.mosaic.internal:11434");
    mosaic
        .command(&[&add[..], &["Local", "--preset", "ollama", "--no-key", "--model", "llama"]].concat(), "");
    let list = get(&mosaic.url("/api/providers"), &ann.token).await.json();
    let [claude, local] = &list["providers"].as_array().expect("a list")[..] else { panic!("two: {list}") };
    assert_eq!(
        (&claude["kind"], &claude["base_url"]),
        (&json!("anthropic-messages"), &json!("https://api.anthropic.com"))
    );
    assert_eq!((&local["has_key"], &local["preset"]), (&json!(false), &json!("ollama")));
}
