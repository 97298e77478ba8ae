//! A start on its way through its phases.

use prometheus_client::metrics::gauge::Gauge;
use tokio::time::Instant;

use super::Meter;

/// What a start spends its time on, in this order.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Phase {
    /// Until there is memory for it and few enough others start.
    Queued,
    /// Until its container runs.
    Creating,
    /// Until its gateway can chat.
    Starting,
}

impl Phase {
    const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Creating => "creating",
            Self::Starting => "starting",
        }
    }
}

/// The stopwatch of one start. It is in the queue until its first phase is over, or the start is.
#[derive(Debug)]
pub(crate) struct Wake {
    meter: Meter,
    begun: Instant,
    queued: Option<Queued>,
}

#[derive(Debug)]
struct Queued(Gauge);

impl Drop for Queued {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Meter {
    /// A start has begun to wait.
    pub(crate) fn wake(&self) -> Wake {
        self.queued.inc();
        let queued = Some(Queued(self.queued.clone()));
        Wake { meter: self.clone(), begun: Instant::now(), queued }
    }
}

impl Wake {
    /// A phase is over; the next one begins.
    pub(crate) fn passed(&mut self, phase: Phase) {
        self.queued = None;
        let times = self.meter.phase_times.get_or_create(&[("phase", phase.name())]);
        times.observe(self.begun.elapsed().as_secs_f64());
        self.begun = Instant::now();
    }
}
