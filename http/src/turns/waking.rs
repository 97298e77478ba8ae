//! How far an agent is on its way to an answer, told truthfully.

use std::{convert::Infallible, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use mosaic_actors::Fleet;
use mosaic_api::WakingPhase;
use mosaic_model::{CellId, Clock, State, WakePhase, WakePlace, Waking};
use tokio::time;

use super::Live;

/// How often it is looked how far the agent is.
const LOOK_INTERVAL: Duration = Duration::from_millis(400);

/// How far an agent is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HowFar {
    pub(super) phase: WakingPhase,
    pub(super) place: Option<WakePlace>,
    pub(super) expected_at: Option<DateTime<Utc>>,
}

impl HowFar {
    fn of(state: &State, waking: Option<Waking>, now: DateTime<Utc>) -> Self {
        let left = waking.and_then(|waking| waking.left).and_then(|left| TimeDelta::from_std(left).ok());
        Self {
            phase: phase(state, waking.map(|waking| waking.phase)),
            place: waking.and_then(|waking| waking.phase.place()),
            expected_at: left.map(|left| now + left),
        }
    }

    /// Whether this says more than what was said before. The same estimate reads otherwise at every look.
    fn is_news_after(&self, said: &Self) -> bool {
        let told = |it: &Self| (it.phase, it.place, it.expected_at.is_some());
        told(self) != told(said)
    }
}

/// Tells how far an agent is, whenever that changes, for as long as it is waited for.
pub(super) async fn tell(fleet: &Fleet, clock: &dyn Clock, cell: CellId, live: &Live) -> Infallible {
    let mut told: Option<HowFar> = None;
    loop {
        // One that cannot be looked at is told of by the answer itself.
        if let Ok(status) = fleet.status(cell).await {
            let how_far = HowFar::of(&status.state, status.waking, clock.now());
            if told.is_none_or(|said| how_far.is_news_after(&said)) {
                told = Some(how_far);
                live.waking(how_far);
            }
        }
        time::sleep(LOOK_INTERVAL).await;
    }
}

/// What a cell's state means to somebody who waits for an answer.
fn phase(state: &State, waking: Option<WakePhase>) -> WakingPhase {
    match (state, waking) {
        (_, Some(WakePhase::WaitingForMemory(_))) => WakingPhase::WaitingForMemory,
        (_, Some(WakePhase::Creating)) => WakingPhase::Creating,
        (_, Some(WakePhase::Starting)) | (State::Thawing { .. }, None) => WakingPhase::Starting,
        (state, None) if state.answers() => WakingPhase::Ready,
        // It has its place in line; or it is asleep, on its way down, or failed a moment ago: its start is still to come.
        (_, Some(WakePhase::Queued(_)) | None) => WakingPhase::Queued,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn how_far(phase: WakePhase, left: Option<u64>, now: i64) -> HowFar {
        let now = DateTime::from_timestamp(now, 0).expect("a time");
        let waking = Waking { phase, left: left.map(Duration::from_secs) };
        HowFar::of(&State::Starting { since: now }, Some(waking), now)
    }

    #[test]
    fn each_step_forward_is_news_and_time_that_passes_is_not() {
        let in_line = |number| WakePhase::Queued(WakePlace { number, of: 7 });
        let third = how_far(in_line(3), Some(12), 100);
        assert_eq!(third.phase, WakingPhase::Queued);
        assert_eq!(third.expected_at.map(|at| at.timestamp()), Some(112));
        assert!(!how_far(in_line(3), Some(11), 101).is_news_after(&third));
        assert!(how_far(in_line(2), Some(11), 101).is_news_after(&third));
        let creating = how_far(WakePhase::Creating, None, 102);
        assert!(creating.is_news_after(&third));
        assert_eq!((creating.phase, creating.place), (WakingPhase::Creating, None));
        assert!(how_far(WakePhase::Creating, Some(9), 103).is_news_after(&creating));
    }

    #[test]
    fn a_wake_that_has_not_begun_is_still_to_come_and_a_running_agent_is_ready() {
        let now = DateTime::from_timestamp(0, 0).expect("a time");
        assert_eq!(phase(&State::Absent, None), WakingPhase::Queued);
        assert_eq!(phase(&State::Thawing { since: now }, None), WakingPhase::Starting);
        assert_eq!(phase(&State::Running { since: now, idle_since: None }, None), WakingPhase::Ready);
        assert_eq!(phase(&State::Draining { since: now }, None), WakingPhase::Ready, "it was let in");
        let place = WakePlace { number: 1, of: 1 };
        let waits = Some(WakePhase::WaitingForMemory(place));
        assert_eq!(phase(&State::Starting { since: now }, waits), WakingPhase::WaitingForMemory);
    }
}
