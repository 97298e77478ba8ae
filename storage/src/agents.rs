//! Users' agents. Whoever adds, changes or removes one locks its owner first, so that one of them is the default
//! whatever is done at once.

mod change;
mod row;

use mosaic_model::{Agent, AgentDraft, AgentId, AuditAction, AuditEntry, AuditTarget, By, ModelRef, Owner};
use sqlx::PgConnection;

pub(crate) use self::{change::pass_default_on, row::select_agents};
use self::{
    change::{as_seen, withdraw_default},
    row::{insert_agent, select_agent},
};
use crate::{
    Store, StoreError,
    news::{News, announce},
    random,
    users::lock_owner,
};

/// The most agents one user may have: all of them run in one cell.
const AGENTS_MAX: i64 = 50;

impl Store {
    /// Adds an agent; an owner's first one is the default. [`StoreError::Invalid`] where one of its models is none of
    /// its provider's, [`StoreError::Conflict`] where the owner has one of this short name.
    pub async fn add_agent(&self, owner: Owner, draft: AgentDraft, by: &By) -> Result<Agent, StoreError> {
        let mut transaction = self.begin(owner).await?;
        let agent = self.add_agent_in(&mut transaction, owner, draft, by).await?;
        transaction.commit().await?;
        Ok(agent)
    }

    /// As [`Store::add_agent`], within a transaction of the owner's.
    pub(crate) async fn add_agent_in(
        &self,
        connection: &mut PgConnection,
        owner: Owner,
        draft: AgentDraft,
        by: &By,
    ) -> Result<Agent, StoreError> {
        let draft = draft.check().map_err(|error| StoreError::Invalid(error.to_string()))?;
        let now = self.now();
        let mut agent = draft.into_agent(AgentId::new(now, random::bytes()), now);
        lock_owner(&mut *connection, owner).await?;
        check_models(&mut *connection, owner, agent.models()).await?;
        if agent.is_default {
            withdraw_default(&mut *connection, owner, now).await?;
        } else {
            agent.is_default = !has_agent(&mut *connection, owner).await?;
        }
        insert_agent(&mut *connection, owner, &agent).await?;
        announce(&mut *connection, News::ConfigChanged(owner.cell())).await?;
        let entry = AuditEntry::done(by, AuditAction::AgentAdded, AuditTarget::Agent(agent.id));
        self.audit_in(connection, &entry).await?;
        Ok(agent)
    }

    /// The owner's agents, the oldest first.
    pub async fn agents(&self, owner: Owner) -> Result<Vec<Agent>, StoreError> {
        let mut transaction = self.begin(owner).await?;
        let rows = select_agents(&mut transaction, owner).await?;
        rows.into_iter().map(Agent::try_from).collect()
    }

    /// One of the owner's agents.
    pub async fn agent(&self, owner: Owner, id: AgentId) -> Result<Agent, StoreError> {
        let mut transaction = self.begin(owner).await?;
        Agent::try_from(select_agent(&mut transaction, owner, id).await?)
    }

    /// Deletes an agent; its conversations stay. Where it was the default, the oldest of the others is from now on.
    /// [`StoreError::Stale`] where `expected` is not its version any more.
    pub async fn delete_agent(
        &self,
        owner: Owner,
        id: AgentId,
        expected: Option<i64>,
        by: &By,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin(owner).await?;
        self.delete_agent_in(&mut transaction, owner, id, expected, by).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// As [`Store::delete_agent`], within a transaction of the owner's.
    pub(crate) async fn delete_agent_in(
        &self,
        connection: &mut PgConnection,
        owner: Owner,
        id: AgentId,
        expected: Option<i64>,
        by: &By,
    ) -> Result<(), StoreError> {
        lock_owner(&mut *connection, owner).await?;
        as_seen(select_agent(&mut *connection, owner, id).await?, expected)?;
        let deleted = sqlx::query(
            "DELETE FROM user_agent_config
             WHERE id = $1 AND user_id = $2",
        )
        .bind(id.as_uuid())
        .bind(owner.user_id().as_uuid())
        .execute(&mut *connection)
        .await?;
        if deleted.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        pass_default_on(&mut *connection, owner, self.now()).await?;
        announce(&mut *connection, News::ConfigChanged(owner.cell())).await?;
        let entry = AuditEntry::done(by, AuditAction::AgentRemoved, AuditTarget::Agent(id));
        self.audit_in(connection, &entry).await?;
        Ok(())
    }
}

async fn has_agent(connection: &mut PgConnection, owner: Owner) -> Result<bool, StoreError> {
    let has = sqlx::query_scalar("SELECT EXISTS (SELECT FROM user_agent_config WHERE user_id = $1)")
        .bind(owner.user_id().as_uuid())
        .fetch_one(connection)
        .await?;
    Ok(has)
}

/// Refuses a model that none of the owner's providers offers; keeps the providers from going meanwhile.
async fn check_models(
    connection: &mut PgConnection,
    owner: Owner,
    models: impl Iterator<Item = &ModelRef>,
) -> Result<(), StoreError> {
    let mut wanted: Vec<&ModelRef> = models.collect();
    // In one order, whoever asks: else two who ask at once could wait for each other.
    wanted.sort_by_key(|model| model.provider);
    for model in wanted {
        check_model(&mut *connection, owner, model).await?;
    }
    Ok(())
}

async fn check_model(
    connection: &mut PgConnection,
    owner: Owner,
    model: &ModelRef,
) -> Result<(), StoreError> {
    let provider: Option<(Vec<String>, bool)> = sqlx::query_as(
        "SELECT models, enabled
         FROM llm_providers
         WHERE id = $1 AND user_id = $2
         FOR KEY SHARE",
    )
    .bind(model.provider.as_uuid())
    .bind(owner.user_id().as_uuid())
    .fetch_optional(connection)
    .await?;
    let Some((models, enabled)) = provider else {
        return Err(StoreError::Invalid("there is no such provider".to_owned()));
    };
    if !enabled {
        return Err(StoreError::Invalid("this provider is switched off: switch it on first".to_owned()));
    }
    if !models.contains(&model.model) {
        let known = models.join(", ");
        return Err(StoreError::Invalid(format!(
            "the provider has no model {:?}; it has {known}",
            model.model
        )));
    }
    Ok(())
}
