//! The state of a person's agent, in their words.

use chrono::{DateTime, Utc};
use mosaic_api::{CauseBody, CellBody, CellStateBody};

use super::wait;

/// What can be done about an agent's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CellDeed {
    Stop,
    Retry,
}

/// An agent's state as it is told.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CellWords {
    /// For the pill.
    pub(crate) word: &'static str,
    /// For the style sheet.
    pub(crate) class: &'static str,
    pub(crate) sentence: &'static str,
    pub(crate) since: Option<DateTime<Utc>>,
    /// Why it is so.
    pub(crate) cause: Option<CauseBody>,
    /// What comes next.
    pub(crate) next: String,
    pub(crate) deed: Option<CellDeed>,
}

/// Whether it is on its way somewhere, and worth looking at often.
pub(crate) fn is_moving(cell: &CellBody) -> bool {
    matches!(cell.state, CellStateBody::Starting { .. } | CellStateBody::Stopping { .. }) || cell.waiting > 0
}

/// Tells a state.
pub(crate) fn cell(cell: &CellBody, now: DateTime<Utc>) -> CellWords {
    let plain = |word, class, sentence, since, next: &str| CellWords {
        word,
        class,
        sentence,
        since,
        cause: None,
        next: next.to_owned(),
        deed: None,
    };
    match &cell.state {
        CellStateBody::Absent => {
            let next = "It keeps what it knows, and wakes with your next message.";
            plain("Asleep", "state-asleep", "Your agent is asleep", None, next)
        }
        CellStateBody::Starting { since } => {
            let next = "Your messages wait for it and are answered as soon as it is ready.";
            plain("Starting", "state-moving", "Your agent is starting", Some(*since), next)
        }
        CellStateBody::Running { since, .. } => {
            let next = "When nobody uses it for a while it goes to sleep by itself.";
            let told = plain("Running", "state-running", "Your agent is running", Some(*since), next);
            CellWords { deed: Some(CellDeed::Stop), ..told }
        }
        CellStateBody::Stopping { since } => {
            let next = "It keeps what it knows, and wakes with your next message.";
            plain("Going to sleep", "state-moving", "Your agent is going to sleep", Some(*since), next)
        }
        CellStateBody::Failed { since, cause, retry_at } => {
            let told = plain("Failed", "state-failed", "Your agent failed", Some(*since), "");
            let left = (*retry_at - now).num_seconds().clamp(0, i64::from(u32::MAX));
            let next = match u32::try_from(left) {
                Ok(secs) if secs > 0 => format!("It is tried again in {}.", wait(secs)),
                _ => "It is tried again with your next message.".to_owned(),
            };
            CellWords { cause: Some(cause.clone()), next, deed: Some(CellDeed::Retry), ..told }
        }
        CellStateBody::Quarantined { since, cause } => {
            let next =
                "It failed too often and is not tried again by itself. Change what is wrong, or try again.";
            let told = plain("Given up", "state-quarantined", "Your agent keeps failing", Some(*since), next);
            CellWords { cause: Some(cause.clone()), deed: Some(CellDeed::Retry), ..told }
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn a_failure_says_why_and_when_it_is_tried_again() {
        let now = DateTime::from_timestamp(1_700_000_000, 0).expect("a time");
        let cause = CauseBody { summary: "It ended.".to_owned(), exit_code: Some(1), stderr: Vec::new() };
        let state = CellStateBody::Failed { since: now, cause, retry_at: now + TimeDelta::seconds(75) };
        let told = cell(&CellBody { id: String::new(), state, leases: 0, waiting: 0 }, now);
        assert_eq!(told.next, "It is tried again in 1 min 15 s.");
        assert_eq!(
            (told.cause.map(|it| it.summary), told.deed),
            (Some("It ended.".to_owned()), Some(CellDeed::Retry))
        );
    }
}
