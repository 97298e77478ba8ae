//! What a death means: a gateway that refused its configuration may have another one to start with.

use std::time::Duration;

use mosaic_model::{Cause, CellId, Event};
use tokio::time;

use crate::world::World;

/// The wait before a ledger that is away is asked again.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// The news that a death comes to.
pub(super) async fn news_of(world: &World, cell: CellId, cause: Cause) -> Event {
    if !cause.refuses_config() {
        return Event::Died(cause);
    }
    let stand_in = loop {
        match world.ports.ledger.config_refused(cell, cause.stderr()).await {
            // It handed the configuration out a moment ago, so this does not last.
            Err(error) if error.is_transient() => time::sleep(ASK_AGAIN).await,
            answer => break answer,
        }
    };
    match stand_in {
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
