//! Settings and the installation's other values.

use std::time::Duration;

use mosaic_model::{By, Settings};
use mosaic_storage::{SetError, VersionedSettings, testing::TestDatabase};
use serde_json::{Map, Value, json};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::seed::login;

#[tokio::test]
async fn a_setting_reaches_every_process_that_follows() {
    let db = TestDatabase::create().await;
    let other = db.open_again().await;
    let mut seen = other.watch_settings();
    let cancel = CancellationToken::new();
    let mut following = JoinSet::new();
    following.spawn(other.clone().follow_news(cancel.clone(), |_| ()));

    let set = db.store.set_setting("idle_timeout_secs", " 90 ", &By::host()).await.unwrap();
    assert_eq!((set.idle_timeout_secs, db.store.settings().idle_timeout_secs), (90, 90));
    let wait = seen.wait_for(|settings| settings.idle_timeout_secs == 90);
    tokio::time::timeout(Duration::from_secs(20), wait).await.expect("it is told").unwrap();

    cancel.cancel();
    following.join_all().await;
    assert_eq!(db.open_again().await.settings().idle_timeout_secs, 90);
}

#[tokio::test]
async fn settings_changed_at_once_by_two_are_both_kept() {
    let db = TestDatabase::create().await;
    let other = db.open_again().await;
    let by = By::host();
    let (one, two) = tokio::join!(
        db.store.set_setting("idle_timeout_secs", "90", &by),
        other.set_setting("allowed_egress", "host.mosaic.internal:8080", &by),
    );
    one.unwrap();
    two.unwrap();
    let settings = db.open_again().await.settings();
    assert_eq!((settings.idle_timeout_secs, settings.allowed_egress.len()), (90, 1));
}

#[tokio::test]
async fn a_bad_setting_is_refused_and_a_bad_stored_one_passed_over() {
    let db = TestDatabase::create().await;
    let refused = db.store.set_setting("idle_timeout_secs", "soon", &By::host()).await;
    assert!(matches!(refused, Err(SetError::Refused(_))), "{refused:?}");
    sqlx::query(
        "INSERT INTO system_config (key, value, updated_at)
         VALUES ('setting.pids_limit', '\"many\"', now()), ('setting.of_a_later_version', '\"1\"', now())",
    )
    .execute(&mut login(&db).await)
    .await
    .unwrap();
    db.store.set_setting("idle_timeout_secs", "90", &By::host()).await.unwrap();
    let settings = db.store.settings();
    assert_eq!((settings.idle_timeout_secs, settings.pids_limit), (90, 512));
}

fn changes(value: &Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

#[tokio::test]
async fn one_bad_value_keeps_the_good_ones_from_being_set() {
    let db = TestDatabase::create().await;
    let sent = changes(&json!({ "idle_timeout_secs": 90, "pids_limit": 1, "nonsense": true }));
    let Err(SetError::Refused(errors)) = db.store.change_settings(&sent, None, &By::host()).await else {
        panic!("taken")
    };
    let keys: Vec<&str> = errors.iter().map(|error| error.key.as_str()).collect();
    assert_eq!(keys, ["nonsense", "pids_limit"]);
    let stored = db.store.versioned_settings().await.unwrap();
    assert_eq!(stored, VersionedSettings { settings: Settings::default(), version: 0 });
    assert_eq!(audited(&db).await, [""; 0]);
}

#[tokio::test]
async fn of_two_who_change_what_they_have_seen_one_is_told_of_the_other() {
    let db = TestDatabase::create().await;
    let other = db.open_again().await;
    let seen = db.store.versioned_settings().await.unwrap().version;
    let (by, one, two) = (By::host(), json!({ "idle_timeout_secs": 90 }), json!({ "idle_timeout_secs": 91 }));
    let (one, two) = (changes(&one), changes(&two));
    let (first, second) = tokio::join!(
        db.store.change_settings(&one, Some(seen), &by),
        other.change_settings(&two, Some(seen), &by),
    );
    let (won, lost) = if first.is_ok() { (first, second) } else { (second, first) };
    let won = won.unwrap();
    assert!(matches!(lost, Err(SetError::Changed(version)) if version == won.version), "{lost:?}");
    assert_eq!(db.store.versioned_settings().await.unwrap(), won);
    other.change_settings(&two, Some(won.version), &by).await.unwrap();
}

#[tokio::test]
async fn a_change_is_audited_by_its_key_and_one_that_changes_nothing_is_none() {
    let db = TestDatabase::create().await;
    let sent = changes(&json!({ "idle_timeout_secs": 90, "pids_limit": 512, "local_accounts": false }));
    let changed = db.store.change_settings(&sent, Some(0), &By::host()).await.unwrap();
    assert_eq!(changed.version, 1);
    assert_eq!(audited(&db).await, ["setting/idle_timeout_secs", "setting/local_accounts"]);
    assert_eq!(db.store.change_settings(&sent, Some(1), &By::host()).await.unwrap(), changed);
    assert_eq!(audited(&db).await.len(), 2);

    db.store.reset_setting("idle_timeout_secs", &By::host()).await.unwrap();
    let again = db.open_again().await.versioned_settings().await.unwrap();
    assert_eq!((again.settings.idle_timeout_secs, again.version), (1_800, 2));
    assert!(!again.settings.local_accounts);
}

#[tokio::test]
async fn what_a_flag_has_set_is_neither_changed_nor_stored() {
    let db = TestDatabase::create().await;
    db.store.pin_setting("image", "of-the-flag").await.unwrap();
    let refused = db.store.set_setting("image", "another", &By::host()).await;
    assert!(matches!(refused, Err(SetError::Refused(_))), "{refused:?}");
    db.open_again().await.set_setting("image", "stored", &By::host()).await.unwrap();
    db.store.reload_settings().await.unwrap();
    assert_eq!(db.store.settings().image.as_str(), "of-the-flag");
    assert_eq!(db.open_again().await.settings().image.as_str(), "stored");
    let refused = db.store.pin_setting("image", "no image").await;
    assert!(matches!(refused, Err(SetError::Refused(_))), "{refused:?}");
}

#[tokio::test]
async fn what_the_first_version_stored_as_text_is_still_read() {
    let db = TestDatabase::create().await;
    sqlx::query(
        "INSERT INTO system_config (key, value, updated_at)
         VALUES ('setting.idle_timeout_secs', '\"77\"', now()), ('setting.local_accounts', '\"false\"', now()),
            ('setting.allowed_egress', '\"a:1,b:2\"', now())",
    )
    .execute(&mut login(&db).await)
    .await
    .unwrap();
    let settings = db.open_again().await.settings();
    assert_eq!((settings.idle_timeout_secs, settings.local_accounts), (77, false));
    assert_eq!(settings.allowed_egress.len(), 2);
}

/// What the log says was changed.
async fn audited(db: &TestDatabase) -> Vec<String> {
    sqlx::query_scalar("SELECT target FROM audit_log WHERE action = 'setting.changed' ORDER BY number")
        .fetch_all(&mut login(db).await)
        .await
        .unwrap()
}

#[tokio::test]
async fn the_internal_port_is_remembered() {
    let db = TestDatabase::create().await;
    assert_eq!(db.store.internal_port().await.unwrap(), None);
    db.store.save_internal_port(17_777).await.unwrap();
    db.store.save_internal_port(17_778).await.unwrap();
    assert_eq!(db.open_again().await.internal_port().await.unwrap(), Some(17_778));
}
