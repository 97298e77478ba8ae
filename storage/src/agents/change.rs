//! Changing agents. Whoever says which version they saw never undoes another's change unseen.

use mosaic_model::{
    Agent, AgentField, AgentId, AgentPatch, AuditAction, AuditEntry, AuditTarget, By, Owner, Timestamp,
};
use sqlx::PgConnection;

use super::{
    check_models,
    row::{AgentRow, select_agent, update_agent},
};
use crate::{
    Store, StoreError,
    news::{News, announce},
    users::lock_owner,
    versions::check_version,
};

impl Store {
    /// Changes an agent.
    ///
    /// [`StoreError::Stale`] where `expected` is not its version any more, [`StoreError::Invalid`] where one of its
    /// models is none of the owner's.
    pub async fn change_agent(
        &self,
        owner: Owner,
        id: AgentId,
        expected: Option<i64>,
        patch: AgentPatch,
        by: &By,
    ) -> Result<Agent, StoreError> {
        let mut transaction = self.begin(owner).await?;
        let agent = self.change_agent_in(&mut transaction, owner, id, expected, patch, by).await?;
        transaction.commit().await?;
        Ok(agent)
    }

    /// As [`Store::change_agent`], within a transaction of the owner's.
    pub(crate) async fn change_agent_in(
        &self,
        connection: &mut PgConnection,
        owner: Owner,
        id: AgentId,
        expected: Option<i64>,
        patch: AgentPatch,
        by: &By,
    ) -> Result<Agent, StoreError> {
        lock_owner(&mut *connection, owner).await?;
        let row = select_agent(&mut *connection, owner, id).await?;
        let mut versions = row.field_versions.0.clone();
        let old = as_seen(row, expected)?;
        let changed = patch.apply(&old).map_err(|error| StoreError::Invalid(error.to_string()))?;
        let (mut new, changed) = changed;
        if changed.is_empty() {
            return Ok(old);
        }
        if changed.contains(&AgentField::Model) || changed.contains(&AgentField::Fallbacks) {
            check_models(&mut *connection, owner, new.models()).await?;
        }
        if changed.contains(&AgentField::IsDefault) {
            withdraw_default(&mut *connection, owner, self.now()).await?;
        }
        new.version += 1;
        versions.extend(changed.iter().map(|field| (field.as_str().to_owned(), new.version)));
        update_agent(&mut *connection, owner, &new, versions, self.now()).await?;
        announce(&mut *connection, News::ConfigChanged(owner.cell())).await?;
        // The fields' names, never what a person wrote.
        let fields: Vec<&str> = changed.into_iter().map(AgentField::as_str).collect();
        let entry = AuditEntry::done(by, AuditAction::AgentChanged, AuditTarget::Agent(id));
        self.audit_in(&mut *connection, &entry.detailed(fields.join(", "))).await?;
        Ok(new)
    }
}

/// The agent, if it still is the one that the caller saw.
pub(super) fn as_seen(row: AgentRow, expected: Option<i64>) -> Result<Agent, StoreError> {
    let versions = row.field_versions.0.clone();
    let agent = Agent::try_from(row)?;
    check_version(agent.version, expected, &versions, AgentField::ALL.map(AgentField::as_str))?;
    Ok(agent)
}

/// Takes the default from whichever agent has it, so that another can have it.
pub(super) async fn withdraw_default(
    connection: &mut PgConnection,
    owner: Owner,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE user_agent_config
         SET is_default = false, version = version + 1, updated_at = $2,
             field_versions = field_versions || jsonb_build_object('is_default', version + 1)
         WHERE user_id = $1 AND is_default",
    )
    .bind(owner.user_id().as_uuid())
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// Passes the default on to the oldest agent where the one that had it is gone.
pub(crate) async fn pass_default_on(
    connection: &mut PgConnection,
    owner: Owner,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE user_agent_config
         SET is_default = true, version = version + 1, updated_at = $2,
             field_versions = field_versions || jsonb_build_object('is_default', version + 1)
         WHERE user_id = $1
           AND id = (SELECT id FROM user_agent_config WHERE user_id = $1 ORDER BY created_at, id LIMIT 1)
           AND NOT EXISTS (SELECT FROM user_agent_config WHERE user_id = $1 AND is_default)",
    )
    .bind(owner.user_id().as_uuid())
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}
