//! Reading and writing agents' rows.

use std::collections::BTreeMap;

use mosaic_model::{
    Agent, AgentError, AgentId, AgentSlug, Emoji, ModelRef, Owner, ProviderId, SkillName, Timestamp,
    ToolPolicy,
};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::AGENTS_MAX;
use crate::StoreError;

/// All of an agent, and which of them.
macro_rules! select_agent {
    ($rest:literal) => {
        concat!(
            "SELECT id, slug, name, emoji, personality, provider_id, model, tools, skills, is_default, version,
                field_versions, created_at,
                ARRAY(
                    SELECT fallback.provider_id
                    FROM user_agent_fallbacks AS fallback
                    WHERE fallback.agent_id = agent.id AND fallback.user_id = agent.user_id
                    ORDER BY position
                ) AS fallback_providers,
                ARRAY(
                    SELECT fallback.model
                    FROM user_agent_fallbacks AS fallback
                    WHERE fallback.agent_id = agent.id AND fallback.user_id = agent.user_id
                    ORDER BY position
                ) AS fallback_models
             FROM user_agent_config AS agent ",
            $rest
        )
    };
}

#[derive(sqlx::FromRow)]
pub(crate) struct AgentRow {
    id: Uuid,
    slug: String,
    name: String,
    emoji: String,
    personality: String,
    provider_id: Uuid,
    model: String,
    tools: Json<ToolPolicy>,
    skills: Vec<String>,
    is_default: bool,
    version: i64,
    pub(super) field_versions: Json<BTreeMap<String, i64>>,
    created_at: Timestamp,
    fallback_providers: Vec<Uuid>,
    fallback_models: Vec<String>,
}

impl TryFrom<AgentRow> for Agent {
    type Error = StoreError;

    fn try_from(row: AgentRow) -> Result<Self, Self::Error> {
        let id = row.id;
        let corrupt = |column: &'static str| {
            move |error: AgentError| {
                StoreError::Corrupt(format!("user_agent_config.{column} of {id}: {error}"))
            }
        };
        let slug = AgentSlug::parse(&row.slug).map_err(corrupt("slug"))?;
        let emoji = (!row.emoji.is_empty()).then(|| Emoji::parse(&row.emoji)).transpose();
        let emoji = emoji.map_err(corrupt("emoji"))?;
        let skills = row.skills.iter().map(|name| SkillName::parse(name)).collect::<Result<_, _>>();
        let skills = skills.map_err(corrupt("skills"))?;
        let fallbacks = row.fallback_providers.into_iter().zip(row.fallback_models);
        let model = |(provider, model)| ModelRef { provider: ProviderId::from_uuid(provider), model };
        Ok(Self {
            id: AgentId::from_uuid(row.id),
            slug,
            name: row.name,
            emoji,
            personality: row.personality,
            model: model((row.provider_id, row.model)),
            fallbacks: fallbacks.map(model).collect(),
            tools: row.tools.0,
            skills,
            is_default: row.is_default,
            version: row.version,
            created_at: row.created_at,
        })
    }
}

/// The owner's agents, the oldest first, within a transaction of theirs.
pub(crate) async fn select_agents(
    connection: &mut PgConnection,
    owner: Owner,
) -> Result<Vec<AgentRow>, StoreError> {
    let rows = sqlx::query_as(select_agent!(
        "WHERE agent.user_id = $1
         ORDER BY created_at, id"
    ))
    .bind(owner.user_id().as_uuid())
    .fetch_all(connection)
    .await?;
    Ok(rows)
}

/// One of the owner's agents.
pub(super) async fn select_agent(
    connection: &mut PgConnection,
    owner: Owner,
    id: AgentId,
) -> Result<AgentRow, StoreError> {
    let row = sqlx::query_as(select_agent!("WHERE agent.id = $1 AND agent.user_id = $2"))
        .bind(id.as_uuid())
        .bind(owner.user_id().as_uuid())
        .fetch_optional(connection)
        .await?;
    row.ok_or(StoreError::NotFound)
}

