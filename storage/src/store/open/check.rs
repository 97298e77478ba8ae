//! The check value, by which a wrong key is recognised, and the installation's id.

use mosaic_model::{InstanceId, Timestamp};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection, PgPool};
use uuid::Uuid;

use super::OpenError;
use crate::{KeyOwner, KeyRing, Place, StoreError, random};

const CHECK_KEY: &str = "vault.check";
const INSTANCE_KEY: &str = "instance";
/// What the check value holds when it is opened.
const CHECK_TEXT: &[u8] = b"the key of this installation";

const CHECK_PLACE: Place =
    Place { table: "system_config", row: Uuid::nil(), owner: KeyOwner::System, field: CHECK_KEY };

/// Refuses a ring that does not open the check value. Writes nothing.
pub(super) async fn recognise(connection: &mut PgConnection, keys: &KeyRing) -> Result<(), OpenError> {
    let mut transaction = connection.begin().await.map_err(StoreError::from)?;
    sqlx::query("SET LOCAL ROLE mosaic_app").execute(&mut *transaction).await.map_err(StoreError::from)?;
    let stored: Option<Value> = sqlx::query_scalar(
        "SELECT value
         FROM system_config
         WHERE key = $1",
    )
    .bind(CHECK_KEY)
    .fetch_optional(&mut *transaction)
    .await
    .map_err(StoreError::from)?;
    transaction.rollback().await.map_err(StoreError::from)?;
    stored.map_or(Ok(()), |value| open_check(&value, keys).map(|_| ()))
}

/// Writes the check value and the installation's id where there are none, and seals the check value with the
/// ring's first key. Two that open a new database at once agree on what the first one wrote.
pub(super) async fn establish(app: &PgPool, keys: &KeyRing, now: Timestamp) -> Result<InstanceId, OpenError> {
    let mut transaction = app.begin().await.map_err(StoreError::from)?;
    let fresh = hex::encode(keys.seal(&CHECK_PLACE, CHECK_TEXT));
    let stored = keep_first(&mut transaction, CHECK_KEY, json!(fresh), now).await?;
    if !keys.is_current(&open_check(&stored, keys)?) {
        sqlx::query(
            "UPDATE system_config
             SET value = $2, updated_at = $3
             WHERE key = $1",
        )
        .bind(CHECK_KEY)
        .bind(json!(fresh))
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

/// Opens the check value, and gives its sealed bytes.
fn open_check(stored: &Value, keys: &KeyRing) -> Result<Vec<u8>, OpenError> {
    let sealed = stored.as_str().and_then(|text| hex::decode(text).ok()).ok_or(OpenError::WrongKey)?;
    let opened = keys.open(&CHECK_PLACE, &sealed).ok().ok_or(OpenError::WrongKey)?;
    if opened.expose() == CHECK_TEXT { Ok(sealed) } else { Err(OpenError::WrongKey) }
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
