//! How far an agent is on its way to an answer, told truthfully.

use std::{convert::Infallible, time::Duration};

use chrono::TimeDelta;
use mosaic_actors::Fleet;
use mosaic_api::WakingPhase;
use mosaic_model::{CellId, Clock, State, Waking};
use tokio::time;

use super::Live;

/// How often it is looked how far the agent is.
const LOOK_INTERVAL: Duration = Duration::from_millis(400);

/// Tells each phase of an agent's wake once, for as long as it is waited for.
pub(super) async fn tell(fleet: &Fleet, clock: &dyn Clock, cell: CellId, live: &Live) -> Infallible {
    let mut told = None;
    loop {
        // One that cannot be looked at is told of by the answer itself.
        if let Ok(status) = fleet.status(cell).await {
            let phase = phase(&status.state, status.waking);
            // It is expected as soon as anything is known of how long it takes.
            let left = status.waking.and_then(|waking| waking.left);
            let left = left.and_then(|left| TimeDelta::from_std(left).ok());
            if told.replace((phase, left.is_some())) != Some((phase, left.is_some())) {
                live.waking(phase, left.map(|left| clock.now() + left));
            }
        }
        time::sleep(LOOK_INTERVAL).await;
    }
}

/// What a cell's state means to somebody who waits for an answer.
fn phase(state: &State, waking: Option<Waking>) -> WakingPhase {
    let waits = waking.is_some_and(|waking| waking.phase.place().is_some());
    match state {
        State::Starting { .. } if !waits => WakingPhase::Starting,
        State::Running { .. } => WakingPhase::Ready,
        // It waits for its turn; or it is asleep, on its way down, or failed a moment ago: its start is still to come.
        _ => WakingPhase::Queued,
    }
}
