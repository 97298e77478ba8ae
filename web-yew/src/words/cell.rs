//! The state of a person's agent, in their words.

use chrono::{DateTime, Utc};
use mosaic_api::{CauseBody, CellBody, CellStateBody, ConfigState};

use super::{HowFar, state as named, wait};

const WAKES: &str = "It keeps what it knows, and wakes with your next message.";
const BACK: &str = "It keeps all it has in mind, and is back at once with your next message.";

/// What can be done about an agent's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CellDeed {
    Stop,
    Retry,
    /// Take up at once what was changed.
    Apply,
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
    /// How far it is on its way up, while it is.
    pub(crate) how_far: Option<HowFar>,
}

/// Whether something is on its way with it that is not told as it happens, and is worth looking at often.
pub(crate) fn is_unsettled(cell: &CellBody) -> bool {
    let moves = matches!(
        cell.live.state,
        CellStateBody::Starting { .. }
            | CellStateBody::Draining { .. }
            | CellStateBody::Freezing { .. }
            | CellStateBody::Thawing { .. }
            | CellStateBody::Stopping { .. }
    );
    moves || cell.live.waiting > 0 || !cell.busy_with.is_empty() || cell.config.state != ConfigState::Applied
}

/// Tells the state that was seen at `seen_at`, and that it runs with something else than what is wanted.
pub(crate) fn cell(cell: &CellBody, seen_at: DateTime<Utc>, now: DateTime<Utc>) -> CellWords {
    let told = state(cell, now);
    let refused = || cell.fallback.as_ref().map(|it| refusal(&it.summary, &it.stderr));
    let failed = || cell.image_fallback.as_ref().map(|it| refusal(&it.summary, &[]));
    let cause = told.cause.clone().or_else(refused).or_else(failed);
    let how_far = cell.live.waking.as_ref().map(|it| HowFar::by(it, (now - seen_at).num_seconds()));
    CellWords { cause, how_far, ..told }
}

/// A refused configuration, or an image that it was not well with, told like the death that it is no more.
fn refusal(summary: &str, stderr: &[String]) -> CauseBody {
    CauseBody {
        kind: String::new(),
        summary: summary.to_owned(),
        exit_code: None,
        signal: None,
        out_of_memory: false,
        stderr: stderr.to_vec(),
    }
}

