//! Reading the log: what an admin looks for, a page at a time.
//!
//! Entries name users by their ids. Their e-mail addresses are looked up when the log is read: somebody who was
//! deleted has none any more.

use std::{collections::HashMap, net::IpAddr};

use mosaic_model::{AUDIT_GENESIS, AuditHash, AuditOutcome, AuditRecord, Timestamp, UserId};
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use super::record::{RecordRow, parse_hash};
use crate::{Store, StoreError};

/// What to look for; whatever is not said does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// What was done, in the log's word.
    pub action: Option<String>,
    /// Who did it.
    pub actor: Option<UserId>,
    /// What it was done to, as the log has it.
    pub target: Option<String>,
    /// How it ended.
    pub outcome: Option<AuditOutcome>,
    /// From which address.
    pub address: Option<IpAddr>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before, not at.
    pub to: Option<Timestamp>,
}

/// An entry as it is shown and exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditListed {
    /// The entry.
    pub record: AuditRecord,
    /// The hash before it; with it the entry can be checked alone.
    pub previous: AuditHash,
    /// Its own.
    pub hash: AuditHash,
    /// The present address of whoever did it.
    pub actor_email: Option<String>,
    /// The present address of the user it was done to.
    pub target_email: Option<String>,
}

#[derive(sqlx::FromRow)]
struct ListedRow {
    #[sqlx(flatten)]
    record: RecordRow,
    previous: Option<Vec<u8>>,
}

impl Store {
    /// What matches, the newest first, from below `before` on.
    pub async fn audit_page(
        &self,
        filter: &AuditFilter,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<AuditListed>, StoreError> {
        let mut query = select(filter);
        if let Some(before) = before {
            query.push(" AND entry.number < ").push_bind(clamp(before));
        }
        query.push(" ORDER BY entry.number DESC LIMIT ").push_bind(i64::from(limit));
        self.listed(query).await
    }

    /// What matches, the oldest first, from above `after` on and up to `up_to`.
    pub async fn audit_after(
        &self,
        filter: &AuditFilter,
        after: u64,
        up_to: u64,
        limit: u32,
    ) -> Result<Vec<AuditListed>, StoreError> {
        let mut query = select(filter);
        query.push(" AND entry.number > ").push_bind(clamp(after));
        query.push(" AND entry.number <= ").push_bind(clamp(up_to));
        query.push(" ORDER BY entry.number LIMIT ").push_bind(i64::from(limit));
        self.listed(query).await
    }

    /// The number of the last entry; 0 where there is none.
    pub async fn last_audit_number(&self) -> Result<u64, StoreError> {
        let last: i64 = sqlx::query_scalar(
            "SELECT coalesce(max(number), 0)
             FROM audit_log",
        )
        .fetch_one(self.fleet())
        .await?;
        Ok(last.cast_unsigned())
    }

    async fn listed(&self, mut query: QueryBuilder<Postgres>) -> Result<Vec<AuditListed>, StoreError> {
        let rows: Vec<ListedRow> = query.build_query_as().fetch_all(self.fleet()).await?;
        let mut entries = Vec::with_capacity(rows.len());
        for row in rows {
            let previous = row.previous.as_deref().map_or(Ok(AUDIT_GENESIS), parse_hash)?;
            let (record, hash) = row.record.try_into()?;
            entries.push(AuditListed { record, previous, hash, actor_email: None, target_email: None });
        }
        self.add_addresses(&mut entries).await?;
        Ok(entries)
    }

    async fn add_addresses(&self, entries: &mut [AuditListed]) -> Result<(), StoreError> {
        let users: Vec<Uuid> = entries
            .iter()
            .flat_map(|entry| [entry.record.actor_id, target_user(&entry.record.target)])
            .flatten()
            .map(UserId::as_uuid)
            .collect();
        let rows: Vec<(Uuid, String)> = sqlx::query_as(
            "SELECT id, email
             FROM users
             WHERE id = ANY($1)",
        )
        .bind(users)
        .fetch_all(self.fleet())
        .await?;
        let known: HashMap<Uuid, String> = rows.into_iter().collect();
        let address = |user: Option<UserId>| user.and_then(|user| known.get(&user.as_uuid()).cloned());
        for entry in entries {
            entry.actor_email = address(entry.record.actor_id);
            entry.target_email = address(target_user(&entry.record.target));
        }
        Ok(())
    }
}

/// The user whom an entry's target is, or whose cell.
fn target_user(target: &str) -> Option<UserId> {
    let id = target.strip_prefix("user/").or_else(|| target.strip_prefix("cell/user-"))?;
    id.parse().ok()
}

/// Numbers beyond what the log can hold are as good as its end.
fn clamp(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn select(filter: &AuditFilter) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new(
        "SELECT entry.number, entry.at, entry.actor, entry.actor_id, entry.action, entry.target, entry.outcome,
                entry.detail, entry.address, entry.request_id, entry.hash, before.hash AS previous
         FROM audit_log AS entry
         LEFT JOIN audit_log AS before ON before.number = entry.number - 1
         WHERE true",
    );
    if let Some(action) = &filter.action {
        query.push(" AND entry.action = ").push_bind(action.clone());
    }
    if let Some(actor) = filter.actor {
        query.push(" AND entry.actor_id = ").push_bind(actor.as_uuid());
    }
    if let Some(target) = &filter.target {
        query.push(" AND entry.target = ").push_bind(target.clone());
    }
    if let Some(outcome) = filter.outcome {
        query.push(" AND entry.outcome = ").push_bind(outcome.as_str());
    }
    if let Some(address) = filter.address {
        query.push(" AND entry.address = ").push_bind(address.to_string());
    }
    if let Some(from) = filter.from {
        query.push(" AND entry.at >= ").push_bind(from);
    }
    if let Some(to) = filter.to {
        query.push(" AND entry.at < ").push_bind(to);
    }
    query
}
