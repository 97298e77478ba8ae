//! What the registry does when a cell's actor ends.

use mosaic_model::{CellId, Verdict};
use ractor::{ActorId, SupervisionEvent};

use super::{RegistryActor, RegistryMsg, RegistryState};
use crate::{cell::ASLEEP, mailbox::Mailbox};

impl RegistryActor {
    /// Written in full: the framework's default would end the registry with its first child.
    pub(super) fn supervise(
        &self,
        myself: &Mailbox<RegistryMsg>,
        event: SupervisionEvent,
        state: &mut RegistryState,
    ) {
        match event {
            SupervisionEvent::ActorStarted(_) | SupervisionEvent::ProcessGroupChanged(_) => {}
            SupervisionEvent::ActorTerminated(actor, last, Some(reason)) if reason == ASLEEP => {
                drop(last);
                self.forget(actor.get_id(), state);
            }
            // Any end that was not asked for is a death, a kill too.
            SupervisionEvent::ActorTerminated(actor, last, reason) => {
                // Its last state goes first: with it end its tasks, and whoever waited in it comes again.
                drop(last);
                let why = reason.unwrap_or_else(|| "no reason given".to_owned());
                self.died(myself, actor.get_id(), &why, state);
            }
            SupervisionEvent::ActorFailed(actor, error) => {
                self.died(myself, actor.get_id(), &error.to_string(), state);
            }
        }
    }

    /// The container is not touched: the next actor adopts it.
    fn died(&self, myself: &Mailbox<RegistryMsg>, actor: ActorId, why: &str, state: &mut RegistryState) {
        let Some(cell) = self.forget(actor, state) else { return };
        if self.world.closing.is_cancelled() {
            return;
        }
        let now = self.world.ports.clock.now();
        let budget = state.budgets.entry(cell).or_default();
        let verdict = budget.verdict(&self.world.config.restart, now, 0.0);
        budget.record(&self.world.config.restart, now);
        match verdict {
            Verdict::RetryAfter(delay) => {
                tracing::error!(%cell, why, ?delay, "an actor died and is started again");
                myself.send_after(delay, move || RegistryMsg::Respawn(cell));
            }
            // The next request starts another one: only the restarts nobody asked for have a budget.
            Verdict::GiveUp => {
                tracing::error!(%cell, why, "an actor keeps dying; it waits for the next request");
            }
        }
    }

    fn forget(&self, actor: ActorId, state: &mut RegistryState) -> Option<CellId> {
        let cell = state.cells.remove(&actor)?;
        self.world.leave(cell, actor);
        Some(cell)
    }
}
