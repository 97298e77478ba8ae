//! Health checks of a running gateway: alive until proven otherwise, several times in a row.

use std::sync::Arc;

use mosaic_model::{Cause, Event};
use tokio::time;

use super::Handling;
use crate::probe;

impl Handling<'_> {
    /// Checks until the state ends; the outcome, if there is one, is bad news.
    pub(super) fn begin_health_checks(&mut self) {
        let Some(gateway) = self.state.gateway.clone() else { return };
        let world = Arc::clone(self.world);
        self.spawn_for_outcome(async move {
            let tuning = world.config.tuning;
            let mut failures = 0;
            while failures < tuning.health_failures {
                time::sleep(tuning.health_interval).await;
                let alive = probe::is_alive(&world, gateway.address).await;
                failures = if alive { 0 } else { failures + 1 };
            }
            Event::Unresponsive(Cause::Unresponsive { checks: failures })
        });
    }
}
