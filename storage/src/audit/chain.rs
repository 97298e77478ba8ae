//! Adding entries, and moving the sealed head along.

use mosaic_model::{AuditEnd, AuditEntry, AuditHash, AuditRecord, Timestamp, UserId};
use sqlx::PgConnection;

use crate::{KeyRing, Store, StoreError, sealed_columns::AUDIT_HEAD};

impl Store {
    /// Adds an entry about an act that changes nothing in the database, or was refused.
    pub async fn audit(&self, entry: &AuditEntry) -> Result<(), StoreError> {
        let mut transaction = self.begin_unowned().await?;
        self.audit_in(&mut transaction, entry).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Adds an entry in the transaction of the act it tells of: both are there, or neither.
    ///
    /// Others who add one wait until the transaction ends, so this is the last thing to do in it.
    pub(crate) async fn audit_in(
        &self,
        connection: &mut PgConnection,
        entry: &AuditEntry,
    ) -> Result<(), StoreError> {
        let now = self.now();
        let head = lock_head(connection, self.keys()).await?;
        let record = AuditRecord::new(head.number + 1, now, entry);
        let hash = record.hash(&head.hash);
        insert(connection, &record, &hash).await?;
        move_head(connection, self.keys(), AuditEnd { number: record.number, hash }, now).await
    }

    /// The end of the chain, as it was last written. None where its row is gone.
    pub(super) async fn audit_head(&self) -> Result<Option<AuditEnd>, StoreError> {
        let row: Option<(i64, Vec<u8>)> = sqlx::query_as(
            "SELECT number, sealed
             FROM audit_head",
        )
        .fetch_optional(self.app())
        .await?;
        row.map(|row| open_head(self.keys(), row)).transpose()
    }
}

/// Begins the log of an installation that has none yet. Never done again: a head that is gone is a sign that
/// somebody was at the log.
pub(crate) async fn begin_head(
    connection: &mut PgConnection,
    keys: &KeyRing,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO audit_head (number, sealed, updated_at)
         VALUES (0, $1, $2)
         ON CONFLICT (single) DO NOTHING",
    )
    .bind(seal_head(keys, AuditEnd::GENESIS))
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// The head, locked until the transaction ends.
async fn lock_head(connection: &mut PgConnection, keys: &KeyRing) -> Result<AuditEnd, StoreError> {
    let row: Option<(i64, Vec<u8>)> = sqlx::query_as(
        "SELECT number, sealed
         FROM audit_head
         FOR UPDATE",
    )
    .fetch_optional(connection)
    .await?;
    open_head(keys, row.ok_or_else(corrupt)?)
}

async fn move_head(
    connection: &mut PgConnection,
    keys: &KeyRing,
    head: AuditEnd,
    now: Timestamp,
) -> Result<(), StoreError> {
    let moved = sqlx::query(
        "UPDATE audit_head
         SET number = $1, sealed = $2, updated_at = $3",
    )
    .bind(head.number.cast_signed())
    .bind(seal_head(keys, head))
    .bind(now)
    .execute(connection)
    .await?;
    if moved.rows_affected() == 1 { Ok(()) } else { Err(corrupt()) }
}

async fn insert(
    connection: &mut PgConnection,
    record: &AuditRecord,
    hash: &AuditHash,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO audit_log
            (number, at, actor, actor_id, action, target, outcome, detail, address, request_id, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(record.number.cast_signed())
    .bind(record.at)
    .bind(&record.actor)
    .bind(record.actor_id.map(UserId::as_uuid))
    .bind(&record.action)
    .bind(&record.target)
    .bind(&record.outcome)
    .bind(&record.detail)
    .bind(&record.address)
    .bind(&record.request_id)
    .bind(hash.as_slice())
    .execute(connection)
    .await?;
    Ok(())
}

fn seal_head(keys: &KeyRing, head: AuditEnd) -> Vec<u8> {
    let mut text = head.number.to_be_bytes().to_vec();
    text.extend_from_slice(&head.hash);
    keys.seal(&AUDIT_HEAD.only(), &text)
}

fn open_head(keys: &KeyRing, (number, sealed): (i64, Vec<u8>)) -> Result<AuditEnd, StoreError> {
    let opened = keys.open(&AUDIT_HEAD.only(), &sealed)?;
    let (sealed_number, hash) = opened.expose().split_at_checked(8).ok_or_else(corrupt)?;
    let sealed_number = u64::from_be_bytes(sealed_number.try_into().ok().ok_or_else(corrupt)?);
    if sealed_number != number.cast_unsigned() {
        return Err(corrupt());
    }
    Ok(AuditEnd { number: sealed_number, hash: hash.try_into().ok().ok_or_else(corrupt)? })
}

fn corrupt() -> StoreError {
    StoreError::Corrupt("audit_head: the end of the audit log was changed or taken away".to_owned())
}
