//! Changing provider accounts. Whoever says which version they saw never undoes another's change unseen.

use std::collections::BTreeMap;

use mosaic_model::{
    AuditAction, AuditEntry, AuditTarget, By, Owner, Provider, ProviderField, ProviderId, ProviderPatch,
    Secret,
};
use sqlx::{PgConnection, types::Json};

use super::{
    check_base_url,
    key::{check_key, key_hint},
    row::{ProviderRow, agents_on, known_facts, lock_provider},
};
use crate::{
    Store, StoreError,
    news::{News, announce},
    versions::check_version,
};

/// The fields that make a connection; when one changes, what an earlier test found says nothing any more.
const CONNECTION: [ProviderField; 3] = [ProviderField::Kind, ProviderField::BaseUrl, ProviderField::Key];

impl Store {
    /// Changes a provider, and its key where one is given.
    ///
    /// [`StoreError::Stale`] where `expected` is not its version any more, [`StoreError::InUse`] where it is switched
    /// off and [`StoreError::ModelInUse`] where it loses a model while agents use it.
    pub async fn change_provider(
        &self,
        owner: Owner,
        id: ProviderId,
        expected: Option<i64>,
        patch: ProviderPatch,
        key: Option<&Secret<String>>,
        by: &By,
    ) -> Result<Provider, StoreError> {
        let mut transaction = self.begin(owner).await?;
        let provider = self.change_provider_in(&mut transaction, owner, id, expected, patch, key, by).await?;
        transaction.commit().await?;
        Ok(provider)
    }

    /// As [`Store::change_provider`], within a transaction of the owner's.
    #[expect(clippy::too_many_arguments, reason = "those of the door to it, and the transaction")]
    pub(crate) async fn change_provider_in(
        &self,
        connection: &mut PgConnection,
        owner: Owner,
        id: ProviderId,
        expected: Option<i64>,
        patch: ProviderPatch,
        key: Option<&Secret<String>>,
        by: &By,
    ) -> Result<Provider, StoreError> {
        let key = key.map(check_key).transpose()?;
        let row = lock_provider(&mut *connection, owner, id).await?;
        let mut versions = row.field_versions.0.clone();
        let old = as_seen(row, expected)?;
        let changed = patch.apply(&old, key.is_some());
        let (mut new, changed) = changed.map_err(|error| StoreError::Invalid(error.to_string()))?;
        if changed.is_empty() {
            return Ok(old);
        }
        if changed.contains(&ProviderField::BaseUrl) {
            check_base_url(&new.base_url, &self.settings())?;
        }
        check_uses(&mut *connection, owner, &new).await?;
        new.version += 1;
        versions.extend(changed.iter().map(|field| (field.as_str().to_owned(), new.version)));
        if CONNECTION.iter().any(|field| changed.contains(field)) {
            new.tested = None;
        }
        if let Some(key) = &key {
            self.seal_key(&mut *connection, owner, id, key).await?;
            (new.has_key, new.key_hint, new.key_set_at) = (true, key_hint(key), Some(self.now()));
        }
        update_provider(&mut *connection, owner, &new, key.is_some(), versions).await?;
        announce(&mut *connection, News::ConfigChanged(owner.cell())).await?;
        for entry in entries(&changed, id, by) {
            self.audit_in(&mut *connection, &entry).await?;
        }
        Ok(new)
    }

    /// Gives a provider another key.
    pub async fn replace_provider_key(
        &self,
        owner: Owner,
        id: ProviderId,
        key: &Secret<String>,
        by: &By,
    ) -> Result<(), StoreError> {
        self.change_provider(owner, id, None, ProviderPatch::default(), Some(key), by).await.map(drop)
    }