pub(super) async fn insert_agent(
    connection: &mut PgConnection,
    owner: Owner,
    agent: &Agent,
) -> Result<(), StoreError> {
    let inserted = sqlx::query(
        "INSERT INTO user_agent_config
            (id, user_id, slug, name, emoji, personality, provider_id, model, tools, skills, is_default,
             created_at, updated_at)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12
         WHERE (SELECT count(*) FROM user_agent_config WHERE user_id = $2) < $13",
    )
    .bind(agent.id.as_uuid())
    .bind(owner.user_id().as_uuid())
    .bind(agent.slug.as_str())
    .bind(&agent.name)
    .bind(agent.emoji.as_ref().map_or("", Emoji::as_str))
    .bind(&agent.personality)
    .bind(agent.model.provider.as_uuid())
    .bind(&agent.model.model)
    .bind(Json(&agent.tools))
    .bind(skills(agent))
    .bind(agent.is_default)
    .bind(agent.created_at)
    .bind(AGENTS_MAX)
    .execute(&mut *connection)
    .await?;
    if inserted.rows_affected() == 0 {
        return Err(StoreError::Invalid(format!("at most {AGENTS_MAX} agents: delete one first")));
    }
    insert_fallbacks(connection, owner, agent).await
}

pub(super) async fn update_agent(
    connection: &mut PgConnection,
    owner: Owner,
    new: &Agent,
    versions: BTreeMap<String, i64>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let updated = sqlx::query(
        "UPDATE user_agent_config
         SET name = $3, emoji = $4, personality = $5, provider_id = $6, model = $7, tools = $8, skills = $9,
             is_default = $10, version = $11, field_versions = $12, updated_at = $13
         WHERE id = $1 AND user_id = $2",
    )
    .bind(new.id.as_uuid())
    .bind(owner.user_id().as_uuid())
    .bind(&new.name)
    .bind(new.emoji.as_ref().map_or("", Emoji::as_str))
    .bind(&new.personality)
    .bind(new.model.provider.as_uuid())
    .bind(&new.model.model)
    .bind(Json(&new.tools))
    .bind(skills(new))
    .bind(new.is_default)
    .bind(new.version)
    .bind(Json(versions))
    .bind(now)
    .execute(&mut *connection)
    .await?;
    if updated.rows_affected() == 0 {
        return Err(StoreError::NotFound);
    }
    sqlx::query(
        "DELETE FROM user_agent_fallbacks
         WHERE agent_id = $1 AND user_id = $2",
    )
    .bind(new.id.as_uuid())
    .bind(owner.user_id().as_uuid())
    .execute(&mut *connection)
    .await?;
    insert_fallbacks(connection, owner, new).await
}

fn skills(agent: &Agent) -> Vec<&str> {
    agent.skills.iter().map(SkillName::as_str).collect()
}

async fn insert_fallbacks(
    connection: &mut PgConnection,
    owner: Owner,
    agent: &Agent,
) -> Result<(), StoreError> {
    let providers: Vec<Uuid> = agent.fallbacks.iter().map(|model| model.provider.as_uuid()).collect();
    let models: Vec<&str> = agent.fallbacks.iter().map(|model| model.model.as_str()).collect();
    let inserted = sqlx::query(
        "INSERT INTO user_agent_fallbacks (user_id, agent_id, position, provider_id, model)
         SELECT $1, $2, position, provider_id, model
         FROM unnest($3::uuid[], $4::text[]) WITH ORDINALITY AS fallback (provider_id, model, position)",
    )
    .bind(owner.user_id().as_uuid())
    .bind(agent.id.as_uuid())
    .bind(&providers)
    .bind(models)
    .execute(connection)
    .await?;
    if inserted.rows_affected() != u64::try_from(providers.len()).unwrap_or(u64::MAX) {
        return Err(StoreError::NotFound);
    }
    Ok(())
}
