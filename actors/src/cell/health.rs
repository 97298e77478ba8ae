//! Health checks of a running gateway: alive until proven otherwise, several times among the last ones.

use std::sync::Arc;

use mosaic_model::{Cause, CellId, Event, ImageNews, Pulse};
use tokio::time;

use super::{Handling, rollout::goes_back};
use crate::{probe, world::World};

impl Handling<'_> {
    /// Checks until the state ends; the outcome, if there is one, is bad news.
    pub(super) fn begin_health_checks(&mut self) {
        let Some(gateway) = self.state.gateway.clone() else { return };
        let (world, cell) = (Arc::clone(self.world), self.state.cell);
        self.spawn_on_its_own(async move {
            let tuning = world.config.tuning;
            let (mut pulse, mut is_noted) = (Pulse::default(), false);
            while !pulse.is_lost(tuning.health) {
                time::sleep(tuning.health_interval).await;
                let alive = probe::is_alive(&world, gateway.address).await;
                pulse.note(tuning.health, alive);
                is_noted = is_noted || (alive && note_healthy(&world, cell).await);
            }
            let checks = u32::try_from(pulse.missed()).unwrap_or(u32::MAX);
            let cause = Cause::Unresponsive { checks };
            // It is started again either way; this says with what.
            goes_back(&world, cell, &cause).await;
            Event::Unresponsive(cause)
        });
    }
}

/// Ready, and well a while later: what it was started with can be trusted. Whether that could be written down.
async fn note_healthy(world: &World, cell: CellId) -> bool {
    let ledger = &world.ports.ledger;
    let noted = match ledger.config_healthy(cell).await {
        Ok(()) => ledger.note_image(cell, ImageNews::Healthy).await.map(drop),
        refused => refused,
    };
    if let Err(error) = &noted {
        tracing::warn!(%cell, %error, "what a cell is well with could not be noted; the next check tries again");
    }
    noted.is_ok()
}
