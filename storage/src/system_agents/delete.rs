//! Erasing the fleet's own agents: marked first, gone from the engine next, and then from here.

use mosaic_model::{AuditAction, AuditEntry, AuditTarget, By, CellId, SystemCellId};
use uuid::Uuid;

use super::owner;
use crate::{Store, StoreError};

impl Store {
    /// Marks one of the fleet's own agents to be erased: from now on it cannot be found or asked anything.
    /// [`StoreError::Stale`] where `expected` is not its version any more.
    pub async fn begin_deleting_system_agent(
        &self,
        id: SystemCellId,
        expected: Option<i64>,
    ) -> Result<(), StoreError> {
        let (mut transaction, _) = self.begin_change(id, expected).await?;
        sqlx::query(
            "UPDATE system_agents
             SET deleting_at = $2
             WHERE id = $1",
        )
        .bind(id.as_uuid())
        .bind(self.now())
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Those that are marked and not erased yet.
    pub async fn system_agents_being_deleted(&self) -> Result<Vec<SystemCellId>, StoreError> {
        let ids: Vec<Uuid> = sqlx::query_scalar(
            "SELECT id
             FROM system_agents
             WHERE deleting_at IS NOT NULL
             ORDER BY id",
        )
        .fetch_all(self.app())
        .await?;
        Ok(ids.into_iter().map(SystemCellId::from_uuid).collect())
    }

    /// Removes every row of an agent that was marked for it; the last thing to do, when nothing of it is left
    /// elsewhere. [`StoreError::NotFound`] where somebody has done it.
    pub async fn finish_deleting_system_agent(&self, id: SystemCellId, by: &By) -> Result<(), StoreError> {
        let mut transaction = self.begin(owner(id)).await?;
        let gone = sqlx::query(
            "DELETE FROM config_owners
             WHERE user_id = $1
               AND EXISTS (SELECT FROM system_agents WHERE id = $1 AND deleting_at IS NOT NULL)",
        )
        .bind(id.as_uuid())
        .execute(&mut *transaction)
        .await?;
        if gone.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        let target = AuditTarget::Cell(CellId::System(id));
        let entry = AuditEntry::done(by, AuditAction::SystemAgentDeleted, target);
        self.audit_in(&mut transaction, &entry).await?;
        transaction.commit().await?;
        Ok(())
    }
}
