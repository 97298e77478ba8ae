//! What a death means: a gateway that refused its configuration may have another one to start with.

use std::time::Duration;

use mosaic_model::{Cause, CellId, Event};
use tokio::time;

use super::stop::autopsy;
use crate::{LedgerError, world::World};

/// The wait before a ledger that is away is asked again.
const ASK_AGAIN: Duration = Duration::from_millis(500);
/// How often it is asked. It handed the configuration out a moment ago, and the engine's turn waits for the answer.
const TRIES: usize = 10;

/// Examines a dead container, removes it, and finds out what its death comes to. One order to the engine, so that
/// nobody else examines the cell between its parts and finds nothing.
pub(super) async fn examine(world: &World, cell: CellId) -> Event {
    news_of(world, cell, autopsy(world, cell).await).await
}

/// The news that a death comes to.
pub(super) async fn news_of(world: &World, cell: CellId, cause: Cause) -> Event {
    if !cause.refuses_config() {
        return Event::Died(cause);
    }
    match stand_in(world, cell, &cause).await {
        Ok(Some(revision)) => {
            tracing::warn!(%cell, revision, "a configuration was refused; one that was healthy stands in for it");
            Event::FellBack(cause)
        }
        Ok(None) => Event::Died(cause),
        Err(error) => {
            tracing::error!(%cell, %error, "what stands in for a refused configuration cannot be found out");
            Event::Died(cause)
        }
    }
}

async fn stand_in(world: &World, cell: CellId, cause: &Cause) -> Result<Option<i64>, LedgerError> {
    for _ in 1..TRIES {
        match world.ports.ledger.config_refused(cell, cause.stderr()).await {
            Err(error) if error.is_transient() => time::sleep(ASK_AGAIN).await,
            answer => return answer,
        }
    }
    world.ports.ledger.config_refused(cell, cause.stderr()).await
}
