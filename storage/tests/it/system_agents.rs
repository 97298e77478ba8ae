//! Agents that the fleet owns.

use std::sync::Arc;

use mosaic_model::{By, CellId, Owner, ProviderDraft, Secret, Served};
use mosaic_storage::{
    AuditFilter, KeyRing, RevisionError, SYSTEM_AGENTS_MAX, Store, StoreError, SystemAgent,
    SystemAgentChange,
    testing::{TEST_KEY, TestClock, TestDatabase},
};
use sqlx::AssertSqlSafe;

use crate::seed::{API_KEY, RANGE, api_key, login, provider, system_agent};

async fn declared(db: &TestDatabase) -> SystemAgent {
    db.store.declare_system_agent(system_agent(Some(api_key())), &By::host()).await.unwrap()
}

fn cell(agent: &SystemAgent) -> CellId {
    CellId::System(agent.id)
}

fn change(agent: &SystemAgent) -> SystemAgentChange {
    SystemAgentChange {
        name: agent.agent.name.clone(),
        personality: agent.agent.personality.clone(),
        model: agent.agent.model.model.clone(),
        always_on: agent.always_on,
    }
}

/// Its cell begins a container and is given its configuration.
async fn start(db: &TestDatabase, owner: Owner) -> (i64, String) {
    db.store.begin_generation(owner.cell(), RANGE, &[]).await.unwrap();
    let given = db.store.serve_config(owner).await.unwrap();
    (given.revision, given.document.to_string())
}

#[tokio::test]
async fn what_was_declared_is_listed_without_its_key_and_told_in_the_audit_log() {
    let db = TestDatabase::create().await;
    let agent = declared(&db).await;
    assert_eq!(db.store.system_agents().await.unwrap(), std::slice::from_ref(&agent));
    assert_eq!(db.store.system_agent(agent.id).await.unwrap(), agent);
    assert_eq!((agent.agent.name.as_str(), agent.version, agent.provider.has_key), ("Concierge", 1, true));
    assert!(!format!("{agent:?}").contains(API_KEY));
    assert!(db.store.users().await.unwrap().is_empty(), "it is no user");

    let told = db.store.audit_page(&AuditFilter::default(), None, 9).await.unwrap();
    let told: Vec<_> = told.iter().map(|it| it.record.action.as_str()).collect();
    assert_eq!(told, ["system_agent.declared", "agent.added", "provider.added"]);
}

#[tokio::test]
async fn its_configuration_comes_the_way_everybodys_does() {
    let db = TestDatabase::create().await;
    let agent = declared(&db).await;
    let owner = agent.owner();
    let early = db.store.serve_config(owner).await;
    assert!(matches!(early, Err(RevisionError::Store(StoreError::NotFound))), "{early:?}");
    let (revision, document) = start(&db, owner).await;
    assert_eq!(revision, 1);
    assert!(document.contains(API_KEY) && document.contains("Concierge"));
    assert_eq!(db.store.served(cell(&agent)).await.unwrap(), Served::Wanted);
    db.store.config_healthy(cell(&agent)).await.unwrap();

    let renamed = SystemAgentChange { name: "Porter".to_owned(), ..change(&agent) };
    db.store.change_system_agent(agent.id, Some(1), renamed, &By::host()).await.unwrap();
    assert!(db.store.served(cell(&agent)).await.unwrap().differs());
    assert_eq!(start(&db, owner).await.0, 2);
    let refused = db.store.config_refused(cell(&agent), &["no".to_owned()]).await.unwrap();
    assert_eq!(refused, Some(1), "what was healthy stands in");
    let (revision, document) = start(&db, owner).await;
    assert_eq!(revision, 1);
    assert!(document.contains("Concierge"));
    db.store.forgive_configs(cell(&agent)).await.unwrap();
    assert_eq!(start(&db, owner).await.0, 2);
}

#[tokio::test]
async fn whoever_changes_it_has_seen_it_as_it_is() {
    let db = TestDatabase::create().await;
    let agent = declared(&db).await;
    let awake = SystemAgentChange { always_on: true, ..change(&agent) };
    let changed = db.store.change_system_agent(agent.id, Some(1), awake, &By::host()).await.unwrap();
    assert_eq!((changed.always_on, changed.version), (true, 2));
    let other = ProviderDraft { base_url: "http://other.example/v1".to_owned(), ..provider("Others") };
    let blind = db.store.replace_system_provider(agent.id, Some(1), other.clone(), None, &By::host()).await;
    assert!(matches!(blind, Err(StoreError::Stale { version: 2, .. })), "{blind:?}");
    let keyless = db.store.replace_system_provider(agent.id, Some(2), other.clone(), None, &By::host()).await;
    assert!(matches!(keyless, Err(StoreError::Invalid(_))), "its key is not for another server: {keyless:?}");
    let key = Secret::new("sk-another-0123456789".to_owned());
    let changed =
        db.store.replace_system_provider(agent.id, Some(2), other, Some(&key), &By::host()).await.unwrap();
    assert_eq!((changed.provider.name.as_str(), changed.version), ("Others", 3));
    let unknown = SystemAgentChange { model: "none such".to_owned(), ..change(&changed) };
    let unknown = db.store.change_system_agent(agent.id, None, unknown, &By::host()).await;
    assert!(matches!(unknown, Err(StoreError::Invalid(_))), "{unknown:?}");
}

