//! From an empty database to two people with two agents each, by the API alone, on the real gateway.

use std::collections::BTreeSet;

use http::{Method, StatusCode};
use mosaic_model_server::{ModelServer, ModelServerConfig, SeenRequest};
use serde_json::{Value, json};

use crate::support::{Browser, Mosaic, agent, eventually};

const PASSWORD: &str = "correct horse battery";
/// Each person's own key, and what only they talk about.
const ROOT: (&str, &str) = ("sk-of-the-administrator", "marmalade");
const ANN: (&str, &str) = ("sk-of-ann", "zeppelins");
/// Two agents, each on a model of its own.
const AGENTS: [(&str, &str); 2] = [("quick", "fake-small"), ("deep", "fake-large")];

async fn must(browser: &mut Browser<'_>, method: Method, path: &str, body: Value) -> Value {
    let reply = browser.send(method, path, (!body.is_null()).then_some(&body)).await;
    assert!(reply.status.is_success(), "{path}: {reply:?}");
    if reply.text.is_empty() { Value::Null } else { reply.json() }
}

/// The first set-up, step by step; the provider that it makes is nowhere.
async fn onboard(mosaic: &Mosaic) -> Browser<'_> {
    let mut root = Browser::new(mosaic);
    let nowhere = json!({ "name": "nowhere", "kind": "openai-completions", "base_url": "http://nowhere.invalid/v1",
        "models": ["m"], "api_key": "sk-nowhere" });
    let first =
        json!({ "setup_code": mosaic.setup_code(), "email": "root@example.org", "password": PASSWORD });
    for (step, body) in [
        ("breakglass", first),
        ("oidc", json!({ "skip": true })),
        ("provider", nowhere),
        ("agent", json!({})),
        ("complete", Value::Null),
    ] {
        must(&mut root, Method::POST, &format!("/api/onboarding/{step}"), body).await;
    }
    root
}

/// The second person comes by invitation.
async fn invite<'a>(mosaic: &'a Mosaic, root: &mut Browser<'_>) -> Browser<'a> {
    let whom = json!({ "email": "ann@example.org", "role": "user" });
    let made = must(root, Method::POST, "/api/admin/invitations", whom).await;
    let code = made["link"].as_str().and_then(|link| link.split_once('#')).expect("a link").1.to_owned();
    let mut ann = Browser::new(mosaic);
    let accepted = json!({ "code": code, "password": PASSWORD });
    must(&mut ann, Method::POST, "/api/auth/invitation/accept", accepted).await;
    ann
}

/// A provider with the person's own key, and two agents on it; the provider's address in the API.
async fn equip(who: &mut Browser<'_>, url: &str, key: &str) -> String {
    let provider = json!({ "name": "models", "kind": "openai-completions", "base_url": url,
        "models": AGENTS.map(|(_, model)| model), "api_key": key });
    let provider = must(who, Method::POST, "/api/providers", provider).await;
    for (slug, model) in AGENTS {
        let agent = json!({ "slug": slug, "name": slug, "personality": format!("You are {slug}."),
            "provider_id": provider["id"], "model": model });
        must(who, Method::POST, "/api/agents", agent).await;
    }
    format!("/api/providers/{}", provider["id"].as_str().expect("an id"))
}

async fn ask(who: &mut Browser<'_>, agent: &str, words: &str) -> crate::support::Reply {
    let question = json!({ "model": agent, "user": "c", "messages": [{ "role": "user", "content": words }] });
    who.post("/v1/chat/completions", &question).await
}

async fn ask_both_agents(who: &mut Browser<'_>, word: &str) {
    for (agent, _) in AGENTS {
        let answer = ask(who, agent, &format!("Tell me of {word}.")).await;
        assert!(answer.status.is_success() && answer.text.contains(word), "{agent}: {answer:?}");
    }
}

#[tokio::test]
async fn two_people_each_chat_with_two_agents_on_models_of_their_own_and_a_revoked_key_takes_effect() {
    let config = ModelServerConfig {
        listen: "0.0.0.0:0".parse().expect("an address"),
        keys: vec![ROOT.0.to_owned(), ANN.0.to_owned()],
        ..ModelServerConfig::default()
    };
    let models = ModelServer::start(config).await.expect("a free port");
    let host = format!("host.mosaic.internal:{}", models.addr().port());
    let url = format!("http://{host}/v1");
    let mosaic = Mosaic::start_new(agent()).await;
    let mut root = onboard(&mosaic).await;
    let mut admin = root.clone().with("if-match", "*");
    must(&mut admin, Method::PATCH, "/api/admin/config", json!({ "allowed_egress": [host] })).await;
    let mut ann = invite(&mosaic, &mut root).await;
    equip(&mut root, &url, ROOT.0).await;
    let anns_provider = equip(&mut ann, &url, ANN.0).await;

    ask_both_agents(&mut root, ROOT.1).await;
    ask_both_agents(&mut ann, ANN.1).await;
    for ((key, own), (_, others)) in [(ROOT, ANN), (ANN, ROOT)] {
        let asked = models.requests().into_iter().filter(|request| request.key.as_deref() == Some(key));
        let asked: Vec<_> = asked.collect();
        let named: BTreeSet<&str> = asked.iter().map(SeenRequest::model).collect();
        assert_eq!(named, AGENTS.map(|(_, model)| model).into(), "{key}");
        let said = asked.iter().map(|request| request.body.to_string()).collect::<String>();
        assert!(said.contains(own) && !said.contains(others), "{key} was used for another's words");
    }

    let revoked = json!({ "api_key": "sk-revoked-at-the-provider" });
    must(&mut ann, Method::PUT, &format!("{anns_provider}/key"), revoked).await;
    eventually("the revoked key is what Ann's agent uses", async || {
        let answer = ask(&mut ann, "quick", "Still there?").await;
        (answer.status == StatusCode::FAILED_DEPENDENCY && answer.code() == "provider_refused").then_some(())
    })
    .await;
    ask_both_agents(&mut root, ROOT.1).await;
    must(&mut ann, Method::PUT, &format!("{anns_provider}/key"), json!({ "api_key": ANN.0 })).await;
    eventually("Ann has a key again", async || {
        ask(&mut ann, "deep", "And now?").await.status.is_success().then_some(())
    })
    .await;
}
