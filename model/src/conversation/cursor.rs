//! How far somebody has read a conversation: `TURN.EVENT`, or `TURN.end` behind the last event of a turn.

use std::{fmt, str::FromStr};

/// Behind which event of a turn somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ChatPosition {
    /// Behind the event of this number; 0 is before all.
    Event(u64),
    /// Behind the last.
    End,
}

/// How far somebody has read a conversation.
///
/// Its text is the id of the event they saw last. Cursors are in the order in which events come: a turn ends
/// before the next one begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChatCursor {
    /// The turn's number; 0 is before the first.
    pub turn: u64,
    /// Behind which of its events.
    pub position: ChatPosition,
}

impl ChatCursor {
    /// Before everything.
    pub const START: Self = Self::ended(0);

    /// Behind an event of a turn.
    pub const fn at(turn: u64, event: u64) -> Self {
        Self { turn, position: ChatPosition::Event(event) }
    }

    /// Behind a turn.
    pub const fn ended(turn: u64) -> Self {
        Self { turn, position: ChatPosition::End }
    }
}

impl fmt::Display for ChatCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position {
            ChatPosition::Event(event) => write!(f, "{}.{event}", self.turn),
            ChatPosition::End => write!(f, "{}.end", self.turn),
        }
    }
}

/// The text is no cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a cursor is the id of an event, such as 3.17 or 3.end")]
pub struct ParseChatCursorError;

impl FromStr for ChatCursor {
    type Err = ParseChatCursorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Not more than the database can count to, and nothing but digits: no sign, no space.
        let number = |digits: &str| {
            let is_plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            let number = digits.parse().ok().filter(|number| i64::try_from(*number).is_ok());
            number.filter(|_: &u64| is_plain).ok_or(ParseChatCursorError)
        };
        let (turn, position) = text.split_once('.').ok_or(ParseChatCursorError)?;
        let position =
            if position == "end" { ChatPosition::End } else { ChatPosition::Event(number(position)?) };
        Ok(Self { turn: number(turn)?, position })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_cursor_is_refused() {
        for text in
            ["", ".", "1", "1.", ".end", "+1.2", "1.-2", "1.2.3", "x.end", "1.END", "99999999999999999999.1"]
        {
            assert_eq!(text.parse::<ChatCursor>(), Err(ParseChatCursorError), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_cursor_reads_back_and_a_turn_ends_before_the_next(turn in 0..1_u64 << 40, event in 0..1_u64 << 40) {
            for cursor in [ChatCursor::at(turn, event), ChatCursor::ended(turn)] {
                prop_assert_eq!(cursor.to_string().parse(), Ok(cursor));
            }
            prop_assert!(ChatCursor::at(turn, event) < ChatCursor::at(turn, event + 1));
            prop_assert!(ChatCursor::at(turn, event) < ChatCursor::ended(turn));
            prop_assert!(ChatCursor::ended(turn) < ChatCursor::at(turn + 1, 0));
        }

        #[test]
        fn any_text_is_survived(text in ".{0,40}") {
            let _ = text.parse::<ChatCursor>();
        }
    }
}
