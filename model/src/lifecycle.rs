//! The life of a cell: one state machine, pure.
//!
//! [`Event`]s are facts that reached the actor; [`Effect`]s are orders it carries out. The actor never
//! assigns a state by hand: it calls [`Lifecycle::apply`] and does what comes back.

use std::num::NonZeroU32;

use chrono::TimeDelta;

use crate::{Timestamp, Verdict};

mod cause;
mod served;
mod state;
mod transition;

pub use cause::{Cause, CauseKind};
pub use served::Served;
pub use state::{State, StateKind};
pub use transition::{Transition, Trigger};

/// Where a cell is in its life. Each state holds only what is true in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lifecycle {
    /// No container and no network; at most a volume.
    Absent,
    /// A container is being made, or is there and not ready yet.
    Starting {
        /// When this try began.
        since: Timestamp,
        /// Whether what it starts with is still what is wanted.
        config: Config,
    },
    /// The gateway answers.
    Running {
        /// When it became ready.
        since: Timestamp,
        /// Whether anybody is using it.
        activity: Activity,
        /// Whether what it runs with is still what is wanted.
        config: Config,
    },
    /// The container is being stopped and its network removed.
    Stopping {
        /// When the stop began.
        since: Timestamp,
        /// Why.
        reason: StopReason,
        /// Somebody asked for it meanwhile: start again as soon as it is gone.
        wake_again: bool,
    },
    /// It died; another try is due.
    Failed {
        /// When it died.
        since: Timestamp,
        /// Why.
        cause: Cause,
        /// When the next try is made.
        retry_at: Timestamp,
    },
    /// It died too often, or in a way that trying again cannot mend. Left only by
    /// [`Event::RetryAsked`] or [`Event::ConfigChanged`].
    Quarantined {
        /// When it was given up.
        since: Timestamp,
        /// Why.
        cause: Cause,
    },
}

/// Whether a cell's gateway has the configuration that is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Config {
    /// It has.
    Current,
    /// Another one is wanted since; it is restarted as soon as nobody uses it.
    Outdated,
}

/// Whether a running cell is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    /// This many leases are held: it must not stop for idleness.
    Leased(NonZeroU32),
    /// No lease is held.
    Idle {
        /// When the last one was dropped.
        since: Timestamp,
    },
}

/// Why a cell is being stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// Nobody used it for the idle timeout.
    Idle,
    /// Its owner or an admin asked.
    Asked,
    /// Its health checks failed; it is started again afterwards.
    Unresponsive,
    /// Its configuration changed; the next wake starts it with the new one.
    Reconfigured,
}

/// A fact about a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Somebody needs the agent.
    WakeAsked,
    /// The gateway said that it is ready.
    BecameReady,
    /// The container ended, could not be made, or did not become ready in time.
    Died(Cause),
    /// The number of leases is now this.
    LeasesNow(u32),
    /// The idle timer fired. It may be late.
    IdleTimerFired,
    /// The retry timer fired. It may be late.
    RetryTimerFired,
    /// Somebody asked to stop it.
    StopAsked,
    /// A running gateway failed its health checks.
    Unresponsive(Cause),
    /// The container and its network are gone, as ordered.
    Stopped,
    /// Somebody asked to try again.
    RetryAsked,
    /// The wanted configuration is another one now.
    ConfigChanged,
    /// A look at the engine found our container up and its gateway ready.
    FoundRunning,
    /// A look at the engine found our container up and its gateway not ready yet.
    FoundStarting,
    /// A look at the engine found no container of ours.
    FoundNothing,
}

/// An order to the actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Make the container, start it, and watch until its gateway is ready.
    Start,
    /// Watch a container that was found starting until its gateway is ready.
    Watch,
    /// Stop the container; remove it and its network; keep the volume.
    Stop,
    /// Hand every waiting request to the gateway, in order of arrival.
    ServeWaiters,
    /// Tell every waiting request why it cannot be served.
    FailWaiters,
    /// Tell the request that has just asked why it cannot be served; others go on waiting.
    RefuseNewest,
    /// Fire [`Event::IdleTimerFired`] at this moment.
    ArmIdleTimer(Timestamp),
    /// Fire [`Event::RetryTimerFired`] at this moment.
    ArmRetryTimer(Timestamp),
    /// Begin the health checks of a running gateway.
    WatchHealth,
    /// Compare what the gateway was given with what is wanted now.
    CheckConfig,
    /// Count this death against the restart budget.
    SpendRestart,
    /// Forget past deaths.
    ClearBudget,
}

/// What the machine needs to know besides the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context {
    /// The present moment.
    pub now: Timestamp,
    /// How long a cell may be idle before it is stopped.
    pub idle_timeout: TimeDelta,
    /// What the restart budget says about one more death at this moment.
    pub after_death: Verdict,
}

