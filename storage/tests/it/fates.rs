//! What becomes of configurations: the last healthy one stands in for one that a gateway refused.

use mosaic_model::{AgentId, By, Owner, Provider, Secret};
use mosaic_storage::{CellConfig, testing::TestDatabase};

use crate::{
    configs::ready,
    seed::{RANGE, agent, cell, login},
};

const WORDS: &str = "<root>: Unrecognized key: \"bogus\"";

/// A container is made and asks for its configuration: its number, and the whole of it.
async fn start(db: &TestDatabase, owner: Owner) -> (i64, String) {
    db.store.begin_generation(cell(owner), RANGE, &[]).await.unwrap();
    let given = db.store.serve_config(owner).await.unwrap();
    (given.revision, given.document.to_string())
}

async fn add(db: &TestDatabase, owner: Owner, slug: &str, provider: &Provider) -> AgentId {
    db.store.add_agent(owner, agent(slug, provider), &By::host()).await.unwrap().id
}

/// The gateway refuses what it was started with; what is tried instead.
async fn refuse(db: &TestDatabase, owner: Owner) -> Option<i64> {
    db.store.config_refused(cell(owner), &[WORDS.to_owned()]).await.unwrap()
}

/// A user whose first configuration was healthy and whose second was refused.
async fn fallen_back(db: &TestDatabase) -> (Owner, Provider, AgentId) {
    let (ann, models) = ready(db, "ann").await;
    assert_eq!(start(db, ann).await.0, 1);
    db.store.config_healthy(cell(ann)).await.unwrap();
    let coder = add(db, ann, "coder", &models).await;
    assert_eq!(start(db, ann).await.0, 2);
    assert_eq!(refuse(db, ann).await, Some(1));
    (ann, models, coder)
}

#[tokio::test]
async fn a_refused_configuration_is_stood_in_for_with_the_keys_of_now_until_its_owner_changes_something() {
    let db = TestDatabase::create().await;
    let (ann, models, coder) = fallen_back(&db).await;
    for _ in 0..2 {
        let (revision, document) = start(&db, ann).await;
        assert_eq!(revision, 1);
        assert!(document.contains("sk-canary") && !document.contains("coder"), "{document}");
    }
    assert_eq!(
        db.store.served(cell(ann)).await.unwrap(),
        mosaic_model::Served::Wanted,
        "there is nothing to do"
    );
    let CellConfig { revision, fallback } = db.open_again().await.cell_config(ann).await.unwrap();
    let fallback = fallback.expect("it is said");
    assert_eq!((revision, fallback.revision, fallback.refused), (Some(1), 1, 2));
    assert_eq!(fallback.stderr, [WORDS]);
    let told: Vec<String> = fallback.difference.iter().map(ToString::to_string).collect();
    assert!(told.contains(&"agents.entries.coder added".to_owned()), "{told:?}");

    // A replaced key is a change: what is wanted is tried, and when it is refused the new key is in the stand-in.
    let another = Secret::new("sk-another-key-000".to_owned());
    db.store.replace_provider_key(ann, models.id, &another, &By::host()).await.unwrap();
    assert_eq!(start(&db, ann).await.0, 3);
    assert_eq!(refuse(&db, ann).await, Some(1));
    let (revision, document) = start(&db, ann).await;
    assert_eq!(revision, 1);
    assert!(document.contains(another.expose()) && !document.contains("sk-canary"), "{document}");

    db.store.delete_agent(ann, coder, None, &By::host()).await.unwrap();
    assert_eq!(start(&db, ann).await.0, 4);
    let config = db.store.cell_config(ann).await.unwrap();
    assert_eq!(config, CellConfig { revision: Some(4), fallback: None });
}

#[tokio::test]
async fn falling_back_happens_once_and_asking_begins_anew() {
    let db = TestDatabase::create().await;
    let (ann, ..) = fallen_back(&db).await;
    assert_eq!(start(&db, ann).await.0, 1);
    assert_eq!(refuse(&db, ann).await, None, "the stand-in was refused too");
    assert_eq!(start(&db, ann).await.0, 2, "with nothing left to stand in");
    assert_eq!(db.store.cell_config(ann).await.unwrap().fallback, None);
    db.store.forgive_configs(cell(ann)).await.unwrap();
    db.store.config_healthy(cell(ann)).await.unwrap();
    assert_eq!(start(&db, ann).await.0, 2);
    assert_eq!(refuse(&db, ann).await, None, "the first was refused last, and was not tried since");
}

#[tokio::test]
async fn what_was_taken_away_stays_away_in_a_stand_in() {
    let db = TestDatabase::create().await;
    let (ann, models) = ready(&db, "ann").await;
    let mut draft = crate::seed::provider("Others");
    draft.base_url = "http://others.example/v1".to_owned();
    let key = Secret::new("sk-others-00000".to_owned());
    let others = db.store.add_provider(ann, draft, Some(&key), &By::host()).await.unwrap();
    let coder = add(&db, ann, "coder", &others).await;
    start(&db, ann).await;
    db.store.config_healthy(cell(ann)).await.unwrap();
    db.store.delete_agent(ann, coder, None, &By::host()).await.unwrap();
    db.store.remove_provider(ann, others.id, mosaic_storage::Removal::default(), &By::host()).await.unwrap();
    add(&db, ann, "writer", &models).await;
    assert_eq!(start(&db, ann).await.0, 2);
    assert_eq!(refuse(&db, ann).await, Some(1));
    let (revision, document) = start(&db, ann).await;
    assert_eq!(revision, 1);
    assert!(!document.contains("sk-others") && !document.contains("others.example"), "{document}");
    assert!(!document.contains("coder") && document.contains("main"), "{document}");
}

#[tokio::test]
async fn only_what_a_container_was_started_with_is_judged_and_the_last_healthy_one_is_never_trimmed() {
    let db = TestDatabase::create().await;
    let (ann, models) = ready(&db, "ann").await;
    db.store.config_healthy(cell(ann)).await.unwrap();
    assert_eq!(refuse(&db, ann).await, None, "it never had a container");
    start(&db, ann).await;
    db.store.config_healthy(cell(ann)).await.unwrap();
    let coder = add(&db, ann, "coder", &models).await;
    // Given to a container that runs, which may take it up or not.
    assert_eq!(db.store.serve_config(ann).await.unwrap().revision, 2);
    assert_eq!(db.store.cell_config(ann).await.unwrap().revision, Some(1));
    db.store.config_healthy(cell(ann)).await.unwrap();
    let fates: Vec<String> = sqlx::query_scalar("SELECT fate FROM config_revisions ORDER BY number")
        .fetch_all(&mut login(&db).await)
        .await
        .unwrap();
    assert_eq!(fates, ["healthy", "untried"]);

    sqlx::query("UPDATE config_revisions SET number = 200 WHERE number = 2")
        .execute(&mut login(&db).await)
        .await
        .unwrap();
    db.store.delete_agent(ann, coder, None, &By::host()).await.unwrap();
    assert_eq!(start(&db, ann).await.0, 201);
    assert_eq!(refuse(&db, ann).await, Some(1), "it is still there");
}