fn state(cell: &CellBody, now: DateTime<Utc>) -> CellWords {
    let (word, class) = named(&cell.live.state);
    let plain = |sentence, since, next: &str| CellWords {
        word,
        class,
        sentence,
        since,
        cause: None,
        next: next.to_owned(),
        deed: None,
        how_far: None,
    };
    match &cell.live.state {
        CellStateBody::Absent => plain("Your agent is asleep", None, WAKES),
        CellStateBody::Starting { since } => {
            let next = "Your messages wait for it and are answered as soon as it is ready.";
            plain("Your agent is starting", Some(*since), next)
        }
        CellStateBody::Running { since, .. } => {
            let next = if cell.keep_awake {
                "It is kept awake."
            } else {
                "When nobody uses it for a while it goes to sleep by itself."
            };
            let told = plain("Your agent is running", Some(*since), next);
            let by_itself = cell.busy_with.first();
            let next = by_itself.map_or(told.next, |work| {
                format!("It goes on though nobody uses it: {}.", work.message.trim_end_matches('.'))
            });
            CellWords { deed: Some(CellDeed::Stop), next, ..told }
        }
        CellStateBody::Draining { since } => {
            let next =
                "An administrator has it end what it does. When it has stopped, your next message wakes it.";
            plain("Your agent is finishing", Some(*since), next)
        }
        CellStateBody::Freezing { since } => plain("Your agent is going to rest", Some(*since), BACK),
        CellStateBody::Frozen { since, .. } => {
            let told = plain("Your agent is resting", Some(*since), BACK);
            CellWords { deed: Some(CellDeed::Stop), ..told }
        }
        CellStateBody::Thawing { since } => {
            let next = "Your messages are answered as soon as it is back.";
            plain("Your agent is coming back", Some(*since), next)
        }
        CellStateBody::Stopping { since } => plain("Your agent is going to sleep", Some(*since), WAKES),
        CellStateBody::Failed { since, cause, retry_at } => {
            let told = plain("Your agent failed", Some(*since), "");
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
            let told = plain("Your agent keeps failing", Some(*since), next);
            CellWords { cause: Some(cause.clone()), deed: Some(CellDeed::Retry), ..told }
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use mosaic_api::{CellConfigBody, FallbackBody, ImageFallbackBody, LiveCell};

    use super::*;

    fn body(state: CellStateBody, fallback: Option<FallbackBody>) -> CellBody {
        let (id, busy_with, revision) = (String::new(), Vec::new(), None);
        CellBody {
            live: LiveCell { id, state, leases: 0, waiting: 0, waits_for_memory: false, waking: None },
            busy_with,
            keep_awake: false,
            idle_timeout_secs: None,
            revision,
            fallback,
            image_fallback: None,
            config: CellConfigBody { state: ConfigState::Applied, how: None, reason: None },
        }
    }

    #[test]
    fn what_keeps_an_agent_busy_by_itself_is_told() {
        let now = DateTime::from_timestamp(1_700_000_000, 0).expect("a time");
        let mut busy = body(CellStateBody::Running { since: now, idle_since: Some(now) }, None);
        let message = "1 job".to_owned();
        busy.busy_with.push(mosaic_api::BlockerBody { kind: "cron".to_owned(), count: 1, message });
        assert_eq!(cell(&busy, now, now).next, "It goes on though nobody uses it: 1 job.");
    }

    #[test]
    fn an_agent_on_its_way_up_is_counted_down_from_when_it_was_looked_at() {
        let now = DateTime::from_timestamp(1_700_000_000, 0).expect("a time");
        let mut starting = body(CellStateBody::Starting { since: now }, None);
        let phase = mosaic_api::WakePhaseName::Starting;
        starting.live.waking =
            Some(mosaic_api::WakingBody { phase, place: None, of: None, left_secs: Some(9) });
        let left =
            |later| cell(&starting, now, now + TimeDelta::seconds(later)).how_far.and_then(|it| it.left_secs);
        assert_eq!([0, 3, 10].map(left), [Some(9), Some(6), Some(-1)]);
    }

    #[test]
    fn an_agent_that_went_back_to_an_earlier_image_says_why() {
        let since = DateTime::from_timestamp(1_700_000_000, 0).expect("a time");
        let mut went_back = body(CellStateBody::Running { since, idle_since: None }, None);
        let (image, failed) = ("old".to_owned(), "new".to_owned());
        let summary = "With the image new it ended.".to_owned();
        went_back.image_fallback = Some(ImageFallbackBody { summary: summary.clone(), image, failed, since });
        assert_eq!(cell(&went_back, since, since).cause.map(|cause| cause.summary), Some(summary));
    }

    #[test]
    fn an_agent_that_runs_with_what_was_healthy_says_why() {
        let since = DateTime::from_timestamp(1_700_000_000, 0).expect("a time");
        let summary = "Revision 2 was refused.".to_owned();
        let stderr = vec!["its last words".to_owned()];
        let fallback =
            FallbackBody { summary, revision: 1, refused: 2, since, stderr, difference: Vec::new() };
        let running = CellStateBody::Running { since, idle_since: None };
        let told = cell(&body(running.clone(), Some(fallback)), since, since);
        let cause = told.cause.expect("it is told");
        assert_eq!((cause.summary.as_str(), cause.stderr.len()), ("Revision 2 was refused.", 1));
        assert_eq!((told.word, told.deed), ("Running", Some(CellDeed::Stop)));
        assert_eq!(cell(&body(running, None), since, since).cause, None);
    }

    #[test]
    fn a_failure_says_why_and_when_it_is_tried_again() {
        let now = DateTime::from_timestamp(1_700_000_000, 0).expect("a time");
        let cause = CauseBody {
            kind: "exit".to_owned(),
            summary: "It ended.".to_owned(),
            exit_code: Some(1),
            signal: None,
            out_of_memory: false,
            stderr: Vec::new(),
        };
        let state = CellStateBody::Failed { since: now, cause, retry_at: now + TimeDelta::seconds(75) };
        let told = cell(&body(state, None), now, now);
        assert_eq!(told.next, "It is tried again in 1 min 15 s.");
        assert_eq!(
            (told.cause.map(|it| it.summary), told.deed),
            (Some("It ended.".to_owned()), Some(CellDeed::Retry))
        );
    }
}
