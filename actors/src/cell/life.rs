//! Events in, effects out: the only place where a cell's state changes.

use std::time::Duration;

use mosaic_model::{
    Activity, Cause, CellId, CellStatus, Context, Effect, Event, Lifecycle, RestRules, State, Timestamp,
};

use tracing::{Instrument, Span};

use super::{CellMsg, Handling, IdleTimer, Occasion, Work, recorder::Reason};
use crate::meter::Passage;

/// How long a timer sleeps at most.
const LONGEST_NAP: Duration = Duration::from_mins(1);

/// Why an actor ends by itself: the framework's word for one that handled all it had been given.
pub(crate) const ASLEEP: &str = "Drained";

impl Handling<'_> {
    /// Feeds an event to the lifecycle and does what it orders: in the log, for whoever has waited longest.
    pub(super) fn meet(&mut self, event: Event) {
        let first = self.state.waiters.front();
        let request = first.map_or_else(Span::current, |waiter| waiter.span.clone());
        let _within = request.enter();
        let context = self.context();
        let reason = Reason { at: context.now, trigger: event.trigger(), cause: event.cause().cloned() };
        let before = std::mem::replace(&mut self.state.lifecycle, Lifecycle::Absent);
        let kind = std::mem::discriminant(&before);
        let passage = Passage::from(&before, &event);
        let was_stopping = matches!(before, Lifecycle::Stopping { .. });
        match before.apply(event, &context) {
            Ok((after, effects)) => {
                if was_stopping && !matches!(after, Lifecycle::Stopping { .. }) {
                    self.answer_stop_callers();
                }
                if std::mem::discriminant(&after) != kind || effects.contains(&Effect::Start) {
                    self.enter(&after);
                }
                self.world.meter.passed(&passage, &after, &effects, context.now);
                self.state.lifecycle = after;
                let (counts, orders): (Vec<_>, Vec<_>) = effects.into_iter().partition(Effect::counts_deaths);
                for effect in counts {
                    self.perform(effect);
                }
                // Before the orders, which may lead to the next change: changes are noted in the order they came.
                self.state.recorder.note(&self.state.lifecycle, self.state.budget.deaths(), reason);
                for effect in orders {
                    self.perform(effect);
                }
            }
            Err(refused) => {
                tracing::error!(cell = %self.state.cell, %refused, "an impossible event was ignored");
                self.state.lifecycle = *refused.from;
            }
        }
    }

    /// A new state: the tasks of the old one are over, and news from it is stale.
    fn enter(&mut self, after: &Lifecycle) {
        self.state.epoch += 1;
        self.state.work = Work::begin();
        let name = State::from(after).name();
        let was = std::mem::replace(&mut self.state.shown_as, name);
        match after {
            Lifecycle::Failed { cause, .. } | Lifecycle::Quarantined { cause, .. } => {
                tracing::warn!(cell = %self.state.cell, state = name, %cause, "cell");
            }
            // Asked to rest, or on with its work after that: nothing to tell of.
            _ if was == name && !matches!(after, Lifecycle::Starting { .. }) => {}
            _ => tracing::info!(cell = %self.state.cell, state = name, "cell"),
        }
        match after {
            Lifecycle::Absent | Lifecycle::Failed { .. } | Lifecycle::Quarantined { .. } => {
                self.state.gateway = None;
                self.world.room.leave(self.state.cell);
            }
            // Whoever starts waits for room first; one that was found starting has it already.
            Lifecycle::Starting { .. } => {}
            _ => self.world.room.hold(self.state.cell),
        }
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Start => self.begin_start(),
            Effect::Watch => self.begin_watch(),
            Effect::Stop => self.begin_stop(),
            Effect::Suspend => self.begin_suspend(),
            Effect::Pause => self.begin_pause(),
            Effect::Thaw => self.begin_thaw(),
            Effect::ServeWaiters => self.serve_waiters(),
            Effect::FailWaiters => self.fail_waiters(),
            Effect::RefuseNewest => self.refuse_newest(),
            Effect::ArmIdleTimer(due) => self.arm_idle_timer(due),
            Effect::ArmRetryTimer(due) => self.arm_retry_timer(due),
            Effect::WatchHealth => self.begin_health_checks(),
            Effect::CheckConfig => self.compare_config(Occasion::Look),
            Effect::SpendRestart => {
                let now = self.world.ports.clock.now();
                self.state.budget.record(&self.world.config.restart, now);
            }
            Effect::ClearBudget => self.state.budget.clear(),
        }
    }

    /// One timer is enough: fired early, the lifecycle sets it again.
    fn arm_idle_timer(&mut self, due: Timestamp) {
        if self.state.idle_timer.as_ref().is_some_and(|armed| armed.due <= due) {
            return;
        }
        let task = self.myself.send_after(self.until(due), || CellMsg::IdleTimerFired).abort_handle();
        self.state.idle_timer = Some(IdleTimer { due, task });
    }

    fn arm_retry_timer(&self, due: Timestamp) {
        self.myself.send_after(self.until(due), || CellMsg::RetryTimerFired);
    }

    /// No longer than [`LONGEST_NAP`]: a timer that fires early is set again, and the host's clock may be set right
    /// meanwhile.
    fn until(&self, due: Timestamp) -> Duration {
        (due - self.world.ports.clock.now()).to_std().unwrap_or_default().min(LONGEST_NAP)
    }

    fn context(&self) -> Context {
        let now = self.world.ports.clock.now();
        let after_death =
            self.state.budget.verdict(&self.world.config.restart, now, jitter(self.state.epoch, now));
        Context { now, rest: self.rest_rules(), after_death }
    }

    fn rest_rules(&self) -> RestRules {
        let freezes = self.world.ports.engine.capabilities().freezes;
        let rules = RestRules::of(&self.world.settings(), &self.state.wishes, freezes);
        match self.state.cell {
            CellId::User(_) => rules,
            // What the settings grant or not are users' wishes; this one is an admin's.
            CellId::System(_) => RestRules { keep_awake: self.state.wishes.keep_awake, ..rules },
        }
    }

    pub(super) fn status(&self) -> CellStatus {
        let (leases, busy_with) = match &self.state.lifecycle {
            Lifecycle::Running { activity: Activity::Leased(count), .. } => (count.get(), Vec::new()),
            Lifecycle::Running { activity: Activity::Idle(idle), .. } => (0, idle.blockers().to_vec()),
            _ => (0, Vec::new()),
        };
        CellStatus {
            cell: self.state.cell,
            state: State::from(&self.state.lifecycle),
            leases,
            waiting: u32::try_from(self.state.waiters.len() + self.state.doubt.waiting()).unwrap_or(u32::MAX),
            busy_with,
            rest: self.rest_rules(),
            waits_for_memory: self.world.room.has_waiting(self.state.cell),
            deaths: self.state.budget.deaths().to_vec(),
            // Read when it is asked for: it changes by itself.
            waking: None,
        }
    }

    /// Posts a task's outcome back to this actor, unless its epoch ends before. What it logs is told as part of
    /// the request that it is for.
    pub(super) fn spawn_for_outcome(&self, task: impl Future<Output = Event> + Send + 'static) {
        self.world.tasks.spawn(self.posting(task).in_current_span());
    }

    /// As [`Handling::spawn_for_outcome`], for what goes on long after the request that began it.
    pub(super) fn spawn_on_its_own(&self, task: impl Future<Output = Event> + Send + 'static) {
        self.world.tasks.spawn(self.posting(task));
    }

    fn posting(
        &self,
        task: impl Future<Output = Event> + Send + 'static,
    ) -> impl Future<Output = ()> + Send + 'static {
        let (myself, epoch) = (self.myself.clone(), self.state.epoch);
        let over = self.state.work.token.clone();
        async move {
            if let Some(event) = over.run_until_cancelled_owned(task).await {
                let _ = myself.cast(CellMsg::Outcome { epoch, event });
            }
        }
    }
}

/// A number from 0 to 1 that differs between cells and tries: enough to spread retries, no more.
fn jitter(epoch: u64, now: Timestamp) -> f64 {
    let mixed = (now.timestamp_subsec_nanos() ^ u32::try_from(epoch & 0xffff).unwrap_or_default()) % 1_000;
    f64::from(mixed) / 1_000.0
}

/// What a failed step of a start comes to.
pub(super) fn engine_cause(error: &mosaic_docker::EngineError) -> Cause {
    Cause::Engine { message: error.to_string() }
}
