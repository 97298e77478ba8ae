//! From one state to the next: what a step of the lifecycle counts as.

use mosaic_model::{Cause, CauseKind, Effect, Event, Lifecycle, State, Timestamp};

use super::Meter;

/// A step of which the end is not known yet.
#[derive(Debug)]
pub(crate) struct Passage {
    was: State,
    death: &'static str,
}

/// Where a wake begins.
const ASLEEP: &str = "asleep";
const FROZEN: &str = "frozen";

/// How a wake ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Ready,
    Failed,
    Stopped,
}

impl Outcome {
    const fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
        }
    }
}

impl Passage {
    /// A cell in this state meets this.
    pub(crate) fn from(was: &Lifecycle, event: &Event) -> Self {
        let death = match event {
            Event::Died(cause) | Event::FellBack(cause) | Event::Unresponsive(cause) => cause,
            // What else tells of a death tells that nothing is left.
            _ => &Cause::Vanished,
        };
        Self { was: State::from(was), death: death.kind().as_str() }
    }
}

impl Meter {
    /// Begins every count at nothing: what appears with its first event is not seen to have risen.
    pub(super) fn begin_at_nothing(&self) {
        for from in [ASLEEP, FROZEN] {
            for outcome in [Outcome::Ready, Outcome::Failed, Outcome::Stopped] {
                self.wakes.get_or_create(&[("from", from), ("outcome", outcome.name())]).inc_by(0);
            }
        }
        for reason in CauseKind::ALL.iter().map(|kind| kind.as_str()) {
            self.restarts.get_or_create(&[("reason", reason)]).inc_by(0);
            self.given_up.get_or_create(&[("reason", reason)]).inc_by(0);
        }
    }

    /// The step led there, with these orders.
    pub(crate) fn passed(&self, passage: &Passage, is: &Lifecycle, effects: &[Effect], now: Timestamp) {
        if effects.contains(&Effect::SpendRestart) {
            let given_up = matches!(is, Lifecycle::Quarantined { .. });
            let deaths = if given_up { &self.given_up } else { &self.restarts };
            deaths.get_or_create(&[("reason", passage.death)]).inc();
        }
        let (from, since) = match passage.was {
            State::Starting { since } => (ASLEEP, since),
            State::Thawing { since } => (FROZEN, since),
            _ => return,
        };
        let Some(outcome) = outcome(&passage.was, is, effects) else { return };
        self.wakes.get_or_create(&[("from", from), ("outcome", outcome.name())]).inc();
        if outcome == Outcome::Ready {
            let took = (now - since).to_std().unwrap_or_default();
            self.wake_times.get_or_create(&[("from", from)]).observe(took.as_secs_f64());
        }
    }
}

/// How the wake ended that this cell was in, if it did.
fn outcome(was: &State, is: &Lifecycle, effects: &[Effect]) -> Option<Outcome> {
    match is {
        Lifecycle::Running { .. } | Lifecycle::Suspending { .. } => Some(Outcome::Ready),
        Lifecycle::Failed { .. } | Lifecycle::Quarantined { .. } => Some(Outcome::Failed),
        Lifecycle::Starting { .. } if effects.contains(&Effect::Start) => Some(Outcome::Failed),
        Lifecycle::Starting { .. } | Lifecycle::Thawing { .. } => None,
        // Frozen again by somebody else, or made away with: nobody was served.
        Lifecycle::Absent
        | Lifecycle::Stopping { .. }
        | Lifecycle::Freezing { .. }
        | Lifecycle::Frozen { .. } => (!was.is_at_rest()).then_some(Outcome::Stopped),
    }
}
