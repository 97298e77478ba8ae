//! A lifecycle as others see it: stored in a row, sent over the wire, shown on a page.

use serde::{Deserialize, Serialize};

use crate::{Activity, Cause, Config, Event, Lifecycle, SuspensionId, Timestamp, words::words};

/// A snapshot of a [`Lifecycle`], for reading only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// Asleep: no container.
    Absent,
    /// On its way up.
    Starting {
        /// Since when.
        since: Timestamp,
    },
    /// Ready.
    Running {
        /// Since when.
        since: Timestamp,
        /// Since when nobody uses it; absent while somebody does.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        idle_since: Option<Timestamp>,
    },
    /// Ready for what it does already, and for nothing new: it is stopped when that has ended.
    Draining {
        /// Since when.
        since: Timestamp,
    },
    /// About to be frozen: its gateway takes nothing new.
    Freezing {
        /// Since when.
        since: Timestamp,
    },
    /// Paused, with all it has in memory.
    Frozen {
        /// Since when.
        since: Timestamp,
        /// Since when nobody uses it.
        idle_since: Timestamp,
        /// Its gateway's promise that nothing runs in it, for whoever thaws it.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        suspension: Option<SuspensionId>,
    },
    /// On its way back from the cold.
    Thawing {
        /// Since when.
        since: Timestamp,
    },
    /// On its way down.
    Stopping {
        /// Since when.
        since: Timestamp,
    },
    /// Dead; tried again soon.
    Failed {
        /// Since when.
        since: Timestamp,
        /// Why.
        cause: Cause,
        /// When it is tried again.
        retry_at: Timestamp,
    },
    /// Dead; not tried again until somebody acts.
    Quarantined {
        /// Since when.
        since: Timestamp,
        /// Why.
        cause: Cause,
    },
}

words! {
    /// Which of the states it is: what is counted, filtered by and told of a change.
    StateKind:
    /// Asleep.
    Absent = "absent",
    /// On its way up.
    Starting = "starting",
    /// Ready.
    Running = "running",
    /// Ending what it does, and taking nothing new.
    Draining = "draining",
    /// On its way into the cold.
    Freezing = "freezing",
    /// Paused, with all its memory.
    Frozen = "frozen",
    /// On its way back from the cold.
    Thawing = "thawing",
    /// On its way down.
    Stopping = "stopping",
    /// Dead; tried again soon.
    Failed = "failed",
    /// Dead; not tried again until somebody acts.
    Quarantined = "quarantined",
}

impl State {
    /// Which state it is.
    pub const fn kind(&self) -> StateKind {
        match self {
            Self::Absent => StateKind::Absent,
            Self::Starting { .. } => StateKind::Starting,
            Self::Running { .. } => StateKind::Running,
            Self::Draining { .. } => StateKind::Draining,
            Self::Freezing { .. } => StateKind::Freezing,
            Self::Frozen { .. } => StateKind::Frozen,
            Self::Thawing { .. } => StateKind::Thawing,
            Self::Stopping { .. } => StateKind::Stopping,
            Self::Failed { .. } => StateKind::Failed,
            Self::Quarantined { .. } => StateKind::Quarantined,
        }
    }

    /// The state's name, as stored and as shown in logs.
    pub const fn name(&self) -> &'static str {
        self.kind().as_str()
    }

    /// Since when it is in this state; nobody knows how long an absent one sleeps.
    pub const fn since(&self) -> Option<Timestamp> {
        match self {
            Self::Absent => None,
            Self::Starting { since }
            | Self::Running { since, .. }
            | Self::Draining { since }
            | Self::Freezing { since }
            | Self::Frozen { since, .. }
            | Self::Thawing { since }
            | Self::Stopping { since }
            | Self::Failed { since, .. }
            | Self::Quarantined { since, .. } => Some(*since),
        }
    }

    /// Why it is dead, where it is.
    pub const fn cause(&self) -> Option<&Cause> {
        match self {
            Self::Failed { cause, .. } | Self::Quarantined { cause, .. } => Some(cause),
            Self::Absent
            | Self::Starting { .. }
            | Self::Running { .. }
            | Self::Draining { .. }
            | Self::Freezing { .. }
            | Self::Frozen { .. }
            | Self::Thawing { .. }
            | Self::Stopping { .. } => None,
        }
    }

    /// What a container that was found paused means to a cell that was last written down like this.
    pub fn found_frozen(&self, now: Timestamp) -> Event {
        match self.clone() {
            Self::Frozen { since, idle_since, suspension } => {
                Event::FoundFrozen { since, idle_since, suspension }
            }
            _ => Event::FoundFrozen { since: now, idle_since: now, suspension: None },
        }
    }

    /// Whether a cell in this state answers what it has let in: also one that is being drained does.
    pub const fn answers(&self) -> bool {
        matches!(self, Self::Running { .. } | Self::Draining { .. })
    }

    /// Whether a cell stays in this state until somebody asks for something.
    pub const fn is_at_rest(&self) -> bool {
        matches!(self, Self::Absent | Self::Quarantined { .. })
    }

    /// Whether a cell in this state has a container, or is about to have one, or to lose it.
    pub const fn has_container(&self) -> bool {
        match self {
            Self::Starting { .. }
            | Self::Running { .. }
            | Self::Draining { .. }
            | Self::Freezing { .. }
            | Self::Frozen { .. }
            | Self::Thawing { .. }
            | Self::Stopping { .. } => true,
            Self::Absent | Self::Failed { .. } | Self::Quarantined { .. } => false,
        }
    }
}

impl Lifecycle {
    /// Whether a container belongs to this state, ready or not: its end is news.
    pub const fn has_container(&self) -> bool {
        match self {
            Self::Starting { .. }
            | Self::Running { .. }
            | Self::Suspending { .. }
            | Self::Freezing { .. }
            | Self::Frozen { .. }
            | Self::Thawing { .. } => true,
            Self::Absent | Self::Stopping { .. } | Self::Failed { .. } | Self::Quarantined { .. } => false,
        }
    }
}

impl From<&Lifecycle> for State {
    fn from(lifecycle: &Lifecycle) -> Self {
        match lifecycle.clone() {
            Lifecycle::Absent => Self::Absent,
            Lifecycle::Starting { since, config: _ } => Self::Starting { since },
            Lifecycle::Running { config: Config::Drained { since }, .. }
            | Lifecycle::Suspending { config: Config::Drained { since }, .. } => Self::Draining { since },
            Lifecycle::Running { since, activity, config: _ } => Self::Running {
                since,
                idle_since: match activity {
                    Activity::Idle(idle) => Some(idle.since),
                    Activity::Leased(_) => None,
                },
            },
            // Asking takes a moment, and may come to nothing again and again: it runs until it has agreed.
            Lifecycle::Suspending { running_since, idle_since, .. } => {
                Self::Running { since: running_since, idle_since: Some(idle_since) }
            }
            Lifecycle::Freezing { since, .. } => Self::Freezing { since },
            Lifecycle::Frozen { since, idle_since, suspension } => {
                Self::Frozen { since, idle_since, suspension }
            }
            Lifecycle::Thawing { since, .. } => Self::Thawing { since },
            Lifecycle::Stopping { since, .. } => Self::Stopping { since },
            Lifecycle::Failed { since, cause, retry_at } => Self::Failed { since, cause, retry_at },
            Lifecycle::Quarantined { since, cause } => Self::Quarantined { since, cause },
        }
    }
}
