//! Agents of the fleet's own, on the real engine.

use std::collections::BTreeSet;

use http::Method;
use serde_json::{Value, json};

use crate::support::{Lasting, Mosaic, Person, docker, eventually, get, post, request, standin, versioned};

const AGENTS: &str = "/api/admin/system-agents";
const NO_MODELS: &str = "http://standin.invalid/v1";

fn concierge(always_on: bool) -> Value {
    json!({ "name": "Concierge", "personality": "Knows the house.", "model": "small", "always_on": always_on,
        "provider": { "name": "m", "kind": "openai-completions", "base_url": NO_MODELS, "models": ["small"],
            "api_key": "sk-the-house-0123456789" } })
}

async fn admin(mosaic: &Mosaic) -> String {
    let email = mosaic.admin("root", "correct horse battery");
    let person = Person { email, token: String::new() };
    mosaic.token(&person, &["admin_read", "admin_write"], Lasting::Still).await
}

/// How many containers, networks and volumes of this cell there are.
fn things(agent: &str) -> [usize; 3] {
    let filter = format!("label=mosaic.cell=system-{agent}");
    [&["ps", "-aq"][..], &["network", "ls", "-q"], &["volume", "ls", "-q"]]
        .map(|list| docker(&[list, &["--filter", &filter]].concat()).lines().count())
}

async fn ask(mosaic: &Mosaic, token: &str, agent: &str, words: &str) -> crate::support::Reply {
    let question = json!({ "model": "mosaic", "messages": [{ "role": "user", "content": words }] });
    post(&mosaic.url(&format!("{AGENTS}/{agent}/chat/completions")), token, &question).await
}

async fn until_state(mosaic: &Mosaic, token: &str, agent: &str, wanted: &str) {
    let url = mosaic.url(&format!("{AGENTS}/{agent}"));
    eventually(wanted, async || (get(&url, token).await.json()["cell"]["state"] == wanted).then_some(()))
        .await;
}

/// Its container is killed, and it is back unasked; Mosaic is killed, and the next one adopts it.
async fn survive(mosaic: &mut Mosaic, token: &str, agent: &str) {
    let before = mosaic.containers();
    docker(&["kill", &before[0]]);
    eventually("it is back", async || {
        let now = mosaic.containers();
        (now.len() == 1 && now != before).then_some(())
    })
    .await;
    until_state(mosaic, token, agent, "running").await;

    let before = mosaic.containers();
    mosaic.kill();
    mosaic.restart().await;
    until_state(mosaic, token, agent, "running").await;
    assert_eq!(ask(mosaic, token, agent, "still there?").await.status, 200);
    assert_eq!(mosaic.containers(), before, "it was restarted");
}

/// It is changed by whoever saw it as it is; stopped, it stays stopped; started, it is back.
async fn change(mosaic: &Mosaic, token: &str, agent: &str) {
    let url = mosaic.url(&format!("{AGENTS}/{agent}"));
    let change = json!({ "name": "Porter", "personality": "", "model": "small", "always_on": true });
    let seen = get(&url, token).await.etag();
    let changed = versioned(Method::PUT, &url, token, Some(&seen), Some(&change)).await;
    assert_eq!(
        (changed.status.as_u16(), changed.json()["name"].clone()),
        (200, json!("Porter")),
        "{changed:?}"
    );
    let on_demand = json!({ "name": "Porter", "personality": "", "model": "small", "always_on": false });
    let blind = versioned(Method::PUT, &url, token, Some(&seen), Some(&on_demand)).await;
    assert_eq!(blind.status, 412, "{blind:?}");
    assert_eq!(versioned(Method::PUT, &url, token, None, Some(&on_demand)).await.status, 428);
    for always_on in [on_demand, change] {
        assert_eq!(versioned(Method::PUT, &url, token, Some("*"), Some(&always_on)).await.status, 200);
    }
    let other = json!({ "name": "others", "kind": "openai-completions", "base_url": NO_MODELS,
        "models": ["small", "large"] });
    let replaced = versioned(Method::PUT, &format!("{url}/provider"), token, Some("*"), Some(&other)).await;
    assert_eq!(
        (replaced.status.as_u16(), replaced.json()["provider"]["has_key"].clone()),
        (200, json!(true))
    );
    let stopped = post(&format!("{url}/stop"), token, &Value::Null).await;
    assert_eq!((stopped.status.as_u16(), stopped.json()["held"].clone()), (200, json!(true)), "{stopped:?}");
    assert_eq!(things(agent)[0], 0);
    assert_eq!(post(&format!("{url}/start"), token, &Value::Null).await.status, 202);
    until_state(mosaic, token, agent, "running").await;

    // Whoever looks after the whole fleet orders the same of it, and it is held as well.
    let cell = mosaic.url(&format!("/api/admin/fleet/system-{agent}"));
    assert_eq!(get(&cell, token).await.json()["owner"], json!({ "kind": "fleet", "name": "Porter" }));
    assert_eq!(post(&format!("{cell}/drain"), token, &Value::Null).await.status, 202);
    until_state(mosaic, token, agent, "absent").await;
    assert_eq!(get(&url, token).await.json()["held"], json!(true));
    assert_eq!(post(&format!("{cell}/start"), token, &Value::Null).await.status, 202);
    until_state(mosaic, token, agent, "running").await;
    assert_eq!(get(&url, token).await.json()["held"], json!(false));
}

