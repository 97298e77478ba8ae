//! The configurations that cells are given, and the record of them.

use mosaic_model::{AssemblyError, By, Owner, Provider, Secret, Served};
use mosaic_storage::{
    ConfigStanding, Removal, RevisionError, Setup, Store, StoreError, testing::TestDatabase,
};

use crate::seed::{RANGE, agent, api_key, cell, login, provider};

/// A user who can chat.
pub(crate) async fn ready(db: &TestDatabase, name: &str) -> (Owner, Provider) {
    let owner = db.user(name).await;
    let models =
        db.store.add_provider(owner, provider("Models"), Some(&api_key()), &By::host()).await.unwrap();
    db.store.add_agent(owner, agent("main", &models), &By::host()).await.unwrap();
    (owner, models)
}

/// The number of the revision that a cell is given.
async fn serve(store: &Store, owner: Owner) -> i64 {
    store.serve_config(owner).await.unwrap().revision
}

async fn begin(db: &TestDatabase, owner: Owner) {
    db.store.begin_generation(cell(owner), RANGE, &[]).await.unwrap();
}

#[tokio::test]
async fn a_revision_is_recorded_when_something_changed_and_never_holds_a_key() {
    let db = TestDatabase::create().await;
    let ann = db.user("ann").await;
    begin(&db, ann).await;
    assert_eq!(db.store.has_agent_and_provider(ann).await.unwrap(), Setup::NoProvider);
    let models = db.store.add_provider(ann, provider("Models"), Some(&api_key()), &By::host()).await.unwrap();
    assert_eq!(db.store.has_agent_and_provider(ann).await.unwrap(), Setup::NoAgent);
    let early = db.store.serve_config(ann).await;
    assert!(matches!(early, Err(RevisionError::Incomplete(AssemblyError::NoAgent))), "{early:?}");
    db.store.add_agent(ann, agent("main", &models), &By::host()).await.unwrap();
    assert_eq!(db.store.has_agent_and_provider(ann).await.unwrap(), Setup::Ready);

    assert_eq!(serve(&db.store, ann).await, 1);
    assert_eq!(serve(&db.store, ann).await, 1);
    let another = Secret::new("sk-another-key-000".to_owned());
    db.store.replace_provider_key(ann, models.id, &another, &By::host()).await.unwrap();
    let second = db.store.serve_config(ann).await.unwrap();
    assert_eq!(second.revision, 2);
    assert!(second.document.to_string().contains(another.expose()) && !format!("{second:?}").contains("sk-"));

    let documents: String =
        sqlx::query_scalar("SELECT string_agg(document::text, ' ') FROM config_revisions")
            .fetch_one(&mut login(&db).await)
            .await
            .unwrap();
    assert!(!documents.contains("sk-"), "{documents}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn revisions_recorded_at_once_are_one() {
    let db = TestDatabase::create().await;
    let (ann, _) = ready(&db, "ann").await;
    begin(&db, ann).await;
    let record = || serve(&db.store, ann);
    let (first, second, third, fourth) = tokio::join!(record(), record(), record(), record());
    assert_eq!([second, third, fourth], [first; 3]);
}

#[tokio::test]
async fn what_a_container_was_given_is_wanted_until_its_owner_changes_something() {
    let db = TestDatabase::create().await;
    let (ann, models) = ready(&db, "ann").await;
    let (bob, bobs) = ready(&db, "bob").await;
    let served = async || db.store.served(cell(ann)).await.unwrap();
    assert_eq!(served().await, Served::Nothing, "it never had a container");
    begin(&db, ann).await;
    assert_eq!(served().await, Served::Nothing, "it has not asked yet");
    serve(&db.store, ann).await;
    assert_eq!(served().await, Served::Wanted);
    db.store.add_agent(bob, agent("coder", &bobs), &By::host()).await.unwrap();
    assert_eq!(served().await, Served::Wanted, "another's change");

    let second = db.store.add_agent(ann, agent("coder", &models), &By::host()).await.unwrap();
    assert_eq!(served().await, Served::Live);
    db.store.delete_agent(ann, second.id, None, &By::host()).await.unwrap();
    assert_eq!(served().await, Served::Wanted, "taken back");
    db.store
        .replace_provider_key(ann, models.id, &Secret::new("sk-another".to_owned()), &By::host())
        .await
        .unwrap();
    assert_eq!(served().await, Served::Outdated, "a key is part of it");
    serve(&db.store, ann).await;
    db.store.note_config(cell(ann), Ok(())).await.unwrap();
    assert_eq!(
        served().await,
        Served::Outdated,
        "the gateway may have taken the key up, and still refuse it"
    );

    begin(&db, ann).await;
    serve(&db.store, ann).await;
    assert_eq!(served().await, Served::Wanted);
    assert_eq!(db.open_again().await.served(cell(ann)).await.unwrap(), Served::Wanted, "it is written down");

    begin(&db, ann).await;
    assert_eq!(served().await, Served::Nothing, "what an earlier container was given is not this one's");
}

#[tokio::test]
async fn a_setup_that_gives_no_configuration_is_a_change_too_and_so_is_its_end() {
    let db = TestDatabase::create().await;
    let (ann, models) = ready(&db, "ann").await;
    begin(&db, ann).await;
    serve(&db.store, ann).await;
    let main = db.store.agents(ann).await.unwrap().remove(0);
    db.store.delete_agent(ann, main.id, None, &By::host()).await.unwrap();
    assert_eq!(db.store.served(cell(ann)).await.unwrap(), Served::Outdated);

    begin(&db, ann).await;
    db.store.serve_config(ann).await.unwrap_err();
    assert_eq!(db.store.served(cell(ann)).await.unwrap(), Served::Wanted, "it was told that there is none");
    db.store.add_agent(ann, agent("main", &models), &By::host()).await.unwrap();
    assert!(db.store.served(cell(ann)).await.unwrap().differs());
}

#[tokio::test]
async fn who_has_no_container_is_given_nothing() {
    let db = TestDatabase::create().await;
    let (ann, _) = ready(&db, "ann").await;
    let refused = db.store.serve_config(ann).await;
    assert!(matches!(refused, Err(RevisionError::Store(StoreError::NotFound))), "{refused:?}");
}

#[tokio::test]
async fn a_change_of_a_running_cell_is_pending_until_the_gateway_took_it_up_or_refused() {
    let db = TestDatabase::create().await;
    let (ann, models) = ready(&db, "ann").await;
    let standing = async || {
        let ConfigStanding { served, failure } = db.store.config_standing(ann).await.unwrap();
        (served, failure)
    };
    begin(&db, ann).await;
    serve(&db.store, ann).await;
    assert_eq!(standing().await, (Served::Wanted, None), "what it began with it runs with");
    db.store.add_agent(ann, agent("coder", &models), &By::host()).await.unwrap();
    serve(&db.store, ann).await;
    assert_eq!(standing().await, (Served::Live, None), "it asked, and has not taken it up yet");
    let words = "agents: not today\0";
    db.store.note_config(cell(ann), Err(words.to_owned())).await.unwrap();
    assert_eq!(standing().await, (Served::Live, Some("agents: not today".to_owned())));

    db.store.add_agent(ann, agent("writer", &models), &By::host()).await.unwrap();
    assert_eq!(standing().await, (Served::Live, None), "of this one nothing is known yet");
    serve(&db.store, ann).await;
    db.store.note_config(cell(ann), Ok(())).await.unwrap();
    assert_eq!(standing().await, (Served::Wanted, None));
    let revisions: i64 = sqlx::query_scalar("SELECT count(*) FROM config_revisions")
        .fetch_one(&mut login(&db).await)
        .await
        .unwrap();
    assert_eq!(revisions, 3, "the one that was refused is kept");

    let bob = db.user("bob").await;
    db.store.note_config(cell(bob), Ok(())).await.unwrap();
    assert_eq!(db.store.served(cell(bob)).await.unwrap(), Served::Nothing);
}

#[tokio::test]
async fn a_key_that_its_owner_deletes_is_told_from_one_that_is_replaced() {
    let db = TestDatabase::create().await;
    let (ann, models) = ready(&db, "ann").await;
    let by = By::host();
    let other = db.store.add_provider(ann, provider("Other"), Some(&api_key()), &by).await.unwrap();
    begin(&db, ann).await;
    serve(&db.store, ann).await;
    let served = async || db.store.served(cell(ann)).await.unwrap();
    db.store.replace_provider_key(ann, models.id, &Secret::new("sk-another".to_owned()), &by).await.unwrap();
    assert_eq!(served().await, Served::Outdated);
    db.store.remove_provider(ann, other.id, Removal::default(), &by).await.unwrap();
    assert_eq!(served().await, Served::Revoked);
    // The gateway asks again: what it began with, it has had.
    serve(&db.store, ann).await;
    db.store.note_config(cell(ann), Ok(())).await.unwrap();
    assert_eq!(served().await, Served::Revoked);
}