    /// Notes how a test of a provider's connection ended, unless it was changed meanwhile.
    pub async fn note_provider_test(
        &self,
        owner: Owner,
        id: ProviderId,
        version: i64,
        ok: bool,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin(owner).await?;
        // Nothing to say where it was changed or removed meanwhile: the test was of another connection.
        sqlx::query(
            "UPDATE llm_providers
             SET tested_at = $4, test_ok = $5
             WHERE id = $1 AND user_id = $2 AND version = $3",
        )
        .bind(id.as_uuid())
        .bind(owner.user_id().as_uuid())
        .bind(version)
        .bind(self.now())
        .bind(ok)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// The provider, if it still is the one that the caller saw.
pub(super) fn as_seen(row: ProviderRow, expected: Option<i64>) -> Result<Provider, StoreError> {
    let versions = row.field_versions.0.clone();
    let provider = Provider::try_from(row)?;
    check_version(provider.version, expected, &versions, ProviderField::ALL.map(ProviderField::as_str))?;
    Ok(provider)
}

/// Refuses what would leave an agent without its model.
async fn check_uses(connection: &mut PgConnection, owner: Owner, new: &Provider) -> Result<(), StoreError> {
    let agents = agents_on(connection, owner, new.id).await?;
    if !new.enabled && !agents.is_empty() {
        return Err(in_use(agents));
    }
    let lost = |model: &str| !new.models.iter().any(|known| known.id == model);
    let Some((_, model)) = agents.iter().find(|(_, model)| lost(model)) else { return Ok(()) };
    let users = agents.iter().filter(|(_, used)| used == model).map(|(slug, _)| slug.clone());
    Err(StoreError::ModelInUse { model: model.clone(), agents: users.collect() })
}

/// Each of the agents once, also where several of its models are there.
pub(super) fn in_use(agents: Vec<(String, String)>) -> StoreError {
    let mut agents: Vec<String> = agents.into_iter().map(|(slug, _)| slug).collect();
    agents.dedup();
    StoreError::InUse { agents }
}

async fn update_provider(
    connection: &mut PgConnection,
    owner: Owner,
    new: &Provider,
    has_new_key: bool,
    versions: BTreeMap<String, i64>,
) -> Result<(), StoreError> {
    let models: Vec<&str> = new.models.iter().map(|model| model.id.as_str()).collect();
    let updated = sqlx::query(
        "UPDATE llm_providers
         SET name = $3, kind = $4, base_url = $5, models = $6, model_facts = $7, enabled = $8, has_key = $9,
             key_hint = $10, key_version = key_version + $11, version = $12, field_versions = $13,
             tested_at = $14, test_ok = $15
         WHERE id = $1 AND user_id = $2",
    )
    .bind(new.id.as_uuid())
    .bind(owner.user_id().as_uuid())
    .bind(&new.name)
    .bind(new.kind.as_str())
    .bind(&new.base_url)
    .bind(models)
    .bind(known_facts(&new.models))
    .bind(new.enabled)
    .bind(new.has_key)
    .bind(&new.key_hint)
    .bind(i64::from(has_new_key))
    .bind(new.version)
    .bind(Json(versions))
    .bind(new.tested.map(|tested| tested.at))
    .bind(new.tested.map(|tested| tested.ok))
    .execute(connection)
    .await?;
    if updated.rows_affected() == 0 {
        return Err(StoreError::NotFound);
    }
    Ok(())
}

/// A key is an entry of its own; of the rest the log has the fields' names, never what a person wrote.
fn entries(changed: &[ProviderField], id: ProviderId, by: &By) -> Vec<AuditEntry> {
    let target = AuditTarget::Provider(id);
    let mut entries = Vec::new();
    if changed.contains(&ProviderField::Key) {
        entries.push(AuditEntry::done(by, AuditAction::ProviderKeyReplaced, target.clone()));
    }
    let rest = changed.iter().filter(|field| **field != ProviderField::Key).map(|field| field.as_str());
    let rest = rest.collect::<Vec<_>>().join(", ");
    if !rest.is_empty() {
        entries.push(AuditEntry::done(by, AuditAction::ProviderChanged, target).detailed(rest));
    }
    entries
}
