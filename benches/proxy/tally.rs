//! Times, and what is said of many of them.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

/// Microseconds by the machine's clock: the one that all processes of a run share.
pub(crate) fn now_micros() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "stamps that another process compares with its own")]
    let now = SystemTime::now();
    let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}

/// Latencies in microseconds.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    micros: Vec<u64>,
}

impl Tally {
    pub(crate) fn add(&mut self, micros: u64) {
        self.micros.push(micros);
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.micros.extend(other.micros);
    }

    pub(crate) fn count(&self) -> usize {
        self.micros.len()
    }

    /// Count, median, 99th percentile and maximum.
    pub(crate) fn summary(mut self) -> Value {
        self.micros.sort_unstable();
        let at = |per_mille: usize| {
            let last = self.micros.len().saturating_sub(1);
            self.micros.get(last * per_mille / 1000).copied().unwrap_or_default()
        };
        json!({ "count": self.micros.len(), "p50_us": at(500), "p99_us": at(990), "max_us": at(1000) })
    }
}
