//! A clock that stands still until it is told to go on.

use std::sync::atomic::{AtomicI64, Ordering};

use mosaic_model::{Clock, Timestamp};

/// Noon of a day long gone, in microseconds.
const START_MICROS: i64 = 1_700_049_600_000_000;

/// A clock for tests.
#[derive(Debug)]
pub struct TestClock {
    micros: AtomicI64,
}

impl TestClock {
    /// Lets time pass.
    pub fn advance(&self, by: std::time::Duration) {
        let micros = i64::try_from(by.as_micros()).expect("a test waits no 292,000 years");
        self.micros.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Default for TestClock {
    fn default() -> Self {
        Self { micros: AtomicI64::new(START_MICROS) }
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_timestamp_micros(self.micros.load(Ordering::SeqCst)).expect("a plausible time")
    }
}
