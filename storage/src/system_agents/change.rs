//! Changing the fleet's own agents. Whoever says which version they saw never undoes another's change unseen.

use mosaic_model::{
    AgentPatch, AuditAction, AuditEntry, AuditTarget, By, CellId, ProviderDraft, ProviderPatch, Secret,
    SystemCellId,
};
use sqlx::{PgConnection, Postgres, Transaction};

use super::{SystemAgent, kept, owner, select};
use crate::{Store, StoreError, users::lock_owner};

/// What an admin may change of an agent of the fleet's own, beside its provider.
#[derive(Debug, Clone)]
pub struct SystemAgentChange {
    /// Its name for people.
    pub name: String,
    /// Who it is; added to every prompt.
    pub personality: String,
    /// The id of one of its provider's models.
    pub model: String,
    /// See [`SystemAgent::always_on`].
    pub always_on: bool,
}

impl Store {
    /// Changes one of the fleet's own agents. [`StoreError::Stale`] where `expected` is not its version any more.
    pub async fn change_system_agent(
        &self,
        id: SystemCellId,
        expected: Option<i64>,
        change: SystemAgentChange,
        by: &By,
    ) -> Result<SystemAgent, StoreError> {
        let (mut transaction, seen) = self.begin_change(id, expected).await?;
        let SystemAgentChange { name, personality, model, always_on } = change;
        let patch = AgentPatch {
            name: Some(name),
            personality: Some(personality),
            model: Some(model),
            ..AgentPatch::default()
        };
        self.change_agent_in(&mut transaction, owner(id), seen.agent.id, None, patch, by).await?;
        if always_on != seen.always_on {
            self.put_wish(&mut transaction, id, always_on, seen.held).await?;
            self.note_change(&mut transaction, id, kept(always_on), by).await?;
        }
        let changed = select(&mut transaction, id).await?;
        transaction.commit().await?;
        Ok(changed)
    }

    /// Gives one of the fleet's own agents another provider account in place of the one it has, whose key stays where
    /// none is given and the server is the same. [`StoreError::Stale`] as for any change.
    pub async fn replace_system_provider(
        &self,
        id: SystemCellId,
        expected: Option<i64>,
        draft: ProviderDraft,
        key: Option<&Secret<String>>,
        by: &By,
    ) -> Result<SystemAgent, StoreError> {
        let (mut transaction, seen) = self.begin_change(id, expected).await?;
        let ProviderDraft { preset: _, name, kind, base_url, models } = draft;
        let patch = ProviderPatch {
            name: Some(name),
            kind: Some(kind),
            base_url: Some(base_url),
            models: Some(models),
            enabled: None,
        };
        let connection = &mut transaction;
        self.change_provider_in(connection, owner(id), seen.provider.id, None, patch, key, by).await?;
        let changed = select(&mut transaction, id).await?;
        transaction.commit().await?;
        Ok(changed)
    }

    /// An admin stopped it, or started it again: whether it waits though it is always on.
    pub async fn hold_system_agent(&self, id: SystemCellId, held: bool) -> Result<SystemAgent, StoreError> {
        let (mut transaction, seen) = self.begin_change(id, None).await?;
        if held != seen.held {
            self.put_wish(&mut transaction, id, seen.always_on, held).await?;
        }
        let changed = select(&mut transaction, id).await?;
        transaction.commit().await?;
        Ok(changed)
    }

    /// The agent as the caller saw it, nobody else changing it meanwhile.
    pub(super) async fn begin_change(
        &self,
        id: SystemCellId,
        expected: Option<i64>,
    ) -> Result<(Transaction<'static, Postgres>, SystemAgent), StoreError> {
        let mut transaction = self.begin(owner(id)).await?;
        lock_owner(&mut transaction, owner(id)).await?;
        let seen = select(&mut transaction, id).await?;
        if expected.is_some_and(|expected| expected != seen.version) {
            return Err(StoreError::Stale { version: seen.version, changed: vec!["settings"] });
        }
        Ok((transaction, seen))
    }

    async fn put_wish(
        &self,
        connection: &mut PgConnection,
        id: SystemCellId,
        always_on: bool,
        held: bool,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE system_agents
             SET always_on = $2, held = $3, version = version + 1, updated_at = $4
             WHERE id = $1",
        )
        .bind(id.as_uuid())
        .bind(always_on)
        .bind(held)
        .bind(self.now())
        .execute(connection)
        .await?;
        Ok(())
    }

    async fn note_change(
        &self,
        connection: &mut PgConnection,
        id: SystemCellId,
        what: &str,
        by: &By,
    ) -> Result<(), StoreError> {
        let target = AuditTarget::Cell(CellId::System(id));
        let entry = AuditEntry::done(by, AuditAction::SystemAgentChanged, target);
        self.audit_in(connection, &entry.detailed(what)).await
    }
}
