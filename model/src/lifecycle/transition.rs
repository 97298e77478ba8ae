//! A change of state, as it is told to whoever watches and kept as a cell's history.

use super::{Cause, Effect, Event, State, StateKind};
use crate::{Timestamp, words::words};

/// One step in a cell's life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// When.
    pub at: Timestamp,
    /// From which state.
    pub from: StateKind,
    /// To which. The same kind again where another container took the place of one that died.
    pub to: State,
    /// What moved it.
    pub trigger: Trigger,
    /// What it died of, where it died.
    pub cause: Option<Cause>,
}

words! {
    /// What moved a cell from one state to another: an [`Event`] in a word.
    Trigger:
    /// Somebody needed the agent.
    WakeAsked = "wake_asked",
    /// The gateway said that it is ready.
    BecameReady = "became_ready",
    /// The container ended, could not be made, or did not become ready in time.
    Died = "died",
    /// Its configuration was refused, and one that was healthy stands in for it.
    FellBack = "fell_back",
    /// The last lease was dropped, and something waited for that.
    LeasesChanged = "leases_changed",
    /// Nobody used it for the idle timeout.
    Idle = "idle",
    /// It was time for the next try.
    RetryDue = "retry_due",
    /// The gateway promised to rest.
    SuspendReady = "suspend_ready",
    /// The gateway has work of its own.
    SuspendBusy = "suspend_busy",
    /// The gateway cannot say whether something runs in it.
    SuspendUnknown = "suspend_unknown",
    /// The gateway did not answer whether it rests.
    SuspendFailed = "suspend_failed",
    /// Its container is paused.
    Paused = "paused",
    /// The engine did not pause its container.
    PauseFailed = "pause_failed",
    /// Somebody asked to stop it.
    StopAsked = "stop_asked",
    /// Somebody asked that it end what it does, and go.
    DrainAsked = "drain_asked",
    /// Somebody asked for it after all.
    DrainLifted = "drain_lifted",
    /// Somebody asked that it be frozen.
    FreezeAsked = "freeze_asked",
    /// Another cell needs its memory.
    EvictAsked = "evict_asked",
    /// A running gateway failed its health checks.
    Unresponsive = "unresponsive",
    /// The container and its network are gone, as ordered.
    Stopped = "stopped",
    /// Somebody asked to try again.
    RetryAsked = "retry_asked",
    /// The wanted configuration is another one now.
    ConfigChanged = "config_changed",
    /// A look at the engine found a container that would be made otherwise now.
    Superseded = "superseded",
    /// An admin asked for another container.
    RecreateAsked = "recreate_asked",
    /// A look at the engine found it running.
    FoundRunning = "found_running",
    /// A look at the engine found it starting.
    FoundStarting = "found_starting",
    /// A look at the engine found it up, and taking nothing new.
    FoundSuspended = "found_suspended",
    /// A look at the engine found it paused.
    FoundFrozen = "found_frozen",
    /// A look at the engine found nothing.
    FoundNothing = "found_nothing",
}

impl Event {
    /// The event in a word.
    pub const fn trigger(&self) -> Trigger {
        match self {
            Self::WakeAsked => Trigger::WakeAsked,
            Self::BecameReady => Trigger::BecameReady,
            Self::Died(_) => Trigger::Died,
            Self::FellBack(_) => Trigger::FellBack,
            Self::LeasesNow(_) => Trigger::LeasesChanged,
            Self::IdleTimerFired => Trigger::Idle,
            Self::RetryTimerFired => Trigger::RetryDue,
            Self::SuspendReady(_) => Trigger::SuspendReady,
            Self::SuspendBusy { .. } => Trigger::SuspendBusy,
            Self::SuspendUnknown => Trigger::SuspendUnknown,
            Self::SuspendFailed => Trigger::SuspendFailed,
            Self::Paused => Trigger::Paused,
            Self::PauseFailed => Trigger::PauseFailed,
            Self::StopAsked => Trigger::StopAsked,
            Self::DrainAsked => Trigger::DrainAsked,
            Self::DrainLifted => Trigger::DrainLifted,
            Self::FreezeAsked => Trigger::FreezeAsked,
            Self::EvictAsked => Trigger::EvictAsked,
            Self::Unresponsive(_) => Trigger::Unresponsive,
            Self::Stopped => Trigger::Stopped,
            Self::RetryAsked => Trigger::RetryAsked,
            Self::ConfigChanged => Trigger::ConfigChanged,
            Self::Superseded => Trigger::Superseded,
            Self::RecreateAsked => Trigger::RecreateAsked,
            Self::FoundRunning => Trigger::FoundRunning,
            Self::FoundStarting => Trigger::FoundStarting,
            Self::FoundSuspended => Trigger::FoundSuspended,
            Self::FoundFrozen { .. } => Trigger::FoundFrozen,
            Self::FoundNothing => Trigger::FoundNothing,
        }
    }

    /// What the cell died of, where this event is a death.
    pub const fn cause(&self) -> Option<&Cause> {
        match self {
            Self::Died(cause) | Self::FellBack(cause) | Self::Unresponsive(cause) => Some(cause),
            _ => None,
        }
    }
}

impl Effect {
    /// Whether it only concerns how many deaths are remembered.
    pub const fn counts_deaths(&self) -> bool {
        matches!(self, Self::SpendRestart | Self::ClearBudget)
    }
}
