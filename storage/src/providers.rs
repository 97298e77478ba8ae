//! Users' accounts at LLM providers. Keys are sealed, in a table of their own, and leave it only for
//! `openclaw.json` and for a test of the connection.

mod change;
mod key;
mod remove;
mod row;

use mosaic_model::{
    AuditAction, AuditEntry, AuditTarget, BaseUrl, By, Owner, Preset, Provider, ProviderDraft, ProviderId,
    Secret, Settings,
};
use sqlx::PgConnection;

pub use self::remove::Removal;
pub(crate) use self::{key::key_place, row::select_providers};
use self::{
    key::{check_key, key_hint},
    row::{known_facts, select_provider},
};
use crate::{
    Store, StoreError,
    news::{News, announce},
    random,
};

/// The most providers one user may have.
const PROVIDERS_MAX: i64 = 50;

impl Store {
    /// Adds a provider, with its key if it has one. [`StoreError::Conflict`] where the owner has one of this name.
    pub async fn add_provider(
        &self,
        owner: Owner,
        draft: ProviderDraft,
        key: Option<&Secret<String>>,
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
        key: Option<&Secret<String>>,
        by: &By,
    ) -> Result<Provider, StoreError> {
        let draft = draft.check().map_err(|error| StoreError::Invalid(error.to_string()))?;
        check_base_url(&draft.base_url, &self.settings())?;
        let key = key.map(check_key).transpose()?;
        check_key_is_there(&draft, key.is_some())?;
        let now = self.now();
        let provider = Provider {
            id: ProviderId::new(now, random::bytes()),
            preset: draft.preset,
            name: draft.name,
            kind: draft.kind,
            base_url: draft.base_url,
            models: draft.models,
            enabled: true,
            has_key: key.is_some(),
            key_hint: key.as_ref().map(key_hint).unwrap_or_default(),
            key_set_at: key.as_ref().map(|_| now),
            version: 1,
            tested: None,
            created_at: now,
        };
        insert_provider(&mut *connection, owner, &provider).await?;
        if let Some(key) = &key {
            self.seal_key(&mut *connection, owner, provider.id, key).await?;
        }
        announce(&mut *connection, News::ConfigChanged(owner.cell())).await?;
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

    /// One of the owner's providers.
    pub async fn provider(&self, owner: Owner, id: ProviderId) -> Result<Provider, StoreError> {
        let mut transaction = self.begin(owner).await?;
        Provider::try_from(select_provider(&mut transaction, owner, id).await?)
    }
}

/// Refuses an address that can be seen to be out of bounds.
fn check_base_url(text: &str, settings: &Settings) -> Result<(), StoreError> {
    let url = BaseUrl::parse(text).ok_or_else(|| StoreError::Invalid("this is no base URL".to_owned()))?;
    url.check(&settings.allowed_egress).map_err(|error| StoreError::Invalid(error.to_string()))
}

/// A provider that is known to answer only to a key is not added without one.
fn check_key_is_there(draft: &ProviderDraft, has_key: bool) -> Result<(), StoreError> {
    let preset = draft.preset.as_deref().and_then(Preset::find);
    match preset.filter(|preset| preset.needs_key && !has_key) {
        Some(preset) => {
            let hint = preset.hint.trim_end_matches('.');
            Err(StoreError::Invalid(format!("{} needs an API key. {hint}", preset.name)))
        }
        None => Ok(()),
    }
}

async fn insert_provider(
    connection: &mut PgConnection,
    owner: Owner,
    provider: &Provider,
) -> Result<(), StoreError> {
    let models: Vec<&str> = provider.models.iter().map(|model| model.id.as_str()).collect();
    let inserted = sqlx::query(
        "INSERT INTO llm_providers
            (id, user_id, preset, name, kind, base_url, models, model_facts, has_key, key_hint, key_version,
             created_at)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11
         WHERE (SELECT count(*) FROM llm_providers WHERE user_id = $2) < $12",
    )
    .bind(provider.id.as_uuid())
    .bind(owner.user_id().as_uuid())
    .bind(&provider.preset)
    .bind(&provider.name)
    .bind(provider.kind.as_str())
    .bind(&provider.base_url)
    .bind(models)
    .bind(known_facts(&provider.models))
    .bind(provider.has_key)
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
