//! What each cell was last given, so that nobody has to remember what it has still to be told.

use mosaic_model::{CellId, Fingerprint, Owner, Served, Timestamp, wanted_fingerprint};
use sqlx::PgConnection;

use super::referring_input;
use crate::{Store, StoreError, containers::owner_of};

impl Store {
    /// What the cell's present container was given, against what is wanted now.
    pub async fn served(&self, cell: CellId) -> Result<Served, StoreError> {
        // The fleet's own cells have nobody's configuration that could change.
        let Some(owner) = owner_of(cell) else { return Ok(Served::Wanted) };
        let mut transaction = self.begin_snapshot(owner).await?;
        let given: Option<String> = sqlx::query_scalar(
            "SELECT fingerprint
             FROM user_container_configs
             JOIN user_containers USING (user_id, generation)
             WHERE user_id = $1",
        )
        .bind(owner.user_id().as_uuid())
        .fetch_optional(&mut *transaction)
        .await?;
        let wanted = wanted_fingerprint(&referring_input(&mut transaction, owner).await?);
        Ok(Served::compare(given.map(Fingerprint::from_stored).as_ref(), &wanted))
    }
}

/// Notes what the owner's cell is given; of the revisions that one container is given the first.
/// [`StoreError::NotFound`] where it never had a container.
pub(super) async fn put(
    connection: &mut PgConnection,
    owner: Owner,
    fingerprint: &Fingerprint,
    revision: Option<i64>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let noted = sqlx::query(
        "INSERT INTO user_container_configs (user_id, generation, fingerprint, served_at, revision)
         SELECT user_id, generation, $2, $3, $4
         FROM user_containers
         WHERE user_id = $1
         ON CONFLICT (user_id) DO UPDATE
         SET generation = EXCLUDED.generation, fingerprint = EXCLUDED.fingerprint, served_at = EXCLUDED.served_at,
             revision = CASE
                 WHEN user_container_configs.generation = EXCLUDED.generation THEN user_container_configs.revision
                 ELSE EXCLUDED.revision
             END
         WHERE user_container_configs.user_id = $1",
    )
    .bind(owner.user_id().as_uuid())
    .bind(fingerprint.as_str())
    .bind(now)
    .bind(revision)
    .execute(connection)
    .await?;
    if noted.rows_affected() == 0 { Err(StoreError::NotFound) } else { Ok(()) }
}
