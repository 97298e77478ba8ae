//! How what somebody has saved stands with their agent, in their words.

use mosaic_api::{CellConfigBody, ConfigHow, ConfigState};

/// A change that has not reached the agent yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChangeWords {
    pub(crate) sentence: String,
    /// Whether it was tried in vain.
    pub(crate) failed: bool,
    /// Whether it waits for the end of an answer, and can be had at once.
    pub(crate) waits: bool,
}

/// Tells what is still to come; nothing where all has been taken up.
pub(crate) fn change(config: &CellConfigBody) -> Option<ChangeWords> {
    let waits = config.how == Some(ConfigHow::Restart);
    let sentence = match config.state {
        ConfigState::Applied => return None,
        ConfigState::Pending if waits => {
            "What you changed applies at the next pause: when no answer is being written.".to_owned()
        }
        ConfigState::Pending => "What you changed is being taken up.".to_owned(),
        ConfigState::Failed => {
            let reason = config.reason.as_deref().unwrap_or("it did not say why").trim_end_matches('.');
            format!(
                "What you changed is saved, but your agent did not take it up: {reason}. It is tried again."
            )
        }
    };
    Some(ChangeWords { sentence, failed: config.state == ConfigState::Failed, waits })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(state: ConfigState, how: Option<ConfigHow>, reason: Option<&str>) -> Option<ChangeWords> {
        change(&CellConfigBody { state, how, reason: reason.map(str::to_owned) })
    }

    #[test]
    fn what_was_taken_up_is_not_told() {
        assert_eq!(told(ConfigState::Applied, None, None), None);
    }

    #[test]
    fn what_waits_for_a_pause_can_be_had_at_once_and_what_goes_live_need_not() {
        let waits = told(ConfigState::Pending, Some(ConfigHow::Restart), None).expect("it is to come");
        assert!(waits.waits && !waits.failed);
        let live = told(ConfigState::Pending, Some(ConfigHow::Live), None).expect("it is to come");
        assert!(!live.waits && !live.failed);
    }

    #[test]
    fn what_failed_says_why_once() {
        let failed =
            told(ConfigState::Failed, Some(ConfigHow::Live), Some("It refused.")).expect("it is told");
        assert!(failed.failed && failed.sentence.contains("did not take it up: It refused. It is tried"));
    }
}
