//! Changing the master key: beside writers, cut short again and again, and proved by a count.

mod beside_writers;

use std::{collections::BTreeSet, sync::Arc};

use mosaic_model::{By, CellId, Owner};
use mosaic_storage::{
    AuditCheck, AuditFilter, Fence, KeyOwner, KeyRing, OpenError, Place, RotationError, Store, StoreError,
    VaultError,
    testing::{TEST_KEY, TestClock, TestDatabase},
};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::seed::{RANGE, api_key, browser, cell, id_token, login, provider, system_cell};

/// A new key alone, and in front of every test's.
fn new_keys() -> (KeyRing, KeyRing) {
    let new = KeyRing::generate();
    let parse = |text: &str| KeyRing::parse(text).unwrap();
    (parse(new.expose()), parse(&format!("{},{TEST_KEY}", new.expose())))
}

async fn open(db: &TestDatabase, keys: &KeyRing) -> Result<Store, OpenError> {
    Store::open(&db.url, keys.clone(), Arc::new(TestClock::default())).await
}

fn system_secret_place() -> Place<'static> {
    Place { table: "system_secrets", row: Uuid::nil(), owner: KeyOwner::System, field: "oidc" }
}

/// Something sealed in every table: a provider's key, two gateway tokens, a secret of the installation, the head of
/// the audit log, an ID token.
async fn seal_everything(db: &TestDatabase) -> Owner {
    let ann = db.user("ann").await;
    db.store.add_provider(ann, provider("Models"), Some(&api_key()), &By::host()).await.unwrap();
    for cell in [cell(ann), system_cell(db).await] {
        db.store.begin_generation(cell, RANGE, &[]).await.unwrap();
    }
    db.store.create_oidc_session(ann, browser(), &id_token(), &By::host()).await.unwrap();
    sqlx::query("INSERT INTO system_secrets (name, sealed, updated_at) VALUES ('oidc', $1, now())")
        .bind(TestDatabase::keys().seal(&system_secret_place(), b"client secret"))
        .execute(&mut login(db).await)
        .await
        .unwrap();
    ann
}

/// Values by the position of the key they need; none for those whose key is not in the ring.
async fn counts(store: &Store) -> Vec<(Option<usize>, u64)> {
    store.key_uses().await.unwrap().into_iter().map(|it| (it.position, it.values)).collect()
}

#[tokio::test]
async fn every_sealed_column_of_the_database_is_known_to_the_rotation() {
    /// Bytes that are no sealed value.
    const HASHES: [(&str, &str); 5] = [
        ("_sqlx_migrations", "checksum"),
        ("api_tokens", "hash"),
        ("audit_log", "hash"),
        ("invitations", "hash"),
        ("sessions", "hash"),
    ];
    let db = TestDatabase::create().await;
    let columns: Vec<(String, String)> = sqlx::query_as(
        "SELECT table_name::text, column_name::text
         FROM information_schema.columns
         WHERE table_schema = 'public' AND (data_type = 'bytea' OR column_name = 'sealed')",
    )
    .fetch_all(&mut login(&db).await)
    .await
    .unwrap();
    let mut found = BTreeSet::new();
    for (table, column) in &columns {
        match column.as_str() {
            "sealed" => {
                found.insert(table.as_str());
            }
            "key_id" => {}
            _ => assert!(
                HASHES.contains(&(table.as_str(), column.as_str())),
                "{table}.{column}: a sealed value is in a column `sealed`; what else is bytes is listed here"
            ),
        }
    }
    assert_eq!(found, TestDatabase::sealed_tables().into_iter().collect());
    for table in found {
        let named = columns.iter().any(|(of, column)| of == table && column == "key_id");
        assert!(named, "{table} has no column key_id; see migration 0012");
    }
}

#[tokio::test]
async fn a_new_key_takes_over_from_the_old_one() {
    let db = TestDatabase::create().await;
    let ann = seal_everything(&db).await;
    let (new, both) = new_keys();

    let rotating = open(&db, &both).await.unwrap();
    rotating.assembly_input(ann).await.unwrap();
    assert_eq!(counts(&rotating).await, [(Some(1), 0), (Some(2), 6)]);
    assert_eq!(rotating.rotate_keys(&By::host()).await.unwrap(), 6);
    assert_eq!(counts(&rotating).await, [(Some(1), 6), (Some(2), 0)]);
    assert_eq!(rotating.rotate_keys(&By::host()).await.unwrap(), 0);
    let filter = AuditFilter { action: Some("keys.rotated".to_owned()), ..AuditFilter::default() };
    let entries = rotating.audit_page(&filter, None, 9).await.unwrap();
    let told: Vec<_> =
        entries.iter().map(|it| (it.record.actor.as_str(), it.record.detail.as_str())).collect();
    assert_eq!(told, [("host", "0 sealed anew"), ("host", "6 sealed anew")]);

    let rotated = open(&db, &new).await.unwrap();
    rotated.assembly_input(ann).await.unwrap();
    let system = CellId::System(rotated.system_agents().await.unwrap()[0].id);
    for cell in [cell(ann), system] {
        let before = db.store.gateway_token(cell).await;
        assert!(matches!(before, Err(StoreError::Vault(VaultError::UnknownKey))), "{before:?}");
        assert!(rotated.gateway_token(cell).await.unwrap().is_some());
    }
    let secret: Vec<u8> = sqlx::query_scalar("SELECT sealed FROM system_secrets")
        .fetch_one(&mut login(&db).await)
        .await
        .unwrap();
    assert_eq!(new.open(&system_secret_place(), &secret).unwrap().expose(), b"client secret");
    assert!(matches!(rotated.verify_audit().await.unwrap(), AuditCheck::Sound { .. }));
    let old = open(&db, &TestDatabase::keys()).await;
    assert!(matches!(old, Err(OpenError::WrongKey)), "the old key alone no longer opens it: {old:?}");
}

