//! Opening: what is recognised before anything is written, and what two that open at once agree on.

use std::sync::Arc;

use mosaic_model::{By, Settings};
use mosaic_storage::{
    KeyRing, OpenError, Store, StoreError, VaultError,
    testing::{TestClock, TestDatabase},
};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::seed::{API_KEY, api_key, login, provider};

fn other_keys() -> KeyRing {
    KeyRing::parse(KeyRing::generate().expose()).unwrap()
}

async fn open(url: &str, keys: KeyRing) -> Result<Store, OpenError> {
    Store::open(url, keys, Arc::new(TestClock::default())).await
}

#[tokio::test]
async fn a_wrong_key_is_recognised_and_nothing_is_written() {
    let db = TestDatabase::create().await;
    let before = system_config(&db).await;
    // Were anything written first, a missing migration would be.
    let mut connection = login(&db).await;
    let last = "DELETE FROM _sqlx_migrations WHERE version = (SELECT max(version) FROM _sqlx_migrations)";
    sqlx::query(last).execute(&mut connection).await.unwrap();
    let refused = open(&db.url, other_keys()).await;
    assert!(matches!(refused, Err(OpenError::WrongKey)), "{refused:?}");
    assert_eq!(system_config(&db).await, before);
}

async fn system_config(db: &TestDatabase) -> Vec<(String, String)> {
    let rows = sqlx::query_as("SELECT key, value::text FROM system_config ORDER BY key");
    rows.fetch_all(&mut login(db).await).await.unwrap()
}

#[tokio::test]
async fn a_sealed_key_that_was_moved_to_another_user_does_not_open() {
    let db = TestDatabase::create().await;
    let (ann, bob) = (db.user("ann").await, db.user("bob").await);
    db.store.add_provider(ann, provider("Models"), Some(&api_key()), &By::host()).await.unwrap();
    db.store.add_provider(bob, provider("Models"), Some(&api_key()), &By::host()).await.unwrap();
    sqlx::query(
        "UPDATE llm_provider_keys
         SET sealed = (SELECT sealed FROM llm_provider_keys WHERE user_id = $1)
         WHERE user_id = $2",
    )
    .bind(ann.user_id().as_uuid())
    .bind(bob.user_id().as_uuid())
    .execute(&mut login(&db).await)
    .await
    .unwrap();
    assert!(db.store.assembly_input(ann).await.is_ok());
    let refused = db.store.assembly_input(bob).await;
    assert!(matches!(refused, Err(StoreError::Vault(VaultError::Forged))), "{refused:?}");
}

#[tokio::test]
async fn no_secret_is_in_the_database_in_clear() {
    let db = TestDatabase::create().await;
    let ann = db.user("ann").await;
    db.store.add_provider(ann, provider("Models"), Some(&api_key()), &By::host()).await.unwrap();
    let (sealed,): (Vec<u8>,) = sqlx::query_as("SELECT sealed FROM llm_provider_keys")
        .fetch_one(&mut login(&db).await)
        .await
        .unwrap();
    assert!(!sealed.windows(8).any(|window| window == &API_KEY.as_bytes()[..8]));
}

