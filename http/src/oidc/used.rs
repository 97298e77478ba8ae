//! Sign-ins that came back: each does so once.

use std::sync::Arc;

use dashmap::DashMap;
use mosaic_model::{Clock, Timestamp};

/// The most that are remembered; beyond it those that are too old anyway are forgotten first.
const REMEMBERED_MAX: usize = 100_000;

/// What came back, until it is too old to come back anyway. A restart forgets: then the provider alone sees to it
/// that a code is taken once.
#[derive(Debug)]
pub(super) struct UsedFlows {
    states: DashMap<String, Timestamp>,
    clock: Arc<dyn Clock>,
}

impl UsedFlows {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { states: DashMap::new(), clock }
    }

    /// Notes that this one came back; false where it did so before.
    pub(super) fn is_first(&self, state: &str, expires_at: Timestamp) -> bool {
        if self.states.len() >= REMEMBERED_MAX {
            let now = self.clock.now();
            self.states.retain(|_, expires_at| *expires_at > now);
        }
        // Full of what might still come back: then nobody is let in rather than somebody twice.
        self.states.len() < REMEMBERED_MAX && self.states.insert(state.to_owned(), expires_at).is_none()
    }
}
