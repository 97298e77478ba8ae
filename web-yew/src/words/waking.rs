//! How far an agent is on its way up, for whoever waits for it.

use mosaic_api::{WakePhaseName, WakingBody, WakingPhase};

use super::wait;

/// How long after the expected time it is said that it takes longer. Seconds.
const LATE_SECS: i64 = 10;

/// How far an agent is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HowFar {
    pub(crate) phase: WakingPhase,
    /// Its place in line and how many wait, while it waits.
    pub(crate) place: Option<(u64, u64)>,
    /// What is left, as far as anybody can know; below zero where it should have been ready by now.
    pub(crate) left_secs: Option<i64>,
}

impl HowFar {
    /// By what a look at the agent told so many seconds ago.
    pub(crate) fn by(told: &WakingBody, seconds_ago: i64) -> Self {
        let phase = match told.phase {
            WakePhaseName::WaitingForMemory => WakingPhase::WaitingForMemory,
            WakePhaseName::Queued => WakingPhase::Queued,
            WakePhaseName::Creating => WakingPhase::Creating,
            WakePhaseName::Starting => WakingPhase::Starting,
        };
        let left_secs =
            told.left_secs.and_then(|secs| i64::try_from(secs).ok()).map(|secs| secs - seconds_ago);
        Self { phase, place: told.place.zip(told.of), left_secs }
    }
}

/// Where it is and how long it takes yet.
pub(crate) fn waking(how_far: HowFar) -> String {
    let step = waking_step(how_far);
    match (how_far.phase, how_far.left_secs) {
        // Nobody knows when others leave.
        (WakingPhase::WaitingForMemory | WakingPhase::Ready, _) | (_, None) => step,
        (_, Some(secs)) if secs > 0 => {
            let wait = wait(u32::try_from(secs).unwrap_or(u32::MAX));
            let left = if how_far.phase == WakingPhase::Queued { "" } else { " left" };
            format!("{step}, about {wait}{left}")
        }
        (WakingPhase::Queued, _) => step,
        (_, Some(secs)) if secs < -LATE_SECS => format!("{step}, longer than usual"),
        (WakingPhase::Starting, _) => format!("{step}, ready any moment"),
        (WakingPhase::Creating, _) => step,
    }
}

/// Where it is, without what changes every second.
pub(crate) fn waking_step(HowFar { phase, place, .. }: HowFar) -> String {
    match (phase, place) {
        (WakingPhase::WaitingForMemory, Some((number, of))) => {
            format!("Waiting until this server has memory for it: {number} of {of}")
        }
        (WakingPhase::WaitingForMemory, None) => "Waiting until this server has memory for it".to_owned(),
        (WakingPhase::Queued, Some((number, of))) => format!("Waiting in line: {number} of {of}"),
        (WakingPhase::Queued, None) => "About to begin".to_owned(),
        (WakingPhase::Creating, _) => "Making its container".to_owned(),
        (WakingPhase::Starting, _) => "Starting".to_owned(),
        (WakingPhase::Ready, _) => "Thinking…".to_owned(),
    }
}

/// Where it is, in as few words as fit beside other things.
pub(crate) fn waking_word(HowFar { phase, place, left_secs }: HowFar) -> String {
    let (word, left) = match (phase, place) {
        (WakingPhase::WaitingForMemory, _) => ("Waiting for memory".to_owned(), None),
        (WakingPhase::Queued, Some((number, of))) => (format!("In line: {number} of {of}"), None),
        (WakingPhase::Queued | WakingPhase::Starting, _) => ("Starting".to_owned(), left_secs),
        (WakingPhase::Creating, _) => ("Being made".to_owned(), left_secs),
        (WakingPhase::Ready, _) => ("Running".to_owned(), None),
    };
    match left.and_then(|secs| u32::try_from(secs).ok()) {
        Some(secs) if secs > 0 => format!("{word}, {}", wait(secs)),
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn how_far(phase: WakingPhase, place: Option<(u64, u64)>, left_secs: Option<i64>) -> HowFar {
        HowFar { phase, place, left_secs }
    }

    #[test]
    fn each_phase_is_told_truthfully() {
        use WakingPhase::{Creating, Queued, Ready, Starting, WaitingForMemory};
        let third = Some((3, 7));
        for (phase, place, left, says, word) in [
            (Queued, third, Some(12), "Waiting in line: 3 of 7, about 12 s", "In line: 3 of 7"),
            (Queued, third, None, "Waiting in line: 3 of 7", "In line: 3 of 7"),
            (Queued, None, None, "About to begin", "Starting"),
            (
                Creating,
                None,
                Some(75),
                "Making its container, about 1 min 15 s left",
                "Being made, 1 min 15 s",
            ),
            (Creating, None, None, "Making its container", "Being made"),
            (Starting, None, Some(9), "Starting, about 9 s left", "Starting, 9 s"),
            (Starting, None, None, "Starting", "Starting"),
            (Ready, None, Some(3), "Thinking…", "Running"),
            (
                WaitingForMemory,
                third,
                Some(5),
                "Waiting until this server has memory for it: 3 of 7",
                "Waiting for memory",
            ),
        ] {
            let it = how_far(phase, place, left);
            assert_eq!((waking(it).as_str(), waking_word(it).as_str()), (says, word));
        }
    }

    #[test]
    fn what_takes_longer_than_expected_never_counts_below_nothing() {
        for late in [0, -4, -LATE_SECS, -LATE_SECS - 1, i64::MIN] {
            for phase in [WakingPhase::Queued, WakingPhase::Creating, WakingPhase::Starting] {
                let it = how_far(phase, Some((1, 1)), Some(late));
                let told = waking(it) + &waking_word(it);
                assert!(!told.contains('-') && !told.contains(" s"), "{late}: {told}");
            }
        }
        let starting = |left| waking(how_far(WakingPhase::Starting, None, Some(left)));
        assert_eq!(starting(-1), "Starting, ready any moment");
        assert_eq!(starting(-LATE_SECS - 1), "Starting, longer than usual");
    }

    #[test]
    fn what_a_look_told_is_counted_down_until_the_next() {
        let told = WakingBody { phase: WakePhaseName::Starting, place: None, of: None, left_secs: Some(9) };
        assert_eq!(waking(HowFar::by(&told, 0)), "Starting, about 9 s left");
        assert_eq!(waking(HowFar::by(&told, 4)), "Starting, about 5 s left");
        assert_eq!(waking(HowFar::by(&told, 9)), "Starting, ready any moment");
    }
}
