//! Local accounts by invitation, from the link to the first sign-in.

use futures_util::future::join_all;
use http::StatusCode;
use serde_json::json;

use super::{PASSWORD, admin};
use crate::support::{Browser, Mosaic, eventually, standin};

/// What stands behind the `#` of a link.
pub(super) fn code(link: &str) -> String {
    link.split_once("/invitation#").expect("a link to an invitation").1.to_owned()
}

async fn accept(browser: &mut Browser<'_>, code: &str, password: &str) -> crate::support::Reply {
    browser.post("/api/auth/invitation/accept", &json!({ "code": code, "password": password })).await
}

#[tokio::test]
async fn an_invited_person_has_an_account_and_the_link_opens_once() {
    let mosaic = Mosaic::start(standin()).await;
    let mut root = admin(&mosaic).await;
    let made =
        root.post("/api/admin/invitations", &json!({ "email": "Ann@Example.org", "role": "user" })).await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    let link = made.json()["link"].as_str().expect("a link").to_owned();
    assert!(link.starts_with(&mosaic.url("/invitation#mosaic_inv_")), "{link}");
    let code = code(&link);
    let list = root.get("/api/admin/invitations").await;
    assert_eq!(list.json()["invitations"][0]["state"], "open");
    assert!(!list.text.contains(&code), "the link is shown once");

    let mut ann = Browser::new(&mosaic);
    let looked = ann.post("/api/auth/invitation", &json!({ "code": code })).await;
    assert_eq!(looked.json()["email"], "ann@example.org", "{looked:?}");
    assert_eq!(accept(&mut ann, &code, "hunter2").await.code(), "invalid", "the same rules for passwords");
    let rivals = join_all((0..3).map(|_| {
        let mut browser = Browser::new(&mosaic);
        let code = code.clone();
        async move { (accept(&mut browser, &code, PASSWORD).await, browser) }
    }))
    .await;
    let (won, lost): (Vec<_>, Vec<_>) = rivals.into_iter().partition(|(reply, _)| reply.status.is_success());
    assert_eq!((won.len(), lost.len()), (1, 2));
    for (reply, mut browser) in won {
        assert_eq!(reply.json()["role"], "user");
        assert!(browser.is_in().await);
    }
    let unknown = format!("mosaic_inv_{}", "0".repeat(64));
    let stranger = accept(&mut ann, &unknown, PASSWORD).await;
    for (reply, _) in lost {
        assert_eq!(
            (reply.status, &reply.json()["detail"]),
            (StatusCode::NOT_FOUND, &stranger.json()["detail"])
        );
    }
    assert_eq!(
        ann.post("/api/auth/invitation", &json!({ "code": code })).await.status,
        StatusCode::NOT_FOUND
    );
    Browser::signed_in(&mosaic, "ann@example.org", PASSWORD).await;
    let list = root.get("/api/admin/invitations").await.json();
    assert_eq!(list["invitations"][0]["state"], "accepted");
    let users = root.get("/api/admin/users?email=ann").await.json();
    assert_eq!(users["users"][0]["sign_in"], "local", "{users}");
    let again =
        root.post("/api/admin/invitations", &json!({ "email": "ann@example.org", "role": "user" })).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(!mosaic.log().contains(&code), "the code is in the log");
}

#[tokio::test]
async fn a_link_from_the_command_line_makes_an_admin_and_one_taken_back_makes_nobody() {
    let mosaic = Mosaic::start(standin()).await;
    let mut root = admin(&mosaic).await;
    let link = mosaic.command(&["user", "invite", "--email", "bob@example.org", "--admin"], "");
    assert!(link.starts_with(&mosaic.url("/invitation#")), "{link}");
    let mut bob = Browser::new(&mosaic);
    assert_eq!(accept(&mut bob, &code(&link), PASSWORD).await.json()["role"], "admin");
    assert_eq!(bob.get("/api/admin/users").await.status, StatusCode::OK);

    let made =
        root.post("/api/admin/invitations", &json!({ "email": "cem@example.org", "role": "user" })).await;
    let made = made.json();
    let path = format!("/api/admin/invitations/{}", made["id"].as_str().expect("an id"));
    assert_eq!(bob.delete(&path, None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(bob.delete(&path, None).await.status, StatusCode::NOT_FOUND);
    let mut cem = Browser::new(&mosaic);
    let code = code(made["link"].as_str().expect("a link"));
    assert_eq!(accept(&mut cem, &code, PASSWORD).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn local_accounts_that_are_switched_off_let_nobody_in_and_codes_are_not_for_guessing() {
    let mosaic = Mosaic::start(standin()).await;
    let mut root = admin(&mosaic).await;
    let ann = mosaic.command(&["user", "invite", "--email", "ann@example.org"], "");
    let bob = mosaic.command(&["user", "invite", "--email", "bob@example.org"], "");
    let mut browser = Browser::new(&mosaic);
    assert!(accept(&mut browser, &code(&ann), PASSWORD).await.status.is_success());
    mosaic.set("local_accounts", "false");
    let mut other = Browser::new(&mosaic);
    eventually("it is switched off", async || {
        let refused = other.sign_in("ann@example.org", PASSWORD).await;
        (refused.status == StatusCode::UNAUTHORIZED).then_some(())
    })
    .await;
    let refused = accept(&mut other, &code(&bob), PASSWORD).await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (StatusCode::FORBIDDEN, "forbidden"),
        "{refused:?}"
    );
    let refused =
        root.post("/api/admin/invitations", &json!({ "email": "c@example.org", "role": "user" })).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(root.is_in().await, "an administrator with a password always may");

    mosaic.set("local_accounts", "true");
    mosaic.set("trusted_proxies", "127.0.0.1");
    let mut guesser = Browser::new(&mosaic).with("x-forwarded-for", "203.0.113.9");
    let mut refused = 0;
    for number in 0..60_u32 {
        let guess = format!("mosaic_inv_{number:064x}");
        let reply = guesser.post("/api/auth/invitation", &json!({ "code": guess })).await;
        refused += u32::from(reply.status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(refused >= 30, "only {refused} of 60 guesses waited");
    let mut invited = Browser::new(&mosaic).with("x-forwarded-for", "198.51.100.1");
    assert!(accept(&mut invited, &code(&bob), PASSWORD).await.status.is_success());
}
