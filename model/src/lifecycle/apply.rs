//! The machine's door: which rule an event falls under. Then waking, looking and changes.

use super::{
    Activity, Cause, Config, Context, Effect as F, Event, Event as E, Idle, IllegalTransition, Lifecycle,
    Step, StopReason,
    dying::{died, fell_back},
    late,
    sleeping::{frozen, rest, thawing},
};
use crate::Timestamp;

impl Lifecycle {
    /// The next state and what to do about it.
    ///
    /// # Errors
    /// [`IllegalTransition`] for an event that cannot happen in this state. News that is merely late
    /// (a timer that lost a race, a second report of one death) is not an error: it changes nothing.
    pub fn apply(self, event: Event, context: &Context) -> Result<Step, IllegalTransition> {
        let now = context.now;
        Ok(match event {
            E::WakeAsked => self.wake(context),
            E::BecameReady
            | E::FoundRunning
            | E::FoundStarting
            | E::FoundSuspended
            | E::FoundFrozen { .. }
            | E::FoundNothing => self.seen(event, context),
            E::LeasesNow(count) => self.count(count, context),
            E::IdleTimerFired => self.look_at_the_clock(context),
            E::SuspendReady(_) | E::SuspendBusy { .. } | E::SuspendUnknown | E::SuspendFailed => {
                self.answered(event, context)
            }
            E::Paused => self.paused(context),
            E::PauseFailed => self.not_paused(context),
            E::StopAsked => self.stop(now),
            E::DrainAsked => self.drain(context),
            E::DrainLifted => self.lift_drain(context),
            E::FreezeAsked => self.freeze(context),
            E::EvictAsked => self.evict(now),
            E::Stopped => return self.stopped(now),
            E::ConfigChanged => self.change(Config::Outdated, context),
            E::Superseded => self.change(Config::Superseded, context),
            E::RecreateAsked => self.recreate(context),
            E::Died(cause) => self.die(context, |context| died(cause, context)),
            E::FellBack(cause) => self.die(context, |context| fell_back(cause, context)),
            E::Unresponsive(cause) => self.hang(cause, context),
            E::RetryTimerFired => self.retry_when_due(now),
            E::RetryAsked => self.retry(now),
        })
    }

    pub(super) fn wake(self, context: &Context) -> Step {
        match self {
            Self::Absent => starting(context.now, vec![]),
            same @ (Self::Starting { .. } | Self::Thawing { .. }) => (same, vec![]),
            same @ Self::Running { .. } => (same, vec![F::ServeWaiters]),
            Self::Suspending { running_since, idle_since, aim, config, wake: _ } => {
                (Self::Suspending { running_since, idle_since, aim, config, wake: true }, vec![])
            }
            Self::Freezing { since, idle_since, suspension, wake: _ } => {
                (Self::Freezing { since, idle_since, suspension, wake: true }, vec![])
            }
            Self::Frozen { suspension, .. } => {
                thawing(suspension, Idle::since(context.now), Config::Current, context)
            }
            Self::Stopping { since, reason, .. } => {
                (Self::Stopping { since, reason, wake_again: true }, vec![])
            }
            // Inside its backoff, and in quarantine, a cell answers at once why it cannot serve.
            same @ (Self::Failed { .. } | Self::Quarantined { .. }) => (same, vec![F::RefuseNewest]),
        }
    }

