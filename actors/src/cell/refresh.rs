//! Giving a running gateway a changed configuration: its container asks again, and the streams that are open go on.

use std::{sync::Arc, time::Duration};

use mosaic_model::CellId;
use tokio::time;

use super::{CellMsg, Handling, Occasion};
use crate::{taking_up, upstream::Gateway, world::World};

/// How long a container may take to ask for its configuration: requests wait for it.
const ASK_TIMEOUT: Duration = Duration::from_secs(20);

/// A change on its way into a running gateway.
#[derive(Debug, Default)]
pub(super) struct Refresh {
    /// The epoch in which it is given one.
    epoch: Option<u64>,
    /// Another change was found meanwhile.
    again: bool,
}

impl Handling<'_> {
    /// One at a time: what is found meanwhile is looked into afterwards.
    pub(super) fn begin_refresh(&mut self) {
        let Some(gateway) = self.state.gateway.clone() else { return };
        if self.is_refreshing() {
            self.state.refresh.again = true;
            return;
        }
        self.state.refresh = Refresh { epoch: Some(self.state.epoch), again: false };
        let (world, cell) = (Arc::clone(self.world), self.state.cell);
        let (myself, epoch) = (self.myself.clone(), self.state.epoch);
        let over = self.state.work.token.clone();
        self.world.tasks.spawn(over.run_until_cancelled_owned(async move {
            give(&world, cell, &gateway).await;
            let _ = myself.cast(CellMsg::Refreshed { epoch });
        }));
    }

    pub(super) fn is_refreshing(&self) -> bool {
        self.state.refresh.epoch == Some(self.state.epoch)
    }

    pub(super) fn refreshed(&mut self, epoch: u64) {
        if epoch != self.state.epoch {
            return;
        }
        let Refresh { again, .. } = std::mem::take(&mut self.state.refresh);
        if again {
            self.compare_config(Occasion::Told);
        }
    }
}

/// It takes no turn at the engine: a stop need not wait for it, and of a container that is gone it changes nothing.
async fn give(world: &World, cell: CellId, gateway: &Gateway) {
    let before = taking_up::before(world, gateway).await;
    let outcome = match time::timeout(ASK_TIMEOUT, world.ports.engine.refresh_config(cell)).await {
        Ok(Ok(())) => taking_up::wait(world, gateway, &before).await,
        Ok(Err(error)) => Err(error.to_string()),
        Err(time::error::Elapsed { .. }) => {
            Err(format!("its container did not ask for it within {} s", ASK_TIMEOUT.as_secs()))
        }
    };
    match &outcome {
        Ok(()) => tracing::info!(%cell, "a changed configuration went live"),
        Err(reason) => {
            tracing::warn!(%cell, reason, "a changed configuration did not go live; the next look tries again");
        }
    }
    if let Err(error) = world.ports.ledger.note_config(cell, outcome).await {
        tracing::warn!(%cell, %error, "what came of a changed configuration could not be noted");
    }
}
