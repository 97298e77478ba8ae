//! The installation's own values: settings, onboarding, the internal listener's port.
//!
//! Settings are kept one a row, in the text an admin wrote, and read as a whole. Every process that follows
//! them hears of a change within moments.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use mosaic_model::{AuditAction, AuditEntry, AuditTarget, By, SettingError, Settings, Timestamp};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sqlx::PgConnection;
use tokio::sync::watch;

use crate::{
    Store, StoreError,
    news::{News, announce},
};

/// What stands before a setting's name in its row's key.
const SETTING_PREFIX: &str = "setting.";
const ONBOARDING_KEY: &str = "onboarding.completed";
const INTERNAL_PORT_KEY: &str = "internal_port";
const LISTEN_ADDRESS_KEY: &str = "listen_address";
/// Where Mosaic listens when nobody says otherwise.
const DEFAULT_ADDRESS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 7777);

/// Why a setting was not changed.
#[derive(Debug, thiserror::Error)]
pub enum SetError {
    /// There is no such setting, or it cannot take this value.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// The database did not take it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// The settings, as this process last read them.
    pub fn settings(&self) -> Settings {
        self.settings_sender().borrow().clone()
    }

    /// Reads something from the settings without a copy of them: for what every request asks.
    pub fn peek_settings<T>(&self, read: impl FnOnce(&Settings) -> T) -> T {
        read(&self.settings_sender().borrow())
    }

    /// The settings and every later change of them that this process reads.
    pub fn watch_settings(&self) -> watch::Receiver<Settings> {
        self.settings_sender().subscribe()
    }

    /// Changes one setting, for every process on this database, and gives them all.
    pub async fn set_setting(&self, key: &str, value: &str, by: &By) -> Result<Settings, SetError> {
        let mut settings = self.settings();
        settings.set(key, value)?;
        let mut transaction = self.app().begin().await.map_err(StoreError::from)?;
        let row_key = format!("{SETTING_PREFIX}{key}");
        write(&mut transaction, &row_key, json!(settings.get(key)?), self.now()).await?;
        announce(&mut transaction, News::Settings).await?;
        let entry = AuditEntry::done(by, AuditAction::SettingChanged, AuditTarget::Setting(key.to_owned()));
        self.audit_in(&mut transaction, &entry).await?;
        transaction.commit().await.map_err(StoreError::from)?;
        self.reload_settings().await?;
        Ok(self.settings())
    }

    /// Reads the settings again. A value that this version cannot take is reported and left at its default.
    pub async fn reload_settings(&self) -> Result<(), StoreError> {
        let rows: Vec<(String, Value)> = sqlx::query_as(
            "SELECT key, value
             FROM system_config
             WHERE starts_with(key, $1)
             ORDER BY key",
        )
        .bind(SETTING_PREFIX)
        .fetch_all(self.app())
        .await?;
        let mut settings = Settings::default();
        for (row_key, value) in rows {
            let key = row_key.trim_start_matches(SETTING_PREFIX);
            if let Err(error) = settings.set(key, value.as_str().unwrap_or_default()) {
                tracing::warn!(key, %error, "a stored setting was passed over");
            }
        }
        self.settings_sender().send_if_modified(|known| {
            let changed = *known != settings;
            *known = settings;
            changed
        });
        Ok(())
    }

    /// Whether the first set-up is done.
    pub async fn onboarding_completed(&self) -> Result<bool, StoreError> {
        Ok(self.read(ONBOARDING_KEY).await?.unwrap_or(false))
    }

    /// Marks the first set-up as done.
    pub async fn complete_onboarding(&self) -> Result<(), StoreError> {
        let mut connection = self.app().acquire().await?;
        write(&mut connection, ONBOARDING_KEY, json!(true), self.now()).await
    }

    /// The port on which cells reach the internal API, if one was chosen before.
    pub async fn internal_port(&self) -> Result<Option<u16>, StoreError> {
        self.read(INTERNAL_PORT_KEY).await
    }

    /// Keeps that port, so that cells that outlive this process still find the next one.
    pub async fn save_internal_port(&self, port: u16) -> Result<(), StoreError> {
        let mut connection = self.app().acquire().await?;
        write(&mut connection, INTERNAL_PORT_KEY, json!(port), self.now()).await
    }

    /// Keeps where people reach this process, for links that are made elsewhere.
    pub async fn save_listen_address(&self, address: SocketAddr) -> Result<(), StoreError> {
        let mut connection = self.app().acquire().await?;
        write(&mut connection, LISTEN_ADDRESS_KEY, json!(address), self.now()).await
    }

    /// Where people reach Mosaic, as an address without a slash at its end: the public one, or else where it
    /// listened last.
    pub async fn origin(&self) -> Result<String, StoreError> {
        if let Some(public) = self.settings().public_url {
            return Ok(public.to_string());
        }
        let kept: Option<SocketAddr> = self.read(LISTEN_ADDRESS_KEY).await?;
        let mut address = kept.unwrap_or(DEFAULT_ADDRESS);
        if address.ip().is_unspecified() {
            address.set_ip(DEFAULT_ADDRESS.ip());
        }
        Ok(format!("http://{address}"))
    }

    async fn read<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StoreError> {
        let value: Option<Value> = sqlx::query_scalar(
            "SELECT value
             FROM system_config
             WHERE key = $1",
        )
        .bind(key)
        .fetch_optional(self.app())
        .await?;
        let unreadable = |error| StoreError::Corrupt(format!("system_config {key}: {error}"));
        value.map(serde_json::from_value).transpose().map_err(unreadable)
    }
}

async fn write(
    connection: &mut PgConnection,
    key: &str,
    value: Value,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO system_config (key, value, updated_at)
         VALUES ($1, $2, $3)
         ON CONFLICT (key) DO UPDATE
         SET value = EXCLUDED.value, updated_at = EXCLUDED.updated_at",
    )
    .bind(key)
    .bind(value)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}
