//! The first set-up, by the API alone.

use futures_util::future::join_all;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Browser, Mosaic, Reply, get, post, standin};

const PASSWORD: &str = "correct horse battery";

fn breakglass(code: &str, email: &str) -> Value {
    json!({ "setup_code": code, "email": email, "password": PASSWORD })
}

fn provider(name: &str) -> Value {
    json!({ "name": name, "kind": "openai-completions", "base_url": "http://standin.invalid/v1",
        "models": ["fake-small", "fake-large"], "api_key": "sk-secret-of-the-admin" })
}

/// Takes a step.
async fn step(who: &mut Browser<'_>, name: &str, body: &Value) -> Reply {
    let body = if name == "complete" { None } else { Some(body) };
    who.send(Method::POST, &format!("/api/onboarding/{name}"), body).await
}

async fn status(who: &mut Browser<'_>) -> Value {
    let reply = who.get("/api/onboarding/status").await;
    assert_eq!(reply.status, StatusCode::OK, "{reply:?}");
    reply.json()
}

/// Takes every step up to and without this one.
async fn up_to(mosaic: &Mosaic, who: &mut Browser<'_>, last: &str) {
    let code = mosaic.setup_code();
    let bodies = [
        ("breakglass", breakglass(&code, "root@example.org")),
        ("oidc", json!({ "skip": true })),
        ("provider", provider("models")),
        ("agent", json!({})),
        ("complete", Value::Null),
    ];
    for (name, body) in bodies.iter().take_while(|(name, _)| *name != last) {
        let reply = step(who, name, body).await;
        assert!(reply.status.is_success(), "{name}: {reply:?}");
    }
}

