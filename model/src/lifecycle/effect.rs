//! What is to be done about an event.

use super::{Event, Lifecycle, RestRules};
use crate::{Timestamp, Verdict};

/// An order to the actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Make the container, start it, and watch until its gateway is ready.
    Start,
    /// Watch a container that was found starting until its gateway is ready.
    Watch,
    /// Stop the container; remove it and its network; keep the volume.
    Stop,
    /// Ask the gateway to promise that nothing runs in it, and to take nothing new.
    Suspend,
    /// Pause the container.
    Pause,
    /// Make the container go on and its gateway take work again; watch until it is ready.
    Thaw,
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
    /// When a cell that nobody uses is put to sleep.
    pub rest: RestRules,
    /// What the restart budget says about one more death at this moment.
    pub after_death: Verdict,
}

/// The event cannot happen in this state: a bug in whoever sent it. The state is unchanged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a cell that is {from:?} cannot meet {event:?}")]
pub struct IllegalTransition {
    /// The state that refused.
    pub from: Box<Lifecycle>,
    /// The event it refused.
    pub event: Event,
}