#[tokio::test]
async fn what_is_always_on_is_to_be_awake_unless_it_is_held() {
    let db = TestDatabase::create().await;
    let agent = declared(&db).await;
    assert_eq!(db.store.always_on_cells().await.unwrap(), []);
    let awake = SystemAgentChange { always_on: true, ..change(&agent) };
    db.store.change_system_agent(agent.id, None, awake, &By::host()).await.unwrap();
    let keeps_awake =
        async || db.store.begin_generation(cell(&agent), RANGE, &[]).await.unwrap().wishes.keep_awake;
    assert_eq!(db.store.always_on_cells().await.unwrap(), [cell(&agent)]);
    assert!(keeps_awake().await);
    db.store.hold_system_agent(agent.id, true).await.unwrap();
    assert_eq!(db.store.always_on_cells().await.unwrap(), []);
    assert!(!keeps_awake().await);
    db.store.hold_system_agent(agent.id, false).await.unwrap();
    assert_eq!(db.store.always_on_cells().await.unwrap(), [cell(&agent)]);
}

#[tokio::test]
async fn its_keys_are_sealed_anew_with_everybodys() {
    let db = TestDatabase::create().await;
    let agent = declared(&db).await;
    start(&db, agent.owner()).await;
    let new = KeyRing::generate();
    let both = KeyRing::parse(&format!("{},{TEST_KEY}", new.expose())).unwrap();
    let new = KeyRing::parse(new.expose()).unwrap();
    let rotating = Store::open(&db.url, both, Arc::new(TestClock::default())).await.unwrap();
    rotating.rotate_keys(&By::host()).await.unwrap();
    let alone = Store::open(&db.url, new, Arc::new(TestClock::default())).await.unwrap();
    let given = alone.serve_config(agent.owner()).await.unwrap();
    assert!(given.document.to_string().contains(API_KEY));
    assert!(alone.gateway_token(cell(&agent)).await.unwrap().is_some());
}

#[tokio::test]
async fn what_is_erased_is_first_out_of_reach_and_then_gone_from_every_table() {
    let db = TestDatabase::create().await;
    let (agent, other) = (declared(&db).await, declared(&db).await);
    for agent in [&agent, &other] {
        start(&db, agent.owner()).await;
    }
    let unmarked = db.store.finish_deleting_system_agent(agent.id, &By::host()).await;
    assert!(matches!(unmarked, Err(StoreError::NotFound)), "{unmarked:?}");
    db.store.begin_deleting_system_agent(agent.id, None).await.unwrap();
    assert_eq!(db.store.system_agents_being_deleted().await.unwrap(), [agent.id]);
    assert_eq!(db.store.system_agents().await.unwrap(), std::slice::from_ref(&other));
    assert!(matches!(db.store.system_agent(agent.id).await, Err(StoreError::NotFound)));
    assert!(db.store.gateway_token(cell(&agent)).await.unwrap().is_none(), "its cell is nobody");

    db.store.finish_deleting_system_agent(agent.id, &By::host()).await.unwrap();
    let late = db.store.begin_generation(cell(&agent), RANGE, &[]).await;
    assert!(late.is_err(), "what its actor writes late does not bring it back: {late:?}");
    let mut all = login(&db).await;
    let columns: Vec<(String, String)> = sqlx::query_as(
        "SELECT table_name::text, column_name::text
         FROM information_schema.columns
         WHERE table_schema = 'public' AND data_type = 'uuid'",
    )
    .fetch_all(&mut all)
    .await
    .unwrap();
    for (table, column) in columns {
        let of = |agent: &SystemAgent| {
            let id = agent.id.as_uuid();
            AssertSqlSafe(format!("SELECT count(*) FROM {table} WHERE {column} = '{id}'"))
        };
        let left: i64 = sqlx::query_scalar(of(&agent)).fetch_one(&mut all).await.unwrap();
        assert_eq!(left, 0, "{table}.{column}");
    }
    assert_eq!(db.store.system_agents().await.unwrap(), [other]);
}

#[tokio::test]
async fn there_are_never_more_than_there_may_be_however_many_are_declared_at_once() {
    let db = TestDatabase::create().await;
    for _ in 1..SYSTEM_AGENTS_MAX {
        declared(&db).await;
    }
    let host = By::host();
    let one_more = || db.store.declare_system_agent(system_agent(None), &host);
    let (one, other, third) = tokio::join!(one_more(), one_more(), one_more());
    let taken = [&one, &other, &third].into_iter().filter(|it| it.is_ok()).count();
    assert_eq!(taken, 1, "{one:?} {other:?} {third:?}");
    let refused = [one, other, third].into_iter().find_map(Result::err).expect("two are refused");
    assert!(
        matches!(&refused, StoreError::Invalid(most) if most.contains("delete one first")),
        "{refused:?}"
    );
    assert_eq!(db.store.system_agents().await.unwrap().len(), SYSTEM_AGENTS_MAX);
}
