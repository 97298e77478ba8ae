//! The registry: who has an actor. It starts them, supervises them, and is the only writer of the index.

mod supervision;

use std::{collections::HashMap, sync::Arc};

use mosaic_docker::Death;
use mosaic_model::{CellId, RestartBudget};
use ractor::{Actor, ActorId, ActorProcessingErr, ActorRef, SupervisionEvent};

use crate::{
    cell::{CellActor, CellMsg},
    events,
    mailbox::{Letter, Mailbox},
    meter::ActorKind,
    room,
    world::World,
};

/// What the registry is told.
#[derive(Debug)]
pub(crate) enum RegistryMsg {
    /// Hand this message to the cell's actor; start one with it if there is none.
    Deliver { cell: CellId, message: Box<CellMsg> },
    /// Look at everything.
    Reconcile,
    /// The cells that somebody should look at: they have a container, or a row that says so.
    Found(Vec<CellId>),
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
    type Msg = Letter<RegistryMsg>;
    type State = RegistryState;
    type Arguments = ();

    async fn pre_start(
        &self,
        myself: ActorRef<Letter<RegistryMsg>>,
        (): (),
    ) -> Result<RegistryState, ActorProcessingErr> {
        self.world.introduce(self.mailbox(myself));
        Ok(RegistryState::default())
    }

    /// Listening begins with a look at everything: what an earlier Mosaic left running is adopted.
    async fn post_start(
        &self,
        myself: ActorRef<Letter<RegistryMsg>>,
        _: &mut RegistryState,
    ) -> Result<(), ActorProcessingErr> {
        let (closing, myself) = (&self.world.closing, self.mailbox(myself));
        let listening = events::listen(Arc::clone(&self.world), myself.clone());
        self.world.tasks.spawn(closing.clone().run_until_cancelled_owned(listening));
        let following = events::follow_what_cells_are_made_of(Arc::clone(&self.world), myself.clone());
        self.world.tasks.spawn(closing.clone().run_until_cancelled_owned(following));
        let ticking = events::tick(Arc::clone(&self.world), myself);
        self.world.tasks.spawn(closing.clone().run_until_cancelled_owned(ticking));
        Ok(())
    }

    async fn handle(
        &self,
        myself: ActorRef<Letter<RegistryMsg>>,
        letter: Letter<RegistryMsg>,
        state: &mut RegistryState,
    ) -> Result<(), ActorProcessingErr> {
        let _handled = self.world.meter.handling(ActorKind::Registry);
        let myself = self.mailbox(myself);
        match letter.open() {
            RegistryMsg::Deliver { cell, message } => self.deliver(&myself, state, cell, *message).await,
            RegistryMsg::Reconcile => self.reconcile(&myself),
            RegistryMsg::Found(cells) => self.look_after(&myself, state, cells).await,
            RegistryMsg::Died(death) => self.pass_on(death),
            RegistryMsg::Respawn(cell) => self.ensure(&myself, state, cell).await,
        }
        Ok(())
    }

    async fn handle_supervisor_evt(
        &self,
        myself: ActorRef<Letter<RegistryMsg>>,
        event: SupervisionEvent,
        state: &mut RegistryState,
    ) -> Result<(), ActorProcessingErr> {
        self.supervise(&self.mailbox(myself), event, state);
        Ok(())
    }
}

impl RegistryActor {
    fn mailbox(&self, myself: ActorRef<Letter<RegistryMsg>>) -> Mailbox<RegistryMsg> {
        Mailbox::new(myself, self.world.meter.unread(ActorKind::Registry))
    }

    /// The one place where a message finds its actor when nobody took it: an actor begins with the message
    /// in its mailbox, before its first look can tell it that there is nothing to do.
    async fn deliver(
        &self,
        myself: &Mailbox<RegistryMsg>,
        state: &mut RegistryState,
        cell: CellId,
        message: CellMsg,
    ) {
        if let Some(message) = self.world.hand_over(cell, message) {
            self.start(myself, state, cell, Some(message)).await;
        }
    }

    async fn ensure(&self, myself: &Mailbox<RegistryMsg>, state: &mut RegistryState, cell: CellId) {
        if !self.world.actor(cell).is_some_and(|actor| actor.is_open()) {
            self.start(myself, state, cell, None).await;
        }
    }

    /// Starting an actor does no IO, so the registry may wait for it.
    async fn start(
        &self,
        myself: &Mailbox<RegistryMsg>,
        state: &mut RegistryState,
        cell: CellId,
        first: Option<CellMsg>,
    ) {
        if self.world.closing.is_cancelled() {
            return;
        }
        let behaviour = CellActor { world: Arc::clone(&self.world) };
        match Actor::spawn_linked(None, behaviour, (cell, first), myself.supervisor()).await {
            Ok((actor, _)) => {
                state.cells.insert(actor.get_id(), cell);
                self.world.enter(cell, Mailbox::new(actor, self.world.meter.unread(ActorKind::Cell)));
            }
            Err(error) => tracing::error!(%cell, %error, "an actor could not be started"),
        }
    }

    /// Every actor looks for itself; what has no actor is found in the engine's list, or in the ledger's.
    fn reconcile(&self, myself: &Mailbox<RegistryMsg>) {
        for actor in self.world.actors() {
            let _ = actor.cast(CellMsg::Reconcile);
        }
        // The budget may be less than it was, or what was adopted more than it allows.
        room::make_room(&self.world);
        let (world, registry) = (Arc::clone(&self.world), myself.clone());
        self.world.tasks.spawn(async move {
            match found(&world).await {
                Ok(cells) => {
                    let _ = registry.cast(RegistryMsg::Found(cells));
                }
                Err(error) => tracing::warn!(error, "what there is cannot be listed"),
            }
            // Its messages go the way of everybody's: to its actor, or to a new one.
            match world.ports.ledger.always_on().await {
                Ok(cells) => {
                    for cell in cells {
                        world.deliver(cell, CellMsg::KeepUp);
                    }
                }
                Err(error) => tracing::warn!(%error, "what is always on cannot be listed"),
            }
        });
    }

    /// An actor for each cell that has none: it looks, and then adopts what it finds or clears it away.
    async fn look_after(&self, myself: &Mailbox<RegistryMsg>, state: &mut RegistryState, cells: Vec<CellId>) {
        // Of a cell that has neither a container nor an actor nothing is left that could give its room back.
        self.world.room.keep(|cell| cells.contains(&cell) || self.world.has_actor(cell));
        for cell in cells {
            if !self.world.has_actor(cell) {
                self.ensure(myself, state, cell).await;
            }
        }
    }

    fn pass_on(&self, death: Death) {
        if let Some(actor) = self.world.actor(death.cell) {
            let _ = actor.cast(CellMsg::DeathSeen { container: death.container });
        }
    }
}

/// The cells that have a container, or a row that says that something goes on.
async fn found(world: &World) -> Result<Vec<CellId>, String> {
    let seen = world.ports.engine.list().await.map_err(|error| error.to_string())?;
    let unsettled = world.ports.ledger.unsettled().await.map_err(|error| error.to_string())?;
    let mut cells: Vec<_> = seen.into_iter().map(|container| container.cell).chain(unsettled).collect();
    cells.sort_unstable();
    cells.dedup();
    Ok(cells)
}
