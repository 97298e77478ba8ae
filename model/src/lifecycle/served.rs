//! What a cell was given, against what is wanted: whether a change has still to reach it.

use super::{Lifecycle, State};
use crate::{
    Fingerprint,
    openclaw::{Distance, RestartParts, Wanted},
};

/// What a cell's present container was given as its configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Served {
    /// Nothing yet. What asks later gets what is wanted then.
    Nothing,
    /// What is still wanted.
    Wanted,
    /// Something else than what is wanted now, and a gateway that runs can take up the difference.
    Live,
    /// Something else than what is wanted now: it takes a restart, as soon as nobody uses it.
    Outdated,
    /// A key that its owner has deleted since: it takes a restart at once.
    Revoked,
}

/// What a gateway runs with, as far as is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// All of it.
    pub fingerprint: Fingerprint,
    /// What it began with of what only a restart changes.
    pub parts: RestartParts,
}

impl Served {
    /// Compares what was given, if anything was, with what is wanted.
    pub fn compare(given: Option<&Given>, wanted: &Wanted) -> Self {
        let Some(given) = given else { return Self::Nothing };
        let is_same = given.fingerprint == wanted.fingerprint;
        match given.parts.distance(wanted) {
            Distance::Revoked => Self::Revoked,
            Distance::Changed if is_same && given.parts == RestartParts::default() => Self::Wanted,
            Distance::Changed => Self::Outdated,
            Distance::None if is_same => Self::Wanted,
            Distance::None => Self::Live,
        }
    }

    /// Whether something else is wanted now than what was given.
    pub const fn differs(self) -> bool {
        matches!(self, Self::Live | Self::Outdated | Self::Revoked)
    }
}

impl Lifecycle {
    /// What a stored state still means to an actor that has just begun: failures are remembered, unless it
    /// was with another configuration that the cell failed; all else is for a look at the engine to say.
    pub fn restored(state: State, served: Served) -> Self {
        match (state, served) {
            (State::Failed { .. } | State::Quarantined { .. }, served) if served.differs() => Self::Absent,
            (
                State::Absent
                | State::Starting { .. }
                | State::Running { .. }
                | State::Draining { .. }
                | State::Freezing { .. }
                | State::Frozen { .. }
                | State::Thawing { .. }
                | State::Stopping { .. },
                _,
            ) => Self::Absent,
            (State::Failed { since, cause, retry_at }, _) => Self::Failed { since, cause, retry_at },
            (State::Quarantined { since, cause }, _) => Self::Quarantined { since, cause },
        }
    }

    /// Whether the cell's container, or the one it failed with, can have missed a change. One on its way up,
    /// or into the cold, is compared when it is there; one on its way down, or absent, begins with what is
    /// wanted then.
    pub const fn may_have_missed_a_change(&self) -> bool {
        matches!(
            self,
            Self::Running { .. } | Self::Frozen { .. } | Self::Failed { .. } | Self::Quarantined { .. }
        )
    }

    /// Whether this finding is a changed configuration to this cell. `told` is whether somebody said that
    /// there is one: then what cannot be shown to be wanted counts as changed.
    pub const fn has_missed_a_change(&self, served: Served, told: bool) -> bool {
        match served {
            Served::Wanted => false,
            Served::Nothing => told && self.may_have_missed_a_change(),
            Served::Live | Served::Outdated | Served::Revoked => self.may_have_missed_a_change(),
        }
    }
}
