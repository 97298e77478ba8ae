//! Where an agent is in its life, in a word.

use mosaic_api::CellStateBody;

/// The word for a state, and its name in the style sheet.
pub(crate) const fn state(state: &CellStateBody) -> (&'static str, &'static str) {
    match state {
        CellStateBody::Absent => ("Asleep", "state-asleep"),
        CellStateBody::Starting { .. } => ("Starting", "state-moving"),
        CellStateBody::Running { .. } => ("Running", "state-running"),
        CellStateBody::Draining { .. } => ("Finishing", "state-moving"),
        CellStateBody::Freezing { .. } => ("Going to rest", "state-moving"),
        CellStateBody::Frozen { .. } => ("Resting", "state-frozen"),
        CellStateBody::Thawing { .. } => ("Coming back", "state-moving"),
        CellStateBody::Stopping { .. } => ("Going to sleep", "state-moving"),
        CellStateBody::Failed { .. } => ("Failed", "state-failed"),
        CellStateBody::Quarantined { .. } => ("Given up", "state-quarantined"),
    }
}
