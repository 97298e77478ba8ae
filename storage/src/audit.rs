//! The audit log: entries are added in the transaction of the act they tell of, and chained.
//!
//! The head of the chain is kept sealed beside the log: whoever can write the database but has no key cannot
//! rewrite or shorten the log unseen. A copy of the whole database from an earlier day would pass; only an
//! export kept elsewhere tells.

use mosaic_model::{AUDIT_GENESIS, AuditEntry, AuditHash, AuditRecord, Timestamp, UserId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{KeyOwner, KeyRing, Place, Store, StoreError};

/// How many entries are read at once while the chain is checked.
const VERIFY_PAGE: i64 = 1_000;

/// Where the sealed head belongs.
pub(crate) const HEAD_PLACE: Place =
    Place { table: "audit_head", row: Uuid::nil(), owner: KeyOwner::System, field: "sealed" };

/// The last entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Head {
    number: u64,
    hash: AuditHash,
}

/// What a check of the chain found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditCheck {
    /// Nothing was changed, left out or cut off.
    Sound {
        /// How many entries there are.
        entries: u64,
    },
    /// The chain is broken: this entry, or what stood before it, was changed or is missing.
    Broken {
        /// Its number.
        number: u64,
    },
    /// The chain holds as far as it goes, but does not end where the sealed head says.
    WrongEnd {
        /// The last entry that is there.
        found: u64,
        /// The last entry that was written.
        written: u64,
    },
}

#[derive(sqlx::FromRow)]
pub(crate) struct RecordRow {
    number: i64,
    at: Timestamp,
    actor: String,
    actor_id: Option<Uuid>,
    action: String,
    target: String,
    outcome: String,
    detail: String,
    address: String,
    request_id: String,
    hash: Vec<u8>,
}

impl From<RecordRow> for (AuditRecord, Vec<u8>) {
    fn from(row: RecordRow) -> Self {
        let record = AuditRecord {
            number: row.number.cast_unsigned(),
            at: row.at,
            actor: row.actor,
            actor_id: row.actor_id.map(UserId::from_uuid),
            action: row.action,
            target: row.target,
            outcome: row.outcome,
            detail: row.detail,
            address: row.address,
            request_id: row.request_id,
        };
        (record, row.hash)
    }
}

impl Store {
    /// Adds an entry about an act that changes nothing in the database, or was refused.
    pub async fn audit(&self, entry: &AuditEntry) -> Result<(), StoreError> {
        let mut transaction = self.app().begin().await?;
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
        let head = lock_head(connection, self.keys(), now).await?;
        let record = AuditRecord::new(head.number + 1, now, entry);
        let hash = record.hash(&head.hash);
        insert(connection, &record, &hash).await?;
        move_head(connection, self.keys(), Head { number: record.number, hash }, now).await
    }

    /// Walks the whole chain and compares its end with the sealed head.
    pub async fn verify_audit(&self) -> Result<AuditCheck, StoreError> {
        let written = self.audit_head().await?;
        let mut last = Head { number: 0, hash: AUDIT_GENESIS };
        loop {
            let page = self.records_after(last.number).await?;
            if page.is_empty() {
                break;
            }
            for row in page {
                let (record, stored) = row.into();
                let hash = record.hash(&last.hash);
                if record.number != last.number + 1 || stored != hash {
                    return Ok(AuditCheck::Broken { number: record.number });
                }
                last = Head { number: record.number, hash };
                // What was added since the head was read is checked next time.
                if record.number == written.number && hash != written.hash {
                    return Ok(AuditCheck::Broken { number: record.number });
                }
            }
        }
        Ok(if last.number < written.number {
            AuditCheck::WrongEnd { found: last.number, written: written.number }
        } else {
            AuditCheck::Sound { entries: last.number }
        })
    }

    async fn audit_head(&self) -> Result<Head, StoreError> {
        let row: Option<(i64, Vec<u8>)> = sqlx::query_as(
            "SELECT number, sealed
             FROM audit_head",
        )
        .fetch_optional(self.app())
        .await?;
        row.map_or(Ok(Head { number: 0, hash: AUDIT_GENESIS }), |row| open_head(self.keys(), row))
    }

    async fn records_after(&self, number: u64) -> Result<Vec<RecordRow>, StoreError> {
        let rows = sqlx::query_as(
            "SELECT number, at, actor, actor_id, action, target, outcome, detail, address, request_id, hash
             FROM audit_log
             WHERE number > $1
             ORDER BY number
             LIMIT $2",
        )
        .bind(number.cast_signed())
        .bind(VERIFY_PAGE)
        .fetch_all(self.fleet())
        .await?;
        Ok(rows)
    }
}

/// The head, locked until the transaction ends; made if there is none.
async fn lock_head(
    connection: &mut PgConnection,
    keys: &KeyRing,
    now: Timestamp,
) -> Result<Head, StoreError> {
    let first = Head { number: 0, hash: AUDIT_GENESIS };
    let row: (i64, Vec<u8>) = sqlx::query_as(
        "INSERT INTO audit_head (number, sealed, updated_at)
         VALUES ($1, $2, $3)
         ON CONFLICT (single) DO UPDATE
         SET number = audit_head.number
         RETURNING number, sealed",
    )
    .bind(0_i64)
    .bind(seal_head(keys, first))
    .bind(now)
    .fetch_one(connection)
    .await?;
    open_head(keys, row)
}

async fn move_head(
    connection: &mut PgConnection,
    keys: &KeyRing,
    head: Head,
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
    if moved.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Corrupt("audit_head".to_owned())) }
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

fn seal_head(keys: &KeyRing, head: Head) -> Vec<u8> {
    let mut text = head.number.to_be_bytes().to_vec();
    text.extend_from_slice(&head.hash);
    keys.seal(&HEAD_PLACE, &text)
}

fn open_head(keys: &KeyRing, (number, sealed): (i64, Vec<u8>)) -> Result<Head, StoreError> {
    let corrupt = || StoreError::Corrupt("audit_head".to_owned());
    let opened = keys.open(&HEAD_PLACE, &sealed)?;
    let (sealed_number, hash) = opened.expose().split_at_checked(8).ok_or_else(corrupt)?;
    let sealed_number = u64::from_be_bytes(sealed_number.try_into().ok().ok_or_else(corrupt)?);
    if sealed_number != number.cast_unsigned() {
        return Err(corrupt());
    }
    Ok(Head { number: sealed_number, hash: hash.try_into().ok().ok_or_else(corrupt)? })
}
