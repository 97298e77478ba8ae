//! What a cell meets.

use std::time::Duration;

use super::{Blocker, Cause, SuspensionId};
use crate::Timestamp;

/// A fact about a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Somebody needs the agent.
    WakeAsked,
    /// The gateway said that it is ready.
    BecameReady,
    /// The container ended, could not be made, or did not become ready in time.
    Died(Cause),
    /// The gateway refused its configuration, or was not well with its image, and what it was well with before stands
    /// in for it at the next start.
    FellBack(Cause),
    /// The number of leases is now this.
    LeasesNow(u32),
    /// The idle timer fired. It may be late.
    IdleTimerFired,
    /// The retry timer fired. It may be late.
    RetryTimerFired,
    /// The gateway promised that nothing runs in it, and takes nothing new until it is told to.
    SuspendReady(SuspensionId),
    /// The gateway has work of its own, and did not change anything.
    SuspendBusy {
        /// When to ask it again.
        retry_after: Duration,
        /// What it is busy with.
        blockers: Vec<Blocker>,
    },
    /// The gateway does not know what it was asked: nobody can say whether something runs in it.
    SuspendUnknown,
    /// The gateway did not answer as it should: it may have promised, or not.
    SuspendFailed,
    /// The container is paused.
    Paused,
    /// The engine did not pause the container.
    PauseFailed,
    /// Somebody asked to stop it.
    StopAsked,
    /// Somebody asked that it end what it does, take nothing new, and go.
    DrainAsked,
    /// Somebody asked for it after all.
    DrainLifted,
    /// Somebody asked that it be frozen now, if nobody uses it.
    FreezeAsked,
    /// Another cell needs its memory. Whoever asks has seen that nobody used it, which may be late.
    EvictAsked,
    /// A running gateway failed its health checks.
    Unresponsive(Cause),
    /// The container and its network are gone, as ordered.
    Stopped,
    /// Somebody asked to try again.
    RetryAsked,
    /// The wanted configuration is another one now.
    ConfigChanged,
    /// A look at the engine found a container that would be made otherwise now.
    Superseded,
    /// An admin asked for another container, whoever uses this one.
    RecreateAsked,
    /// A look at the engine found our container up and its gateway ready.
    FoundRunning,
    /// A look at the engine found our container up and its gateway not ready yet.
    FoundStarting,
    /// A look at the engine found our container up, and its gateway taking nothing new.
    FoundSuspended,
    /// A look at the engine found our container paused.
    FoundFrozen {
        /// Since when, as far as that was written down.
        since: Timestamp,
        /// When its last lease was dropped, as far as that was written down.
        idle_since: Timestamp,
        /// Its gateway's promise, as far as it was written down.
        suspension: Option<SuspensionId>,
    },
    /// A look at the engine found no container of ours.
    FoundNothing,
}
