//! The life of a cell: one state machine, pure.
//!
//! [`Event`]s are facts that reached the actor; [`Effect`]s are orders it carries out. The actor never
//! assigns a state by hand: it calls [`Lifecycle::apply`] and does what comes back.

use crate::Timestamp;

mod activity;
mod apply;
mod by_hand;
mod cause;
mod dying;
mod effect;
mod event;
mod rest;
mod served;
mod sleeping;
mod state;
mod transition;

pub use activity::{Activity, Blocker, Hindrance, Idle, SuspensionId};
pub use by_hand::OrderRefused;
pub use cause::{Cause, CauseKind};
pub use effect::{Context, Effect, IllegalTransition};
pub use event::Event;
pub use rest::{Aim, RestRules, RestWishes};
pub use served::{Given, Served};
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
    /// Nobody uses it, and its gateway is asked to promise that nothing runs in it and to take nothing new.
    Suspending {
        /// When it became ready.
        running_since: Timestamp,
        /// When the last lease was dropped.
        idle_since: Timestamp,
        /// What it is asked for.
        aim: Aim,
        /// Whether what it runs with is still what is wanted.
        config: Config,
        /// Somebody asked for it meanwhile: it takes work again as soon as it has answered.
        wake: bool,
    },
    /// The gateway has promised, and its container is being paused.
    Freezing {
        /// When the promise came.
        since: Timestamp,
        /// When the last lease was dropped.
        idle_since: Timestamp,
        /// The promise.
        suspension: SuspensionId,
        /// Somebody asked for it meanwhile: thaw it as soon as it is frozen.
        wake: bool,
    },
    /// The container is paused: it keeps its memory and uses no processor.
    Frozen {
        /// When it was paused.
        since: Timestamp,
        /// When the last lease was dropped.
        idle_since: Timestamp,
        /// The promise, as far as it is known: somebody else may have paused it.
        suspension: Option<SuspensionId>,
    },
    /// The container is made to go on, and its gateway to take work again.
    Thawing {
        /// When that began.
        since: Timestamp,
        /// The promise, as far as it is known.
        suspension: Option<SuspensionId>,
        /// How idle it is until the first lease is reported.
        idle: Idle,
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
    /// [`Event::RetryAsked`], [`Event::RecreateAsked`] or [`Event::ConfigChanged`].
    Quarantined {
        /// When it was given up.
        since: Timestamp,
        /// Why.
        cause: Cause,
    },
}

/// Whether a cell is what is wanted. The later of these outweigh the earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Config {
    /// It is.
    Current,
    /// Its gateway should have another configuration: it is stopped as soon as nobody uses it.
    Outdated,
    /// Its container should be made otherwise, of another image or with other walls: it is made anew as soon as
    /// nobody uses it.
    Superseded,
    /// Somebody wants it to end what it does and to take nothing new: it is stopped as soon as nobody uses it.
    Drained {
        /// Since when.
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
    /// Another cell needs its memory, and nobody used it.
    Evicted,
    /// Its container would be made otherwise now, or an admin asked for another one.
    Recreated,
    /// Somebody asked that it end what it does and go.
    Drained,
}

/// A state and what to do about having come to it.
type Step = (Lifecycle, Vec<Effect>);

/// News that can reach this state for want of speed, and then means nothing.
const fn late(state: Lifecycle) -> Step {
    (state, Vec::new())
}

fn with((state, mut effects): Step, more: Effect) -> Step {
    effects.push(more);
    (state, effects)
}

#[cfg(test)]
mod tests;
