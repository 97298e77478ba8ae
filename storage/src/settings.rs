//! Settings: kept one a row, as JSON, and read as a whole. Every process that follows them hears of a change
//! within moments.
//!
//! Each change gives the whole a new version. Whoever changes settings that they have looked at says which version
//! that was, and is refused when another was quicker.

use std::sync::RwLock;

use mosaic_model::{AuditAction, AuditEntry, AuditTarget, By, SettingError, Settings};
use serde_json::{Map, Value};
use sqlx::PgConnection;
use tokio::sync::{Mutex, watch};

use crate::{
    Store, StoreError,
    news::{News, announce},
    system_config::write,
};

/// What stands before a setting's name in its row's key.
const SETTING_PREFIX: &str = "setting.";
const VERSION_KEY: &str = "settings_version";

/// The settings as this process knows them.
#[derive(Debug, Default)]
pub(crate) struct Board {
    sender: watch::Sender<Settings>,
    /// Values that this process was started with, whatever the database says.
    pinned: RwLock<Map<String, Value>>,
    /// One reader at a time, so that what was read first is not published last.
    reading: Mutex<()>,
}

/// All settings at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionedSettings {
    /// The values that count here.
    pub settings: Settings,
    /// Grows with every change.
    pub version: i64,
}

/// Why settings were not changed.
#[derive(Debug, thiserror::Error)]
pub enum SetError {
    /// Some cannot take their values, or do not exist.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Refused(Vec<SettingError>),
    /// Somebody else has changed settings since this version.
    #[error("somebody has changed the settings meanwhile; they are at version {0} now")]
    Changed(i64),
    /// The database did not take it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for SetError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Store {
    /// The settings, as this process last read them.
    pub fn settings(&self) -> Settings {
        self.board().sender.borrow().clone()
    }

    /// Reads something from the settings without a copy of them: for what every request asks.
    pub fn peek_settings<T>(&self, read: impl FnOnce(&Settings) -> T) -> T {
        read(&self.board().sender.borrow())
    }

    /// The settings and every later change of them that this process reads.
    pub fn watch_settings(&self) -> watch::Receiver<Settings> {
        self.board().sender.subscribe()
    }

    /// From now on the setting has this value in this process, whatever the database says.
    pub async fn pin_setting(&self, key: &str, text: &str) -> Result<(), SetError> {
        let mut pinned = Settings::default();
        let value = pinned.set(key, text).and_then(|()| pinned.value(key));
        let value = value.map_err(|error| SetError::Refused(vec![error]))?;
        self.board().pinned.write().expect("nobody panics while writing").insert(key.to_owned(), value);
        Ok(self.reload_settings().await?)
    }

    /// Whether this process was started with a value for the setting.
    pub fn is_pinned(&self, key: &str) -> bool {
        self.board().pinned.read().expect("nobody panics while writing").contains_key(key)
    }

    /// The settings as they are in the database at this moment, and their version.
    pub async fn versioned_settings(&self) -> Result<VersionedSettings, StoreError> {
        let mut connection = self.app().acquire().await?;
        let VersionedSettings { mut settings, version } = read_all(&mut connection).await?;
        self.apply_pinned(&mut settings);
        Ok(VersionedSettings { settings, version })
    }

    /// Changes one setting, given as text, for every process on this database, and gives them all.
    pub async fn set_setting(&self, key: &str, text: &str, by: &By) -> Result<Settings, SetError> {
        let mut copy = Settings::default();
        let value = copy.set(key, text).and_then(|()| copy.value(key));
        let value = value.map_err(|error| SetError::Refused(vec![error]))?;
        let changes = Map::from_iter([(key.to_owned(), value)]);
        Ok(self.change_settings(&changes, None, by).await?.settings)
    }

    /// Gives one setting its default back, for every process on this database, and gives them all.
    pub async fn reset_setting(&self, key: &str, by: &By) -> Result<Settings, SetError> {
        let changes = Map::from_iter([(key.to_owned(), Value::Null)]);
        Ok(self.change_settings(&changes, None, by).await?.settings)
    }

