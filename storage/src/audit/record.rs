//! An entry's row.

use mosaic_model::{AuditHash, AuditRecord, Timestamp, UserId};
use uuid::Uuid;

use crate::StoreError;

/// An entry with its own hash.
#[derive(sqlx::FromRow)]
pub(super) struct RecordRow {
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

impl TryFrom<RecordRow> for (AuditRecord, AuditHash) {
    type Error = StoreError;

    fn try_from(row: RecordRow) -> Result<Self, StoreError> {
        let hash = parse_hash(&row.hash)?;
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
        Ok((record, hash))
    }
}

/// Reads a hash; the table's own check keeps its length.
pub(super) fn parse_hash(bytes: &[u8]) -> Result<AuditHash, StoreError> {
    bytes.try_into().ok().ok_or_else(|| StoreError::Corrupt("audit_log.hash".to_owned()))
}
