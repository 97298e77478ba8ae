//! Settings and the installation's other values.

use std::time::Duration;

use mosaic_model::By;
use mosaic_storage::{SetError, testing::TestDatabase};
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
    assert!(matches!(refused, Err(SetError::Setting(_))), "{refused:?}");
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

#[tokio::test]
async fn onboarding_and_the_internal_port_are_remembered() {
    let db = TestDatabase::create().await;
    assert!(!db.store.onboarding_completed().await.unwrap());
    assert_eq!(db.store.internal_port().await.unwrap(), None);
    db.store.complete_onboarding().await.unwrap();
    db.store.save_internal_port(17_777).await.unwrap();
    db.store.save_internal_port(17_778).await.unwrap();
    assert!(db.store.onboarding_completed().await.unwrap());
    assert_eq!(db.open_again().await.internal_port().await.unwrap(), Some(17_778));
}
