//! Settings through the API.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Browser, Mosaic, Reply, chat, eventually, standin};

/// An administrator at a browser.
struct Admin<'a>(Browser<'a>);

impl<'a> Admin<'a> {
    async fn of(mosaic: &'a Mosaic) -> Self {
        let (email, password) = ("root@example.org", "correct horse battery");
        mosaic.command(&["admin", "create", "--email", email, "--password-stdin"], password);
        Self(Browser::signed_in(mosaic, email, password).await)
    }

    async fn send(&self, method: Method, path: &str, seen: Option<&str>, body: Option<&Value>) -> Reply {
        let browser = self.0.clone();
        let mut browser = if let Some(seen) = seen { browser.with("if-match", seen) } else { browser };
        browser.send(method, path, body).await
    }

    async fn look(&self) -> (String, Value) {
        let reply = self.send(Method::GET, "/api/admin/config", None, None).await;
        assert_eq!(reply.status, StatusCode::OK, "{reply:?}");
        (reply.headers["etag"].to_str().expect("plain").to_owned(), reply.json())
    }

    async fn change(&self, seen: &str, body: &Value) -> Reply {
        self.send(Method::PATCH, "/api/admin/config", Some(seen), Some(body)).await
    }
}

/// One setting of the document.
fn setting<'a>(document: &'a Value, key: &str) -> &'a Value {
    let groups = document["groups"].as_array().expect("groups").iter();
    let mut settings = groups.flat_map(|group| group["settings"].as_array().expect("settings"));
    settings.find(|setting| setting["key"] == key).unwrap_or_else(|| panic!("no {key}: {document}"))
}

#[tokio::test]
async fn a_change_through_the_api_counts_at_once() {
    let mosaic = Mosaic::start(standin()).await;
    let admin = Admin::of(&mosaic).await;
    let ann = mosaic.person("ann", "http://standin.invalid/v1");
    assert!(chat(&mosaic, &ann, "c", "hello").await.done);
    let (seen, before) = admin.look().await;
    assert_eq!(setting(&before, "idle_timeout_secs")["value"], 1_800);
    let changed = admin.change(&seen, &json!({ "idle_timeout_secs": 1, "local_accounts": false })).await;
    assert_eq!(changed.status, StatusCode::OK, "{changed:?}");
    assert_ne!(changed.headers["etag"].to_str().expect("plain"), seen);
    assert_eq!(setting(&changed.json(), "idle_timeout_secs")["value"], 1);
    assert_eq!(mosaic.command(&["config", "get", "idle_timeout_secs"], ""), "1");
    // Her agent idles since before the change.
    assert!(chat(&mosaic, &ann, "c", "hello again").await.done);
    eventually("the idle agent is gone", async || mosaic.containers().is_empty().then_some(())).await;

    let (seen, _) = admin.look().await;
    let reset = admin.send(Method::DELETE, "/api/admin/config/idle_timeout_secs", Some(&seen), None).await;
    assert_eq!(setting(&reset.json(), "idle_timeout_secs")["value"], 1_800, "{reset:?}");
    assert_eq!(setting(&reset.json(), "local_accounts")["value"], false);
    let log = admin.send(Method::GET, "/api/admin/audit", None, None).await.text;
    for key in ["idle_timeout_secs", "local_accounts"] {
        assert!(log.contains(&format!("setting/{key}")), "{key}: {log}");
    }
    let unknown = admin.send(Method::DELETE, "/api/admin/config/nonsense", Some("*"), None).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND, "{unknown:?}");
}

#[tokio::test]
async fn bad_values_are_refused_together_each_with_its_reason() {
    let mosaic = Mosaic::start(standin()).await;
    let admin = Admin::of(&mosaic).await;
    let (seen, before) = admin.look().await;
    let sent = json!({
        "idle_timeout_secs": 0, "pids_limit": 100, "public_url": "mosaic.example.org", "freeze": true, "image": "x",
    });
    let reply = admin.change(&seen, &sent).await;
    assert_eq!(
        (reply.status, reply.code()),
        (StatusCode::UNPROCESSABLE_ENTITY, "invalid".to_owned()),
        "{reply:?}"
    );
    let fixed = reply.json()["errors"].clone();
    assert_eq!(fixed[0]["key"], "image", "the test's own flag decides it: {reply:?}");
    assert!(fixed[0]["reason"].as_str().is_some_and(|it| it.contains("command line")), "{fixed}");

    let mut sent = sent;
    sent.as_object_mut().expect("an object").remove("image");
    let errors = admin.change(&seen, &sent).await.json()["errors"].clone();
    let told: Vec<(&str, &str)> = errors
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| (error["key"].as_str().expect("a key"), error["reason"].as_str().expect("a reason")))
        .collect();
    let keys: Vec<&str> = told.iter().map(|(key, _)| *key).collect();
    assert_eq!(keys, ["freeze", "idle_timeout_secs", "public_url"], "{told:?}");
    assert_eq!(told[1].1, "Takes a whole number from 1 to 604800.");
    assert_eq!(admin.look().await, (seen, before), "a part of it was done");
    assert_eq!(
        admin.change("*", &json!(["idle_timeout_secs"])).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
}

#[tokio::test]
async fn of_two_edits_of_one_version_the_second_is_told() {
    let mosaic = Mosaic::start(standin()).await;
    let admin = Admin::of(&mosaic).await;
    let (seen, _) = admin.look().await;
    let (one, two) = (json!({ "idle_timeout_secs": 60 }), json!({ "idle_timeout_secs": 61 }));
    let (first, second) = tokio::join!(admin.change(&seen, &one), admin.change(&seen, &two));
    let (won, lost) = if first.status == StatusCode::OK { (first, second) } else { (second, first) };
    assert_eq!(won.status, StatusCode::OK, "{won:?}");
    assert_eq!((lost.status, lost.code()), (StatusCode::PRECONDITION_FAILED, "stale".to_owned()), "{lost:?}");
    assert_eq!(admin.look().await.1, won.json());
    // A change on the host is another edit like any.
    let (seen, _) = admin.look().await;
    mosaic.set("pids_limit", "600");
    assert_eq!(admin.change(&seen, &two).await.code(), "stale");
    let blind = admin.send(Method::PATCH, "/api/admin/config", None, Some(&two)).await;
    assert_eq!((blind.status.as_u16(), blind.code()), (428, "version_missing".to_owned()), "{blind:?}");
    assert_eq!(admin.change("*", &two).await.status, StatusCode::OK);
}
