//! What one process changes, others hear of.

use std::time::Duration;

use mosaic_model::{AgentId, By, Secret};
use mosaic_storage::{News, Removal, StoreError, testing::TestDatabase};
use tokio::{
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
    task::JoinSet,
    time,
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::seed::{agent, api_key, login, provider};

/// Another process that follows, until it is dropped.
struct Follower {
    heard: UnboundedReceiver<News>,
    _following: JoinSet<()>,
}

impl Follower {
    /// One that has begun to listen.
    async fn begin(db: &TestDatabase) -> Self {
        let (told, heard) = unbounded_channel();
        let mut following = JoinSet::new();
        let other = db.open_again().await;
        following.spawn(other.follow_news(CancellationToken::new(), move |news| {
            let _ = told.send(news);
        }));
        let mut follower = Self { heard, _following: following };
        assert_eq!(follower.next().await, News::Missed, "what happened before is unknown");
        follower
    }

    async fn next(&mut self) -> News {
        let heard = time::timeout(Duration::from_secs(30), self.heard.recv()).await;
        heard.expect("it is told").expect("it goes on")
    }
}

#[tokio::test]
async fn every_change_of_a_setup_is_heard_by_whoever_follows_and_names_its_owner() {
    let db = TestDatabase::create().await;
    let ann = db.user("ann").await;
    let mut follower = Follower::begin(&db).await;
    let changed = News::ConfigChanged(ann.cell());
    let models = db.store.add_provider(ann, provider("Models"), Some(&api_key()), &By::host()).await.unwrap();
    assert_eq!(follower.next().await, changed);
    let main = db.store.add_agent(ann, agent("main", &models), &By::host()).await.unwrap();
    assert_eq!(follower.next().await, changed);
    db.store
        .replace_provider_key(ann, models.id, &Secret::new("sk-other".to_owned()), &By::host())
        .await
        .unwrap();
    assert_eq!(follower.next().await, changed);
    db.store.delete_agent(ann, main.id, None, &By::host()).await.unwrap();
    assert_eq!(follower.next().await, changed);
    db.store.remove_provider(ann, models.id, Removal::default(), &By::host()).await.unwrap();
    assert_eq!(follower.next().await, changed);
    db.store.set_setting("idle_timeout_secs", "90", &By::host()).await.unwrap();
    assert_eq!(follower.next().await, News::Settings);
}

#[tokio::test]
async fn what_was_not_done_is_not_told() {
    let db = TestDatabase::create().await;
    let ann = db.user("ann").await;
    db.store.add_provider(ann, provider("Models"), Some(&api_key()), &By::host()).await.unwrap();
    let mut follower = Follower::begin(&db).await;
    let twice = db.store.add_provider(ann, provider("Models"), Some(&api_key()), &By::host()).await;
    assert!(matches!(twice, Err(StoreError::Conflict(_))), "{twice:?}");
    let nobodys = db.store.delete_agent(ann, AgentId::from_uuid(Uuid::from_u128(1)), None, &By::host()).await;
    assert!(matches!(nobodys, Err(StoreError::NotFound)), "{nobodys:?}");
    db.store.set_setting("idle_timeout_secs", "90", &By::host()).await.unwrap();
    assert_eq!(follower.next().await, News::Settings, "the first thing that happened");
}

#[tokio::test]
async fn a_lost_connection_is_told_as_missed_news_and_listening_goes_on() {
    let db = TestDatabase::create().await;
    let ann = db.user("ann").await;
    let mut follower = Follower::begin(&db).await;
    let cut = sqlx::query(
        "SELECT pg_terminate_backend(pid)
         FROM pg_stat_activity
         WHERE datname = current_database() AND query LIKE 'LISTEN%'",
    )
    .execute(&mut login(&db).await)
    .await
    .unwrap();
    assert_eq!(cut.rows_affected(), 1, "one connection listens");
    assert_eq!(follower.next().await, News::Missed);
    db.store.add_provider(ann, provider("Models"), Some(&api_key()), &By::host()).await.unwrap();
    assert_eq!(follower.next().await, News::ConfigChanged(ann.cell()));
}
