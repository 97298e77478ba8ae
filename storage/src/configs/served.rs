//! What each cell was last given and what its gateway took up, so that nobody has to remember what it has still to
//! be told.

use mosaic_model::{CellId, Fingerprint, Given, Owner, RestartParts, Served, Timestamp, Wanted};
use sqlx::{PgConnection, types::Json};

use super::referring_input;
use crate::{Store, StoreError, containers::config_owner};

/// The longest reason that is kept, in characters.
const REASON_MAX_CHARS: usize = 1_000;

/// How far a cell's present container is from what its owner wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigStanding {
    /// What it runs with, against what is wanted.
    pub served: Served,
    /// Why it did not take up what is wanted, if that was tried.
    pub failure: Option<String>,
}

#[derive(sqlx::FromRow)]
struct ServedRow {
    applied: String,
    restart_parts: Json<RestartParts>,
    failed: Option<String>,
    failure: Option<String>,
}

impl Store {
    /// What the cell's present container runs with, against what is wanted now.
    pub async fn served(&self, cell: CellId) -> Result<Served, StoreError> {
        Ok(self.config_standing(config_owner(cell)).await?.served)
    }

    /// As [`Store::served`], with what came of it if it was tried to give the container what is wanted.
    pub async fn config_standing(&self, owner: Owner) -> Result<ConfigStanding, StoreError> {
        let mut transaction = self.begin_snapshot(owner).await?;
        let row: Option<ServedRow> = sqlx::query_as(concat!(
            "SELECT applied, restart_parts, failed, failure
             FROM user_container_configs
             WHERE user_id = $1
               AND generation = (",
            present_generation!(),
            ")",
        ))
        .bind(owner.user_id().as_uuid())
        .fetch_optional(&mut *transaction)
        .await?;
        let wanted = Wanted::of(&referring_input(&mut transaction, owner).await?);
        let Some(row) = row else { return Ok(ConfigStanding { served: Served::Nothing, failure: None }) };
        let given = Given { fingerprint: Fingerprint::from_stored(row.applied), parts: row.restart_parts.0 };
        let served = Served::compare(Some(&given), &wanted);
        // What failed with another configuration says nothing about this one.
        let is_about_this = served.differs() && row.failed.as_deref() == Some(wanted.fingerprint.as_str());
        Ok(ConfigStanding { served, failure: row.failure.filter(|_| is_about_this) })
    }

    /// Notes what came of giving a running container what is wanted: it took up what it asked for last, or it did not
    /// and this is why.
    pub async fn note_config(&self, cell: CellId, outcome: Result<(), String>) -> Result<(), StoreError> {
        let owner = config_owner(cell);
        let mut transaction = self.begin(owner).await?;
        match outcome {
            Ok(()) => put_applied(&mut transaction, owner).await?,
            Err(reason) => {
                let wanted = Wanted::of(&referring_input(&mut transaction, owner).await?).fingerprint;
                let reason: String = reason.chars().filter(|c| *c != '\0').take(REASON_MAX_CHARS).collect();
                put_failure(&mut transaction, owner, &wanted, &reason).await?;
            }
        }
        transaction.commit().await?;
        Ok(())
    }
}

/// Notes what the owner's cell is given. [`StoreError::NotFound`] where it never had a container.
///
/// What a container asks for first it runs with, if it runs at all. What it asks for later it has yet to take up, and
/// of what only a restart changes it keeps what it began with.
pub(super) async fn put(
    connection: &mut PgConnection,
    owner: Owner,
    wanted: &Wanted,
    revision: Option<i64>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let noted = sqlx::query(concat!(
        "INSERT INTO user_container_configs AS given
            (user_id, generation, fingerprint, applied, restart_parts, served_at, revision)
         SELECT $1, generation, $2, $2, $3, $4, $5
         FROM (",
        present_generation!(),
        ") AS present
         ON CONFLICT (user_id) DO UPDATE
         SET generation = EXCLUDED.generation, fingerprint = EXCLUDED.fingerprint, served_at = EXCLUDED.served_at,
             applied = CASE given.generation
                 WHEN EXCLUDED.generation THEN given.applied ELSE EXCLUDED.applied END,
             restart_parts = CASE given.generation
                 WHEN EXCLUDED.generation THEN EXCLUDED.restart_parts || given.restart_parts
                 ELSE EXCLUDED.restart_parts END,
             revision = CASE given.generation
                 WHEN EXCLUDED.generation THEN given.revision ELSE EXCLUDED.revision END,
             failed = CASE given.generation WHEN EXCLUDED.generation THEN given.failed END,
             failure = CASE given.generation WHEN EXCLUDED.generation THEN given.failure END
         WHERE given.user_id = $1",
    ))
    .bind(owner.user_id().as_uuid())
    .bind(wanted.fingerprint.as_str())
    .bind(Json(&wanted.parts))
    .bind(now)
    .bind(revision)
    .execute(connection)
    .await?;
    if noted.rows_affected() == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}

/// A container that was replaced meanwhile has nothing left to note.
async fn put_applied(connection: &mut PgConnection, owner: Owner) -> Result<(), StoreError> {
    sqlx::query(concat!(
        "UPDATE user_container_configs AS given
         SET applied = fingerprint, failed = NULL, failure = NULL,
             revision = COALESCE(
                 (SELECT max(number) FROM config_revisions AS recorded
                  WHERE recorded.user_id = $1 AND recorded.fingerprint = given.fingerprint),
                 revision)
         WHERE user_id = $1
           AND generation = (",
        present_generation!(),
        ")",
    ))
    .bind(owner.user_id().as_uuid())
    .execute(connection)
    .await?;
    Ok(())
}

async fn put_failure(
    connection: &mut PgConnection,
    owner: Owner,
    wanted: &Fingerprint,
    reason: &str,
) -> Result<(), StoreError> {
    sqlx::query(concat!(
        "UPDATE user_container_configs
         SET failed = $2, failure = $3
         WHERE user_id = $1
           AND generation = (",
        present_generation!(),
        ")",
    ))
    .bind(owner.user_id().as_uuid())
    .bind(wanted.as_str())
    .bind(reason)
    .execute(connection)
    .await?;
    Ok(())
}