    /// Changes several settings, all or none, for every process on this database; null gives one its default back.
    /// With `seen`, only if that is still their version.
    pub async fn change_settings(
        &self,
        changes: &Map<String, Value>,
        seen: Option<i64>,
        by: &By,
    ) -> Result<VersionedSettings, SetError> {
        self.refuse_pinned(changes)?;
        let mut transaction = self.begin_unowned().await?;
        let version = self.next_version(&mut transaction).await?;
        if let Some(seen) = seen
            && seen != version - 1
        {
            return Err(SetError::Changed(version - 1));
        }
        let before = read_all(&mut transaction).await?.settings;
        let mut settings = before.clone();
        settings.change_all(changes).map_err(SetError::Refused)?;
        let is_another = |key: &&String| before.value(key) != settings.value(key);
        let changed: Vec<&String> = changes.keys().filter(is_another).collect();
        if changed.is_empty() {
            // Nothing is written, and the version stays.
            return Ok(VersionedSettings { settings, version: version - 1 });
        }
        for key in &changed {
            let value = changes[*key].clone();
            // A null stays behind: it means the default, of whatever version of Mosaic.
            let value = if value.is_null() { value } else { settings.value(key).unwrap_or(value) };
            write(&mut transaction, &format!("{SETTING_PREFIX}{key}"), value, self.now()).await?;
        }
        announce(&mut transaction, News::Settings).await?;
        for key in changed {
            let target = AuditTarget::Setting(key.clone());
            let entry = AuditEntry::done(by, AuditAction::SettingChanged, target);
            self.audit_in(&mut transaction, &entry).await?;
        }
        transaction.commit().await?;
        self.reload_settings().await?;
        self.apply_pinned(&mut settings);
        Ok(VersionedSettings { settings, version })
    }

    /// Reads the settings again. A value that this version cannot take is reported and left at its default.
    pub async fn reload_settings(&self) -> Result<(), StoreError> {
        let _one_at_a_time = self.board().reading.lock().await;
        // Boxed: whoever follows the news holds this in a future of their own.
        let settings = Box::pin(self.versioned_settings()).await?.settings;
        self.board().sender.send_if_modified(|known| {
            let changed = *known != settings;
            *known = settings;
            changed
        });
        Ok(())
    }

    fn apply_pinned(&self, settings: &mut Settings) {
        let pinned = self.board().pinned.read().expect("nobody panics while writing");
        settings.change_all(&pinned).expect("each was taken when it was pinned");
    }

    fn refuse_pinned(&self, changes: &Map<String, Value>) -> Result<(), SetError> {
        let reason = "is given on the command line of `mosaic serve`, which wins; start it without that flag";
        let refused = |key: &String| SettingError { key: key.clone(), reason: reason.to_owned() };
        let errors: Vec<SettingError> =
            changes.keys().filter(|key| self.is_pinned(key)).map(refused).collect();
        if errors.is_empty() { Ok(()) } else { Err(SetError::Refused(errors)) }
    }

    /// Moves the version on. Whoever else changes settings waits until this transaction ends.
    async fn next_version(&self, connection: &mut PgConnection) -> Result<i64, StoreError> {
        let version: i64 = sqlx::query_scalar(
            "INSERT INTO system_config (key, value, updated_at)
             VALUES ($1, to_jsonb(1), $2)
             ON CONFLICT (key) DO UPDATE
             SET value = to_jsonb((system_config.value #>> '{}')::bigint + 1), updated_at = EXCLUDED.updated_at
             RETURNING (value #>> '{}')::bigint",
        )
        .bind(VERSION_KEY)
        .bind(self.now())
        .fetch_one(connection)
        .await?;
        Ok(version)
    }
}

/// All settings as they are in the database, in one look.
async fn read_all(connection: &mut PgConnection) -> Result<VersionedSettings, StoreError> {
    let rows: Vec<(String, Value)> = sqlx::query_as(
        "SELECT key, value
         FROM system_config
         WHERE starts_with(key, $1) OR key = $2
         ORDER BY key",
    )
    .bind(SETTING_PREFIX)
    .bind(VERSION_KEY)
    .fetch_all(connection)
    .await?;
    let mut read = VersionedSettings { settings: Settings::default(), version: 0 };
    for (row_key, value) in rows {
        let Some(key) = row_key.strip_prefix(SETTING_PREFIX) else {
            read.version = value.as_i64().unwrap_or_default();
            continue;
        };
        if let Err(error) = restore(&mut read.settings, key, &value) {
            tracing::warn!(key, %error, "a stored setting was passed over");
        }
    }
    Ok(read)
}

/// Takes over a stored value. The first version stored all values as text.
fn restore(settings: &mut Settings, key: &str, value: &Value) -> Result<(), SettingError> {
    match value {
        Value::Null => Ok(()),
        Value::String(text) => settings.set(key, text),
        value => settings.change(key, value),
    }
}
