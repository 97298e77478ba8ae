//! What came of logins that admins tried out. Kept in memory: it is about to be read, and nobody needs it later.

use std::sync::Arc;

use chrono::TimeDelta;
use dashmap::DashMap;
use mosaic_model::{Clock, Identity, Timestamp, UserId};

/// How long a result is kept.
const KEPT: TimeDelta = TimeDelta::hours(1);

/// What came of one.
#[derive(Debug, Clone)]
pub(crate) struct Try {
    pub(crate) at: Timestamp,
    /// Why this person could not sign in.
    pub(crate) problem: Option<String>,
    pub(crate) person: Option<Tried>,
}

/// Who came back.
#[derive(Debug, Clone)]
pub(crate) struct Tried {
    pub(crate) identity: Identity,
    pub(crate) is_admin: Option<bool>,
    pub(crate) is_known: bool,
}

/// The last one of each admin.
#[derive(Debug)]
pub(crate) struct Tries {
    last: DashMap<UserId, Try>,
    clock: Arc<dyn Clock>,
}

impl Tries {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { last: DashMap::new(), clock }
    }

    pub(crate) fn note(&self, admin: UserId, problem: Option<String>, person: Option<Tried>) {
        let at = self.clock.now();
        self.last.retain(|_, result| at - result.at < KEPT);
        self.last.insert(admin, Try { at, problem, person });
    }

    pub(crate) fn of(&self, admin: UserId) -> Option<Try> {
        let result = self.last.get(&admin).map(|entry| entry.value().clone());
        result.filter(|result| self.clock.now() - result.at < KEPT)
    }

    /// A new one has begun.
    pub(crate) fn forget(&self, admin: UserId) {
        self.last.remove(&admin);
    }
}
