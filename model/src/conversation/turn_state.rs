//! How far a turn is.

/// How far a turn is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TurnState {
    /// Asked; the agent does not know of it yet.
    Queued,
    /// Handed over; the agent may have to wake first. From here on it is never asked again.
    Waking,
    /// The agent answers.
    Streaming,
    /// Answered.
    Done,
    /// Stopped by its user.
    Stopped,
    /// There will be no whole answer, for a reason that is kept.
    Failed,
    /// Mosaic ended in the middle of it.
    Interrupted,
}

/// What happens to a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TurnEvent {
    /// It is handed over to the fleet.
    Forwarded,
    /// The agent begins to answer.
    Began,
    /// The agent has said all.
    Completed,
    /// Its user stopped it.
    StopAsked,
    /// It cannot be answered, or not to the end.
    Broke,
    /// Mosaic ends, or has ended, in the middle of it.
    Abandoned,
    /// The whole answer was found with the agent after Mosaic had ended in the middle of it.
    Found,
}

/// It cannot happen to a turn that is this far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{event:?} cannot happen to a turn that is {state:?}")]
pub struct IllegalTurnEvent {
    /// How far it is.
    pub state: TurnState,
    /// What was to happen.
    pub event: TurnEvent,
}

impl TurnState {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::Queued,
        Self::Waking,
        Self::Streaming,
        Self::Done,
        Self::Stopped,
        Self::Failed,
        Self::Interrupted,
    ];

    /// Where it is after an event.
    ///
    /// # Errors
    /// [`IllegalTurnEvent`] where the event cannot happen: what has ended stays as it ended.
    pub const fn apply(self, event: TurnEvent) -> Result<Self, IllegalTurnEvent> {
        use TurnEvent::{Abandoned, Began, Broke, Completed, Forwarded, Found, StopAsked};
        Ok(match (self, event) {
            (Self::Queued, Forwarded) => Self::Waking,
            (Self::Waking, Began) => Self::Streaming,
            (Self::Streaming, Completed) | (Self::Waking | Self::Streaming, Found) => Self::Done,
            (Self::Queued | Self::Waking | Self::Streaming, StopAsked) => Self::Stopped,
            (Self::Queued | Self::Waking | Self::Streaming, Broke) => Self::Failed,
            (Self::Queued | Self::Waking | Self::Streaming, Abandoned) => Self::Interrupted,
            (state, event) => return Err(IllegalTurnEvent { state, event }),
        })
    }

    /// Whether nothing more happens to it.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Stopped | Self::Failed | Self::Interrupted)
    }

    /// Its name, as stored and as sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Waking => "waking",
            Self::Streaming => "streaming",
            Self::Done => "done",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
        }
    }

    /// Reads a name back.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const EVENTS: [TurnEvent; 7] = [
        TurnEvent::Forwarded,
        TurnEvent::Began,
        TurnEvent::Completed,
        TurnEvent::StopAsked,
        TurnEvent::Broke,
        TurnEvent::Abandoned,
        TurnEvent::Found,
    ];

    #[test]
    fn names_read_back() {
        for state in TurnState::ALL {
            assert_eq!(TurnState::parse(state.as_str()), Some(state));
        }
        assert_eq!(TurnState::parse("asleep"), None);
    }

    #[test]
    fn an_answer_is_only_whole_after_the_agent_was_asked() {
        assert!(TurnState::Queued.apply(TurnEvent::Completed).is_err());
        assert!(TurnState::Queued.apply(TurnEvent::Found).is_err());
        assert!(TurnState::Waking.apply(TurnEvent::Completed).is_err());
    }

    proptest! {
        #[test]
        fn a_turn_is_handed_over_once_ends_once_and_can_always_end(
            events in prop::collection::vec(prop::sample::select(EVENTS.as_slice()), 0..30),
        ) {
            let (mut state, mut forwarded) = (TurnState::Queued, 0);
            for event in events {
                let next = state.apply(event);
                if state.is_over() {
                    prop_assert_eq!(next, Err(IllegalTurnEvent { state, event }));
                    continue;
                }
                // Whatever is open can be stopped, fail and be abandoned.
                for end in [TurnEvent::StopAsked, TurnEvent::Broke, TurnEvent::Abandoned] {
                    prop_assert!(state.apply(end).is_ok_and(TurnState::is_over));
                }
                if let Ok(next) = next {
                    forwarded += u32::from(event == TurnEvent::Forwarded);
                    prop_assert_ne!(next, TurnState::Queued);
                    state = next;
                }
            }
            prop_assert!(forwarded <= 1, "never asked twice");
            prop_assert!(state != TurnState::Done || forwarded == 1);
        }
    }
}
