//! A lifecycle as others see it: stored in a row, sent over the wire, shown on a page.

use serde::{Deserialize, Serialize};

use crate::{Activity, Cause, Lifecycle, Timestamp};

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

impl State {
    /// The state's name, as stored and as shown in logs.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Starting { .. } => "starting",
            Self::Running { .. } => "running",
            Self::Stopping { .. } => "stopping",
            Self::Failed { .. } => "failed",
            Self::Quarantined { .. } => "quarantined",
        }
    }
}

impl State {
    /// Whether a cell stays in this state until somebody asks for something.
    pub const fn is_at_rest(&self) -> bool {
        matches!(self, Self::Absent | Self::Quarantined { .. })
    }

    /// Whether a cell in this state has a container, or is about to have one, or to lose it.
    pub const fn has_container(&self) -> bool {
        matches!(self, Self::Starting { .. } | Self::Running { .. } | Self::Stopping { .. })
    }
}

impl From<&Lifecycle> for State {
    fn from(lifecycle: &Lifecycle) -> Self {
        match lifecycle.clone() {
            Lifecycle::Absent => Self::Absent,
            Lifecycle::Starting { since, config: _ } => Self::Starting { since },
            Lifecycle::Running { since, activity, config: _ } => Self::Running {
                since,
                idle_since: match activity {
                    Activity::Idle { since } => Some(since),
                    Activity::Leased(_) => None,
                },
            },
            Lifecycle::Stopping { since, .. } => Self::Stopping { since },
            Lifecycle::Failed { since, cause, retry_at } => Self::Failed { since, cause, retry_at },
            Lifecycle::Quarantined { since, cause } => Self::Quarantined { since, cause },
        }
    }
}
