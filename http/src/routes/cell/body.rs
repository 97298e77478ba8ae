//! Cells and what happened to them, in the words of the API.

use mosaic_api::{
    CauseBody, CellEventBody, CellEventPage, CellStateBody, LiveCell, WakePhaseName, WakingBody,
};
use mosaic_model::{Cause, CellStatus, State, WakePhase, Waking};
use mosaic_storage::CellEvent;

use crate::routes::page::PageSize;

/// Whether a container's own words are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Words {
    /// To its owner.
    Told,
    /// To everybody else.
    KeptBack,
}

pub(crate) fn live(status: CellStatus, words: Words) -> LiveCell {
    LiveCell {
        id: status.cell.to_string(),
        state: state_body(status.state, words),
        leases: status.leases,
        waiting: status.waiting,
        waits_for_memory: status.waits_for_memory,
        waking: status.waking.map(waking_body),
    }
}

fn waking_body(waking: Waking) -> WakingBody {
    let phase = match waking.phase {
        WakePhase::WaitingForMemory(_) => WakePhaseName::WaitingForMemory,
        WakePhase::Queued(_) => WakePhaseName::Queued,
        WakePhase::Creating => WakePhaseName::Creating,
        WakePhase::Starting => WakePhaseName::Starting,
    };
    let place = waking.phase.place();
    let left_secs = waking.left.map(|left| left.as_secs() + u64::from(left.subsec_nanos() > 0));
    WakingBody { phase, place: place.map(|it| it.number), of: place.map(|it| it.of), left_secs }
}

pub(crate) fn state_body(state: State, words: Words) -> CellStateBody {
    match state {
        State::Absent => CellStateBody::Absent,
        State::Starting { since } => CellStateBody::Starting { since },
        State::Running { since, idle_since } => CellStateBody::Running { since, idle_since },
        State::Draining { since } => CellStateBody::Draining { since },
        State::Freezing { since } => CellStateBody::Freezing { since },
        State::Frozen { since, idle_since, suspension: _ } => CellStateBody::Frozen { since, idle_since },
        State::Thawing { since } => CellStateBody::Thawing { since },
        State::Stopping { since } => CellStateBody::Stopping { since },
        State::Failed { since, cause, retry_at } => {
            CellStateBody::Failed { since, cause: cause_body(&cause, words), retry_at }
        }
        State::Quarantined { since, cause } => {
            CellStateBody::Quarantined { since, cause: cause_body(&cause, words) }
        }
    }
}

pub(crate) fn cause_body(cause: &Cause, words: Words) -> CauseBody {
    let stderr = match words {
        Words::Told => cause.stderr().to_vec(),
        Words::KeptBack => Vec::new(),
    };
    let kind = cause.kind().as_str().to_owned();
    CauseBody {
        kind,
        summary: cause.to_string(),
        exit_code: cause.exit_code(),
        signal: cause.signal(),
        out_of_memory: cause.is_out_of_memory(),
        stderr,
    }
}

pub(crate) fn event_body(event: CellEvent, words: Words) -> CellEventBody {
    CellEventBody {
        id: event.id,
        at: event.step.at,
        from: event.step.from.as_str().to_owned(),
        to: event.step.to.name().to_owned(),
        trigger: event.step.trigger.as_str().to_owned(),
        cause: event.step.cause.map(|cause| cause_body(&cause, words)),
        generation: event.generation.0,
    }
}

pub(crate) fn event_page(events: Vec<CellEvent>, size: PageSize, words: Words) -> CellEventPage {
    let (events, next) = size.cut(events, |last| last.id);
    CellEventPage { events: events.into_iter().map(|event| event_body(event, words)).collect(), next }
}
