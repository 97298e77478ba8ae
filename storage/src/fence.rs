//! The fence: at most one Mosaic manages a database.
//!
//! Whoever holds the advisory lock manages; each take-over raises a number, so that what an earlier manager
//! did can be told from what the present one does. The lock lives as long as its connection: never put a
//! pooler that shares connections between Mosaic and the database.

use std::time::Duration;

use mosaic_model::Timestamp;
use sqlx::{Connection, PgConnection};

use crate::{StoreError, store};

/// The lock's key, the same in every database: `mosaic` and a one.
pub(crate) const LOCK_KEY: i64 = 0x6d6f_7361_6963_0001;
/// How often the holder makes sure that it still holds.
const CHECK_INTERVAL: Duration = Duration::from_secs(2);
/// A database that does not answer for this long has lost us, and so have we it.
const CHECK_TIMEOUT: Duration = Duration::from_secs(5);
/// How often, and after which pause, a lock that another holds is tried: a killed manager's connection may
/// take a moment to go.
const ATTEMPTS: u32 = 10;
const ATTEMPT_INTERVAL: Duration = Duration::from_millis(200);
/// How long a manager whose database went away waits for it to come back. A database that is restarted takes
/// seconds; longer than this, and another manager's turn is nobody's surprise.
const RETAKE_PATIENCE: Duration = Duration::from_mins(1);

/// The right to manage this database, for as long as it is not [lost](Fence::lost).
#[derive(Debug)]
pub struct Fence {
    database_url: String,
    connection: PgConnection,
    number: i64,
}

/// Why the fence was not taken.
#[derive(Debug, thiserror::Error)]
pub enum FenceError {
    /// Another Mosaic manages this database.
    #[error("another Mosaic manages this database (since {since}, take-over {number}); only one can")]
    AlreadyHeld {
        /// Its fencing number.
        number: i64,
        /// When it took over.
        since: Timestamp,
    },
    /// The database did not answer.
    #[error("the manager's lock could not be taken")]
    Store(#[from] StoreError),
}

impl Fence {
    /// Takes the fence. The store has been opened before, so the schema is there.
    pub async fn acquire(database_url: &str) -> Result<Self, FenceError> {
        let mut connection = connect(database_url).await?;
        for attempt in 1.. {
            if try_lock(&mut connection).await? {
                break;
            }
            if attempt == ATTEMPTS {
                return Err(held_by(&mut connection).await);
            }
            tokio::time::sleep(ATTEMPT_INTERVAL).await;
        }
        let number = sqlx::query_scalar(
            "INSERT INTO manager_fence (number, taken_at)
             VALUES (1, now())
             ON CONFLICT (single) DO UPDATE
             SET number = manager_fence.number + 1, taken_at = now()
             RETURNING number",
        )
        .fetch_one(&mut connection)
        .await
        .map_err(StoreError::from)?;
        Ok(Self { database_url: database_url.to_owned(), connection, number })
    }

    /// How many take-overs there have been, this one counted.
    pub const fn number(&self) -> i64 {
        self.number
    }

    /// Waits until the fence is lost: somebody else took over, or the database stays away.
    ///
    /// One that was restarted, or cut off for a moment, is not lost to us as long as nobody else took over
    /// meanwhile, which the number shows.
    pub async fn lost(&mut self) {
        loop {
            tokio::time::sleep(CHECK_INTERVAL).await;
            match tokio::time::timeout(CHECK_TIMEOUT, stored_number(&mut self.connection)).await {
                Ok(Ok(number)) if number == self.number => continue,
                Ok(Ok(number)) => return tell_taken(number),
                Ok(Err(error)) => {
                    tracing::error!(%error, "the connection that holds the manager's lock is gone");
                }
                Err(_) => tracing::error!("the database does not answer the holder of the manager's lock"),
            }
            if tokio::time::timeout(RETAKE_PATIENCE, self.retake()).await != Ok(Retaken::Yes) {
                return;
            }
            tracing::warn!("the database is back, and nobody took over meanwhile");
        }
    }

    /// Takes the lock again under the same number, unless there is a higher one by now.
    async fn retake(&mut self) -> Retaken {
        loop {
            match self.try_retake().await {
                Ok(Some(outcome)) => return outcome,
                // The server may take a moment to notice that our former connection is gone.
                Ok(None) => {}
                Err(error) => tracing::debug!(%error, "the database is still away"),
            }
            tokio::time::sleep(ATTEMPT_INTERVAL).await;
        }
    }

    async fn try_retake(&mut self) -> Result<Option<Retaken>, StoreError> {
        let mut connection = connect(&self.database_url).await?;
        let locked = try_lock(&mut connection).await?;
        let number = stored_number(&mut connection).await?;
        if number != self.number {
            tell_taken(number);
            return Ok(Some(Retaken::No));
        }
        if !locked {
            return Ok(None);
        }
        self.connection = connection;
        Ok(Some(Retaken::Yes))
    }

    /// Gives the fence up, so that the next manager need not wait.
    pub async fn release(mut self) {
        // The lock goes with the connection, however that ends; but the server takes a moment to see that it ended.
        let unlock = sqlx::query("SELECT pg_advisory_unlock($1)").bind(LOCK_KEY);
        drop(unlock.execute(&mut self.connection).await);
        drop(self.connection.close().await);
    }
}

/// What came of trying to take a lost lock again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Retaken {
    Yes,
    No,
}

fn tell_taken(number: i64) {
    tracing::error!(number, "another Mosaic took over this database");
}

async fn connect(database_url: &str) -> Result<PgConnection, StoreError> {
    let mut connection = store::connect(database_url).await?;
    sqlx::query("SET ROLE mosaic_app").execute(&mut connection).await?;
    Ok(connection)
}

async fn stored_number(connection: &mut PgConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT number
         FROM manager_fence",
    )
    .fetch_one(connection)
    .await
}

async fn try_lock(connection: &mut PgConnection) -> Result<bool, StoreError> {
    let locked =
        sqlx::query_scalar("SELECT pg_try_advisory_lock($1)").bind(LOCK_KEY).fetch_one(connection).await?;
    Ok(locked)
}

async fn held_by(connection: &mut PgConnection) -> FenceError {
    let row: Result<Option<(i64, Timestamp)>, sqlx::Error> = sqlx::query_as(
        "SELECT number, taken_at
         FROM manager_fence",
    )
    .fetch_optional(connection)
    .await;
    match row {
        Ok(row) => {
            let (number, since) = row.unwrap_or((0, Timestamp::UNIX_EPOCH));
            FenceError::AlreadyHeld { number, since }
        }
        Err(error) => StoreError::from(error).into(),
    }
}