#[tokio::test]
async fn from_an_empty_database_to_a_first_chat_by_the_api_alone() {
    let mosaic = Mosaic::start_new(standin()).await;
    let mut browser = Browser::new(&mosaic);
    let new = status(&mut browser).await;
    assert_eq!((&new["completed"], &new["next"]), (&json!(false), &json!("breakglass")), "{new}");

    up_to(&mosaic, &mut browser, "agent").await;
    let half = status(&mut browser).await;
    let states: Vec<&str> =
        half["steps"].as_array().unwrap().iter().map(|it| it["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["done", "skipped", "done", "open"], "{half}");
    assert_eq!(half["signed_in"], true);
    assert!(half["first_agent"]["personalities"].as_array().is_some_and(|it| it.len() > 1), "{half}");
    let early = step(&mut browser, "complete", &Value::Null).await;
    assert_eq!((early.status, early.code()), (StatusCode::CONFLICT, "conflict".to_owned()), "{early:?}");
    assert!(early.text.contains("agent"), "{early:?}");

    let agent = step(&mut browser, "agent", &json!({ "name": "Ada" })).await;
    assert_eq!((&agent.json()["slug"], &agent.json()["model"]), (&json!("main"), &json!("fake-small")));
    let done = step(&mut browser, "complete", &Value::Null).await;
    assert_eq!(done.status, StatusCode::NO_CONTENT, "{done:?}");
    assert_eq!(status(&mut browser).await["completed"], true);

    let question = json!({ "model": "main", "messages": [{ "role": "user", "content": "hello" }] });
    let answer = browser.send(Method::POST, "/v1/chat/completions", Some(&question)).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    assert!(answer.text.contains("hello"), "{answer:?}");
    let log = browser.get("/api/admin/audit").await.text;
    for action in ["user.created", "provider.added", "agent.added", "onboarding.completed"] {
        assert!(log.contains(action), "{action}: {log}");
    }
    assert!(!log.contains("sk-secret") && !mosaic.log().contains("sk-secret"));
}

#[tokio::test]
async fn before_it_is_set_up_only_what_belongs_to_that_answers() {
    let mosaic = Mosaic::start_new(standin()).await;
    let person = mosaic.person("early", "http://standin.invalid/v1");
    for path in ["/api/me", "/api/providers", "/api/agents", "/api/cell", "/api/admin/config", "/v1/models"] {
        for token in ["", &person.token] {
            let reply = get(&mosaic.url(path), token).await;
            assert_eq!(
                (reply.status, reply.code()),
                (StatusCode::CONFLICT, "onboarding_required".to_owned())
            );
            assert!(reply.text.contains("mosaic admin create"), "{reply:?}");
        }
    }
    let chat = post(&mosaic.url("/v1/chat/completions"), &person.token, &json!({})).await;
    assert_eq!(chat.code(), "onboarding_required", "{chat:?}");
    assert_eq!(chat.json()["error"]["code"], "onboarding_required");
    for path in ["/", "/setup", "/api/health", "/api/openapi.json", "/api/docs", "/api/onboarding/status"] {
        assert_eq!(get(&mosaic.url(path), "").await.status, StatusCode::OK, "{path}");
    }
    // What the steps try out asks who the caller is, as ever.
    let presets = get(&mosaic.url("/api/providers/presets"), "").await;
    assert_eq!(presets.status, StatusCode::UNAUTHORIZED, "{presets:?}");
    for token in ["", &person.token] {
        let tried = get(&mosaic.url("/api/admin/oidc/try"), token).await;
        assert!(matches!(tried.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN), "{tried:?}");
    }
    let login = json!({ "email": "x@example.org", "password": "y" });
    assert_eq!(post(&mosaic.url("/api/auth/login"), "", &login).await.code(), "wrong_password");
    // Whoever has the host can end it in another way, and a running Mosaic takes it up.
    mosaic.command(&["admin", "create", "--email", "root@example.org", "--password-stdin"], PASSWORD);
    assert_eq!(get(&mosaic.url("/api/me"), &person.token).await.status, StatusCode::OK);
    let late = breakglass(&mosaic.setup_code(), "eve@example.org");
    assert_eq!(
        post(&mosaic.url("/api/onboarding/breakglass"), "", &late).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_passer_by_cannot_claim_the_installation() {
    let mosaic = Mosaic::start_new(standin()).await;
    let (code, url) = (mosaic.setup_code(), mosaic.url("/api/onboarding/breakglass"));
    let missing = json!({ "email": "eve@example.org", "password": PASSWORD });
    assert_eq!(post(&url, "", &missing).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let other = code.replace(|c: char| c.is_ascii_digit(), "Z");
    for wrong in ["", "0000", &other, &code[1..]] {
        let reply = post(&url, "", &breakglass(wrong, "eve@example.org")).await;
        assert_eq!((reply.status, reply.code()), (StatusCode::FORBIDDEN, "wrong_setup_code".to_owned()));
        assert!(!reply.text.contains(&code[..9]), "{reply:?}");
    }
    let guesses =
        join_all((0..40).map(async |_| post(&url, "", &breakglass(&other, "eve@example.org")).await.code()))
            .await;
    assert!(guesses.iter().any(|code| code == "too_many_requests"), "{guesses:?}");
    assert_eq!(mosaic.command(&["user", "list"], ""), "");
    assert!(!mosaic.command(&["config", "get"], "").contains(&code));

    // The steps after it are for the administrator it makes, and for nobody without their session.
    for name in ["oidc", "provider", "agent", "complete"] {
        let body = if name == "complete" { Value::Null } else { json!({}) };
        let reply = step(&mut Browser::new(&mosaic), name, &body).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{name}: {reply:?}");
    }
}

#[tokio::test]
async fn of_browsers_that_race_exactly_one_becomes_the_administrator() {
    let mosaic = Mosaic::start_new(standin()).await;
    let (code, url) = (mosaic.setup_code(), mosaic.url("/api/onboarding/breakglass"));
    let bodies: Vec<Value> =
        (0..6).map(|number| breakglass(&code, &format!("root{number}@example.org"))).collect();
    let replies = join_all(bodies.iter().map(|body| post(&url, "", body))).await;
    let statuses: Vec<u16> = replies.iter().map(|reply| reply.status.as_u16()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 200 | 409 | 429)), "{statuses:?}");
    assert_eq!(mosaic.command(&["user", "list"], "").lines().count(), 1);
    // Who came too late is told so, with the right code and without a session.
    let late = post(&url, "", &bodies[0]).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{late:?}");
    assert!(late.text.contains("sign in"), "{late:?}");
}

#[tokio::test]
async fn a_crash_in_the_middle_loses_no_step_and_makes_another_code() {
    let mut mosaic = Mosaic::start_new(standin()).await;
    let mut browser = Browser::new(&mosaic);
    up_to(&mosaic, &mut browser, "agent").await;
    let (before, code) = (status(&mut browser).await, mosaic.setup_code());
    let cookie = format!("mosaic_session={}", browser.cookie("mosaic_session").expect("it is signed in"));
    mosaic.kill();
    mosaic.restart().await;
    let mut browser = Browser::new(&mosaic).with("cookie", &cookie);
    assert_eq!(status(&mut browser).await, before);
    let again = mosaic.setup_code();
    assert_ne!(again, code);
    let old = step(&mut browser, "breakglass", &breakglass(&code, "root@example.org")).await;
    assert_eq!(old.code(), "wrong_setup_code", "{old:?}");

    // A browser that lost its session signs in, corrects the address and the provider, and goes on.
    let mut browser = Browser::new(&mosaic);
    assert_eq!(status(&mut browser).await["signed_in"], false);
    let login = browser.sign_in("root@example.org", PASSWORD).await;
    assert_eq!(login.status, StatusCode::OK, "{login:?}");
    let changed = step(&mut browser, "breakglass", &breakglass(&again, "chief@example.org")).await;
    assert_eq!(changed.json()["email"], "chief@example.org", "{changed:?}");
    assert_eq!(mosaic.command(&["user", "list"], "").lines().count(), 1);
    for name in ["models", "others"] {
        let reply = step(&mut browser, "provider", &provider(name)).await;
        assert_eq!(reply.status, StatusCode::OK, "{reply:?}");
        let agent = json!({ "model": "fake-large", "personality": "Dry wit." });
        for _ in 0..2 {
            assert_eq!(step(&mut browser, "agent", &agent).await.status, StatusCode::OK);
        }
    }
    assert_eq!(step(&mut browser, "complete", &Value::Null).await.status, StatusCode::NO_CONTENT);
    let providers = browser.get("/api/providers").await.json();
    assert_eq!(providers["providers"].as_array().map(Vec::len), Some(1), "{providers}");
    assert_eq!(providers["providers"][0]["name"], "others");
    let agents = browser.get("/api/agents").await.json();
    assert_eq!(agents["agents"].as_array().map(Vec::len), Some(1), "{agents}");
    assert_eq!(agents["agents"][0]["model"], "fake-large");

    let cookie = format!("mosaic_session={}", browser.cookie("mosaic_session").expect("it is signed in"));
    mosaic.kill();
    mosaic.restart().await;
    assert_eq!(mosaic.setup_code(), again, "a code was made for what is over");
    let mut browser = Browser::new(&mosaic).with("cookie", &cookie);
    for name in ["breakglass", "oidc", "provider", "agent", "complete"] {
        let reply = step(&mut browser, name, &json!({})).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{name}: {reply:?}");
    }
}

#[tokio::test]
async fn an_oidc_provider_can_be_set_up_and_corrected_on_the_way() {
    let mosaic = Mosaic::start_new(standin()).await;
    let mut browser = Browser::new(&mosaic);
    up_to(&mosaic, &mut browser, "oidc").await;
    for name in ["Exmaple", "Example"] {
        let config = json!({ "version": 0, "issuer": "https://login.example.org", "client_id": "mosaic",
            "display_name": name, "enabled": false, "client_secret": "s3cret-of-the-client" });
        let saved = step(&mut browser, "oidc", &json!({ "config": config })).await;
        assert_eq!(saved.status, StatusCode::OK, "{saved:?}");
        assert_eq!(saved.json()["config"]["display_name"], name);
        assert!(!saved.text.contains("s3cret"), "{saved:?}");
    }
    assert_eq!(status(&mut browser).await["steps"][1]["state"], "done");
    for name in ["provider", "agent", "complete"] {
        let body = if name == "provider" { provider("models") } else { json!({}) };
        assert!(step(&mut browser, name, &body).await.status.is_success(), "{name}");
    }
    assert_eq!(browser.get("/api/admin/oidc").await.json()["config"]["display_name"], "Example");
    assert!(browser.get("/api/admin/audit").await.text.contains("oidc.changed"));
}

#[tokio::test]
async fn what_a_step_cannot_take_is_told_and_takes_nothing_away() {
    let mosaic = Mosaic::start_new(standin()).await;
    let mut browser = Browser::new(&mosaic);
    let code = mosaic.setup_code();
    for (field, value) in [("email", "no address"), ("password", "short")] {
        let mut body = breakglass(&code, "root@example.org");
        body[field] = json!(value);
        let reply = step(&mut browser, "breakglass", &body).await;
        assert_eq!(
            (reply.status, reply.code()),
            (StatusCode::UNPROCESSABLE_ENTITY, "invalid".to_owned()),
            "{reply:?}"
        );
    }
    up_to(&mosaic, &mut browser, "complete").await;
    let bad = [
        ("oidc", json!({ "skip": false })),
        ("oidc", json!({ "skip": true, "issuer": "x" })),
        ("provider", json!({ "name": "x" })),
        ("agent", json!({ "model": "ghost" })),
        ("agent", json!({ "emoji": "x" })),
    ];
    for (name, body) in bad {
        let reply = step(&mut browser, name, &body).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {reply:?}");
    }
    let status = status(&mut browser).await;
    assert_eq!(status["next"], Value::Null, "{status}");
    assert_eq!(step(&mut browser, "complete", &Value::Null).await.status, StatusCode::NO_CONTENT);
}
