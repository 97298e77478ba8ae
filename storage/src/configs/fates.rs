//! What becomes of revisions: whether a gateway was well with one or refused it, and which one stands in for a
//! refused one.

use mosaic_model::{
    AssemblyInput, CellId, Difference, Owner, RevisionFate, RevisionMark, Timestamp, Wanted, difference,
    may_fall_back, revive, stand_ins,
};
use serde_json::Value;
use sqlx::PgConnection;

use super::{last_revision, lock_owner, referring_input};
use crate::{Store, StoreError, containers::config_owner};

/// What the owner's cell runs with, or ran with last.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CellConfig {
    /// The revision that its present or last container was started with; none where it asked for none.
    pub revision: Option<i64>,
    /// Why that is not what its owner wants.
    pub fallback: Option<Fallback>,
}

/// An earlier configuration stands in for one that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fallback {
    /// The revision that stands in.
    pub revision: i64,
    /// The one that was refused.
    pub refused: i64,
    /// When it was.
    pub since: Timestamp,
    /// The last lines of the gateway that refused it.
    pub stderr: Vec<String>,
    /// What the refused one has otherwise.
    pub difference: Vec<Difference>,
}

impl Store {
    /// The cell's gateway became ready with what it was started with, and is well.
    pub async fn config_healthy(&self, cell: CellId) -> Result<(), StoreError> {
        let owner = config_owner(cell);
        let mut transaction = self.begin(owner).await?;
        if let Some(started) = started_with(&mut transaction, owner).await? {
            self.put_fate(&mut transaction, owner, started, RevisionFate::Healthy, &[]).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// The cell's gateway refused what it was started with, and these were its last words. Gives the revision that
    /// the next container will be started with instead, if there is one.
    pub async fn config_refused(&self, cell: CellId, stderr: &[String]) -> Result<Option<i64>, StoreError> {
        let owner = config_owner(cell);
        let mut transaction = self.begin(owner).await?;
        lock_owner(&mut transaction, owner).await?;
        let Some(started) = started_with(&mut transaction, owner).await? else { return Ok(None) };
        self.put_fate(&mut transaction, owner, started, RevisionFate::Refused, stderr).await?;
        let input = referring_input(&mut transaction, owner).await?;
        let wanted = wanted_revision(&mut transaction, owner, &input).await?;
        let stand_in = match wanted {
            Some(wanted) if may_fall_back(started, wanted) => {
                stand_in(&mut transaction, owner, wanted, &input).await?
            }
            _ => None,
        };
        transaction.commit().await?;
        Ok(stand_in.map(|(number, _)| number))
    }

    /// Whatever was refused is tried again.
    pub async fn forgive_configs(&self, cell: CellId) -> Result<(), StoreError> {
        let owner = config_owner(cell);
        let mut transaction = self.begin(owner).await?;
        sqlx::query(
            "UPDATE config_revisions
             SET fate = 'untried', fate_at = $2, refusal = '{}'
             WHERE user_id = $1 AND fate = 'refused'",
        )
        .bind(owner.user_id().as_uuid())
        .bind(self.now())
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// What the owner's cell runs with, and whether that stands in for something else.
    pub async fn cell_config(&self, owner: Owner) -> Result<CellConfig, StoreError> {
        let mut transaction = self.begin_snapshot(owner).await?;
        let revision = started_with(&mut transaction, owner).await?;
        let input = referring_input(&mut transaction, owner).await?;
        let wanted = wanted_revision(&mut transaction, owner, &input).await?;
        let fallback = match (revision, wanted) {
            (Some(stands_in), Some(refused)) if stands_in < refused => {
                fallback(&mut transaction, owner, stands_in, refused).await?
            }
            _ => None,
        };
        Ok(CellConfig { revision, fallback })
    }

    async fn put_fate(
        &self,
        connection: &mut PgConnection,
        owner: Owner,
        number: i64,
        fate: RevisionFate,
        refusal: &[String],
    ) -> Result<(), StoreError> {
        // To be well again is no news.
        sqlx::query(
            "UPDATE config_revisions
             SET fate = $3, fate_at = $4, refusal = $5
             WHERE user_id = $1 AND number = $2 AND (fate <> $3 OR refusal <> $5)",
        )
        .bind(owner.user_id().as_uuid())
        .bind(number)
        .bind(fate.as_str())
        .bind(self.now())
        .bind(refusal)
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// The revision that stands in for the wanted one, made fit for now: none unless that was refused.
pub(super) async fn stand_in(
    connection: &mut PgConnection,
    owner: Owner,
    wanted: i64,
    input: &AssemblyInput,
) -> Result<Option<(i64, Value)>, StoreError> {
    let marks = select_marks(connection, owner).await?;
    for number in stand_ins(wanted, &marks) {
        let document = select_document(connection, owner, number).await?;
        if let Some(Ok(document)) = document.map(|document| revive(document, input)) {
            return Ok(Some((number, document)));
        }
    }
    Ok(None)
}

/// The revision that the present or last container was started with.
async fn started_with(connection: &mut PgConnection, owner: Owner) -> Result<Option<i64>, StoreError> {
    let revision: Option<Option<i64>> = sqlx::query_scalar(concat!(
        "SELECT revision
         FROM user_container_configs
         WHERE user_id = $1
           AND generation = (",
        present_generation!(),
        ")",
    ))
    .bind(owner.user_id().as_uuid())
    .fetch_optional(connection)
    .await?;
    Ok(revision.flatten())
}

/// The last revision, if it is what is wanted now.
async fn wanted_revision(
    connection: &mut PgConnection,
    owner: Owner,
    input: &AssemblyInput,
) -> Result<Option<i64>, StoreError> {
    let last = last_revision(connection, owner).await?;
    Ok(last.filter(|last| last.fingerprint == Wanted::of(input).fingerprint).map(|last| last.number))
}

async fn fallback(
    connection: &mut PgConnection,
    owner: Owner,
    stands_in: i64,
    refused: i64,
) -> Result<Option<Fallback>, StoreError> {
    let row: Option<(Timestamp, Vec<String>, Value, Value)> = sqlx::query_as(
        "SELECT refused.fate_at, refused.refusal, stands_in.document, refused.document
         FROM config_revisions AS refused
         JOIN config_revisions AS stands_in USING (user_id)
         WHERE user_id = $1 AND stands_in.number = $2 AND refused.number = $3 AND refused.fate = 'refused'",
    )
    .bind(owner.user_id().as_uuid())
    .bind(stands_in)
    .bind(refused)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|(since, stderr, given, wanted)| Fallback {
        revision: stands_in,
        refused,
        since,
        stderr,
        difference: difference(&given, &wanted),
    }))
}

async fn select_marks(connection: &mut PgConnection, owner: Owner) -> Result<Vec<RevisionMark>, StoreError> {
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "SELECT number, fate
         FROM config_revisions
         WHERE user_id = $1 AND fate <> 'untried'",
    )
    .bind(owner.user_id().as_uuid())
    .fetch_all(connection)
    .await?;
    let mark = |(number, fate): (i64, String)| {
        let unreadable = || StoreError::Corrupt(format!("config_revisions.fate {fate}"));
        Ok(RevisionMark { number, fate: RevisionFate::parse(&fate).ok_or_else(unreadable)? })
    };
    rows.into_iter().map(mark).collect()
}

async fn select_document(
    connection: &mut PgConnection,
    owner: Owner,
    number: i64,
) -> Result<Option<Value>, StoreError> {
    let document = sqlx::query_scalar(
        "SELECT document
         FROM config_revisions
         WHERE user_id = $1 AND number = $2",
    )
    .bind(owner.user_id().as_uuid())
    .bind(number)
    .fetch_optional(connection)
    .await?;
    Ok(document)
}