/// The event cannot happen in this state: a bug in whoever sent it. The state is unchanged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a cell that is {from:?} cannot meet {event:?}")]
pub struct IllegalTransition {
    /// The state that refused.
    pub from: Lifecycle,
    /// The event it refused.
    pub event: Event,
}

impl Activity {
    /// Reads a lease count; a cell that was idle already stays idle since then.
    fn now(count: u32, before: Option<Self>, now: Timestamp) -> Self {
        match (NonZeroU32::new(count), before) {
            (Some(count), _) => Self::Leased(count),
            (None, Some(Self::Idle { since })) => Self::Idle { since },
            (None, _) => Self::Idle { since: now },
        }
    }
}

impl Lifecycle {
    /// The next state and what to do about it.
    ///
    /// # Errors
    /// [`IllegalTransition`] for an event that cannot happen in this state. News that is merely late
    /// (a timer that lost a race, a second report of one death) is not an error: it changes nothing.
    #[expect(clippy::match_same_arms, reason = "each pair of state and event is a rule of its own")]
    pub fn apply(self, event: Event, context: &Context) -> Result<(Self, Vec<Effect>), IllegalTransition> {
        use Effect as F;
        use Event as E;
        let now = context.now;
        Ok(match (self, event) {
            // Waking.
            (Self::Absent, E::WakeAsked) => starting(now, vec![]),
            (same @ Self::Starting { .. }, E::WakeAsked) => (same, vec![]),
            (same @ Self::Running { .. }, E::WakeAsked) => (same, vec![F::ServeWaiters]),
            (Self::Stopping { since, reason, .. }, E::WakeAsked) => {
                (Self::Stopping { since, reason, wake_again: true }, vec![])
            }
            // Inside its backoff, and in quarantine, a cell answers at once why it cannot serve.
            (same @ (Self::Failed { .. } | Self::Quarantined { .. }), E::WakeAsked) => {
                (same, vec![F::RefuseNewest])
            }

            // Becoming ready, and being found by a look at the engine.
            (Self::Starting { config, .. }, E::BecameReady | E::FoundRunning) => ready(config, context),
            (Self::Absent | Self::Failed { .. }, E::FoundRunning) => ready(Config::Current, context),
            (Self::Absent | Self::Failed { .. }, E::FoundStarting) => {
                (Self::Starting { since: now, config: Config::Current }, vec![F::Watch])
            }
            (Self::Running { .. }, E::FoundNothing) => died(Cause::Vanished, context),

            // Use and idleness.
            (Self::Running { since, activity, config }, E::LeasesNow(count)) => {
                rest(since, Activity::now(count, Some(activity), now), config, context)
            }
            (Self::Running { activity: Activity::Idle { since: idle }, .. }, E::IdleTimerFired)
                if now - idle >= context.idle_timeout =>
            {
                stopping(StopReason::Idle, now)
            }
            // The timer lost a race with a lease, or the timeout was raised: look again when it is due.
            (Self::Running { since, activity, config }, E::IdleTimerFired) => {
                rest(since, activity, config, context)
            }

            // A changed configuration.
            (Self::Starting { since, .. }, E::ConfigChanged) => {
                (Self::Starting { since, config: Config::Outdated }, vec![])
            }
            (Self::Running { since, activity, .. }, E::ConfigChanged) => {
                rest(since, activity, Config::Outdated, context)
            }
            (Self::Quarantined { .. }, E::ConfigChanged) => (Self::Absent, vec![F::ClearBudget]),

            // Stopping.
            (Self::Starting { .. }, E::StopAsked) => with(stopping(StopReason::Asked, now), F::FailWaiters),
            (Self::Running { .. }, E::StopAsked) => stopping(StopReason::Asked, now),
            // Whoever asks to stop means it, also for those who asked to wake before.
            (Self::Stopping { since, .. }, E::StopAsked) => {
                (Self::Stopping { since, reason: StopReason::Asked, wake_again: false }, vec![F::FailWaiters])
            }
            (Self::Failed { .. }, E::StopAsked) => (Self::Absent, vec![F::FailWaiters]),
            (Self::Stopping { wake_again: true, .. }, E::Stopped | E::FoundNothing) => starting(now, vec![]),
            (Self::Stopping { wake_again: false, .. }, E::Stopped | E::FoundNothing) => {
                (Self::Absent, vec![])
            }

            // Dying.
            (Self::Starting { .. } | Self::Running { .. }, E::Died(cause)) => died(cause, context),
            (Self::Running { .. }, E::Unresponsive(cause)) => hung(cause, context),

            // Trying again.
            (Self::Failed { retry_at, .. }, E::RetryTimerFired) if now >= retry_at => starting(now, vec![]),
            (same @ Self::Failed { retry_at, .. }, E::RetryTimerFired) => {
                (same, vec![F::ArmRetryTimer(retry_at)])
            }
            (Self::Failed { .. } | Self::Quarantined { .. }, E::RetryAsked)
            | (Self::Failed { .. }, E::ConfigChanged) => starting(now, vec![F::ClearBudget]),

            (from, event) if from.is_late_news(&event) => (from, vec![]),
            (from, event) => return Err(IllegalTransition { from, event }),
        })
    }

