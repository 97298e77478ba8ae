//! Passwords, sessions, tokens, and requests that another site makes a browser send.

use http::{Method, StatusCode};
use serde_json::json;

use super::{PASSWORD, admin};
use crate::support::{Browser, Mosaic, eventually, get, post, request, standin};

#[tokio::test]
async fn a_password_signs_browsers_in_and_each_is_signed_out_apart() {
    let mosaic = Mosaic::start(standin()).await;
    let email = mosaic.admin("root", PASSWORD);
    let mut stranger = Browser::new(&mosaic);
    assert_eq!(stranger.sign_in(&email, "correct horse batterz").await.code(), "wrong_password");
    assert_eq!(stranger.sign_in("nobody@example.org", PASSWORD).await.code(), "wrong_password");
    assert!(!stranger.is_in().await);

    let mut first = Browser::signed_in(&mosaic, &email, PASSWORD).await;
    let mut second = Browser::signed_in(&mosaic, "ROOT@example.org", PASSWORD).await;
    let mut third = Browser::signed_in(&mosaic, &email, PASSWORD).await;
    assert_eq!(first.get("/api/me").await.json()["role"], "admin");
    let list = first.get("/api/sessions").await.json();
    let sessions = list["sessions"].as_array().expect("a list");
    assert_eq!(sessions.len(), 3);
    assert_eq!(sessions.iter().filter(|session| session["current"] == true).count(), 1);
    let list = third.get("/api/sessions").await.json();
    let own = list["sessions"].as_array().expect("a list").iter().find(|it| it["current"] == true);
    let own = own.expect("its own")["id"].as_str().expect("an id").to_owned();
    assert_eq!(first.delete(&format!("/api/sessions/{own}"), None).await.status, StatusCode::NO_CONTENT);
    assert!(!third.is_in().await, "it was signed out from another");
    assert!(second.is_in().await);
    assert_eq!(first.delete("/api/sessions", None).await.json()["ended"], 1);
    assert!(!second.is_in().await && first.is_in().await);
    let mut stolen = first.clone();
    assert!(first.post("/api/auth/logout", &json!({})).await.status.is_success());
    assert!(!first.is_in().await && !stolen.is_in().await, "the cookie opens nothing any more");
}

#[tokio::test]
async fn strangers_who_guess_wait_longer_and_longer_and_the_owner_at_a_known_browser_does_not() {
    let mosaic = Mosaic::start(standin()).await;
    let email = mosaic.admin("root", PASSWORD);
    mosaic.set("trusted_proxies", "127.0.0.1");
    let mut known =
        Browser::signed_in(&mosaic, &email, PASSWORD).await.with("x-forwarded-for", "198.51.100.1");
    assert!(known.post("/api/auth/logout", &json!({})).await.status.is_success());
    // Each guess comes from another address, so that only the account is in question.
    let guess = async |number: u32| {
        let address = format!("203.0.113.{number}");
        let mut stranger = Browser::new(&mosaic).with("x-forwarded-for", &address);
        stranger.sign_in(&email, "correct horse batterz").await
    };
    let mut refused = None;
    for number in 1..=30 {
        let reply = guess(number).await;
        if reply.status == StatusCode::TOO_MANY_REQUESTS {
            refused = Some((number, reply));
            break;
        }
        assert_eq!(reply.code(), "wrong_password");
    }
    let (number, reply) = refused.expect("guessing goes on for ever");
    assert!((5..=8).contains(&number), "after {number} guesses");
    assert!(reply.headers.contains_key("retry-after"), "{reply:?}");

    // The owner: at a browser that the account knows at once, at a new one with patience.
    assert!(known.sign_in(&email, PASSWORD).await.status.is_success());
    let mut new = Browser::new(&mosaic).with("x-forwarded-for", "198.51.100.2");
    eventually("the delay is over", async || {
        new.sign_in(&email, PASSWORD).await.status.is_success().then_some(())
    })
    .await;
    assert!(new.is_in().await);
}

