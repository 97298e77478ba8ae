//! Whether the Mosaic that manages this database can read what we are about to seal.

use serde_json::{Value, json};

use crate::{Store, StoreError, fence::LOCK_KEY};

/// The row of `system_config` in which a manager leaves the names of its keys.
const MANAGER_KEYS: &str = "manager.keys";

impl Store {
    /// Leaves word of which keys this process has, for whoever wants to change them. For the holder of the fence.
    pub async fn announce_keys(&self) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO system_config (key, value, updated_at)
             VALUES ($1, $2, $3)
             ON CONFLICT (key) DO UPDATE
             SET value = EXCLUDED.value, updated_at = EXCLUDED.updated_at",
        )
        .bind(MANAGER_KEYS)
        .bind(json!(self.keys().names()))
        .bind(self.now())
        .execute(self.app())
        .await?;
        Ok(())
    }

    /// True where nobody manages the database at the moment.
    pub(super) async fn manager_can_read_ours(&self) -> Result<bool, StoreError> {
        let row: Option<(bool, Option<Value>)> = sqlx::query_as(
            "SELECT
                EXISTS (
                    SELECT FROM pg_locks
                    WHERE locktype = 'advisory'
                      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                      AND (classid::bigint << 32) | objid::bigint = $1
                      AND objsubid = 1
                      AND granted
                ),
                (SELECT value FROM system_config WHERE key = $2)",
        )
        .bind(LOCK_KEY)
        .bind(MANAGER_KEYS)
        .fetch_optional(self.app())
        .await?;
        let Some((true, keys)) = row else { return Ok(true) };
        let ours = self.keys().names().into_iter().next().unwrap_or_default();
        let keys = keys.as_ref().and_then(Value::as_array);
        Ok(keys.is_some_and(|keys| keys.iter().any(|key| *key == ours)))
    }
}
