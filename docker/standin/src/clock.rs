//! The wall clock, for the timestamps that the contract has.

use std::{
    hash::{BuildHasher as _, RandomState},
    time::{SystemTime, UNIX_EPOCH},
};

/// Milliseconds since 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "a stand-in for a real process; nothing here is decided by time"
)]
pub(crate) fn now_ms() -> u64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}

/// An id in the form of a UUID. Unique, not secret.
pub(crate) fn unique_id() -> String {
    let random = || RandomState::new().hash_one(now_ms());
    let (high, low) = (format!("{:016x}", random()), format!("{:016x}", random()));
    format!("{}-{}-4{}-8{}-{}", &high[..8], &high[8..12], &high[13..], &low[1..4], &low[4..])
}
