//! Reading provider accounts.

use std::collections::{BTreeMap, HashMap};

use mosaic_model::{
    ApiKind, ModelFacts, Owner, Provider, ProviderId, ProviderModel, ProviderTested, Timestamp,
};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::StoreError;

/// All of a provider but its key, and which of them.
macro_rules! select_provider {
    ($rest:literal) => {
        concat!(
            "SELECT provider.id, preset, name, kind, base_url, models, model_facts, enabled, has_key, key_hint,
                key_version, key.updated_at AS key_set_at, version, field_versions, tested_at, test_ok, created_at
             FROM llm_providers AS provider
             LEFT JOIN llm_provider_keys AS key ON key.provider_id = provider.id AND key.user_id = provider.user_id ",
            $rest
        )
    };
}

#[derive(sqlx::FromRow)]
pub(crate) struct ProviderRow {
    id: Uuid,
    preset: Option<String>,
    name: String,
    kind: String,
    base_url: String,
    models: Vec<String>,
    model_facts: Json<HashMap<String, ModelFacts>>,
    enabled: bool,
    pub(crate) has_key: bool,
    key_hint: String,
    pub(crate) key_version: i64,
    key_set_at: Option<Timestamp>,
    version: i64,
    pub(super) field_versions: Json<BTreeMap<String, i64>>,
    tested_at: Option<Timestamp>,
    test_ok: Option<bool>,
    created_at: Timestamp,
}

impl TryFrom<ProviderRow> for Provider {
    type Error = StoreError;

    fn try_from(mut row: ProviderRow) -> Result<Self, Self::Error> {
        let kind = ApiKind::parse(&row.kind);
        let model = |id: String| {
            let facts = row.model_facts.remove(&id).unwrap_or_default();
            ProviderModel { id, facts }
        };
        Ok(Self {
            id: ProviderId::from_uuid(row.id),
            preset: row.preset,
            name: row.name,
            kind: kind.ok_or_else(|| StoreError::Corrupt(format!("llm_providers.kind of {}", row.id)))?,
            base_url: row.base_url,
            models: row.models.into_iter().map(model).collect(),
            enabled: row.enabled,
            has_key: row.has_key,
            key_hint: row.key_hint,
            key_set_at: row.key_set_at,
            version: row.version,
            tested: row.tested_at.zip(row.test_ok).map(|(at, ok)| ProviderTested { at, ok }),
            created_at: row.created_at,
        })
    }
}

/// The owner's providers, the oldest first, within a transaction of theirs.
pub(crate) async fn select_providers(
    connection: &mut PgConnection,
    owner: Owner,
) -> Result<Vec<ProviderRow>, StoreError> {
    let rows = sqlx::query_as(select_provider!(
        "WHERE provider.user_id = $1
         ORDER BY created_at, provider.id"
    ))
    .bind(owner.user_id().as_uuid())
    .fetch_all(connection)
    .await?;
    Ok(rows)
}

/// One of the owner's providers.
pub(super) async fn select_provider(
    connection: &mut PgConnection,
    owner: Owner,
    id: ProviderId,
) -> Result<ProviderRow, StoreError> {
    let row = sqlx::query_as(select_provider!("WHERE provider.id = $1 AND provider.user_id = $2"))
        .bind(id.as_uuid())
        .bind(owner.user_id().as_uuid())
        .fetch_optional(connection)
        .await?;
    row.ok_or(StoreError::NotFound)
}

/// One of the owner's providers, held until the end of the transaction: an agent that is being added to it now must
/// wait, and then finds what became of it.
pub(super) async fn lock_provider(
    connection: &mut PgConnection,
    owner: Owner,
    id: ProviderId,
) -> Result<ProviderRow, StoreError> {
    let row = sqlx::query_as(select_provider!(
        "WHERE provider.id = $1 AND provider.user_id = $2
         FOR UPDATE OF provider"
    ))
    .bind(id.as_uuid())
    .bind(owner.user_id().as_uuid())
    .fetch_optional(connection)
    .await?;
    row.ok_or(StoreError::NotFound)
}

/// The owner's agents on a provider, by short name, each with a model that it answers with or that stands in there.
pub(super) async fn agents_on(
    connection: &mut PgConnection,
    owner: Owner,
    id: ProviderId,
) -> Result<Vec<(String, String)>, StoreError> {
    let agents = sqlx::query_as(
        "SELECT slug, model
         FROM user_agent_config
         WHERE provider_id = $1 AND user_id = $2
         UNION
         SELECT slug, fallback.model
         FROM user_agent_fallbacks AS fallback
         JOIN user_agent_config AS agent ON agent.id = fallback.agent_id AND agent.user_id = fallback.user_id
         WHERE fallback.provider_id = $1 AND fallback.user_id = $2
         ORDER BY slug, model",
    )
    .bind(id.as_uuid())
    .bind(owner.user_id().as_uuid())
    .fetch_all(connection)
    .await?;
    Ok(agents)
}

/// The facts of those models of which some are known.
pub(super) fn known_facts(models: &[ProviderModel]) -> Json<HashMap<&str, &ModelFacts>> {
    let known = models.iter().filter(|model| !model.facts.is_empty());
    Json(known.map(|model| (model.id.as_str(), &model.facts)).collect())
}
