//! Removing provider accounts.

use mosaic_model::{AgentId, AuditAction, AuditEntry, AuditTarget, By, Owner, ProviderId, Timestamp};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    change::{as_seen, in_use},
    row::{agents_on, lock_provider},
};
use crate::{
    Store, StoreError,
    agents::pass_default_on,
    news::{News, announce},
    users::lock_owner,
};

/// How a provider is to be removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Removal {
    /// Only if this still is its version.
    pub expected: Option<i64>,
    /// The agents on it go too, and other agents lose the fallbacks that are there.
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
        lock_owner(&mut *connection, owner).await?;
        as_seen(lock_provider(&mut *connection, owner, id).await?, removal.expected)?;
        let agents = agents_on(&mut *connection, owner, id).await?;
        if !agents.is_empty() && !removal.cascade {
            return Err(in_use(agents));
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
        drop_fallbacks(&mut *connection, owner, id, self.now()).await?;
        pass_default_on(&mut *connection, owner, self.now()).await?;
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
        announce(&mut *connection, News::ConfigChanged(owner.cell())).await?;
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

/// Takes from the owner's agents the fallbacks on a provider. Agents that have some more lose only these.
async fn drop_fallbacks(
    connection: &mut PgConnection,
    owner: Owner,
    id: ProviderId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let agents: Vec<Uuid> = sqlx::query_scalar(
        "DELETE FROM user_agent_fallbacks
         WHERE provider_id = $1 AND user_id = $2
         RETURNING agent_id",
    )
    .bind(id.as_uuid())
    .bind(owner.user_id().as_uuid())
    .fetch_all(&mut *connection)
    .await?;
    sqlx::query(
        "UPDATE user_agent_config
         SET version = version + 1, updated_at = $3,
             field_versions = field_versions || jsonb_build_object('fallbacks', version + 1)
         WHERE id = ANY ($1) AND user_id = $2",
    )
    .bind(agents)
    .bind(owner.user_id().as_uuid())
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}
