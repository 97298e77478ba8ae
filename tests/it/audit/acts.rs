//! Everything is done once, and the log is read.

use std::collections::BTreeSet;

use http::Method;
use mosaic_model::AuditAction;
use serde_json::{Value, json};

use super::{
    ADMIN, PASSWORD, admin_token,
    decisions::{DECISIONS, Decision, HERE},
    lines, make_admin,
};
use crate::support::{Browser, Mosaic, get, standin};

const NEW_PASSWORD: &str = "another horse battery staple";

/// Makes something, and gives its id.
async fn make(browser: &mut Browser<'_>, path: &str, body: Value) -> String {
    let reply = browser.send(Method::POST, path, Some(&body)).await;
    assert!(reply.status.is_success(), "{path}: {reply:?}");
    reply.json()["id"].as_str().expect("an id").to_owned()
}

async fn does(browser: &mut Browser<'_>, method: Method, path: &str, body: Option<Value>) {
    let reply = browser.send(method.clone(), path, body.as_ref()).await;
    assert!(reply.status.is_success(), "{method} {path}: {reply:?}");
}

/// What a signed-in person does to their own things.
async fn set_up_and_take_down(browser: &mut Browser<'_>) {
    let provider = json!({
        "name": "p", "kind": "openai-completions", "base_url": "http://p.invalid", "models": ["m"], "api_key": "k",
    });
    let provider = make(browser, "/api/providers", provider).await;
    let agent = json!({ "slug": "a", "name": "A", "provider_id": provider, "model": "m" });
    let agent = make(browser, "/api/agents", agent).await;
    let key = json!({ "api_key": "other" });
    does(browser, Method::PUT, &format!("/api/providers/{provider}/key"), Some(key)).await;
    does(browser, Method::PATCH, "/api/cell", Some(json!({ "keep_awake": true }))).await;
    does(browser, Method::POST, "/api/cell/wake", None).await;
    does(browser, Method::POST, "/api/cell/stop", None).await;
    does(browser, Method::POST, "/api/cell/retry", None).await;
    does(browser, Method::POST, "/api/cell/apply", None).await;
    does(browser, Method::DELETE, &format!("/api/agents/{agent}"), None).await;
    does(browser, Method::DELETE, &format!("/api/providers/{provider}"), None).await;
    let token = make(browser, "/api/tokens", json!({ "name": "t", "scopes": ["chat"] })).await;
    does(browser, Method::DELETE, &format!("/api/tokens/{token}"), None).await;
}

/// Signing in and out, sessions and the password.
async fn come_and_go(mosaic: &Mosaic, browser: &mut Browser<'_>) {
    assert_eq!(Browser::new(mosaic).sign_in(ADMIN, "wrong password").await.status, 401);
    let _other = Browser::signed_in(mosaic, ADMIN, PASSWORD).await;
    let sessions = browser.send(Method::GET, "/api/sessions", None).await.json();
    let sessions = sessions["sessions"].as_array().expect("a list");
    let other = sessions.iter().find(|session| session["current"] == false).expect("the other browser");
    let other = other["id"].as_str().expect("an id");
    does(browser, Method::DELETE, &format!("/api/sessions/{other}"), None).await;
    does(browser, Method::DELETE, "/api/sessions", None).await;
    let wrong = json!({ "current": "wrong password", "new": NEW_PASSWORD });
    assert_eq!(browser.send(Method::PUT, "/api/auth/password", Some(&wrong)).await.status, 422);
    let change = json!({ "current": PASSWORD, "new": NEW_PASSWORD });
    does(browser, Method::PUT, "/api/auth/password", Some(change)).await;
    does(browser, Method::POST, "/api/auth/logout", None).await;
}

/// What can be done on the host.
fn on_the_host(mosaic: &Mosaic) {
    mosaic.person("ann", "http://models.invalid/v1");
    mosaic.set("idle_timeout_secs", "600");
    mosaic.command(&["keys", "rotate"], "");
}

/// What the log has of an act: who, the outcome, the address, whether a request is named.
fn told(entries: &[Value], action: AuditAction) -> BTreeSet<(&str, &str, bool)> {
    let of_it = entries.iter().filter(|entry| entry["action"] == action.as_str());
    let told = of_it.map(|entry| {
        let text = |field: &str| entry[field].as_str().expect("text");
        let from_a_request = text("address") == "127.0.0.1" && !text("request_id").is_empty();
        (text("actor"), text("outcome"), from_a_request)
    });
    told.collect()
}

#[tokio::test]
async fn every_act_is_in_the_log_with_who_did_it() {
    let mosaic = Mosaic::start(standin()).await;
    make_admin(&mosaic);
    on_the_host(&mosaic);
    let token = admin_token(&mosaic, &["admin_read"]).await;
    assert!(get(&mosaic.url("/api/admin/audit/export"), &token).await.status.is_success());
    let mut browser = Browser::signed_in(&mosaic, ADMIN, PASSWORD).await;
    set_up_and_take_down(&mut browser).await;
    come_and_go(&mosaic, &mut browser).await;

    let entries = lines(&mosaic.command(&["audit", "export"], ""));
    for (operation, decision) in DECISIONS {
        if let Decision::Told(action, HERE) = decision {
            let told = told(&entries, *action);
            assert!(told.contains(&("user", "done", true)), "{operation}: {told:?}");
        }
    }
    let by_host = [
        AuditAction::AgentAdded,
        AuditAction::AuditExported,
        AuditAction::KeysRotated,
        AuditAction::ProviderAdded,
        AuditAction::SettingChanged,
        AuditAction::TokenCreated,
        AuditAction::UserCreated,
    ];
    for action in by_host {
        let told = told(&entries, action);
        assert!(told.contains(&("host", "done", false)), "{action:?}: {told:?}");
    }
    for (action, actor, outcome) in [
        (AuditAction::Login, "anonymous", "refused"),
        (AuditAction::PasswordChanged, "user", "refused"),
        (AuditAction::AdminTokenUsed, "user", "done"),
    ] {
        let told = told(&entries, action);
        assert!(told.contains(&(actor, outcome, true)), "{action:?}: {told:?}");
    }
    assert!(mosaic.command(&["audit", "verify"], "").contains("none changed"));
}
