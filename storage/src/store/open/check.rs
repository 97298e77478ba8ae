//! The check value, by which a wrong key is recognised, and the installation's id.
//!
//! The check value also says that the audit log has begun: it cannot be forged, so a log that is gone is not
//! taken for one that never was.

use mosaic_model::{InstanceId, Timestamp};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection, PgPool};
use uuid::Uuid;

use super::OpenError;
use crate::{KeyOwner, KeyRing, Place, StoreError, audit, random, sealed_columns};

const CHECK_KEY: &str = "vault.check";
const INSTANCE_KEY: &str = "instance";
/// What the check value holds until the audit log has begun.
const UNLOGGED_TEXT: &[u8] = b"the key of this installation";
/// What it holds from then on.
const LOGGED_TEXT: &[u8] = b"the key of this installation, whose audit log has begun";

const CHECK_PLACE: Place<'static> =
    Place { table: "system_config", row: Uuid::nil(), owner: KeyOwner::System, field: CHECK_KEY };

/// What the check value said.
struct Check {
    is_current: bool,
    is_logged: bool,
}

/// Refuses a ring that does not open the check value, or lacks a key that something needs. Writes nothing.
pub(super) async fn recognise(connection: &mut PgConnection, keys: &KeyRing) -> Result<(), OpenError> {
    let mut transaction = connection.begin().await.map_err(StoreError::from)?;
    sqlx::query("SET LOCAL ROLE mosaic_app").execute(&mut *transaction).await.map_err(StoreError::from)?;
    let stored: Vec<(String, Value)> = sqlx::query_as(
        "SELECT key, value
         FROM system_config
         WHERE key IN ($1, $2)",
    )
    .bind(CHECK_KEY)
    .bind(INSTANCE_KEY)
    .fetch_all(&mut *transaction)
    .await
    .map_err(StoreError::from)?;
    transaction.rollback().await.map_err(StoreError::from)?;
    match stored.iter().find(|(key, _)| key == CHECK_KEY) {
        Some((_, value)) => open_check(value, keys).map(|_| ())?,
        // Both are written at once: somebody took the check value away.
        None if !stored.is_empty() => return Err(StoreError::Corrupt(CHECK_KEY.to_owned()).into()),
        None => {}
    }
    refuse_missing_keys(connection, keys).await
}

/// Refuses a ring that lacks a key which some sealed value needs. Writes nothing.
pub(super) async fn refuse_missing_keys(
    connection: &mut PgConnection,
    keys: &KeyRing,
) -> Result<(), OpenError> {
    let mut transaction = connection.begin().await.map_err(StoreError::from)?;
    sqlx::query("SET LOCAL ROLE mosaic_fleet").execute(&mut *transaction).await.map_err(StoreError::from)?;
    let needed = sealed_columns::needed_keys(&mut transaction).await?;
    transaction.rollback().await.map_err(StoreError::from)?;
    let uses = sealed_columns::uses_of(keys, needed);
    let missing: Vec<_> = uses.into_iter().filter(|it| it.position.is_none()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let values = missing.iter().map(|it| it.values).sum();
    Err(OpenError::MissingKey { values, keys: missing.into_iter().map(|it| it.key).collect() })
}

/// Writes the check value and the installation's id where there are none, and seals the check value with the
/// ring's first key. Two that open a new database at once agree on what the first one wrote.
pub(super) async fn establish(app: &PgPool, keys: &KeyRing, now: Timestamp) -> Result<InstanceId, OpenError> {
    let mut transaction = app.begin().await.map_err(StoreError::from)?;
    let seal = |text| json!(hex::encode(keys.seal(&CHECK_PLACE, text)));
    let stored = keep_first(&mut transaction, CHECK_KEY, seal(UNLOGGED_TEXT), now).await?;
    let check = open_check(&stored, keys)?;
    if !check.is_logged {
        audit::begin_head(&mut transaction, keys, now).await?;
    }
    if !check.is_logged || !check.is_current {
        sqlx::query(
            "UPDATE system_config
             SET value = $2, updated_at = $3
             WHERE key = $1",
        )
        .bind(CHECK_KEY)
        .bind(seal(LOGGED_TEXT))
        .bind(now)
        .execute(&mut *transaction)
        .await
        .map_err(StoreError::from)?;
    }
    let fresh = uuid::Builder::from_random_bytes(random::bytes()).into_uuid();
    let stored = keep_first(&mut transaction, INSTANCE_KEY, json!(fresh), now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    let instance = serde_json::from_value(stored).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    Ok(InstanceId::from_uuid(instance))
}

/// Opens the check value.
fn open_check(stored: &Value, keys: &KeyRing) -> Result<Check, OpenError> {
    let sealed = stored.as_str().and_then(|text| hex::decode(text).ok()).ok_or(OpenError::WrongKey)?;
    let opened = keys.open(&CHECK_PLACE, &sealed).ok().ok_or(OpenError::WrongKey)?;
    let is_logged = opened.expose() == LOGGED_TEXT;
    if is_logged || opened.expose() == UNLOGGED_TEXT {
        Ok(Check { is_current: keys.is_current(&sealed), is_logged })
    } else {
        Err(OpenError::WrongKey)
    }
}

/// Writes a value unless there is one, and gives what is there now. Holds the row until the transaction ends.
async fn keep_first(
    connection: &mut PgConnection,
    key: &str,
    value: Value,
    now: Timestamp,
) -> Result<Value, StoreError> {
    let stored = sqlx::query_scalar(
        "INSERT INTO system_config (key, value, updated_at)
         VALUES ($1, $2, $3)
         ON CONFLICT (key) DO UPDATE
         SET value = system_config.value
         RETURNING value",
    )
    .bind(key)
    .bind(value)
    .bind(now)
    .fetch_one(connection)
    .await?;
    Ok(stored)
}
