//! Medians, and how they are written.

use std::time::Duration;

/// The middle one of several durations, in milliseconds.
pub(crate) fn median_ms(durations: &[Duration]) -> f64 {
    let mut sorted = durations.to_vec();
    sorted.sort_unstable();
    let middle = sorted.get(sorted.len() / 2).copied().unwrap_or_default();
    middle.as_secs_f64() * 1e3
}
