//! The actor that owns one cell: a shell around [`mosaic_model::Lifecycle`].
//!
//! It decides nothing: messages become events, the lifecycle answers with effects, and effects that
//! take time run as tasks that post their outcome back with the epoch they began in. It never waits
//! for Docker, Postgres or a gateway inside a handler.

mod adopt;
mod by_hand;
mod config;
mod deliver;
mod engine_turn;
mod freeze;
mod health;
mod life;
mod messages;
mod recorder;
mod refresh;
mod refused;
pub(crate) mod rollout;
mod start;
mod stop;
mod waiters;

use std::{collections::VecDeque, sync::Arc};

use mosaic_model::{CellId, CellStatus, Event, Lifecycle, RestWishes, RestartBudget, State, Timestamp};
use ractor::{Actor, ActorProcessingErr, ActorRef};
use tokio::{
    sync::{Mutex, oneshot},
    task::AbortHandle,
};
use tokio_util::sync::{CancellationToken, DropGuard};

use self::{
    config::{Doubt, Occasion},
    engine_turn::EngineTurn,
    recorder::Recorder,
    refresh::Refresh,
};
pub(crate) use self::{
    life::ASLEEP,
    messages::{CellMsg, SentFlag, Waiter},
};
use crate::{
    FleetError,
    mailbox::{Letter, Mailbox},
    meter::ActorKind,
    upstream::Gateway,
    world::World,
};

/// The behaviour of a cell's actor: what never changes in it.
#[derive(Debug)]
pub(crate) struct CellActor {
    pub(crate) world: Arc<World>,
}

/// All that changes in a cell's actor.
pub(crate) struct CellState {
    cell: CellId,
    lifecycle: Lifecycle,
    /// The last name of a state that was logged.
    shown_as: &'static str,
    /// Whether the actor has looked for what an earlier one left. Until then requests only wait.
    adopted: bool,
    /// Whether it takes nothing on any more, and ends when its mailbox is empty.
    ending: bool,
    /// Counts the changes of state: news from before the last one is dropped.
    epoch: u64,
    budget: RestartBudget,
    /// Requests that arrived while nothing could serve them, in order of arrival.
    waiters: VecDeque<Waiter>,
    /// The container's gateway, once there is a container.
    gateway: Option<Gateway>,
    /// One engine order at a time, however many tasks have one to give.
    engine_turn: Arc<Mutex<()>>,
    /// Ends the tasks of the present epoch when it is over.
    work: Work,
    idle_timer: Option<IdleTimer>,
    recorder: Recorder,
    /// Orders that came before the actor had looked.
    deferred: Vec<Event>,
    /// Whether it was said before the actor had looked that the cell is to be awake, though nobody asks it anything.
    is_to_be_up: bool,
    /// What the cell's owner wants of its rest, as of the last look.
    wishes: RestWishes,
    /// What is not known yet of a changed configuration.
    doubt: Doubt,
    /// A changed configuration on its way into the running gateway.
    refresh: Refresh,
    /// Who asked to be told when the cell is stopped.
    stop_callers: Vec<oneshot::Sender<()>>,
    /// Who asked to be told when the actor has nothing left to do, ever.
    retire_callers: Vec<oneshot::Sender<()>>,
    /// Who asked where the cell is, before the actor had looked.
    reporters: Vec<oneshot::Sender<CellStatus>>,
}

/// The timer that is set; it goes when the actor does, which it would otherwise keep in memory.
struct IdleTimer {
    due: Timestamp,
    task: AbortHandle,
}

impl Drop for IdleTimer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The tasks of one epoch: cancelled when the epoch is over, or the actor.
struct Work {
    token: CancellationToken,
    _guard: DropGuard,
}

impl Work {
    fn begin() -> Self {
        let token = CancellationToken::new();
        Self { _guard: token.clone().drop_guard(), token }
    }
}

impl Actor for CellActor {
    type Msg = Letter<CellMsg>;
    type State = CellState;
    /// Whose cell, and the message that it is started for.
    type Arguments = (CellId, Option<CellMsg>);

