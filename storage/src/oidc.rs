//! The OIDC provider's configuration: one row without the secret, and the client's secret, sealed.

mod flows;
mod id_tokens;
mod identities;

use mosaic_model::{AuditAction, AuditEntry, AuditTarget, By, OidcConfig, Secret, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::PgConnection;

pub use self::{
    id_tokens::IdToken,
    identities::{OidcRefusal, OidcSignIn},
};
use crate::{Place, Store, StoreError, sealed_columns::SYSTEM_SECRETS};

const CONFIG_KEY: &str = "oidc";
const SECRET_NAME: &str = "oidc.client_secret";
/// Where the client's secret belongs.
const SECRET_PLACE: Place<'static> = SYSTEM_SECRETS.of_word(SECRET_NAME);

/// The configuration as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OidcRecord {
    /// The provider, and who may come in; none where there is no provider.
    pub config: Option<OidcConfig>,
    /// Counts the changes, removals among them: whoever changes it names the one they saw.
    pub version: u64,
    /// When the client's secret was last replaced; none where the client has none.
    pub secret_set_at: Option<Timestamp>,
}

/// What a change does to the client's secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretChange {
    /// It stays as it is.
    Keep,
    /// This one takes its place.
    Replace(Secret<String>),
    /// The client has none any more.
    Remove,
}

/// The row's value. It outlives the configuration, so that no version comes twice.
#[derive(Default, Serialize, Deserialize)]
struct Kept {
    version: u64,
    config: Option<OidcConfig>,
}

impl Store {
    /// The configuration at the moment.
    pub async fn oidc(&self) -> Result<OidcRecord, StoreError> {
        let row: Option<(Value, Option<Timestamp>)> = sqlx::query_as(
            "SELECT value, system_secrets.updated_at
             FROM system_config
             LEFT JOIN system_secrets ON name = $2
             WHERE key = $1",
        )
        .bind(CONFIG_KEY)
        .bind(SECRET_NAME)
        .fetch_optional(self.app())
        .await?;
        let (value, secret_set_at) = row.unzip();
        let Kept { version, config } = value.map_or(Ok(Kept::default()), read)?;
        Ok(OidcRecord { config, version, secret_set_at: secret_set_at.flatten() })
    }

    /// The client's secret, if it has one.
    pub async fn oidc_secret(&self) -> Result<Option<Secret<String>>, StoreError> {
        let sealed: Option<Vec<u8>> = sqlx::query_scalar(
            "SELECT sealed
             FROM system_secrets
             WHERE name = $1",
        )
        .bind(SECRET_NAME)
        .fetch_optional(self.app())
        .await?;
        let Some(sealed) = sealed else { return Ok(None) };
        let opened = self.keys().open(&SECRET_PLACE, &sealed)?;
        let text = String::from_utf8(opened.expose().clone());
        text.map(|text| Some(Secret::new(text)))
            .ok()
            .ok_or_else(|| StoreError::Corrupt(SECRET_NAME.to_owned()))
    }

    /// Replaces the configuration that the caller saw, by its version. Gives the new version.
    ///
    /// A kept secret is never sent to another provider than the one it was given for: for another client it has to
    /// be given anew.
    pub async fn set_oidc(
        &self,
        config: OidcConfig,
        secret: SecretChange,
        seen: u64,
        by: &By,
    ) -> Result<u64, StoreError> {
        let mut transaction = self.begin_unowned().await?;
        let before = lock(&mut transaction).await?;
        let version = before.version;
        if version != seen {
            return Err(StoreError::Conflict("a newer OIDC configuration: load it and change that one"));
        }
        let is_same_client = before.config.is_none_or(|before| before.is_same_client(&config));
        if secret == SecretChange::Keep && !is_same_client && has_secret(&mut transaction).await? {
            return Err(StoreError::Invalid(
                "the client secret was given for another client: give the secret of this one".to_owned(),
            ));
        }
        let detail = described(&config, &secret);
        write(&mut transaction, &Kept { version: version + 1, config: Some(config) }, self.now()).await?;
        match secret {
            SecretChange::Keep => {}
            SecretChange::Replace(secret) => self.write_secret(&mut transaction, &secret).await?,
            SecretChange::Remove => delete_secret(&mut transaction).await?,
        }
        let entry = AuditEntry::done(by, AuditAction::OidcChanged, AuditTarget::None).detailed(detail);
        self.audit_in(&mut transaction, &entry).await?;
        transaction.commit().await?;
        Ok(version + 1)
    }

