//! Providers' keys: sealed, in a table of their own.

use mosaic_model::{Owner, Provider, ProviderId, Secret};
use sqlx::PgConnection;

use super::row::select_provider;
use crate::{KeyOwner, Place, Store, StoreError, sealed_columns::PROVIDER_KEYS};

/// The longest key, in characters.
const KEY_MAX_CHARS: usize = 4_096;
/// A key shorter than this shows nothing of itself.
const HINTED_KEY_MIN_CHARS: usize = 16;
/// How much of a key its hint shows.
const HINT_CHARS: usize = 4;

impl Store {
    /// A provider with its key in clear, if it has one, to try its connection out. Both from one view of the
    /// database: a key leaves Mosaic only for the server that it was given for.
    pub async fn provider_with_key(
        &self,
        owner: Owner,
        id: ProviderId,
    ) -> Result<(Provider, Option<Secret<String>>), StoreError> {
        let mut transaction = self.begin_snapshot(owner).await?;
        let provider = Provider::try_from(select_provider(&mut transaction, owner, id).await?)?;
        if !provider.has_key {
            return Ok((provider, None));
        }
        let sealed: Option<Vec<u8>> = sqlx::query_scalar(
            "SELECT sealed
             FROM llm_provider_keys
             WHERE provider_id = $1 AND user_id = $2",
        )
        .bind(id.as_uuid())
        .bind(owner.user_id().as_uuid())
        .fetch_optional(&mut *transaction)
        .await?;
        let sealed = sealed.ok_or_else(|| StoreError::Corrupt(format!("provider {id} has no key")))?;
        let key = self.keys().open_text(&key_place(owner, id), &sealed)?;
        Ok((provider, Some(key)))
    }

    /// Seals a key for a provider, in place of the one it had.
    pub(super) async fn seal_key(
        &self,
        connection: &mut PgConnection,
        owner: Owner,
        id: ProviderId,
        key: &Secret<String>,
    ) -> Result<(), StoreError> {
        let sealed = sqlx::query(
            "INSERT INTO llm_provider_keys (provider_id, user_id, sealed, updated_at)
             VALUES ($1, $2, $3, $4)
             ON CONFLICT (provider_id) DO UPDATE
             SET sealed = excluded.sealed, updated_at = excluded.updated_at
             WHERE llm_provider_keys.user_id = $2",
        )
        .bind(id.as_uuid())
        .bind(owner.user_id().as_uuid())
        .bind(self.keys().seal(&key_place(owner, id), key.expose().as_bytes()))
        .bind(self.now())
        .execute(connection)
        .await?;
        if sealed.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        Ok(())
    }
}

/// Where a provider's key belongs.
pub(crate) const fn key_place(owner: Owner, provider: ProviderId) -> Place<'static> {
    PROVIDER_KEYS.of_id(provider.as_uuid(), KeyOwner::User(owner.user_id()))
}

pub(super) fn check_key(key: &Secret<String>) -> Result<Secret<String>, StoreError> {
    let key = key.expose().trim();
    let odd = |c: char| c.is_whitespace() || c.is_control();
    if key.is_empty() || key.chars().count() > KEY_MAX_CHARS || key.contains(odd) {
        let limits = format!("an API key has 1 to {KEY_MAX_CHARS} characters and no spaces");
        return Err(StoreError::Invalid(limits));
    }
    Ok(Secret::new(key.to_owned()))
}

/// What a key shows of itself.
pub(super) fn key_hint(key: &Secret<String>) -> String {
    let chars: Vec<char> = key.expose().chars().collect();
    if chars.len() < HINTED_KEY_MIN_CHARS {
        return String::new();
    }
    chars[chars.len() - HINT_CHARS..].iter().collect()
}
