//! What a death means: there may be an image, or a configuration, to start with that the cell was well with before.

use std::{sync::Arc, time::Duration};

use mosaic_model::{Cause, CellId, Event};
use tokio::time;

use super::{rollout::goes_back, stop::autopsy};
use crate::{LedgerError, world::World};

/// The wait before a ledger that is away is asked again.
const ASK_AGAIN: Duration = Duration::from_millis(500);
/// How often it is asked. It handed the configuration out a moment ago, and the engine's turn waits for the answer.
const TRIES: usize = 10;

/// Examines a dead container, removes it, and finds out what its death comes to. One order to the engine, so that
/// nobody else examines the cell between its parts and finds nothing.
pub(super) async fn examine(world: &Arc<World>, cell: CellId) -> Event {
    match autopsy(world, cell).await {
        // Nobody saw what it died of, which is nothing to blame anything for.
        unseen @ Cause::Engine { .. } => Event::Died(unseen),
        cause => news_of(world, cell, cause).await,
    }
}

/// The news that a death comes to. An image that the cell has not been well with yet is to blame before its
/// configuration is, which may have been well with the image before.
pub(super) async fn news_of(world: &World, cell: CellId, cause: Cause) -> Event {
    if goes_back(world, cell, &cause).await {
        return Event::FellBack(cause);
    }
    if !cause.refuses_config() {
        return Event::Died(cause);
    }
    match patiently(|| world.ports.ledger.config_refused(cell, cause.stderr())).await {
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

/// Asks the ledger, several times while it is away.
pub(super) async fn patiently<T, F>(ask: impl Fn() -> F) -> Result<T, LedgerError>
where
    F: Future<Output = Result<T, LedgerError>>,
{
    for _ in 1..TRIES {
        match ask().await {
            Err(error) if error.is_transient() => time::sleep(ASK_AGAIN).await,
            answer => return answer,
        }
    }
    ask().await
}