#[tokio::test]
async fn the_installation_keeps_its_name() {
    let db = TestDatabase::create().await;
    assert_eq!(db.open_again().await.instance(), db.store.instance());
    assert_ne!(TestDatabase::create().await.store.instance(), db.store.instance());
    assert_eq!(db.store.settings(), Settings::default());
    db.store.ping().await.unwrap();
    db.store.close().await;
    let closed = db.store.ping().await.unwrap_err();
    assert!(closed.is_transient(), "{closed:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_that_open_new_databases_at_once_get_along() {
    let (one, two) = (TestDatabase::empty().await, TestDatabase::empty().await);
    let keys = TestDatabase::keys;
    let opened = tokio::join!(
        open(&one, keys()),
        open(&one, keys()),
        open(&one, keys()),
        open(&two, keys()),
        open(&two, keys())
    );
    let names = [opened.0, opened.1, opened.2, opened.3, opened.4].map(|store| store.unwrap().instance());
    assert!(names[0] == names[1] && names[1] == names[2] && names[3] == names[4]);
    assert_ne!(names[0], names[3]);
}

/// A login that owns a database of its own but is no superuser; gives its URL.
async fn modest_login(name: &str, rights: &str) -> String {
    let url = TestDatabase::empty().await;
    let mut connection = PgConnection::connect(&url).await.unwrap();
    let database: String =
        sqlx::query_scalar("SELECT current_database()::text").fetch_one(&mut connection).await.unwrap();
    let login = format!("{name}_{database}");
    for statement in
        [format!("CREATE ROLE {login} LOGIN {rights}"), format!("ALTER DATABASE {database} OWNER TO {login}")]
    {
        sqlx::query(AssertSqlSafe(statement)).execute(&mut connection).await.unwrap();
    }
    url.replace("postgres://mosaic@", &format!("postgres://{login}@"))
}

async fn as_superuser(url: &str, statement: &'static str) {
    let (_, place) = url.split_once('@').unwrap();
    let mut connection = PgConnection::connect(&format!("postgres://mosaic@{place}")).await.unwrap();
    sqlx::query(statement).execute(&mut connection).await.unwrap();
}

#[tokio::test]
async fn a_modest_login_is_told_what_it_lacks_and_works_once_it_has_it() {
    // The roles exist in this cluster already, as another installation's.
    TestDatabase::create().await;
    let url = modest_login("modest", "").await;
    let refused = open(&url, TestDatabase::keys()).await;
    assert!(matches!(refused, Err(OpenError::VectorNotAllowed { .. })), "{refused:?}");
    as_superuser(&url, "CREATE EXTENSION vector").await;

    let refused = open(&url, TestDatabase::keys()).await.unwrap_err();
    assert!(matches!(refused, OpenError::RolesNotAllowed { .. }), "{refused:?}");
    assert!(refused.to_string().contains("GRANT mosaic_app, mosaic_fleet TO"));
    let login = url.split(['/', '@']).nth(2).unwrap();
    let (_, place) = url.split_once('@').unwrap();
    let mut connection = PgConnection::connect(&format!("postgres://mosaic@{place}")).await.unwrap();
    let grant = format!("GRANT mosaic_app, mosaic_fleet TO {login}");
    sqlx::query(AssertSqlSafe(grant)).execute(&mut connection).await.unwrap();

    let store = open(&url, TestDatabase::keys()).await.unwrap();
    let again = open(&url, TestDatabase::keys()).await.unwrap();
    assert_eq!(store.instance(), again.instance());
    // The walls hold for the tables' owner as well.
    let mut connection = PgConnection::connect(&url).await.unwrap();
    let users: i64 =
        sqlx::query_scalar("SELECT count(*) FROM users").fetch_one(&mut connection).await.unwrap();
    assert_eq!(users, 0);
}

#[tokio::test]
async fn a_newer_database_is_left_alone() {
    let db = TestDatabase::create().await;
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (999999, 'of a later version', true, '', 0)",
    )
    .execute(&mut login(&db).await)
    .await
    .unwrap();
    let refused = open(&db.url, TestDatabase::keys()).await;
    assert!(matches!(refused, Err(OpenError::NewerDatabase)), "{refused:?}");
}

#[tokio::test]
async fn a_url_that_leads_nowhere_is_not_shown() {
    let nonsense = open("not a url with s3cret", TestDatabase::keys()).await.unwrap_err();
    assert!(matches!(nonsense, OpenError::Url(_)), "{nonsense:?}");
    let nowhere = open("postgres://ann:s3cret@127.0.0.1:1/x", TestDatabase::keys()).await.unwrap_err();
    assert!(matches!(nowhere, OpenError::Unreachable(_)), "{nowhere:?}");
    for error in [nonsense, nowhere] {
        assert!(!format!("{error} {error:?}").contains("s3cret"));
    }
}
