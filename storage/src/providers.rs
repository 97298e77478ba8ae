//! Users' accounts at LLM providers. Keys are sealed, in a table of their own, and leave it only for
//! `openclaw.json`.

use mosaic_model::{
    ApiKind, AuditAction, AuditEntry, AuditTarget, By, Owner, Provider, ProviderDraft, ProviderId, Secret,
    Timestamp,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    KeyOwner, Place, Store, StoreError,
    news::{News, announce},
    random,
    sealed_columns::PROVIDER_KEYS,
};

/// The most providers one user may have.
const PROVIDERS_MAX: i64 = 50;
/// The longest key, in characters.
const KEY_MAX_CHARS: usize = 4_096;
/// A key shorter than this shows nothing of itself.
const HINTED_KEY_MIN_CHARS: usize = 16;
/// How much of a key its hint shows.
const HINT_CHARS: usize = 4;

#[derive(sqlx::FromRow)]
pub(crate) struct ProviderRow {
    id: Uuid,
    name: String,
    kind: String,
    base_url: String,
    models: Vec<String>,
    key_hint: String,
    pub(crate) key_version: i64,
    created_at: Timestamp,
}

impl TryFrom<ProviderRow> for Provider {
    type Error = StoreError;

    fn try_from(row: ProviderRow) -> Result<Self, Self::Error> {
        let kind = ApiKind::parse(&row.kind);
        Ok(Self {
            id: ProviderId::from_uuid(row.id),
            name: row.name,
            kind: kind.ok_or_else(|| StoreError::Corrupt(format!("llm_providers.kind of {}", row.id)))?,
            base_url: row.base_url,
            models: row.models,
            key_hint: row.key_hint,
            created_at: row.created_at,
        })
    }
}

impl Store {
    /// Adds a provider with its key. [`StoreError::Conflict`] where the owner has one of this name.
    pub async fn add_provider(
        &self,
        owner: Owner,
        draft: ProviderDraft,
        key: &Secret<String>,
        by: &By,
    ) -> Result<Provider, StoreError> {
        let mut transaction = self.begin(owner).await?;
        let provider = self.add_provider_in(&mut transaction, owner, draft, key, by).await?;
        transaction.commit().await?;
        Ok(provider)
    }

    /// As [`Store::add_provider`], within a transaction of the owner's.
    pub(crate) async fn add_provider_in(
        &self,
        connection: &mut PgConnection,
        owner: Owner,
        draft: ProviderDraft,
        key: &Secret<String>,
        by: &By,
    ) -> Result<Provider, StoreError> {
        let draft = draft.check().map_err(|error| StoreError::Invalid(error.to_string()))?;
        let key = check_key(key)?;
        let now = self.now();
        let provider = Provider {
            id: ProviderId::new(now, random::bytes()),
            name: draft.name,
            kind: draft.kind,
            base_url: draft.base_url,
            models: draft.models,
            key_hint: key_hint(&key),
            created_at: now,
        };
        insert_provider(&mut *connection, owner, &provider).await?;
        sqlx::query(
            "INSERT INTO llm_provider_keys (provider_id, user_id, sealed, updated_at)
             VALUES ($1, $2, $3, $4)",
        )
        .bind(provider.id.as_uuid())
        .bind(owner.user_id().as_uuid())
        .bind(self.keys().seal(&key_place(owner, provider.id), key.expose().as_bytes()))
        .bind(now)
        .execute(&mut *connection)
        .await?;
        announce(&mut *connection, News::ConfigChanged(owner.user_id())).await?;
        let entry = AuditEntry::done(by, AuditAction::ProviderAdded, AuditTarget::Provider(provider.id));
        self.audit_in(connection, &entry).await?;
        Ok(provider)
    }

    /// The owner's providers, the oldest first.
    pub async fn providers(&self, owner: Owner) -> Result<Vec<Provider>, StoreError> {
        let mut transaction = self.begin(owner).await?;
        let rows = select_providers(&mut transaction, owner).await?;
        rows.into_iter().map(Provider::try_from).collect()
    }

