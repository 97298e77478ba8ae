//! People who are shut out: nothing of theirs goes on, whoever shut them out, and whenever.
//!
//! The database says who is. An admin's request acts on it at once; what the command line did, or what a crash
//! cut short, is found by looking again and again, which is also the first thing a new Mosaic does.

use std::time::Duration;

use mosaic_actors::FleetError;
use mosaic_model::{By, CellId, SystemCellId, UserId};
use mosaic_storage::{ShutOut, StoreError};
use tokio::time;
use tokio_util::sync::CancellationToken;

use crate::HttpState;

/// How often it is looked who is shut out, if nothing says that it has changed.
const LOOK_INTERVAL: Duration = Duration::from_secs(5);
/// How often erasures that were not finished are tried again.
const ERASE_INTERVAL: Duration = Duration::from_secs(10);
/// How long a request waits for a cell to stop. The cell is stopped even if nobody waits any more.
const STOP_PATIENCE: Duration = Duration::from_secs(20);

/// Why an erasure is not finished. It is tried again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EraseError {
    #[error(transparent)]
    Fleet(#[from] FleetError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl HttpState {
    /// Ends what a user who was shut out has going on: what is believed of them, streams, the cell.
    pub(crate) async fn shut_out(&self, user: UserId) -> Result<(), FleetError> {
        self.bar(user);
        let stopped = time::timeout(STOP_PATIENCE, self.fleet.stop(CellId::User(user))).await;
        stopped.unwrap_or(Err(FleetError::Timeout))
    }

    /// The user may come in again.
    pub(crate) fn let_in(&self, user: UserId) {
        self.fleet.unbar(CellId::User(user));
    }

    /// Erases a user who is marked for it: the cell with its volume, then the rows. One at a time, so that
    /// the log names whoever asked and not who looked after it.
    pub(crate) async fn erase(&self, user: UserId, by: &By) -> Result<(), EraseError> {
        self.bar(user);
        let _turn = self.erasing.lock().await;
        self.fleet.erase(CellId::User(user)).await?;
        match self.store.finish_deleting(user, by).await {
            // Somebody else was faster.
            Ok(()) | Err(StoreError::NotFound) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Erases an agent of the fleet's own that is marked for it, as [`HttpState::erase`] does with users.
    pub(crate) async fn erase_system_agent(&self, id: SystemCellId, by: &By) -> Result<(), EraseError> {
        let _turn = self.erasing.lock().await;
        self.fleet.erase(CellId::System(id)).await?;
        match self.store.finish_deleting_system_agent(id, by).await {
            Ok(()) | Err(StoreError::NotFound) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Keeps everybody out who is shut out, and finishes erasures, until cancelled.
    pub async fn keep_shut_out(self, cancel: CancellationToken) {
        let keeping = async { tokio::join!(self.look_again_and_again(), self.erase_again_and_again()) };
        cancel.run_until_cancelled(keeping).await;
    }

    async fn look_again_and_again(&self) {
        let mut changes = self.access_changes.subscribe();
        loop {
            changes.mark_unchanged();
            if let Err(error) = self.look_who_is_shut_out().await {
                tracing::warn!(%error, "who is shut out cannot be looked up; looking again");
            }
            let _ = time::timeout(LOOK_INTERVAL, changes.changed()).await;
        }
    }

    async fn erase_again_and_again(&self) {
        loop {
            let marked = self.store.shut_out().await.unwrap_or_default();
            for ShutOut { user, .. } in marked.into_iter().filter(|it| it.is_deleting) {
                match self.erase(user, &By::mosaic()).await {
                    Ok(()) => tracing::info!(%user, "a user is erased"),
                    Err(error) => tracing::warn!(%user, %error, "a user is not erased yet; trying again"),
                }
            }
            for id in self.store.system_agents_being_deleted().await.unwrap_or_default() {
                match self.erase_system_agent(id, &By::mosaic()).await {
                    Ok(()) => tracing::info!(agent = %id, "an agent of the fleet's own is erased"),
                    Err(error) => {
                        tracing::warn!(agent = %id, %error, "an agent of the fleet's own is not erased yet");
                    }
                }
            }
            time::sleep(ERASE_INTERVAL).await;
        }
    }

    /// Those who are let in again are looked for among the barred of before: nobody who is barred meanwhile
    /// is let in by an answer that is older.
    async fn look_who_is_shut_out(&self) -> Result<(), StoreError> {
        let barred: Vec<UserId> = self.fleet.barred().into_iter().filter_map(user_of).collect();
        for user in self.store.let_in_among(&barred).await? {
            self.let_in(user);
        }
        let shut_out = self.store.shut_out().await?.into_iter().map(|it| it.user);
        let new: Vec<UserId> = shut_out.filter(|user| !self.fleet.is_barred(CellId::User(*user))).collect();
        for user in &new {
            self.bar(*user);
        }
        if new.is_empty() {
            return Ok(());
        }
        let fleet = self.fleet.clone();
        self.tasks.spawn(async move {
            for user in new {
                if let Err(error) = fleet.stop(CellId::User(user)).await {
                    tracing::warn!(%user, %error, "the cell of somebody who is shut out is not stopped yet");
                }
            }
        });
        Ok(())
    }

    fn bar(&self, user: UserId) {
        self.fleet.bar(CellId::User(user));
        self.forget_user(user);
    }
}

const fn user_of(cell: CellId) -> Option<UserId> {
    match cell {
        CellId::User(user) => Some(user),
        CellId::System(_) => None,
    }
}
