//! The store: the one door to the database.
//!
//! Two pools behind it. The app pool works as `mosaic_app`, which sees one user's rows at a time, and only in
//! a transaction that names that user. The fleet pool works as `mosaic_fleet`, which reads a few columns
//! across users and can write nothing. These walls stop our own mistakes, not somebody who can run SQL of
//! their own on one of the connections: they could reset the role.

mod connect;
mod open;

use std::{fmt, sync::Arc};

use chrono::SubsecRound;
use mosaic_model::{Clock, InstanceId, Owner, Timestamp};
use sqlx::{PgPool, Postgres, Transaction};

pub use self::open::OpenError;
use crate::{KeyRing, StoreError, passwords::Hashers, settings::Board};

pub(crate) use self::connect::connect;
#[cfg(feature = "testing")]
pub(crate) use self::open::MIGRATOR;

/// The database, as the rest of Mosaic sees it. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    app: PgPool,
    fleet: PgPool,
    keys: KeyRing,
    clock: Arc<dyn Clock>,
    instance: InstanceId,
    board: Board,
    hashers: Hashers,
}

impl Store {
    /// Names this installation; made when the database was first opened.
    pub fn instance(&self) -> InstanceId {
        self.inner.instance
    }

    /// Asks the database for a sign of life.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(self.app()).await?;
        Ok(())
    }

    /// Waits for what is under way and closes every connection.
    pub async fn close(&self) {
        self.inner.app.close().await;
        self.inner.fleet.close().await;
    }

    /// Begins a transaction that sees this owner's rows and nobody else's.
    pub(crate) async fn begin(&self, owner: Owner) -> Result<Transaction<'static, Postgres>, StoreError> {
        let mut transaction = self.begin_unowned().await?;
        name_owner(&mut transaction, owner).await?;
        Ok(transaction)
    }

    /// As [`Store::begin`], read-only and with one view of the database from beginning to end.
    pub(crate) async fn begin_snapshot(
        &self,
        owner: Owner,
    ) -> Result<Transaction<'static, Postgres>, StoreError> {
        let pool = self.app().clone();
        let mut transaction =
            begun(async move { pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await })
                .await?;
        name_owner(&mut transaction, owner).await?;
        Ok(transaction)
    }

    /// Begins a transaction that sees no user's rows.
    pub(crate) async fn begin_unowned(&self) -> Result<Transaction<'static, Postgres>, StoreError> {
        let pool = self.app().clone();
        begun(async move { pool.begin().await }).await
    }

    /// Connections that see the installation's own rows, and users' within [`Store::begin`].
    pub(crate) fn app(&self) -> &PgPool {
        &self.inner.app
    }

    /// Connections that read a few columns of all users' rows.
    pub(crate) fn fleet(&self) -> &PgPool {
        &self.inner.fleet
    }

    pub(crate) fn keys(&self) -> &KeyRing {
        &self.inner.keys
    }

    /// The present moment, as exact as the database keeps it.
    pub(crate) fn now(&self) -> Timestamp {
        self.inner.clock.now().trunc_subsecs(6)
    }

    pub(crate) fn board(&self) -> &Board {
        &self.inner.board
    }

    pub(crate) fn hashers(&self) -> &Hashers {
        &self.inner.hashers
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("instance", &self.inner.instance).finish_non_exhaustive()
    }
}

/// Begins to the end, though whoever asked may not wait for it any more: one that is dropped halfway would stay open on
/// its connection, in the way of whoever has that next.
#[expect(clippy::disallowed_methods, reason = "it takes a moment, and ends by itself")]
async fn begun(
    beginning: impl Future<Output = Result<Transaction<'static, Postgres>, sqlx::Error>> + Send + 'static,
) -> Result<Transaction<'static, Postgres>, StoreError> {
    let begun = tokio::spawn(beginning).await;
    Ok(begun.map_err(|_ended| StoreError::Unavailable(sqlx::Error::WorkerCrashed))??)
}

/// From here on the transaction sees this owner's rows and nobody else's.
pub(crate) async fn name_owner(
    transaction: &mut Transaction<'static, Postgres>,
    owner: Owner,
) -> Result<(), StoreError> {
    sqlx::query("SELECT set_config('mosaic.user_id', $1, true)")
        .bind(owner.user_id().to_string())
        .execute(&mut **transaction)
        .await?;
    Ok(())
}
