//! Users' agents.

use mosaic_model::{
    Agent, AgentDraft, AgentId, AgentSlug, AuditAction, AuditEntry, AuditTarget, By, ModelRef, Owner,
    ProviderId, Timestamp,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    Store, StoreError,
    news::{News, announce},
    random,
};

/// The most agents one user may have: all of them run in one cell.
const AGENTS_MAX: i64 = 50;

#[derive(sqlx::FromRow)]
pub(crate) struct AgentRow {
    id: Uuid,
    slug: String,
    name: String,
    personality: String,
    provider_id: Uuid,
    model: String,
    created_at: Timestamp,
}

impl TryFrom<AgentRow> for Agent {
    type Error = StoreError;

    fn try_from(row: AgentRow) -> Result<Self, Self::Error> {
        let slug = AgentSlug::parse(&row.slug).ok();
        Ok(Self {
            id: AgentId::from_uuid(row.id),
            slug: slug.ok_or_else(|| StoreError::Corrupt(format!("user_agent_config.slug of {}", row.id)))?,
            name: row.name,
            personality: row.personality,
            model: ModelRef { provider: ProviderId::from_uuid(row.provider_id), model: row.model },
            created_at: row.created_at,
        })
    }
}

impl Store {
    /// Adds an agent. [`StoreError::Invalid`] where its model is none of its provider's,
    /// [`StoreError::Conflict`] where the owner has one of this short name.
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
        let agent = Agent {
            id: AgentId::new(now, random::bytes()),
            slug: draft.slug,
            name: draft.name,
            personality: draft.personality,
            model: draft.model,
            created_at: now,
        };
        check_model(&mut *connection, owner, &agent.model).await?;
        insert_agent(&mut *connection, owner, &agent).await?;
        announce(&mut *connection, News::ConfigChanged(owner.user_id())).await?;
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

    /// Deletes an agent. Its conversations stay.
    pub async fn delete_agent(&self, owner: Owner, id: AgentId, by: &By) -> Result<(), StoreError> {
        let mut transaction = self.begin(owner).await?;
        self.delete_agent_in(&mut transaction, owner, id, by).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// As [`Store::delete_agent`], within a transaction of the owner's.
    pub(crate) async fn delete_agent_in(
        &self,
        connection: &mut PgConnection,
        owner: Owner,
        id: AgentId,
        by: &By,
    ) -> Result<(), StoreError> {
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
        announce(&mut *connection, News::ConfigChanged(owner.user_id())).await?;
        let entry = AuditEntry::done(by, AuditAction::AgentRemoved, AuditTarget::Agent(id));
        self.audit_in(connection, &entry).await?;
        Ok(())
    }
}

/// Refuses a model that none of the owner's providers offers; keeps the provider from going meanwhile.
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

async fn insert_agent(connection: &mut PgConnection, owner: Owner, agent: &Agent) -> Result<(), StoreError> {
    let inserted = sqlx::query(
        "INSERT INTO user_agent_config
            (id, user_id, slug, name, personality, provider_id, model, created_at, updated_at)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $8
         WHERE (SELECT count(*) FROM user_agent_config WHERE user_id = $2) < $9",
    )
    .bind(agent.id.as_uuid())
    .bind(owner.user_id().as_uuid())
    .bind(agent.slug.as_str())
    .bind(&agent.name)
    .bind(&agent.personality)
    .bind(agent.model.provider.as_uuid())
    .bind(&agent.model.model)
    .bind(agent.created_at)
    .bind(AGENTS_MAX)
    .execute(connection)
    .await?;
    if inserted.rows_affected() == 0 {
        return Err(StoreError::Invalid(format!("at most {AGENTS_MAX} agents: delete one first")));
    }
    Ok(())
}

/// The owner's agents, the oldest first, within a transaction of theirs.
pub(crate) async fn select_agents(
    connection: &mut PgConnection,
    owner: Owner,
) -> Result<Vec<AgentRow>, StoreError> {
    let rows = sqlx::query_as(
        "SELECT id, slug, name, personality, provider_id, model, created_at
         FROM user_agent_config
         WHERE user_id = $1
         ORDER BY created_at, id",
    )
    .bind(owner.user_id().as_uuid())
    .fetch_all(connection)
    .await?;
    Ok(rows)
}