    /// Removes the configuration and the secret. Who came in through it keeps their account.
    pub async fn remove_oidc(&self, by: &By) -> Result<(), StoreError> {
        let mut transaction = self.begin_unowned().await?;
        let before = lock(&mut transaction).await?;
        if before.config.is_none() {
            return Err(StoreError::NotFound);
        }
        let after = Kept { version: before.version + 1, config: None };
        write(&mut transaction, &after, self.now()).await?;
        delete_secret(&mut transaction).await?;
        self.audit_in(&mut transaction, &AuditEntry::done(by, AuditAction::OidcRemoved, AuditTarget::None))
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn write_secret(
        &self,
        connection: &mut PgConnection,
        secret: &Secret<String>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO system_secrets (name, sealed, updated_at)
             VALUES ($1, $2, $3)
             ON CONFLICT (name) DO UPDATE
             SET sealed = EXCLUDED.sealed, updated_at = EXCLUDED.updated_at",
        )
        .bind(SECRET_NAME)
        .bind(self.keys().seal(&SECRET_PLACE, secret.expose().as_bytes()))
        .bind(self.now())
        .execute(connection)
        .await?;
        Ok(())
    }
}

fn read(value: Value) -> Result<Kept, StoreError> {
    serde_json::from_value(value)
        .map_err(|error| StoreError::Corrupt(format!("system_config {CONFIG_KEY}: {error}")))
}

/// The configuration, for whoever changes it: two who do so at once take turns.
async fn lock(connection: &mut PgConnection) -> Result<Kept, StoreError> {
    // A row that is not there cannot be locked.
    sqlx::query("SELECT pg_advisory_xact_lock(hashtext($1))")
        .bind(CONFIG_KEY)
        .execute(&mut *connection)
        .await?;
    let value: Option<Value> = sqlx::query_scalar(
        "SELECT value
         FROM system_config
         WHERE key = $1",
    )
    .bind(CONFIG_KEY)
    .fetch_optional(connection)
    .await?;
    value.map_or(Ok(Kept::default()), read)
}

async fn write(connection: &mut PgConnection, kept: &Kept, now: Timestamp) -> Result<(), StoreError> {
    let value = serde_json::to_value(kept);
    sqlx::query(
        "INSERT INTO system_config (key, value, updated_at)
         VALUES ($1, $2, $3)
         ON CONFLICT (key) DO UPDATE
         SET value = EXCLUDED.value, updated_at = EXCLUDED.updated_at",
    )
    .bind(CONFIG_KEY)
    .bind(value.expect("plain data"))
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

async fn has_secret(connection: &mut PgConnection) -> Result<bool, StoreError> {
    let found = sqlx::query_scalar(
        "SELECT EXISTS (
            SELECT FROM system_secrets
            WHERE name = $1
         )",
    )
    .bind(SECRET_NAME)
    .fetch_one(connection)
    .await?;
    Ok(found)
}

async fn delete_secret(connection: &mut PgConnection) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM system_secrets
         WHERE name = $1",
    )
    .bind(SECRET_NAME)
    .execute(connection)
    .await?;
    Ok(())
}

/// For the audit log: which provider, and what kind of change.
fn described(config: &OidcConfig, secret: &SecretChange) -> String {
    let state = if config.enabled { "on" } else { "off" };
    let secret = match secret {
        SecretChange::Keep => "secret kept",
        SecretChange::Replace(_) => "secret replaced",
        SecretChange::Remove => "no secret",
    };
    format!("{}, {state}, {secret}", config.issuer)
}