    async fn pre_start(
        &self,
        myself: ActorRef<Letter<CellMsg>>,
        (cell, first): (CellId, Option<CellMsg>),
    ) -> Result<CellState, ActorProcessingErr> {
        let myself = self.mailbox(myself);
        if let Some(first) = first {
            myself.cast(first)?;
        }
        Ok(CellState {
            cell,
            lifecycle: Lifecycle::Absent,
            shown_as: State::Absent.name(),
            adopted: false,
            ending: false,
            epoch: 0,
            budget: RestartBudget::default(),
            waiters: VecDeque::new(),
            gateway: None,
            engine_turn: self.world.gate(cell).engine_turn(),
            work: Work::begin(),
            idle_timer: None,
            recorder: Recorder::begin(cell, &self.world, myself),
            deferred: Vec::new(),
            is_to_be_up: false,
            wishes: RestWishes::default(),
            doubt: Doubt::default(),
            refresh: Refresh::default(),
            stop_callers: Vec::new(),
            retire_callers: Vec::new(),
            reporters: Vec::new(),
        })
    }

    async fn post_start(
        &self,
        myself: ActorRef<Letter<CellMsg>>,
        _: &mut CellState,
    ) -> Result<(), ActorProcessingErr> {
        Ok(self.mailbox(myself).cast(CellMsg::Reconcile)?)
    }

    async fn handle(
        &self,
        myself: ActorRef<Letter<CellMsg>>,
        letter: Letter<CellMsg>,
        state: &mut CellState,
    ) -> Result<(), ActorProcessingErr> {
        let _handled = self.world.meter.handling(ActorKind::Cell);
        let message = letter.open();
        if state.ending {
            // It got in before the door was shut, so it goes to this actor's successor.
            if message.is_asked() {
                self.world.hand_on(state.cell, message);
            }
            return Ok(());
        }
        let myself = self.mailbox(myself);
        let mut cell = Handling { world: &self.world, myself: &myself, state };
        match message {
            CellMsg::Forward(waiter) => cell.forward(waiter),
            CellMsg::Undelivered(waiter) => cell.undelivered(waiter),
            CellMsg::Stop { reply } => cell.stop(reply),
            CellMsg::Retire { reply } => cell.retire(reply),
            CellMsg::KeepUp => cell.keep_up(),
            CellMsg::Evict => cell.meet(Event::EvictAsked),
            CellMsg::Retry { reply } => cell.retry(reply),
            CellMsg::Wake { reply } => cell.wake(reply),
            CellMsg::Restart { reply } => cell.restart(reply),
            CellMsg::Recreate { reply } => cell.recreate(reply),
            CellMsg::LiftDrain { reply } => cell.follow_order(Event::DrainLifted, reply),
            CellMsg::Drain { reply } => cell.follow_order(Event::DrainAsked, reply),
            CellMsg::Freeze { reply } => cell.follow_order(Event::FreezeAsked, reply),
            CellMsg::Thaw { reply } => cell.thaw(reply),
            CellMsg::Report { reply } => cell.report(reply),
            CellMsg::ConfigChanged => cell.config_changed(Occasion::Told),
            CellMsg::ApplyConfig => cell.config_changed(Occasion::AtOnce),
            CellMsg::CallerLeft => cell.forget_who_left(),
            CellMsg::LeasesChanged => cell.count_leases(),
            CellMsg::IdleTimerFired => cell.idle_timer_fired(),
            CellMsg::RetryTimerFired => cell.meet(Event::RetryTimerFired),
            CellMsg::Reconcile => cell.reconcile(),
            CellMsg::DeathSeen { container } => cell.death_seen(&container),
            CellMsg::Examined { container, news } => cell.examined(&container, news),
            CellMsg::Looked { epoch, sight } => cell.looked(epoch, sight),
            CellMsg::Compared { epoch, served, occasion } => cell.compared(epoch, served, occasion),
            CellMsg::Refreshed { epoch } => cell.refreshed(epoch),
            CellMsg::Started { epoch, gateway } => cell.started(epoch, gateway),
            // Only close_turn cares: with nothing left to write, the actor may end.
            CellMsg::Recorded => {}
            CellMsg::Outcome { epoch, event } => cell.outcome(epoch, event),
        }
        cell.close_turn();
        Ok(())
    }
}

impl CellActor {
    fn mailbox(&self, myself: ActorRef<Letter<CellMsg>>) -> Mailbox<CellMsg> {
        Mailbox::new(myself, self.world.meter.unread(ActorKind::Cell))
    }
}

