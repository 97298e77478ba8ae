//! What owners want of their cells' rest.

use mosaic_model::{AuditAction, AuditEntry, AuditTarget, By, CellId, Owner, RestWishes};

use crate::{Store, StoreError};

impl Store {
    /// What the owner wants of their cell's rest; nothing in particular where they never said.
    pub async fn rest_wishes(&self, owner: Owner) -> Result<RestWishes, StoreError> {
        let mut transaction = self.begin(owner).await?;
        let row: Option<(bool, Option<i32>)> = sqlx::query_as(
            "SELECT keep_awake, idle_timeout_secs
             FROM cell_wishes
             WHERE user_id = $1",
        )
        .bind(owner.user_id().as_uuid())
        .fetch_optional(&mut *transaction)
        .await?;
        Ok(row.map_or_else(RestWishes::default, |(keep_awake, timeout)| wishes(keep_awake, timeout)))
    }

    /// Keeps what the owner wants of their cell's rest.
    pub async fn set_rest_wishes(
        &self,
        owner: Owner,
        wishes: &RestWishes,
        by: &By,
    ) -> Result<(), StoreError> {
        let RestWishes { keep_awake, idle_timeout_secs } = *wishes;
        let too_long = |_| StoreError::Invalid("that idle timeout is too long".to_owned());
        let timeout = idle_timeout_secs.map(i32::try_from).transpose().map_err(too_long)?;
        let mut transaction = self.begin(owner).await?;
        sqlx::query(
            "INSERT INTO cell_wishes (user_id, keep_awake, idle_timeout_secs, updated_at)
             VALUES ($1, $2, $3, $4)
             ON CONFLICT (user_id) DO UPDATE
             SET keep_awake = EXCLUDED.keep_awake, idle_timeout_secs = EXCLUDED.idle_timeout_secs,
                 updated_at = EXCLUDED.updated_at
             WHERE cell_wishes.user_id = $1",
        )
        .bind(owner.user_id().as_uuid())
        .bind(keep_awake)
        .bind(timeout)
        .bind(self.now())
        .execute(&mut *transaction)
        .await?;
        let cell = AuditTarget::Cell(CellId::User(owner.user_id()));
        let entry = AuditEntry::done(by, AuditAction::CellRestChanged, cell).detailed(in_words(wishes));
        self.audit_in(&mut transaction, &entry).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// Reads a row's two columns.
pub(crate) fn wishes(keep_awake: bool, idle_timeout_secs: Option<i32>) -> RestWishes {
    RestWishes { keep_awake, idle_timeout_secs: idle_timeout_secs.and_then(|secs| u32::try_from(secs).ok()) }
}

fn in_words(wishes: &RestWishes) -> String {
    let awake = if wishes.keep_awake { "kept awake" } else { "not kept awake" };
    match wishes.idle_timeout_secs {
        Some(secs) => format!("{awake}, idle timeout {secs} s"),
        None => format!("{awake}, the installation's idle timeout"),
    }
}
