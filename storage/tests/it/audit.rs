//! The audit log: append-only, chained, and its end sealed.

use mosaic_model::{AuditAction, AuditBreak, AuditEntry, AuditTarget, By};
use mosaic_storage::{AuditCheck, StoreError, testing::TestDatabase};
use sqlx::{AssertSqlSafe, PgConnection};

use crate::seed::login;

async fn log_of(entries: u64) -> TestDatabase {
    let db = TestDatabase::create().await;
    for number in 0..entries {
        let entry = AuditEntry::refused(&By::mosaic(), AuditAction::Login, AuditTarget::None, "no")
            .detailed(format!("{number}"));
        db.store.audit(&entry).await.unwrap();
    }
    db
}

/// As somebody who owns the database and switches the trigger off.
async fn tamper(connection: &mut PgConnection, statement: &'static str) {
    for statement in [
        "ALTER TABLE audit_log DISABLE TRIGGER append_only",
        statement,
        "ALTER TABLE audit_log ENABLE TRIGGER append_only",
    ] {
        sqlx::query(statement).execute(&mut *connection).await.unwrap();
    }
}

#[tokio::test]
async fn an_untouched_log_is_sound_and_an_empty_one_too() {
    for entries in [0, 1, 7] {
        let db = log_of(entries).await;
        assert_eq!(db.store.verify_audit().await.unwrap(), AuditCheck::Sound { entries });
    }
}

#[tokio::test]
async fn acts_that_race_get_a_place_each() {
    let db = log_of(0).await;
    let entry = AuditEntry::done(&By::mosaic(), AuditAction::Login, AuditTarget::None);
    let added = futures_util::future::join_all((0..40).map(|_| db.store.audit(&entry))).await;
    assert!(added.iter().all(Result::is_ok));
    assert_eq!(db.store.verify_audit().await.unwrap(), AuditCheck::Sound { entries: 40 });
}

#[tokio::test]
async fn no_role_of_ours_and_no_slip_changes_an_entry() {
    let db = log_of(2).await;
    for role in ["mosaic_app", "mosaic_fleet", "none"] {
        for statement in ["UPDATE audit_log SET detail = 'x'", "DELETE FROM audit_log", "TRUNCATE audit_log"]
        {
            let mut connection = login(&db).await;
            sqlx::query(AssertSqlSafe(format!("SET ROLE {role}"))).execute(&mut connection).await.unwrap();
            let error = sqlx::query(statement).execute(&mut connection).await.unwrap_err();
            let code = error.as_database_error().and_then(|it| it.code().map(String::from));
            assert_eq!(code.as_deref(), Some("42501"), "{role}: {statement}: {error}");
        }
    }
    assert_eq!(db.store.verify_audit().await.unwrap(), AuditCheck::Sound { entries: 2 });
}

#[tokio::test]
async fn whatever_is_changed_left_out_or_cut_off_is_found() {
    let changed = |number| AuditCheck::Broken(AuditBreak::Changed { number });
    let cases: [(&str, AuditCheck); 8] = [
        ("UPDATE audit_log SET detail = 'x' WHERE number = 3", changed(3)),
        ("UPDATE audit_log SET at = at + interval '1 microsecond' WHERE number = 5", changed(5)),
        ("UPDATE audit_log SET hash = sha256('x') WHERE number = 2", changed(2)),
        ("DELETE FROM audit_log WHERE number = 2", AuditCheck::Broken(AuditBreak::Missing { number: 2 })),
        ("DELETE FROM audit_log WHERE number > 3", AuditCheck::CutOff { found: 3, written: 5 }),
        ("DELETE FROM audit_log", AuditCheck::CutOff { found: 0, written: 5 }),
        ("UPDATE audit_head SET number = 3", AuditCheck::NoEnd),
        ("DELETE FROM audit_head", AuditCheck::NoEnd),
    ];
    for (statement, expected) in cases {
        let db = log_of(5).await;
        tamper(&mut login(&db).await, statement).await;
        assert_eq!(db.store.verify_audit().await.unwrap(), expected, "{statement}");
    }
}

#[tokio::test]
async fn a_log_rewritten_with_sound_hashes_does_not_meet_its_sealed_end() {
    let (db, forged) = (log_of(3).await, log_of(4).await);
    let mut from = login(&forged).await;
    let hashes: Vec<(i64, Vec<u8>)> =
        sqlx::query_as("SELECT number, hash FROM audit_log").fetch_all(&mut from).await.unwrap();
    drop(forged);
    let mut to = login(&db).await;
    tamper(&mut to, "DELETE FROM audit_log WHERE number = 3").await;
    // The last entry again, with other words and the hash that belongs to them.
    let previous: Vec<u8> = hashes[1].1.clone();
    let (at, address, id): (mosaic_model::Timestamp, String, String) =
        sqlx::query_as("SELECT at, address, request_id FROM audit_log WHERE number = 2")
            .fetch_one(&mut to)
            .await
            .unwrap();
    let entry = AuditEntry::done(&By::mosaic(), AuditAction::Login, AuditTarget::None);
    let record = mosaic_model::AuditRecord {
        address,
        request_id: id,
        ..mosaic_model::AuditRecord::new(3, at, &entry)
    };
    let hash = record.hash(&previous.try_into().unwrap());
    sqlx::query(
        "INSERT INTO audit_log (number, at, actor, action, target, outcome, detail, address, request_id, hash)
         VALUES (3, $1, 'mosaic', 'login', '', 'done', '', '', '', $2)",
    )
    .bind(at)
    .bind(hash.as_slice())
    .execute(&mut to)
    .await
    .unwrap();
    assert_eq!(db.store.verify_audit().await.unwrap(), AuditCheck::Rewritten { number: 3 });
}

#[tokio::test]
async fn a_log_that_is_gone_with_its_end_is_not_taken_for_a_new_one() {
    let db = log_of(3).await;
    let mut connection = login(&db).await;
    tamper(&mut connection, "TRUNCATE audit_log, audit_head").await;
    // Neither a restart nor the next act begins another log in its place.
    let again = db.open_again().await;
    assert_eq!(again.verify_audit().await.unwrap(), AuditCheck::NoEnd);
    let entry = AuditEntry::done(&By::mosaic(), AuditAction::Login, AuditTarget::None);
    assert!(matches!(again.audit(&entry).await, Err(StoreError::Corrupt(_))));
    assert_eq!(again.verify_audit().await.unwrap(), AuditCheck::NoEnd);
}
