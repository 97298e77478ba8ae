//! What somebody orders by hand: stopping, draining, freezing, making anew.

use super::{
    Activity, Aim, Config, Context, Effect as F, Idle, Lifecycle, State, Step, StopReason, apply::stopping,
    late, with,
};
use crate::{CellStatus, Timestamp};

/// Why an order is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OrderRefused {
    /// It answers somebody.
    #[error("the agent is in use; drain or stop it instead")]
    InUse,
    /// It is not to be put to sleep.
    #[error("the agent is to be kept awake; that has to be changed first")]
    KeptAwake,
    /// The engine cannot pause a container.
    #[error("the container engine here cannot freeze agents")]
    CannotFreeze,
    /// Only what runs can be frozen.
    #[error("the agent does not run, so it cannot be frozen")]
    NotRunning,
    /// Only what is frozen can be thawed.
    #[error("the agent is not frozen; start it instead")]
    NotFrozen,
}

impl CellStatus {
    /// Whether the cell may be frozen by hand; `freezes` is whether the engine can.
    pub const fn may_be_frozen(&self, freezes: bool) -> Result<(), OrderRefused> {
        match self.state {
            _ if !freezes => Err(OrderRefused::CannotFreeze),
            State::Frozen { .. } | State::Freezing { .. } => Ok(()),
            _ if self.rest.keep_awake => Err(OrderRefused::KeptAwake),
            State::Running { idle_since: Some(_), .. } if self.leases == 0 => Ok(()),
            State::Running { .. } | State::Draining { .. } => Err(OrderRefused::InUse),
            _ => Err(OrderRefused::NotRunning),
        }
    }

    /// Whether it is frozen, or something that comes of being thawed.
    pub const fn may_be_thawed(&self) -> Result<(), OrderRefused> {
        match self.state {
            State::Frozen { .. } | State::Freezing { .. } | State::Thawing { .. } | State::Running { .. } => {
                Ok(())
            }
            _ => Err(OrderRefused::NotFrozen),
        }
    }
}

impl Lifecycle {
    /// Whether it takes nothing new.
    pub const fn is_draining(&self) -> bool {
        matches!(
            self,
            Self::Starting { config: Config::Drained { .. }, .. }
                | Self::Running { config: Config::Drained { .. }, .. }
                | Self::Suspending { config: Config::Drained { .. }, .. }
                | Self::Thawing { config: Config::Drained { .. }, .. }
        )
    }

    pub(super) fn stop(self, now: Timestamp) -> Step {
        match self {
            // Whoever asks to stop means it, also for those who asked to wake before.
            Self::Starting { .. }
            | Self::Suspending { .. }
            | Self::Freezing { .. }
            | Self::Thawing { .. } => with(stopping(StopReason::Asked, now), F::FailWaiters),
            Self::Running { .. } | Self::Frozen { .. } => stopping(StopReason::Asked, now),
            Self::Stopping { since, .. } => {
                (Self::Stopping { since, reason: StopReason::Asked, wake_again: false }, vec![F::FailWaiters])
            }
            Self::Failed { .. } => (Self::Absent, vec![F::FailWaiters]),
            same @ (Self::Absent | Self::Quarantined { .. }) => late(same),
        }
    }

    /// Whoever was let in before is served; then it goes. Where nobody can have been, it goes at once.
    pub(super) fn drain(self, context: &Context) -> Step {
        match self {
            same if same.is_draining() => late(same),
            up @ (Self::Starting { .. }
            | Self::Running { .. }
            | Self::Suspending { .. }
            | Self::Thawing { .. }) => up.change(Config::Drained { since: context.now }, context),
            Self::Frozen { .. } => stopping(StopReason::Drained, context.now),
            Self::Freezing { .. } => with(stopping(StopReason::Drained, context.now), F::FailWaiters),
            rest
            @ (Self::Absent | Self::Stopping { .. } | Self::Failed { .. } | Self::Quarantined { .. }) => {
                rest.stop(context.now)
            }
        }
    }

    /// What it should run with may have changed while nobody minded: that is looked at as if it had just come.
    pub(super) fn lift_drain(self, context: &Context) -> Step {
        let config = Config::Current;
        match self {
            same if !same.is_draining() => late(same),
            Self::Starting { since, config: _ } => (Self::Starting { since, config }, vec![]),
            Self::Thawing { since, suspension, idle, config: _ } => {
                (Self::Thawing { since, suspension, idle, config }, vec![])
            }
            Self::Suspending { running_since, idle_since, aim, config: _, wake: _ } => {
                (Self::Suspending { running_since, idle_since, aim, config, wake: true }, vec![])
            }
            Self::Running { since, activity, config: _ } => {
                let activity = match activity {
                    Activity::Idle(_) => Activity::Idle(Idle::since(context.now)),
                    leased @ Activity::Leased(_) => leased,
                };
                with(super::sleeping::rest(since, activity, config, context), F::CheckConfig)
            }
            same => late(same),
        }
    }

    /// As for idleness, and no sooner than its gateway promises to rest.
    pub(super) fn freeze(self, context: &Context) -> Step {
        match self {
            Self::Running { since, activity: Activity::Idle(idle), config: Config::Current }
                if !context.rest.keep_awake =>
            {
                let (running_since, idle_since) = (since, idle.since);
                let (aim, config, wake) = (Aim::Freeze, Config::Current, false);
                (Self::Suspending { running_since, idle_since, aim, config, wake }, vec![F::Suspend])
            }
            same => late(same),
        }
    }

    /// An admin wants another container at once. Whoever waits goes on waiting, and what was awake is awake again.
    pub(super) fn recreate(self, context: &Context) -> Step {
        let now = context.now;
        let anew = |wake_again| {
            (Self::Stopping { since: now, reason: StopReason::Recreated, wake_again }, vec![F::Stop])
        };
        match self {
            Self::Starting { .. } | Self::Running { .. } | Self::Suspending { .. } | Self::Thawing { .. } => {
                anew(true)
            }
            Self::Freezing { wake, .. } => anew(wake),
            Self::Frozen { .. } => anew(false),
            failed @ (Self::Failed { .. } | Self::Quarantined { .. }) => failed.retry(now),
            // It has none, or loses it already: the next one is made as is wanted then.
            same @ (Self::Absent | Self::Stopping { .. }) => late(same),
        }
    }
}
