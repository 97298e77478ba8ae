//! The registry: who has an actor. It starts them, supervises them, and is the only writer of the index.

mod supervision;

use std::{collections::HashMap, sync::Arc};

use mosaic_docker::{Death, Seen};
use mosaic_model::{CellId, RestartBudget};
use ractor::{Actor, ActorId, ActorProcessingErr, ActorRef, ActorStatus, SupervisionEvent};
use tokio::sync::oneshot;

use crate::{
    cell::{CellActor, CellMsg},
    events,
    world::World,
};

/// What the registry is told.
#[derive(Debug)]
pub(crate) enum RegistryMsg {
    /// The cell's actor, started if there is none. `None` while the fleet closes.
    Ensure { cell: CellId, reply: oneshot::Sender<Option<ActorRef<CellMsg>>> },
    /// Look at everything.
    Reconcile,
    /// The engine listed its containers.
    Listed(Vec<Seen>),
    /// The engine said that a container ended.
    Died(Death),
    /// A dead actor's delay is over.
    Respawn(CellId),
}

/// The registry's behaviour.
#[derive(Debug)]
pub(crate) struct RegistryActor {
    pub(crate) world: Arc<World>,
}

/// Who is who, and the patience with actors (not containers) that die.
#[derive(Debug, Default)]
pub(crate) struct RegistryState {
    cells: HashMap<ActorId, CellId>,
    budgets: HashMap<CellId, RestartBudget>,
}

impl Actor for RegistryActor {
    type Msg = RegistryMsg;
    type State = RegistryState;
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<RegistryMsg>, (): ()) -> Result<RegistryState, ActorProcessingErr> {
        Ok(RegistryState::default())
    }

    /// Listening begins with a look at everything: what an earlier Mosaic left running is adopted.
    async fn post_start(
        &self,
        myself: ActorRef<RegistryMsg>,
        _: &mut RegistryState,
    ) -> Result<(), ActorProcessingErr> {
        let closing = &self.world.closing;
        let listening = events::listen(Arc::clone(&self.world), myself.clone());
        self.world.tasks.spawn(closing.clone().run_until_cancelled_owned(listening));
        let ticking = events::tick(Arc::clone(&self.world), myself);
        self.world.tasks.spawn(closing.clone().run_until_cancelled_owned(ticking));
        Ok(())
    }

    async fn handle(
        &self,
        myself: ActorRef<RegistryMsg>,
        message: RegistryMsg,
        state: &mut RegistryState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            RegistryMsg::Ensure { cell, reply } => {
                let _ = reply.send(self.ensure(&myself, state, cell).await);
            }
            RegistryMsg::Reconcile => self.reconcile(&myself),
            RegistryMsg::Listed(seen) => self.adopt(&myself, state, seen).await,
            RegistryMsg::Died(death) => self.pass_on(death),
            RegistryMsg::Respawn(cell) => {
                self.ensure(&myself, state, cell).await;
            }
        }
        Ok(())
    }

    async fn handle_supervisor_evt(
        &self,
        myself: ActorRef<RegistryMsg>,
        event: SupervisionEvent,
        state: &mut RegistryState,
    ) -> Result<(), ActorProcessingErr> {
        self.supervise(&myself, event, state);
        Ok(())
    }
}

impl RegistryActor {
    /// Starting an actor does no IO, so the registry may wait for it.
    async fn ensure(
        &self,
        myself: &ActorRef<RegistryMsg>,
        state: &mut RegistryState,
        cell: CellId,
    ) -> Option<ActorRef<CellMsg>> {
        if self.world.closing.is_cancelled() {
            return None;
        }
        if let Some(actor) = self.world.actor(cell)
            && actor.get_status() < ActorStatus::Stopping
        {
            return Some(actor);
        }
        let behaviour = CellActor { world: Arc::clone(&self.world) };
        match Actor::spawn_linked(None, behaviour, cell, myself.get_cell()).await {
            Ok((actor, _)) => {
                state.cells.insert(actor.get_id(), cell);
                self.world.enter(cell, actor.clone());
                Some(actor)
            }
            Err(error) => {
                tracing::error!(%cell, %error, "an actor could not be started");
                None
            }
        }
    }

    /// Every actor looks for itself; what has no actor is found in the engine's list.
    fn reconcile(&self, myself: &ActorRef<RegistryMsg>) {
        for actor in self.world.actors() {
            let _ = actor.cast(CellMsg::Reconcile);
        }
        let (world, registry) = (Arc::clone(&self.world), myself.clone());
        self.world.tasks.spawn(async move {
            match world.ports.engine.list().await {
                Ok(seen) => {
                    let _ = registry.cast(RegistryMsg::Listed(seen));
                }
                Err(error) => tracing::warn!(%error, "the engine's containers cannot be listed"),
            }
        });
    }

    /// An actor for each container that has none: it looks, and then adopts it or clears it away.
    async fn adopt(&self, myself: &ActorRef<RegistryMsg>, state: &mut RegistryState, seen: Vec<Seen>) {
        for container in seen {
            if !self.world.has_actor(container.cell) {
                self.ensure(myself, state, container.cell).await;
            }
        }
    }

    fn pass_on(&self, death: Death) {
        if let Some(actor) = self.world.actor(death.cell) {
            let _ = actor.cast(CellMsg::DeathSeen { container: death.container });
        }
    }
}