#[tokio::test]
async fn a_key_that_is_dropped_too_early_is_missed_before_anything_is_written() {
    let db = TestDatabase::create().await;
    seal_everything(&db).await;
    let (new, both) = new_keys();
    // The check value is sealed with the new key from now on; the rest is not.
    open(&db, &both).await.unwrap();
    let mut connection = login(&db).await;
    let everything =
        "SELECT md5(string_agg(key || value::text || updated_at::text, ',' ORDER BY key)) FROM system_config";
    let before: String = sqlx::query_scalar(everything).fetch_one(&mut connection).await.unwrap();
    // Were anything written first, a missing migration would be.
    let forget = "DELETE FROM _sqlx_migrations
         WHERE version = (SELECT max(version) FROM _sqlx_migrations)
         RETURNING version";
    let last: i64 = sqlx::query_scalar(forget).fetch_one(&mut connection).await.unwrap();
    let refused = open(&db, &new).await.unwrap_err();
    let old_name = TestDatabase::keys().names().remove(0);
    assert!(
        matches!(&refused, OpenError::MissingKey { values: 6, keys } if *keys == [old_name.clone()]),
        "{refused:?}"
    );
    let words = refused.to_string();
    assert!(
        words.contains("6 sealed values") && words.contains(&old_name) && words.contains("keys rotate"),
        "{words}"
    );
    let after: String = sqlx::query_scalar(everything).fetch_one(&mut connection).await.unwrap();
    assert_eq!(after, before);
    let migrations: i64 = sqlx::query_scalar("SELECT count(*) FROM _sqlx_migrations WHERE version = $1")
        .bind(last)
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(migrations, 0, "it migrated first");
}

#[tokio::test]
async fn a_value_that_does_not_open_keeps_its_key_and_stops_nothing_else() {
    let db = TestDatabase::create().await;
    seal_everything(&db).await;
    let bob = db.user("bob").await;
    db.store.add_provider(bob, provider("Models"), Some(&api_key()), &By::host()).await.unwrap();
    let moved = "UPDATE llm_provider_keys
        SET sealed = (SELECT sealed FROM llm_provider_keys WHERE user_id <> $1)
        WHERE user_id = $1";
    sqlx::query(moved).bind(bob.user_id().as_uuid()).execute(&mut login(&db).await).await.unwrap();
    let (_, both) = new_keys();
    let rotating = open(&db, &both).await.unwrap();
    let refused = rotating.rotate_keys(&By::host()).await;
    assert!(matches!(refused, Err(RotationError::StillNeeded { left: 1, unreadable: 1 })), "{refused:?}");
    assert_eq!(counts(&rotating).await, [(Some(1), 6), (Some(2), 1)]);
}

#[tokio::test]
async fn nothing_is_sealed_anew_that_a_running_mosaic_could_not_read() {
    let db = TestDatabase::create().await;
    seal_everything(&db).await;
    let (_, both) = new_keys();
    let rotating = open(&db, &both).await.unwrap();
    let fence = Fence::acquire(&db.url).await.unwrap();
    for announced in [false, true] {
        if announced {
            db.store.announce_keys().await.unwrap();
        }
        let refused = rotating.rotate_keys(&By::host()).await;
        assert!(matches!(refused, Err(RotationError::ManagerLacksKey)), "{refused:?}");
        assert_eq!(counts(&rotating).await[0], (Some(1), 0));
    }
    // The manager was started anew with the ring.
    open(&db, &both).await.unwrap().announce_keys().await.unwrap();
    assert_eq!(rotating.rotate_keys(&By::host()).await.unwrap(), 6);
    db.store.announce_keys().await.unwrap();
    fence.release().await;
    assert_eq!(rotating.rotate_keys(&By::host()).await.unwrap(), 0, "nobody runs: nobody is in the way");
}

#[tokio::test]
async fn more_rows_than_one_transaction_takes_are_all_sealed_anew() {
    let db = TestDatabase::create().await;
    seal_everything(&db).await;
    let sealing = TestDatabase::keys();
    let mut connection = login(&db).await;
    for number in 0..120 {
        let name = format!("secret-{number:03}");
        let place = Place { field: &name, ..system_secret_place() };
        sqlx::query("INSERT INTO system_secrets (name, sealed, updated_at) VALUES ($1, $2, now())")
            .bind(&name)
            .bind(sealing.seal(&place, name.as_bytes()))
            .execute(&mut connection)
            .await
            .unwrap();
    }
    let (new, both) = new_keys();
    assert_eq!(open(&db, &both).await.unwrap().rotate_keys(&By::host()).await.unwrap(), 126);
    let rows: Vec<(String, Vec<u8>)> =
        sqlx::query_as(AssertSqlSafe("SELECT name, sealed FROM system_secrets"))
            .fetch_all(&mut connection)
            .await
            .unwrap();
    for (name, sealed) in rows {
        new.open(&Place { field: &name, ..system_secret_place() }, &sealed).unwrap();
    }
}
