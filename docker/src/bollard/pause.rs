//! Taking the processor from a cell, and giving it back.

use bollard::errors::Error;
use mosaic_model::CellId;

use super::{
    DockerEngine,
    outcome::{CHANGE_TIMEOUT, bounded},
};
use crate::{Condition, EngineError, Seen};

impl DockerEngine {
    pub(super) async fn pause_cell(&self, cell: CellId) -> Result<(), EngineError> {
        match self.newest_of(cell).await? {
            Some(Seen { condition: Condition::Up { .. }, container, .. }) => {
                let pause = already(self.docker.pause_container(&container));
                bounded("pause a container", CHANGE_TIMEOUT, pause).await
            }
            Some(Seen { condition: Condition::Paused { .. }, .. }) => Ok(()),
            Some(Seen { condition: Condition::Down { .. }, .. }) | None => Err(gone()),
        }
    }

    pub(super) async fn unpause_cell(&self, cell: CellId) -> Result<(), EngineError> {
        match self.newest_of(cell).await? {
            Some(Seen { condition: Condition::Up { .. } | Condition::Paused { .. }, container, .. }) => {
                self.let_go_on(&container).await
            }
            Some(Seen { condition: Condition::Down { .. }, .. }) | None => Err(gone()),
        }
    }

    /// Lets a container go on if it is paused: it would meet a polite signal only when it is killed.
    pub(super) async fn let_go_on(&self, container: &str) -> Result<(), EngineError> {
        match self.see(container).await? {
            Some(Seen { condition: Condition::Paused { .. }, .. }) => self.unpause_container(container).await,
            _ => Ok(()),
        }
    }

    async fn unpause_container(&self, container: &str) -> Result<(), EngineError> {
        let unpause = already(self.docker.unpause_container(container));
        bounded("unpause a container", CHANGE_TIMEOUT, unpause).await
    }
}

/// Somebody else did the same in between, or the container is gone: what it is now is for the next look.
async fn already(call: impl Future<Output = Result<(), Error>>) -> Result<(), Error> {
    match call.await {
        Err(Error::DockerResponseServerError { status_code: 404 | 409, .. }) => Ok(()),
        answer => answer,
    }
}

fn gone() -> EngineError {
    EngineError::Refused("there is no container that runs".to_owned())
}
