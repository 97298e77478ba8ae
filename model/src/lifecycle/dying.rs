//! Deaths, and trying again.

use chrono::TimeDelta;

use super::{Cause, Context, Effect as F, Lifecycle, Step, StopReason, apply::starting, late, with};
use crate::{Timestamp, Verdict};

impl Lifecycle {
    /// One death is reported by the engine's events, by the health checks and by a failed start: only the first
    /// report of it counts.
    pub(super) fn die(self, context: &Context, follow: impl FnOnce(&Context) -> Step) -> Step {
        match self {
            // It was to go anyway: nobody needs another one now.
            draining if draining.is_draining() => {
                let effects = vec![F::SpendRestart, F::FailWaiters, F::Stop];
                (
                    Self::Stopping { since: context.now, reason: StopReason::Drained, wake_again: false },
                    effects,
                )
            }
            Self::Starting { .. }
            | Self::Running { .. }
            | Self::Suspending { .. }
            | Self::Freezing { wake: true, .. }
            | Self::Thawing { .. } => follow(context),
            // Nothing ran in it and nobody needs another one now; it is no fault of its gateway either.
            Self::Freezing { wake: false, .. } | Self::Frozen { .. } => (Self::Absent, vec![]),
            same
            @ (Self::Absent | Self::Stopping { .. } | Self::Failed { .. } | Self::Quarantined { .. }) => {
                late(same)
            }
        }
    }

    /// A hung gateway still has a container: that must go before another can come.
    pub(super) fn hang(self, cause: Cause, context: &Context) -> Step {
        let Self::Running { .. } = self else { return late(self) };
        if self.is_draining() {
            return self.die(context, |context| died(cause, context));
        }
        match context.after_death {
            Verdict::GiveUp => with(died(cause, context), F::Stop),
            Verdict::RetryAfter(_) => (
                Self::Stopping { since: context.now, reason: StopReason::Unresponsive, wake_again: true },
                vec![F::SpendRestart, F::Stop],
            ),
        }
    }

    pub(super) fn retry_when_due(self, now: Timestamp) -> Step {
        match self {
            Self::Failed { retry_at, .. } if now >= retry_at => starting(now, vec![]),
            same @ Self::Failed { retry_at, .. } => (same, vec![F::ArmRetryTimer(retry_at)]),
            same => late(same),
        }
    }

    pub(super) fn retry(self, now: Timestamp) -> Step {
        match self {
            Self::Failed { .. } | Self::Quarantined { .. } => starting(now, vec![F::ClearBudget]),
            same => late(same),
        }
    }
}

/// A death: at once again, again later, or never. Those who wait go on waiting while a try is due.
pub(super) fn died(cause: Cause, context: &Context) -> Step {
    let now = context.now;
    let verdict = if cause.is_final() { Verdict::GiveUp } else { context.after_death };
    match verdict {
        Verdict::GiveUp => {
            (Lifecycle::Quarantined { since: now, cause }, vec![F::SpendRestart, F::FailWaiters])
        }
        Verdict::RetryAfter(delay) if delay.is_zero() => starting(now, vec![F::SpendRestart]),
        Verdict::RetryAfter(delay) => {
            let retry_at = now + TimeDelta::from_std(delay).unwrap_or(TimeDelta::MAX);
            let state = Lifecycle::Failed { since: now, cause, retry_at };
            (state, vec![F::SpendRestart, F::ArmRetryTimer(retry_at)])
        }
    }
}

/// A refused configuration has a stand-in: that is tried at once, if anything may be tried at all.
pub(super) fn fell_back(cause: Cause, context: &Context) -> Step {
    match context.after_death {
        Verdict::GiveUp => died(cause, context),
        Verdict::RetryAfter(_) => starting(context.now, vec![F::SpendRestart]),
    }
}
