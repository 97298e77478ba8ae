//! Stopping, and finding out what a container died of.

use std::{sync::Arc, time::Duration};

use mosaic_docker::Condition;
use mosaic_model::{Cause, CellId, Event, Lifecycle};
use tokio::time;
use tracing::Instrument;

use super::{CellMsg, Handling, refused::examine};
use crate::world::World;

/// How many of a dead container's last lines are kept.
const LAST_LINES: usize = 20;
/// The wait before a failed stop is tried again; doubles up to [`LONGEST_WAIT`].
const SHORTEST_WAIT: Duration = Duration::from_millis(500);
/// The longest such wait.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

impl Handling<'_> {
    /// Stops the container and removes it and its network; the volume stays.
    pub(super) fn begin_stop(&mut self) {
        let (world, cell) = (Arc::clone(self.world), self.state.cell);
        let turn = self.engine_turn();
        self.state.gateway = None;
        self.spawn_for_outcome(async move {
            turn.run(async move { clear(&world, cell, world.config.tuning.stop_grace).await }).await;
            Event::Stopped
        });
    }

    /// The engine says that a container of this cell ended: ours, or one that is gone anyway?
    pub(super) fn death_seen(&mut self, container: &str) {
        if !self.has(container) {
            return;
        }
        if matches!(self.state.lifecycle, Lifecycle::Frozen { .. }) {
            tracing::warn!(cell = %self.state.cell, "a frozen cell ended; the next request starts it anew");
        }
        let (world, cell) = (Arc::clone(self.world), self.state.cell);
        let (myself, container, turn) = (self.myself.clone(), container.to_owned(), self.engine_turn());
        let order = async move {
            let news = examine(&world, cell).await;
            let _ = myself.cast(CellMsg::Examined { container, news });
        };
        let over = self.state.work.token.clone();
        let asked = over.run_until_cancelled_owned(async move { turn.run(order).await });
        self.world.tasks.spawn(asked.in_current_span());
    }

    /// What a container died of, whose network is gone by now: news of it, in whatever state that finds the cell.
    pub(super) fn examined(&mut self, container: &str, news: Event) {
        if self.has(container) {
            self.meet(news);
        }
    }

    fn has(&self, container: &str) -> bool {
        let ours = self.state.gateway.as_ref().is_some_and(|gateway| gateway.container == container);
        ours && self.state.lifecycle.has_container()
    }
}

/// What the container died of. Afterwards it and its network are gone.
pub(super) async fn autopsy(world: &Arc<World>, cell: CellId) -> Cause {
    let engine = &world.ports.engine;
    let cause = match engine.look(cell).await {
        Ok(None) => Cause::Vanished,
        Ok(Some(seen)) => {
            let stderr = engine.stderr_tail(cell, LAST_LINES).await.unwrap_or_default();
            match seen.condition {
                Condition::Down { exit_code, out_of_memory } => {
                    Cause::Exited { code: exit_code, out_of_memory, stderr }
                }
                Condition::Up { .. } | Condition::Paused { .. } => {
                    Cause::Exited { code: 0, out_of_memory: false, stderr }
                }
            }
        }
        Err(error) => super::life::engine_cause(&error),
    };
    clear(world, cell, Duration::ZERO).await;
    cause
}

/// Stops and removes until it is done: a stop that was ordered happens, however long the engine is away.
pub(super) async fn clear(world: &Arc<World>, cell: CellId, grace: Duration) {
    let mut wait = SHORTEST_WAIT;
    while let Err(error) = world.ports.engine.stop(cell, grace).await {
        tracing::warn!(%cell, %error, "a stop failed and is tried again");
        if world.closing.run_until_cancelled(time::sleep(wait)).await.is_none() {
            // The next Mosaic finds what is left.
            return;
        }
        wait = (wait * 2).min(LONGEST_WAIT);
    }
    give_network_back(world, cell).await;
}

/// The cell's network is gone, or was never made.
pub(super) async fn give_network_back(world: &Arc<World>, cell: CellId) {
    if let Err(error) = world.ports.ledger.release_subnet(cell).await {
        // Nobody is kept waiting for it: until then the range is this cell's, which its next start would have again.
        tracing::warn!(%cell, %error, "a network range could not be given back; it is tried again");
        world.tasks.spawn(give_back_later(Arc::clone(world), cell));
    }
}

/// Tries until the range is given back, or is in use again: a cell that was given up may never start again.
async fn give_back_later(world: Arc<World>, cell: CellId) {
    let turn = world.gate(cell).engine_turn();
    // When the fleet closes the row keeps it, for the cell's next start.
    while world.closing.run_until_cancelled(time::sleep(LONGEST_WAIT)).await.is_some() {
        // In turn with the cell's orders, so that no container is being made in it meanwhile.
        let _turn = turn.lock().await;
        match world.ports.engine.look(cell).await {
            Ok(Some(_)) => return,
            Ok(None) if world.ports.ledger.release_subnet(cell).await.is_ok() => return,
            Ok(None) | Err(_) => {}
        }
    }
}
