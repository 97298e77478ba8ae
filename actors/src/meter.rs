//! What the fleet counts of itself, for whoever watches it from outside: a function a fact.
//!
//! Labels are words of this program, never ids: there are as many series as there are words. What can be read from
//! the fleet as it is (who is in which state, who holds a lease) is read when it is asked for: [`Census`].

mod census;
mod engine;
mod passage;
mod wake;

use std::time::Duration;

use prometheus_client::{
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::{Registry, Unit},
};
use tokio::time::Instant;

pub(crate) use self::{
    census::Census,
    engine::MeteredEngine,
    passage::Passage,
    wake::{Phase, Wake},
};

/// A label: what it is of, and which.
type Label = (&'static str, &'static str);
type Times<const LABELS: usize> = Family<[Label; LABELS], Histogram, fn() -> Histogram>;

/// From what is there already to a start that takes as long as it may. Seconds.
const WAKE_BUCKETS: [f64; 13] = [0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 40.0, 90.0, 180.0];
/// From a look to a stop that a gateway draws out. Seconds.
const ENGINE_BUCKETS: [f64; 12] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];
/// The shortest handling of a message that is told apart from none. Seconds.
const SHORTEST_HANDLING: f64 = 1e-5;

/// Whose mailbox, whose handling.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ActorKind {
    Cell,
    Registry,
}

impl ActorKind {
    const fn label(self) -> Label {
        let name = match self {
            Self::Cell => "cell",
            Self::Registry => "registry",
        };
        ("actor", name)
    }
}

/// The fleet's counters. Clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Meter {
    wakes: Family<[Label; 2], Counter>,
    wake_times: Times<1>,
    phase_times: Times<1>,
    queued: Gauge,
    restarts: Family<[Label; 1], Counter>,
    given_up: Family<[Label; 1], Counter>,
    unread: Family<[Label; 1], Gauge>,
    handling_times: Times<1>,
    /// The series of each kind, found once: they are written to with every message.
    of_cells: OfActors,
    of_registry: OfActors,
    engine_times: Times<2>,
}

/// What is counted of the actors of one kind.
#[derive(Debug, Clone)]
struct OfActors {
    unread: Gauge,
    handling_times: Histogram,
}

impl OfActors {
    fn among(unread: &Family<[Label; 1], Gauge>, handling_times: &Times<1>, kind: ActorKind) -> Self {
        let labels = [kind.label()];
        Self {
            unread: unread.get_or_create_owned(&labels),
            handling_times: handling_times.get_or_create_owned(&labels),
        }
    }
}

impl Default for Meter {
    fn default() -> Self {
        let of_wakes: fn() -> Histogram = || Histogram::new(WAKE_BUCKETS);
        let unread = Family::default();
        let handling_times: Times<1> =
            Family::new_with_constructor(|| Histogram::new(exponential_buckets(SHORTEST_HANDLING, 4.0, 9)));
        Self {
            of_cells: OfActors::among(&unread, &handling_times, ActorKind::Cell),
            of_registry: OfActors::among(&unread, &handling_times, ActorKind::Registry),
            wakes: Family::default(),
            wake_times: Family::new_with_constructor(of_wakes),
            phase_times: Family::new_with_constructor(of_wakes),
            queued: Gauge::default(),
            restarts: Family::default(),
            given_up: Family::default(),
            unread,
            handling_times,
            engine_times: Family::new_with_constructor(|| Histogram::new(ENGINE_BUCKETS)),
        }
    }
}

impl Meter {
    /// Hands the counters to whoever shows them.
    pub(crate) fn describe(&self, registry: &mut Registry) {
        self.begin_at_nothing();
        let it = self.clone();
        registry.register("wakes", "Wakes that came to an end, by where from and how", it.wakes);
        let help = "From the beginning of a wake until its gateway was ready";
        registry.register_with_unit("wake", help, Unit::Seconds, it.wake_times);
        let help = "How long a start spent in each of its phases";
        registry.register_with_unit("wake_phase", help, Unit::Seconds, it.phase_times);
        let help = "Cells that wait for memory or for their turn to start";
        registry.register("wake_queue_cells", help, it.queued);
        registry.register("restarts", "Deaths that are followed by another try, by what of", it.restarts);
        registry.register("quarantines", "Deaths after which a cell was given up, by what of", it.given_up);
        let help = "Messages that actors have been sent and have not read";
        registry.register("actor_mailbox_messages", help, it.unread);
        let help = "How long actors took over a message";
        registry.register_with_unit("actor_handling", help, Unit::Seconds, it.handling_times);
        let help = "How long the container engine took over a call";
        registry.register_with_unit("engine_call", help, Unit::Seconds, it.engine_times);
    }

    /// Counts what actors of this kind have not read.
    pub(crate) fn unread(&self, kind: ActorKind) -> Gauge {
        self.of(kind).unread.clone()
    }

    /// An actor has begun with a message, and is done when this is dropped.
    pub(crate) fn handling(&self, kind: ActorKind) -> Handled {
        Handled { times: self.of(kind).handling_times.clone(), begun: Instant::now() }
    }

    const fn of(&self, kind: ActorKind) -> &OfActors {
        match kind {
            ActorKind::Cell => &self.of_cells,
            ActorKind::Registry => &self.of_registry,
        }
    }

    fn engine_called(&self, call: &'static str, succeeded: bool, took: Duration) {
        let outcome = if succeeded { "ok" } else { "error" };
        let labels = [("call", call), ("outcome", outcome)];
        self.engine_times.get_or_create(&labels).observe(took.as_secs_f64());
    }
}

/// A message that an actor is at.
#[derive(Debug)]
pub(crate) struct Handled {
    times: Histogram,
    begun: Instant,
}

impl Drop for Handled {
    fn drop(&mut self) {
        self.times.observe(self.begun.elapsed().as_secs_f64());
    }
}
