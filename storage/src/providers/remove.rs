//! Removing provider accounts.

use mosaic_model::{AgentId, AuditAction, AuditEntry, AuditTarget, By, Owner, ProviderId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    change::check_version,
    row::{agents_on, lock_provider},
};
use crate::{
    Store, StoreError,
    news::{News, announce},
};

/// How a provider is to be removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Removal {
    /// Only if this still is its version.
    pub expected: Option<i64>,
    /// The agents on it go too.
    pub cascade: bool,
}

impl Store {
    /// Removes a provider and its key; gives the agents that went with it. [`StoreError::InUse`] while agents have a
    /// model of it, unless they are to go too.
    pub async fn remove_provider(
        &self,
        owner: Owner,
        id: ProviderId,
        removal: Removal,
        by: &By,
    ) -> Result<Vec<AgentId>, StoreError> {
        let mut transaction = self.begin(owner).await?;
        let removed = self.remove_provider_in(&mut transaction, owner, id, removal, by).await?;
        transaction.commit().await?;
        Ok(removed)
    }

    /// As [`Store::remove_provider`], within a transaction of the owner's.
    pub(crate) async fn remove_provider_in(
        &self,
        connection: &mut PgConnection,
        owner: Owner,
        id: ProviderId,
        removal: Removal,
        by: &By,
    ) -> Result<Vec<AgentId>, StoreError> {
        check_version(lock_provider(&mut *connection, owner, id).await?, removal.expected)?;
        let agents = agents_on(&mut *connection, owner, id).await?;
        if !agents.is_empty() && !removal.cascade {
            return Err(StoreError::InUse { agents: agents.into_iter().map(|(slug, _)| slug).collect() });
        }
        let removed: Vec<Uuid> = sqlx::query_scalar(
            "DELETE FROM user_agent_config
             WHERE provider_id = $1 AND user_id = $2
             RETURNING id",
        )
        .bind(id.as_uuid())
        .bind(owner.user_id().as_uuid())
        .fetch_all(&mut *connection)
        .await?;
        let deleted = sqlx::query(
            "DELETE FROM llm_providers
             WHERE id = $1 AND user_id = $2",
        )
        .bind(id.as_uuid())
        .bind(owner.user_id().as_uuid())
        .execute(&mut *connection)
        .await?;
        if deleted.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        announce(&mut *connection, News::ConfigChanged(owner.user_id())).await?;
        let removed: Vec<AgentId> = removed.into_iter().map(AgentId::from_uuid).collect();
        for agent in &removed {
            let entry = AuditEntry::done(by, AuditAction::AgentRemoved, AuditTarget::Agent(*agent));
            self.audit_in(&mut *connection, &entry.detailed("with its provider")).await?;
        }
        let entry = AuditEntry::done(by, AuditAction::ProviderRemoved, AuditTarget::Provider(id));
        self.audit_in(&mut *connection, &entry).await?;
        Ok(removed)
    }
}
