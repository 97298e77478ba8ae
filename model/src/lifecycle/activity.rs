//! Whether a cell is in use, and what keeps one that is not from being put to sleep.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// Whether a running cell is in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Activity {
    /// This many leases are held: it must not be put to sleep.
    Leased(NonZeroU32),
    /// No lease is held.
    Idle(Idle),
}

/// How long nobody has used a cell, and what came of asking its gateway to rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idle {
    /// When the last lease was dropped.
    pub since: Timestamp,
    /// What keeps it from being put to sleep.
    pub hindrance: Hindrance,
}

/// What keeps an idle cell from being put to sleep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hindrance {
    /// Nothing that is known of.
    Nothing,
    /// Its gateway has work of its own.
    Busy {
        /// When to ask it again.
        until: Timestamp,
        /// What it is busy with.
        blockers: Vec<Blocker>,
    },
    /// It cannot be frozen: its gateway promises nothing, or the engine did not pause it. When its time is up it
    /// is stopped as before.
    Unfreezable,
}

/// Something that a gateway is busy with, in its own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocker {
    /// What kind of work.
    pub kind: String,
    /// How many of it.
    pub count: u32,
    /// In a sentence.
    pub message: String,
}

/// A gateway's name for its promise that nothing runs in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SuspensionId(String);

impl SuspensionId {
    /// Takes the gateway's own word.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The gateway's own word.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Idle {
    /// Idle since then, and nothing is known that keeps it from sleeping.
    pub(super) const fn since(since: Timestamp) -> Self {
        Self { since, hindrance: Hindrance::Nothing }
    }

    /// What a gateway was busy with means nothing when it is time to ask it again.
    pub(super) fn without_old_news(self, now: Timestamp) -> Self {
        match self.hindrance {
            Hindrance::Busy { until, .. } if until <= now => Self::since(self.since),
            _ => self,
        }
    }

    /// What the cell's gateway is busy with, though nobody uses it.
    pub fn blockers(&self) -> &[Blocker] {
        match &self.hindrance {
            Hindrance::Busy { blockers, .. } => blockers,
            Hindrance::Nothing | Hindrance::Unfreezable => &[],
        }
    }
}

impl Activity {
    /// Reads a lease count; a cell that was idle already stays idle since then.
    pub(super) fn now(count: u32, before: Self, now: Timestamp) -> Self {
        match (NonZeroU32::new(count), before) {
            (Some(count), _) => Self::Leased(count),
            (None, idle @ Self::Idle(_)) => idle,
            (None, Self::Leased(_)) => Self::Idle(Idle::since(now)),
        }
    }
}
