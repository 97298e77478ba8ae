//! Putting a cell that nobody uses into the cold, and bringing it back.

use std::{sync::Arc, time::Duration};

use mosaic_model::{Cause, CellId, Event, Lifecycle, SuspensionId};
use tokio::time::{self, Instant};

use super::{
    Handling,
    engine_turn::EngineTurn,
    start::{allowed, watch},
};
use crate::{probe, suspension, upstream::Gateway, world::World};

/// How often a gateway is told to take work again, and the wait before the next try.
const RESUME_TRIES: u32 = 5;
const TRY_AGAIN: Duration = Duration::from_millis(500);

impl Handling<'_> {
    /// Asks the gateway whether it may rest. It takes its turn like an order to the engine: a successor of this
    /// actor looks only when what was asked is answered.
    pub(super) fn begin_suspend(&mut self) {
        let (world, gateway) = (Arc::clone(self.world), self.state.gateway.clone());
        let turn = self.engine_turn();
        self.spawn_for_outcome(async move {
            let Some(gateway) = gateway else { return Event::SuspendFailed };
            turn.run(async move { suspension::prepare(&world, &gateway).await }).await
        });
    }

    /// Takes the processor from the container.
    pub(super) fn begin_pause(&mut self) {
        let (world, cell) = (Arc::clone(self.world), self.state.cell);
        let turn = self.engine_turn();
        self.spawn_for_outcome(async move {
            match turn.run(async move { world.ports.engine.pause(cell).await }).await {
                Ok(()) => Event::Paused,
                Err(error) => {
                    tracing::warn!(%cell, %error, "a cell could not be frozen; it goes on");
                    Event::PauseFailed
                }
            }
        });
    }

    /// Gives the processor back, has the gateway take work again, and watches until it does.
    pub(super) fn begin_thaw(&mut self) {
        let Lifecycle::Thawing { suspension, .. } = self.state.lifecycle.clone() else { return };
        let (world, cell, gateway) = (Arc::clone(self.world), self.state.cell, self.state.gateway.clone());
        let turn = self.engine_turn();
        self.spawn_for_outcome(async move {
            let Some(gateway) = gateway else { return Event::Died(Cause::Vanished) };
            let_go_on(&world, cell, &turn).await;
            take_work_again(&world, &gateway, suspension, &turn).await;
            watch(&world, cell, &gateway, &turn).await
        });
    }
}

/// Unpauses, as long as there is something to unpause and a start may take. What became of it, whoever watches
/// sees.
async fn let_go_on(world: &Arc<World>, cell: CellId, turn: &EngineTurn) {
    let deadline = Instant::now() + allowed(world);
    while Instant::now() < deadline {
        let order = Arc::clone(world);
        let Err(error) = turn.run(async move { order.ports.engine.unpause(cell).await }).await else {
            return;
        };
        tracing::warn!(%cell, %error, "a frozen cell does not go on yet");
        let seen = world.ports.engine.look(cell).await;
        if seen.is_ok_and(|seen| !seen.is_some_and(|it| it.condition.is_alive())) {
            return;
        }
        time::sleep(TRY_AGAIN).await;
    }
}

async fn take_work_again(
    world: &Arc<World>,
    gateway: &Gateway,
    suspension: Option<SuspensionId>,
    turn: &EngineTurn,
) {
    for _ in 0..RESUME_TRIES {
        // Its promise has expired, or it never gave one.
        if probe::is_ready(world, gateway.address).await {
            return;
        }
        let (order, gateway, suspension) = (Arc::clone(world), gateway.clone(), suspension.clone());
        let resumed = turn.run(async move { suspension::resume(&order, &gateway, suspension).await }).await;
        let Err(failure) = resumed else { return };
        tracing::warn!(failure, "a gateway that was suspended does not resume yet");
        time::sleep(TRY_AGAIN).await;
    }
}
