//! What happens to other people's agents, and what is ordered of them.

use mosaic_api::FleetActionName;

use crate::fleet::Standing;

/// A standing's name, and what it is called in the style sheet.
pub(crate) const fn standing(standing: Standing) -> (&'static str, &'static str) {
    match standing {
        Standing::GivenUp => ("Given up", "state-quarantined"),
        Standing::Failed => ("Failed", "state-failed"),
        Standing::Moving => ("Changing", "state-moving"),
        Standing::Running => ("Running", "state-running"),
        Standing::Frozen => ("Resting", "state-frozen"),
        Standing::Asleep => ("Asleep", "state-asleep"),
    }
}

/// A state by the server's word for it.
pub(crate) fn state_name(word: &str) -> String {
    match word {
        "absent" => "Asleep".to_owned(),
        "draining" => "Finishing".to_owned(),
        "freezing" => "Going to rest".to_owned(),
        "frozen" => "Resting".to_owned(),
        "thawing" => "Coming back".to_owned(),
        "stopping" => "Going to sleep".to_owned(),
        "quarantined" => "Given up".to_owned(),
        other => spoken(other),
    }
}

/// What moved an agent, by the server's word for it.
pub(crate) fn trigger(word: &str) -> String {
    match word {
        "wake_asked" => "Somebody needed it".to_owned(),
        "became_ready" => "It was ready".to_owned(),
        "died" => "It died".to_owned(),
        "leases_changed" => "Nobody used it any more".to_owned(),
        "idle" => "Nobody had used it for a while".to_owned(),
        "retry_due" => "It was time for the next try".to_owned(),
        "stop_asked" => "Somebody asked to stop it".to_owned(),
        "drain_asked" => "Somebody had it end what it did".to_owned(),
        "drain_lifted" => "Somebody needed it after all".to_owned(),
        "freeze_asked" => "Somebody asked that it rest".to_owned(),
        "recreate_asked" => "Somebody asked for a new container".to_owned(),
        "superseded" => "Its container was to be made otherwise".to_owned(),
        "unresponsive" => "It did not answer its health checks".to_owned(),
        "stopped" => "Its container was gone, as ordered".to_owned(),
        "retry_asked" => "Somebody asked to try again".to_owned(),
        "config_changed" => "What it is set up with changed".to_owned(),
        "fell_back" => "Its settings were refused, and the last healthy ones stand in".to_owned(),
        "suspend_ready" => "It was ready to rest".to_owned(),
        "suspend_busy" => "It was busy with something of its own".to_owned(),
        "suspend_unknown" | "suspend_failed" | "pause_failed" => "It could not be put to rest".to_owned(),
        "paused" => "Its container was paused".to_owned(),
        "evict_asked" => "Its memory was needed for others".to_owned(),
        "found_suspended" | "found_frozen" => "It was found resting".to_owned(),
        "found_running" => "It was found running".to_owned(),
        "found_starting" => "It was found starting".to_owned(),
        "found_nothing" => "No container of it was found".to_owned(),
        other => spoken(other),
    }
}

/// A word for programs that these pages do not know yet.
fn spoken(word: &str) -> String {
    capitalised(&word.replace('_', " "))
}

/// What a button says that orders something.
pub(crate) const fn order(action: FleetActionName) -> &'static str {
    match action {
        FleetActionName::Start => "Start",
        FleetActionName::Stop => "Stop",
        FleetActionName::Restart => "Restart",
        FleetActionName::Drain => "Drain",
        FleetActionName::Freeze => "Freeze",
        FleetActionName::Thaw => "Thaw",
        FleetActionName::Recreate => "Recreate",
    }
}

/// What an order does.
pub(crate) const fn order_effect(action: FleetActionName) -> &'static str {
    match action {
        FleetActionName::Start => {
            "It starts now, though nobody asked anything of it. One that failed or was given up is tried again."
        }
        FleetActionName::Stop => {
            "Answers on their way are cut off. Its memory stays, and its owner’s next message wakes it."
        }
        FleetActionName::Restart => {
            "Answers on their way are cut off. It starts again in a new container, and its memory stays."
        }
        FleetActionName::Drain => {
            "Answers on their way are finished, and nothing new is let in; then it is stopped. Its memory stays, and \
             once it has stopped its owner’s next message wakes it."
        }
        FleetActionName::Freeze => {
            "If nobody uses it and nothing runs in it, its container is paused: it uses no processor, and is back at \
             once with its owner’s next message."
        }
        FleetActionName::Thaw => "Its container goes on, though nobody asked anything of it.",
        FleetActionName::Recreate => {
            "Answers on their way are cut off. Its container is made anew of the image that is set now, also where that \
             failed before; whoever waits goes on waiting, and its memory stays."
        }
    }
}

/// A number of agents.
pub(crate) fn agents(count: usize) -> String {
    if count == 1 { "1 agent".to_owned() } else { format!("{} agents", number(count)) }
}

/// A number with its thousands set apart.
pub(crate) fn number(number: usize) -> String {
    let (rest, last) = (number / 1_000, number % 1_000);
    if rest == 0 { last.to_string() } else { format!("{},{last:03}", self::number(rest)) }
}

/// A summary as a sentence of its own.
pub(crate) fn sentence(summary: &str) -> String {
    capitalised(summary.trim_end_matches('.')) + "."
}

fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    first + letters.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_numbers_can_be_read() {
        assert_eq!(
            [0, 999, 1_000, 10_001, 1_000_000].map(number),
            ["0", "999", "1,000", "10,001", "1,000,000"]
        );
        assert_eq!((agents(1), agents(1_204)), ("1 agent".to_owned(), "1,204 agents".to_owned()));
    }

    #[test]
    fn a_cause_reads_as_a_sentence() {
        assert_eq!(sentence("it ran out of memory"), "It ran out of memory.");
        assert_eq!(sentence("Already one."), "Already one.");
    }

    #[test]
    fn a_word_that_is_not_known_is_still_told() {
        assert_eq!(trigger("moon_was_full"), "Moon was full");
        assert_eq!(state_name("running"), "Running");
        assert_eq!(state_name(""), "");
    }
}
