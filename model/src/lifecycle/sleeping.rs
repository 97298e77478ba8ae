//! Idleness: counting leases, asking a gateway to suspend, pausing its container, and thawing it again.

use super::{
    Activity, Aim, Config, Context, Effect as F, Event, Event as E, Hindrance, Idle, Lifecycle, Step,
    StopReason, SuspensionId,
    apply::{awake, stopping},
    late,
};
use crate::Timestamp;

impl Lifecycle {
    pub(super) fn count(self, count: u32, context: &Context) -> Step {
        match self {
            Self::Running { since, activity, config } => {
                rest(since, Activity::now(count, activity, context.now), config, context)
            }
            // Whoever holds a lease needs it awake, and has asked for that or not.
            sleepy @ (Self::Suspending { .. } | Self::Freezing { .. } | Self::Frozen { .. }) if count > 0 => {
                sleepy.wake(context)
            }
            // The count outlives the state that it was meant for.
            same => same.look_at_the_clock(context),
        }
    }

    /// The timer lost a race with a lease, or the rules are others now: then it is set again.
    pub(super) fn look_at_the_clock(self, context: &Context) -> Step {
        match self {
            Self::Running { since, activity, config } => rest(since, activity, config, context),
            Self::Frozen { since, idle_since, suspension } => {
                stay_frozen(since, idle_since, suspension, context)
            }
            same => late(same),
        }
    }

    /// What the gateway said to being asked to suspend.
    pub(super) fn answered(self, event: Event, context: &Context) -> Step {
        let now = context.now;
        let Self::Suspending { running_since, idle_since, aim, config, wake } = self else {
            return late(self);
        };
        let idle = |hindrance| Idle { since: idle_since, hindrance };
        match (event, aim) {
            (E::SuspendBusy { retry_after, blockers }, _) => {
                let hindrance = Hindrance::Busy { until: now + retry_after, blockers };
                awake(running_since, idle(hindrance), config, context)
            }
            // Whoever was let in before is served before it goes.
            (E::SuspendReady(suspension), _) if wake && matches!(config, Config::Drained { .. }) => {
                thawing(Some(suspension), Idle::since(now), config, context)
            }
            // Whoever waits since the change is served with what is wanted now.
            _ if config != Config::Current => renewing(config, aim, wake, now),
            (E::SuspendReady(suspension), _) if wake => {
                thawing(Some(suspension), Idle::since(now), config, context)
            }
            (E::SuspendReady(suspension), Aim::Freeze) => {
                (Self::Freezing { since: now, idle_since, suspension, wake }, vec![F::Pause])
            }
            // Where nobody can say whether it is idle, it is never frozen, and it is not kept alive for that either:
            // a gateway that is stopped politely ends what it does.
            (_, Aim::Stop(reason)) if !wake => stopping(reason, now),
            (E::SuspendFailed, _) => thawing(None, idle(Hindrance::Unfreezable), config, context),
            _ => awake(running_since, idle(Hindrance::Unfreezable), config, context),
        }
    }

    /// Nobody is evicted who is in use or wanted, and what is busy is no more cut off than for idleness.
    pub(super) fn evict(self, now: Timestamp) -> Step {
        let aim = Aim::Stop(StopReason::Evicted);
        match self {
            Self::Running { since, activity: Activity::Idle(Idle { since: idle_since, .. }), config } => {
                let (running_since, wake) = (since, false);
                (Self::Suspending { running_since, idle_since, aim, config, wake }, vec![F::Suspend])
            }
            Self::Suspending { running_since, idle_since, aim: _, config, wake: false } => {
                (Self::Suspending { running_since, idle_since, aim, config, wake: false }, vec![])
            }
            Self::Frozen { .. } => stopping(StopReason::Evicted, now),
            same => late(same),
        }
    }

    pub(super) fn paused(self, context: &Context) -> Step {
        match self {
            Self::Freezing { suspension, wake: true, .. } => {
                thawing(Some(suspension), Idle::since(context.now), Config::Current, context)
            }
            Self::Freezing { idle_since, suspension, wake: false, .. } => {
                frozen(context.now, idle_since, Some(suspension), context)
            }
            same => late(same),
        }
    }

    pub(super) fn not_paused(self, context: &Context) -> Step {
        let Self::Freezing { idle_since, suspension, .. } = self else { return late(self) };
        let idle = Idle { since: idle_since, hindrance: Hindrance::Unfreezable };
        thawing(Some(suspension), idle, Config::Current, context)
    }
}

/// Running: in use, idle with a timer set, or asked to suspend because its time has come.
pub(super) fn rest(since: Timestamp, activity: Activity, config: Config, context: &Context) -> Step {
    let Activity::Idle(idle) = activity else {
        return (Lifecycle::Running { since, activity, config }, vec![]);
    };
    let idle = idle.without_old_news(context.now);
    match context.rest.next(&idle, config, context.now) {
        Some((due, aim)) if due <= context.now => {
            let (running_since, idle_since, wake) = (since, idle.since, false);
            (Lifecycle::Suspending { running_since, idle_since, aim, config, wake }, vec![F::Suspend])
        }
        _ => {
            let timer = context.rest.look_at(&idle, config).map(F::ArmIdleTimer);
            let activity = Activity::Idle(idle);
            (Lifecycle::Running { since, activity, config }, timer.into_iter().collect())
        }
    }
}

/// Frozen from now on. What is wanted may have changed on its way there.
pub(super) fn frozen(
    since: Timestamp,
    idle_since: Timestamp,
    suspension: Option<SuspensionId>,
    context: &Context,
) -> Step {
    let (state, mut effects) = stay_frozen(since, idle_since, suspension, context);
    if matches!(state, Lifecycle::Frozen { .. }) {
        effects.push(F::CheckConfig);
    }
    (state, effects)
}

/// Frozen, until it is kept awake or has been idle for too long.
fn stay_frozen(
    since: Timestamp,
    idle_since: Timestamp,
    suspension: Option<SuspensionId>,
    context: &Context,
) -> Step {
    let stop_at = idle_since + context.rest.stop_after;
    if context.rest.keep_awake {
        thawing(suspension, Idle::since(context.now), Config::Current, context)
    } else if stop_at <= context.now {
        stopping(StopReason::Idle, context.now)
    } else {
        (Lifecycle::Frozen { since, idle_since, suspension }, vec![F::ArmIdleTimer(stop_at)])
    }
}

/// Stopped because something else is wanted of it. One that is to be made anew does not wait for the next wake, unless
/// it was on its way to sleep anyway.
fn renewing(config: Config, aim: Aim, wake: bool, now: Timestamp) -> Step {
    let recreated = Aim::Stop(StopReason::Recreated);
    let reason = match (config, aim) {
        (Config::Superseded, Aim::Stop(reason @ (StopReason::Idle | StopReason::Evicted))) if !wake => reason,
        (Config::Superseded, _) => StopReason::Recreated,
        (Config::Drained { .. }, _) => StopReason::Drained,
        (Config::Current | Config::Outdated, _) => StopReason::Reconfigured,
    };
    let comes_back = aim == recreated && reason != StopReason::Drained;
    (Lifecycle::Stopping { since: now, reason, wake_again: wake || comes_back }, vec![F::Stop])
}

pub(super) fn thawing(
    suspension: Option<SuspensionId>,
    idle: Idle,
    config: Config,
    context: &Context,
) -> Step {
    (Lifecycle::Thawing { since: context.now, suspension, idle, config }, vec![F::Thaw])
}
