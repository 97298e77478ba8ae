//! How far an agent is on its way to an answer, told truthfully.

use std::{
    convert::Infallible,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use mosaic_actors::Fleet;
use mosaic_api::WakingPhase;
use mosaic_model::{CellId, Clock, State, Timestamp};
use tokio::time;

use super::{Live, Turns};

/// How often it is looked how far the agent is.
const LOOK_INTERVAL: Duration = Duration::from_millis(400);

/// Watches an agent wake for a turn.
#[derive(Debug)]
pub(super) struct Waking<'a> {
    pub(super) turns: &'a Turns,
    pub(super) fleet: &'a Fleet,
    pub(super) clock: &'a dyn Clock,
    pub(super) cell: CellId,
    pub(super) live: &'a Live,
    /// Since when it starts, if it was seen to.
    pub(super) starting: Mutex<Option<Timestamp>>,
}

impl Waking<'_> {
    /// Tells each phase once, for as long as it is waited for.
    pub(super) async fn tell(&self) -> Infallible {
        let mut told = None;
        loop {
            // One that cannot be looked at is told of by the answer itself.
            if let Ok(status) = self.fleet.status(self.cell).await {
                let phase = phase(&status.state);
                if told.replace(phase) != Some(phase) {
                    let since = if let State::Starting { since } = status.state { Some(since) } else { None };
                    if since.is_some() {
                        *self.starting() = since;
                    }
                    let expected = since.map(|since| since + self.turns.expected_start());
                    self.live.waking(phase, expected);
                }
            }
            time::sleep(LOOK_INTERVAL).await;
        }
    }

    /// The agent is awake: what its start took is known.
    pub(super) fn is_ready(&self) {
        if let Some(since) = self.starting().take() {
            self.turns.note_start(self.clock.now() - since);
        }
    }

    fn starting(&self) -> std::sync::MutexGuard<'_, Option<Timestamp>> {
        self.starting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a cell's state means to somebody who waits for an answer.
const fn phase(state: &State) -> WakingPhase {
    match state {
        State::Starting { .. } => WakingPhase::Starting,
        State::Running { .. } => WakingPhase::Ready,
        // Asleep, on its way down, or failed a moment ago: its start is still to come.
        _ => WakingPhase::Queued,
    }
}