    /// Becoming ready, and being found by a look at the engine, which takes a moment: what it saw of another
    /// state than this one is late.
    fn seen(self, event: Event, context: &Context) -> Step {
        let now = context.now;
        match (self, event) {
            (Self::Starting { config, .. }, E::BecameReady | E::FoundRunning) => {
                ready(Idle::since(now), config, context)
            }
            (Self::Thawing { idle, config, .. }, E::BecameReady | E::FoundRunning) => {
                ready(idle, config, context)
            }
            (Self::Absent | Self::Failed { .. }, E::FoundRunning) => {
                ready(Idle::since(now), Config::Current, context)
            }
            (Self::Absent | Self::Failed { .. }, E::FoundStarting) => {
                (Self::Starting { since: now, config: Config::Current }, vec![F::Watch])
            }
            // Mosaic, or its actor, ended between a promise and what it was for.
            (Self::Absent | Self::Failed { .. }, E::FoundSuspended) => {
                thawing(None, Idle::since(now), Config::Current, context)
            }
            (Self::Running { config, .. }, E::FoundSuspended) => {
                thawing(None, Idle::since(now), config, context)
            }
            (Self::Absent, E::FoundFrozen { since, idle_since, suspension }) => {
                frozen(since, idle_since, suspension, context)
            }
            // Somebody else paused what runs, or made go on what was frozen; or it is back against all expectation.
            (Self::Running { config, .. }, E::FoundFrozen { suspension, .. }) => {
                thawing(suspension, Idle::since(now), config, context)
            }
            (Self::Failed { .. }, E::FoundFrozen { suspension, .. })
            | (Self::Frozen { suspension, .. }, E::FoundRunning | E::FoundStarting | E::FoundSuspended) => {
                thawing(suspension, Idle::since(now), Config::Current, context)
            }
            (running @ Self::Running { .. }, E::FoundNothing) => {
                running.die(context, |context| died(Cause::Vanished, context))
            }
            // Nobody used it: nobody needs another one now.
            (Self::Frozen { .. }, E::FoundNothing) => (Self::Absent, vec![]),
            (Self::Stopping { wake_again, .. }, E::FoundNothing) => gone(wake_again, now),
            (same, _) => late(same),
        }
    }

    fn stopped(self, now: Timestamp) -> Result<Step, IllegalTransition> {
        match self {
            Self::Stopping { wake_again, .. } => Ok(gone(wake_again, now)),
            // What hung is gone at last, long after it was given up.
            same @ Self::Quarantined { .. } => Ok(late(same)),
            from => Err(IllegalTransition { from: Box::new(from), event: E::Stopped }),
        }
    }

    /// Something else is wanted of it. Whoever uses it is not disturbed.
    pub(super) fn change(self, news: Config, context: &Context) -> Step {
        match self {
            Self::Starting { since, config } => (Self::Starting { since, config: config.max(news) }, vec![]),
            Self::Thawing { since, suspension, idle, config } => {
                (Self::Thawing { since, suspension, idle, config: config.max(news) }, vec![])
            }
            Self::Suspending { running_since, idle_since, aim, config, wake } => {
                let config = config.max(news);
                (Self::Suspending { running_since, idle_since, aim, config, wake }, vec![])
            }
            Self::Running { since, activity, config } => rest(since, activity, config.max(news), context),
            Self::Frozen { .. } if news == Config::Superseded => stopping(StopReason::Recreated, context.now),
            Self::Frozen { .. } => stopping(StopReason::Reconfigured, context.now),
            Self::Failed { .. } => starting(context.now, vec![F::ClearBudget]),
            Self::Quarantined { .. } => (Self::Absent, vec![F::ClearBudget]),
            // What is being frozen is compared as soon as it is; what is gone begins with what is wanted then.
            same @ (Self::Freezing { .. } | Self::Absent | Self::Stopping { .. }) => late(same),
        }
    }
}

pub(super) fn starting(now: Timestamp, mut effects: Vec<F>) -> Step {
    effects.push(F::Start);
    (Lifecycle::Starting { since: now, config: Config::Current }, effects)
}

/// Ready since now.
fn ready(idle: Idle, config: Config, context: &Context) -> Step {
    awake(context.now, idle, config, context)
}

/// Ready: serve who waits (each takes a lease and says so), and watch it from now on. What it was given on
/// its way here may have changed since, whoever noticed; from here on it can be compared.
///
/// The state rests as idle until the first lease is reported; an outdated one must serve first too, so it is
/// judged only when leases are counted or the timer fires.
pub(super) fn awake(since: Timestamp, idle: Idle, config: Config, context: &Context) -> Step {
    let mut effects = vec![F::WatchHealth, F::ServeWaiters];
    effects.extend(context.rest.look_at(&idle, config).map(F::ArmIdleTimer));
    effects.push(F::CheckConfig);
    (Lifecycle::Running { since, activity: Activity::Idle(idle), config }, effects)
}

pub(super) fn stopping(reason: StopReason, now: Timestamp) -> Step {
    (Lifecycle::Stopping { since: now, reason, wake_again: false }, vec![F::Stop])
}

/// The container is gone, as ordered or found.
fn gone(wake_again: bool, now: Timestamp) -> Step {
    if wake_again { starting(now, vec![]) } else { (Lifecycle::Absent, vec![]) }
}
