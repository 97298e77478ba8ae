//! The machine's time.

use std::time::{Instant, SystemTime};

use mosaic_model::{Clock, Timestamp};

/// The wall clock as it was at the start, moved on by the monotonic one: it never jumps.
#[derive(Debug)]
pub(crate) struct SystemClock {
    at_start: Timestamp,
    started: Instant,
}

impl SystemClock {
    pub(crate) fn start() -> Self {
        #[expect(clippy::disallowed_methods, reason = "this is the Clock that the rest of Mosaic asks")]
        let at_start = SystemTime::now().into();
        Self { at_start, started: Instant::now() }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        self.at_start + self.started.elapsed()
    }
}
