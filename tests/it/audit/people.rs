//! What admins do to people is in the log: who did it, to whom, and from where.

use serde_json::{Value, json};

use super::{ADMIN, PASSWORD, lines, make_admin};
use crate::support::{Browser, Mosaic, standin};

/// Invites somebody, accepts for them, and does to them all that can be done; their id.
async fn a_short_career(mosaic: &Mosaic, root: &mut Browser<'_>) -> String {
    let guest = json!({ "email": "guest@example.org", "role": "user" });
    let made = root.post("/api/admin/invitations", &guest).await.json();
    root.delete(&format!("/api/admin/invitations/{}", made["id"].as_str().expect("an id")), None).await;
    let ann = json!({ "email": "ann@example.org", "role": "user" });
    let made = root.post("/api/admin/invitations", &ann).await.json();
    let (_, code) = made["link"].as_str().and_then(|link| link.split_once('#')).expect("a link");
    let mut hers = Browser::new(mosaic);
    let accepted =
        hers.post("/api/auth/invitation/accept", &json!({ "code": code, "password": PASSWORD })).await;
    let id = accepted.json()["id"].as_str().expect("an id").to_owned();
    let path = format!("/api/admin/users/{id}");
    for what in ["sign-out", "disable", "enable"] {
        let reply = root.post(&format!("{path}/{what}"), &json!({})).await;
        assert!(reply.status.is_success(), "{what}: {reply:?}");
    }
    for (path, body) in [
        (format!("{path}/role"), json!({ "role": "admin" })),
        (format!("/api/admin/breakglass/{id}/password"), json!({ "password": "another horse battery" })),
    ] {
        let reply = root.put(&path, &body).await;
        assert!(reply.status.is_success(), "{path}: {reply:?}");
    }
    let reply = root.delete(&path, Some(&json!({ "confirm": "ann@example.org" }))).await;
    assert!(reply.status.is_success(), "{reply:?}");
    id
}

#[tokio::test]
async fn what_is_done_to_people_is_in_the_log_with_who_did_it() {
    let mosaic = Mosaic::start(standin()).await;
    make_admin(&mosaic);
    let mut root = Browser::signed_in(&mosaic, ADMIN, PASSWORD).await;
    let own = root.get("/api/me").await.json()["id"].as_str().expect("an id").to_owned();
    let id = a_short_career(&mosaic, &mut root).await;
    assert_eq!(root.post(&format!("/api/admin/users/{own}/disable"), &json!({})).await.code(), "conflict");
    let guess = json!({ "code": format!("mosaic_inv_{}", "0".repeat(64)) });
    assert_eq!(root.post("/api/auth/invitation", &guess).await.code(), "not_found");

    let log = mosaic.command(&["audit", "export"], "");
    let entries = lines(&log);
    let text = |entry: &Value, field: &str| entry[field].as_str().unwrap_or_default().to_owned();
    let told = |action: &str, target: &str, outcome: &str| {
        let by = entries.iter().filter(|it| {
            text(it, "action") == action && text(it, "target") == target && text(it, "outcome") == outcome
        });
        by.map(|it| (text(it, "actor"), text(it, "actor_id"))).collect::<Vec<_>>()
    };
    let by = |actor: &str, id: &str| (actor.to_owned(), id.to_owned());
    let ann = format!("user/{id}");
    for (action, times) in [
        ("sessions.ended", 1),
        // For a while, and for good.
        ("user.disabled", 2),
        ("user.enabled", 1),
        ("user.role_changed", 1),
        ("password.reset", 1),
        ("user.deleted", 1),
    ] {
        assert_eq!(told(action, &ann, "done"), vec![by("user", &own); times], "{action}");
    }
    assert_eq!(told("user.created", &ann, "done"), [by("user", &id)]);
    assert_eq!(told("login", &ann, "done"), [by("user", &id)]);
    assert_eq!(told("user.disabled", &format!("user/{own}"), "refused"), [by("user", &own)]);
    assert_eq!(told("invitation.accepted", "", "refused"), [by("anonymous", "")]);
    let count = |action: &str, actor: &str| {
        entries.iter().filter(|it| text(it, "action") == action && text(it, "actor_id") == actor).count()
    };
    let of_invitations = [
        count("invitation.made", &own),
        count("invitation.revoked", &own),
        count("invitation.accepted", &id),
    ];
    assert_eq!(of_invitations, [2, 1, 1]);
    assert!(!log.contains("ann@example.org"), "a deleted user leaves no name behind");
    assert!(mosaic.command(&["audit", "verify"], "").contains("none changed"));
}