    /// News that can reach this state for want of speed, and then means nothing.
    #[expect(clippy::match_same_arms, reason = "each group of news has a reason of its own")]
    const fn is_late_news(&self, event: &Event) -> bool {
        use Event as E;
        match event {
            // Timers and lease counts outlive the state they were meant for.
            E::IdleTimerFired | E::RetryTimerFired | E::LeasesNow(_) => true,
            // One death is reported by the engine's events, by the health checks and by a failed start.
            E::Died(_) | E::Unresponsive(_) | E::BecameReady => true,
            // A look at the engine takes a moment.
            E::FoundNothing | E::FoundRunning | E::FoundStarting => true,
            // There is nothing to stop, to retry or to reconfigure.
            E::StopAsked => matches!(self, Self::Absent | Self::Quarantined { .. }),
            E::RetryAsked => !matches!(self, Self::Failed { .. } | Self::Quarantined { .. }),
            E::ConfigChanged => matches!(self, Self::Absent | Self::Stopping { .. }),
            // What hung is gone at last, long after it was given up.
            E::Stopped => matches!(self, Self::Quarantined { .. }),
            E::WakeAsked => false,
        }
    }
}

fn starting(now: Timestamp, mut effects: Vec<Effect>) -> (Lifecycle, Vec<Effect>) {
    effects.push(Effect::Start);
    (Lifecycle::Starting { since: now, config: Config::Current }, effects)
}

/// Running: in use, idle with a timer set, or on its way down because it is idle and outdated.
fn rest(since: Timestamp, activity: Activity, config: Config, context: &Context) -> (Lifecycle, Vec<Effect>) {
    match (activity, config) {
        (Activity::Idle { .. }, Config::Outdated) => stopping(StopReason::Reconfigured, context.now),
        (Activity::Idle { since: idle }, Config::Current) => (
            Lifecycle::Running { since, activity, config },
            vec![Effect::ArmIdleTimer(idle + context.idle_timeout)],
        ),
        (Activity::Leased(_), _) => (Lifecycle::Running { since, activity, config }, vec![]),
    }
}

/// Ready: serve who waits (each takes a lease and says so), and watch it from now on. What it was given on
/// its way up may have changed since, whoever noticed; from here on it can be compared.
///
/// The state rests as idle until the first lease is reported; an outdated one must serve first too,
/// so it is judged only when leases are counted.
fn ready(config: Config, context: &Context) -> (Lifecycle, Vec<Effect>) {
    let activity = Activity::Idle { since: context.now };
    let state = Lifecycle::Running { since: context.now, activity, config };
    let idle = Effect::ArmIdleTimer(context.now + context.idle_timeout);
    (state, vec![Effect::WatchHealth, Effect::ServeWaiters, idle, Effect::CheckConfig])
}

fn stopping(reason: StopReason, now: Timestamp) -> (Lifecycle, Vec<Effect>) {
    (Lifecycle::Stopping { since: now, reason, wake_again: false }, vec![Effect::Stop])
}

fn with((state, mut effects): (Lifecycle, Vec<Effect>), more: Effect) -> (Lifecycle, Vec<Effect>) {
    effects.push(more);
    (state, effects)
}

/// A death: at once again, again later, or never. Those who wait go on waiting while a try is due.
fn died(cause: Cause, context: &Context) -> (Lifecycle, Vec<Effect>) {
    let now = context.now;
    let verdict = if cause.is_final() { Verdict::GiveUp } else { context.after_death };
    match verdict {
        Verdict::GiveUp => {
            (Lifecycle::Quarantined { since: now, cause }, vec![Effect::SpendRestart, Effect::FailWaiters])
        }
        Verdict::RetryAfter(delay) if delay.is_zero() => starting(now, vec![Effect::SpendRestart]),
        Verdict::RetryAfter(delay) => {
            let retry_at = now + TimeDelta::from_std(delay).unwrap_or(TimeDelta::MAX);
            let state = Lifecycle::Failed { since: now, cause, retry_at };
            (state, vec![Effect::SpendRestart, Effect::ArmRetryTimer(retry_at)])
        }
    }
}

/// A hung gateway still has a container: that must go before another can come.
fn hung(cause: Cause, context: &Context) -> (Lifecycle, Vec<Effect>) {
    match context.after_death {
        Verdict::GiveUp => with(died(cause, context), Effect::Stop),
        Verdict::RetryAfter(_) => (
            Lifecycle::Stopping { since: context.now, reason: StopReason::Unresponsive, wake_again: true },
            vec![Effect::SpendRestart, Effect::Stop],
        ),
    }
}

#[cfg(test)]
mod tests;