/// One message being handled: the state with what it takes to act on it.
struct Handling<'a> {
    world: &'a Arc<World>,
    myself: &'a Mailbox<CellMsg>,
    state: &'a mut CellState,
}

impl Handling<'_> {
    fn stop(&mut self, reply: oneshot::Sender<()>) {
        self.state.stop_callers.push(reply);
        self.order(Event::StopAsked);
        // Whoever asks to stop means it, also for those who asked to wake before.
        for waiter in self.state.waiters.drain(..) {
            waiter.refuse(FleetError::Stopped);
        }
        self.state.doubt.refuse(&FleetError::Stopped);
    }

    fn retire(&mut self, reply: oneshot::Sender<()>) {
        self.state.retire_callers.push(reply);
        self.order(Event::StopAsked);
        for waiter in self.state.waiters.drain(..) {
            waiter.refuse(FleetError::Barred);
        }
        self.state.doubt.refuse(&FleetError::Barred);
    }

    /// What they asked for is done; that somebody wakes the cell now does not undo it.
    fn answer_stop_callers(&mut self) {
        for caller in self.state.stop_callers.drain(..) {
            let _ = caller.send(());
        }
    }

    fn is_at_rest(&self) -> bool {
        matches!(self.state.lifecycle, Lifecycle::Absent | Lifecycle::Quarantined { .. })
    }

    fn engine_turn(&self) -> EngineTurn {
        EngineTurn::new(self.world, &self.state.engine_turn, &self.state.work.token)
    }

    /// What is always on is to be awake. One that failed waits for its next try, and one that was given up for somebody
    /// to act: as for a request.
    fn keep_up(&mut self) {
        if self.world.is_barred(self.state.cell) || self.state.lifecycle.is_draining() {
            return;
        }
        if self.state.adopted {
            self.meet(Event::WakeAsked);
        } else {
            self.state.is_to_be_up = true;
        }
    }

    fn report(&mut self, reply: oneshot::Sender<CellStatus>) {
        self.state.reporters.push(reply);
    }

    /// An order, kept until the actor knows what there is to order about.
    fn order(&mut self, event: Event) {
        if self.state.adopted {
            self.meet(event);
        } else {
            self.state.deferred.push(event);
        }
    }

    /// The count is read, not carried in the message: late news of it cannot be wrong.
    fn count_leases(&mut self) {
        self.meet(Event::LeasesNow(self.world.gate(self.state.cell).leases()));
    }

    fn idle_timer_fired(&mut self) {
        self.state.idle_timer = None;
        self.meet(Event::IdleTimerFired);
    }

    /// What a task of this epoch found out.
    fn outcome(&mut self, epoch: u64, event: Event) {
        if epoch == self.state.epoch {
            self.meet(event);
        }
    }

    fn started(&mut self, epoch: u64, gateway: Gateway) {
        if epoch == self.state.epoch {
            self.state.gateway = Some(gateway);
        }
    }

    /// After every message: answer who asked about the state, show it, and end where nothing is left to
    /// own. An absent cell needs no actor.
    fn close_turn(&mut self) {
        if !self.state.adopted {
            return;
        }
        self.release_from_doubt();
        if self.state.lifecycle == Lifecycle::Absent && !self.state.waiters.is_empty() {
            // A request that found nobody listening came back while the cell was on its way down.
            self.meet(Event::WakeAsked);
        }
        if self.is_at_rest() {
            self.answer_stop_callers();
        }
        let status = self.status();
        for reporter in self.state.reporters.drain(..) {
            let _ = reporter.send(status.clone());
        }
        self.world.publish(status);
        // After the status: whoever looks at it when they hear of a change sees the change.
        self.world.journal.tell(self.state.cell, self.state.recorder.take_untold());
        // It ends when all is written: its successor must not read what was true before.
        let retires = self.is_at_rest() && !self.state.retire_callers.is_empty();
        if (retires || self.state.lifecycle == Lifecycle::Absent) && self.state.recorder.has_written_all() {
            for caller in self.state.retire_callers.drain(..) {
                let _ = caller.send(());
            }
            self.end();
        }
    }

    /// Shuts the door: from now on a message is given back to whoever sends it, and those that are in
    /// already are handed on. So none is lost between this actor and the next.
    fn end(&mut self) {
        self.state.ending = true;
        self.world.room.leave(self.state.cell);
        self.myself.drain();
    }
}