#[tokio::test]
async fn an_agent_of_the_fleets_own_is_declared_talks_outlives_and_is_erased() {
    let mut mosaic = Mosaic::start(standin()).await;
    let token = admin(&mosaic).await;
    let declared = post(&mosaic.url(AGENTS), &token, &concierge(true)).await;
    assert_eq!(declared.status, 201, "{declared:?}");
    assert!(!declared.text.contains("sk-the-house"), "a key is never given out");
    let agent = declared.json()["id"].as_str().expect("an id").to_owned();
    let url = mosaic.url(&format!("{AGENTS}/{agent}"));
    until_state(&mosaic, &token, &agent, "running").await;
    assert_eq!(things(&agent), [1, 1, 1]);
    let answer = ask(&mosaic, &token, &agent, "hello").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(!answer.json()["choices"][0]["message"]["content"].as_str().expect("words").is_empty());

    survive(&mut mosaic, &token, &agent).await;
    change(&mosaic, &token, &agent).await;

    let erased = request(Method::DELETE, &url, &token, "").await;
    assert_eq!(erased.status, 204, "{erased:?}");
    assert_eq!(things(&agent), [0, 0, 0], "nothing is left");
    assert_eq!(get(&url, &token).await.status, 404);
    assert_eq!(ask(&mosaic, &token, &agent, "hello?").await.status, 404);

    let log = get(&mosaic.url("/api/admin/audit?limit=100"), &token).await.json();
    let log = log["entries"].as_array().expect("a list").clone();
    let told: BTreeSet<&str> = log.iter().filter_map(|entry| entry["action"].as_str()).collect();
    for action in [
        "system_agent.declared",
        "system_agent.changed",
        "provider.changed",
        "cell.started",
        "cell.stopped",
        "system_agent.deleted",
    ] {
        assert!(told.contains(action), "{action}: {told:?}");
    }
}

#[tokio::test]
async fn no_user_reaches_an_agent_of_the_fleets_own() {
    let mosaic = Mosaic::start(standin()).await;
    let token = admin(&mosaic).await;
    let ann = mosaic.person("ann", NO_MODELS);
    let declared = post(&mosaic.url(AGENTS), &token, &concierge(false)).await.json();
    let agent = declared["id"].as_str().expect("an id");
    assert_eq!(get(&mosaic.url(AGENTS), &ann.token).await.status, 403);
    assert_eq!(get(&mosaic.url(&format!("{AGENTS}/{agent}")), &ann.token).await.status, 403);
    assert_eq!(ask(&mosaic, &ann.token, agent, "hello").await.status, 403);
    let (inner, provider) = (&declared["provider"]["used_by"][0]["agent_id"], &declared["provider"]["id"]);
    for path in [
        format!("/api/agents/{}", inner.as_str().expect("an id")),
        format!("/api/providers/{}", provider.as_str().expect("an id")),
    ] {
        assert_eq!(get(&mosaic.url(&path), &ann.token).await.status, 404, "{path}");
    }
    let models = get(&mosaic.url("/v1/models"), &ann.token).await;
    assert!(!models.text.contains("Concierge") && !models.text.contains(agent), "{models:?}");
    let said = json!({ "model": agent, "messages": [{ "role": "user", "content": "hello" }] });
    assert_eq!(post(&mosaic.url("/v1/chat/completions"), &ann.token, &said).await.status, 404);
    assert_eq!(things(agent)[0], 0, "nothing of that woke it");
}