    /// Gives a provider another key.
    pub async fn replace_provider_key(
        &self,
        owner: Owner,
        id: ProviderId,
        key: &Secret<String>,
        by: &By,
    ) -> Result<(), StoreError> {
        let key = check_key(key)?;
        let mut transaction = self.begin(owner).await?;
        let updated = sqlx::query(
            "UPDATE llm_providers
             SET key_hint = $3, key_version = key_version + 1
             WHERE id = $1 AND user_id = $2",
        )
        .bind(id.as_uuid())
        .bind(owner.user_id().as_uuid())
        .bind(key_hint(&key))
        .execute(&mut *transaction)
        .await?;
        if updated.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        let resealed = sqlx::query(
            "UPDATE llm_provider_keys
             SET sealed = $3, updated_at = $4
             WHERE provider_id = $1 AND user_id = $2",
        )
        .bind(id.as_uuid())
        .bind(owner.user_id().as_uuid())
        .bind(self.keys().seal(&key_place(owner, id), key.expose().as_bytes()))
        .bind(self.now())
        .execute(&mut *transaction)
        .await?;
        if resealed.rows_affected() == 0 {
            return Err(StoreError::Corrupt(format!("provider {id} has no key")));
        }
        announce(&mut transaction, News::ConfigChanged(owner.user_id())).await?;
        let entry = AuditEntry::done(by, AuditAction::ProviderKeyReplaced, AuditTarget::Provider(id));
        self.audit_in(&mut transaction, &entry).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Deletes a provider and its key. [`StoreError::InUse`] while agents have a model of it.
    pub async fn delete_provider(&self, owner: Owner, id: ProviderId, by: &By) -> Result<(), StoreError> {
        let mut transaction = self.begin(owner).await?;
        self.delete_provider_in(&mut transaction, owner, id, by).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// As [`Store::delete_provider`], within a transaction of the owner's.
    pub(crate) async fn delete_provider_in(
        &self,
        connection: &mut PgConnection,
        owner: Owner,
        id: ProviderId,
        by: &By,
    ) -> Result<(), StoreError> {
        // Locked first: an agent that is being added to it now must wait, and then does not find it.
        let locked = sqlx::query(
            "SELECT id
             FROM llm_providers
             WHERE id = $1 AND user_id = $2
             FOR UPDATE",
        )
        .bind(id.as_uuid())
        .bind(owner.user_id().as_uuid())
        .fetch_optional(&mut *connection)
        .await?;
        if locked.is_none() {
            return Err(StoreError::NotFound);
        }
        let agents: Vec<String> = sqlx::query_scalar(
            "SELECT slug
             FROM user_agent_config
             WHERE provider_id = $1 AND user_id = $2
             ORDER BY slug",
        )
        .bind(id.as_uuid())
        .bind(owner.user_id().as_uuid())
        .fetch_all(&mut *connection)
        .await?;
        if !agents.is_empty() {
            return Err(StoreError::InUse { agents });
        }
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
        let entry = AuditEntry::done(by, AuditAction::ProviderRemoved, AuditTarget::Provider(id));
        self.audit_in(connection, &entry).await?;
        Ok(())
    }
}

async fn insert_provider(
    connection: &mut PgConnection,
    owner: Owner,
    provider: &Provider,
) -> Result<(), StoreError> {
    let inserted = sqlx::query(
        "INSERT INTO llm_providers
            (id, user_id, name, kind, base_url, models, key_hint, key_version, created_at)
         SELECT $1, $2, $3, $4, $5, $6, $7, 1, $8
         WHERE (SELECT count(*) FROM llm_providers WHERE user_id = $2) < $9",
    )
    .bind(provider.id.as_uuid())
    .bind(owner.user_id().as_uuid())
    .bind(&provider.name)
    .bind(provider.kind.as_str())
    .bind(&provider.base_url)
    .bind(&provider.models)
    .bind(&provider.key_hint)
    .bind(provider.created_at)
    .bind(PROVIDERS_MAX)
    .execute(connection)
    .await?;
    if inserted.rows_affected() == 0 {
        return Err(StoreError::Invalid(format!("at most {PROVIDERS_MAX} providers: delete one first")));
    }
    Ok(())
}

/// The owner's providers, the oldest first, within a transaction of theirs.
pub(crate) async fn select_providers(
    connection: &mut PgConnection,
    owner: Owner,
) -> Result<Vec<ProviderRow>, StoreError> {
    let rows = sqlx::query_as(
        "SELECT id, name, kind, base_url, models, key_hint, key_version, created_at
         FROM llm_providers
         WHERE user_id = $1
         ORDER BY created_at, id",
    )
    .bind(owner.user_id().as_uuid())
    .fetch_all(connection)
    .await?;
    Ok(rows)
}

/// Where a provider's key belongs.
pub(crate) const fn key_place(owner: Owner, provider: ProviderId) -> Place<'static> {
    PROVIDER_KEYS.of_id(provider.as_uuid(), KeyOwner::User(owner.user_id()))
}

fn check_key(key: &Secret<String>) -> Result<Secret<String>, StoreError> {
    let key = key.expose().trim();
    let odd = |c: char| c.is_whitespace() || c.is_control();
    if key.is_empty() || key.chars().count() > KEY_MAX_CHARS || key.contains(odd) {
        let limits = format!("an API key has 1 to {KEY_MAX_CHARS} characters and no spaces");
        return Err(StoreError::Invalid(limits));
    }
    Ok(Secret::new(key.to_owned()))
}

fn key_hint(key: &Secret<String>) -> String {
    let chars: Vec<char> = key.expose().chars().collect();
    if chars.len() < HINTED_KEY_MIN_CHARS {
        return String::new();
    }
    chars[chars.len() - HINT_CHARS..].iter().collect()
}