#[tokio::test]
async fn another_site_makes_a_browser_do_nothing() {
    let mosaic = Mosaic::start(standin()).await;
    let root = admin(&mosaic).await;
    let new = json!({ "name": "laptop", "scopes": ["chat"] });
    for (site, origin) in [
        ("cross-site", None),
        ("same-site", None),
        ("cross-site", Some("https://evil.example")),
        ("", Some("https://evil.example")),
        ("", Some("null")),
    ] {
        let mut browser = match site {
            "" => root.clone().without("sec-fetch-site"),
            site => root.clone().with("sec-fetch-site", site),
        };
        if let Some(origin) = origin {
            browser = browser.with("origin", origin);
        }
        let reply = browser.post("/api/tokens", &new).await;
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (StatusCode::FORBIDDEN, "cross_site"),
            "{site} {origin:?}"
        );
        let reply = browser.post("/api/auth/logout", &json!({})).await;
        assert_eq!(reply.code(), "cross_site");
    }
    let mut browser = root.clone();
    assert_eq!(browser.get("/api/tokens").await.json()["tokens"], json!([]));
    let own = mosaic.url("");
    let mut browser = root.with("origin", &own).without("sec-fetch-site");
    assert_eq!(browser.post("/api/tokens", &new).await.status, StatusCode::CREATED);
}

async fn token(browser: &mut Browser<'_>, scopes: &[&str]) -> (String, String) {
    let reply = browser.post("/api/tokens", &json!({ "name": "a program", "scopes": scopes })).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{reply:?}");
    let text = |field: &str| reply.json()[field].as_str().expect("text").to_owned();
    (text("id"), text("token"))
}

#[tokio::test]
async fn a_token_does_what_its_scopes_say_and_nothing_once_it_is_revoked() {
    let mosaic = Mosaic::start(standin()).await;
    let mut root = admin(&mosaic).await;
    let (chat_id, chats) = token(&mut root, &["chat"]).await;
    let (_, reads) = token(&mut root, &["admin_read"]).await;
    let (_, writes) = token(&mut root, &["admin_write"]).await;
    let url = |path: &str| mosaic.url(path);
    assert_eq!(get(&url("/v1/models"), &chats).await.status, StatusCode::OK);
    assert_eq!(get(&url("/api/providers"), &chats).await.status, StatusCode::FORBIDDEN);
    for token in [&chats, &writes] {
        let reply = get(&url("/api/admin/users"), token).await;
        assert_eq!((reply.status, reply.code().as_str()), (StatusCode::FORBIDDEN, "forbidden"));
    }
    assert_eq!(get(&url("/api/admin/users"), &reads).await.status, StatusCode::OK);
    let invite = json!({ "email": "ann@example.org", "role": "user" });
    assert_eq!(post(&url("/api/admin/invitations"), &reads, &invite).await.status, StatusCode::FORBIDDEN);
    assert_eq!(post(&url("/api/admin/invitations"), &writes, &invite).await.status, StatusCode::CREATED);
    // No token makes another one, whatever its scopes.
    let more = json!({ "name": "more", "scopes": ["admin_write"] });
    assert_eq!(post(&url("/api/tokens"), &writes, &more).await.status, StatusCode::FORBIDDEN);

    assert!(root.delete(&format!("/api/tokens/{chat_id}"), None).await.status.is_success());
    assert_eq!(get(&url("/v1/models"), &chats).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_users_token_of_admin_scope_opens_nothing_of_an_admins() {
    let mosaic = Mosaic::start(standin()).await;
    let mut root = admin(&mosaic).await;
    let link =
        root.post("/api/admin/invitations", &json!({ "email": "ann@example.org", "role": "user" })).await;
    let code = super::invitations::code(link.json()["link"].as_str().expect("a link"));
    let mut ann = Browser::new(&mosaic);
    let accepted =
        ann.post("/api/auth/invitation/accept", &json!({ "code": code, "password": PASSWORD })).await;
    assert!(accepted.status.is_success(), "{accepted:?}");
    let (_, hers) = token(&mut ann, &["admin_read", "admin_write"]).await;
    for path in ["/api/admin/users", "/api/admin/invitations"] {
        assert_eq!(get(&mosaic.url(path), &hers).await.status, StatusCode::FORBIDDEN);
        assert_eq!(ann.get(path).await.status, StatusCode::FORBIDDEN);
    }
    let id = root.get("/api/me").await.json()["id"].as_str().expect("an id").to_owned();
    let disable = mosaic.url(&format!("/api/admin/users/{id}/disable"));
    assert_eq!(request(Method::POST, &disable, &hers, "").await.status, StatusCode::FORBIDDEN);
    assert!(root.is_in().await);
}
