//! What a gateway is told of a thread, and what its texts may be.
//!
//! A gateway keeps a transcript for each of its sessions, and that only grows: it cannot be told that a question
//! was asked differently, and it forgets the half of an answer that was stopped. So a turn goes on in the session
//! of the turn before it only while that session holds exactly what the user sees; otherwise a new session begins,
//! which is told all of it.

use super::title::{one_line, plain_words};
use super::{Turn, TurnState};
use crate::AgentId;

/// The longest question. Bytes.
pub const QUESTION_MAX_BYTES: usize = 200_000;
/// The longest title. Characters.
pub const TITLE_MAX_CHARS: usize = 120;
/// How long a title is that is taken from a question. Characters.
const TITLE_FROM_QUESTION_CHARS: usize = 60;
/// How much of a thread a new session is told: what was said last. Bytes.
const REMEMBERED_MAX_BYTES: usize = 400_000;

/// What is wrong with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// There is nothing in it.
    #[error("write something first")]
    Empty,
    /// The question is too long.
    #[error("a message has at most {QUESTION_MAX_BYTES} bytes: send it in parts")]
    TooLong,
    /// It is no text.
    #[error("text must not contain the character U+0000")]
    Unkeepable,
    /// The title is none.
    #[error("a title has 1 to {TITLE_MAX_CHARS} characters, no line break among them")]
    Title,
}

/// A question as it is asked: without the blank edges.
pub fn check_question(text: &str) -> Result<&str, TextError> {
    let text = text.trim();
    match text {
        "" => Err(TextError::Empty),
        text if text.len() > QUESTION_MAX_BYTES => Err(TextError::TooLong),
        text if text.contains('\0') => Err(TextError::Unkeepable),
        text => Ok(text),
    }
}

/// A title as it is kept: without the blank edges.
pub fn check_title(text: &str) -> Result<&str, TextError> {
    let text = text.trim();
    let is_sound = (1..=TITLE_MAX_CHARS).contains(&text.chars().count()) && !text.contains(char::is_control);
    if is_sound { Ok(text) } else { Err(TextError::Title) }
}

/// The title that a conversation gets from its first question: the words at its beginning without the marks of
/// Markdown, on one line, cut between words. A question that is nothing but marks is its own title.
pub fn title_from(question: &str) -> String {
    let plain = one_line(&plain_words(question));
    let line = if plain.is_empty() { one_line(question) } else { plain };
    if line.chars().count() <= TITLE_FROM_QUESTION_CHARS {
        return line;
    }
    let cut: String = line.chars().take(TITLE_FROM_QUESTION_CHARS).collect();
    let whole = cut.rsplit_once(' ').map(|(before, _)| before).filter(|it| it.len() * 2 > cut.len());
    format!("{}…", whole.unwrap_or(&cut))
}

/// The session in which a question to this agent goes on, after the last turn of the thread; none where a new one
/// has to begin.
pub fn goes_on_in(last: Option<&Turn>, agent: AgentId) -> Option<&str> {
    let last = last.filter(|turn| turn.state == TurnState::Done)?;
    (last.agent.as_ref().is_some_and(|(id, _)| *id == agent)).then_some(last.session.as_str())
}

/// Something that was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Utterance<'a> {
    /// By the user; otherwise by an agent.
    pub by_user: bool,
    /// The words.
    pub text: &'a str,
}

/// What a new session is told of a thread: what was said last, in order, as much as fits. Always whole turns.
pub fn remembered(thread: &[Turn]) -> Vec<Utterance<'_>> {
    let mut room = REMEMBERED_MAX_BYTES;
    let fits = |turn: &&Turn| {
        let size = turn.question.len() + turn.answer.len();
        let fits = size <= room;
        room = room.saturating_sub(size);
        fits
    };
    let kept = thread.iter().rev().take_while(fits).count();
    let newest = thread[thread.len() - kept..].iter();
    // A question that got no word of an answer is still what the user sees.
    newest
        .flat_map(|turn| {
            let (question, answer) = (turn.question.as_str(), turn.answer.as_str());
            [Utterance { by_user: true, text: question }, Utterance { by_user: false, text: answer }]
        })
        .filter(|utterance| !utterance.text.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{AgentSlug, Timestamp, TurnId};

    fn agent(seed: u8) -> AgentId {
        AgentId::new(Timestamp::UNIX_EPOCH, [seed; 10])
    }

    fn turn(number: u64, state: TurnState, question: &str, answer: &str) -> Turn {
        Turn {
            id: TurnId::new(Timestamp::UNIX_EPOCH, [1; 10]),
            number,
            replaces: None,
            agent: Some((agent(1), AgentSlug::parse("main").unwrap())),
            session: "s1".to_owned(),
            question: question.to_owned(),
            answer: answer.to_owned(),
            state,
            failure: None,
            usage: None,
            created_at: Timestamp::UNIX_EPOCH,
            finished_at: None,
        }
    }

    #[test]
    fn only_a_whole_answer_of_the_same_agent_is_gone_on_from() {
        for state in TurnState::ALL {
            let last = turn(1, state, "a", "b");
            let expected = (state == TurnState::Done).then_some("s1");
            assert_eq!(goes_on_in(Some(&last), agent(1)), expected, "{state:?}");
            assert_eq!(goes_on_in(Some(&last), agent(2)), None);
        }
        assert_eq!(goes_on_in(None, agent(1)), None);
        let orphan = Turn { agent: None, ..turn(1, TurnState::Done, "a", "b") };
        assert_eq!(goes_on_in(Some(&orphan), agent(1)), None);
    }

    #[test]
    fn a_title_is_the_beginning_of_the_question_on_one_line() {
        assert_eq!(title_from("  Why\nis the\t sky blue? "), "Why is the sky blue?");
        let long = title_from(&"word ".repeat(40));
        assert!(long.ends_with("word…") && long.chars().count() <= TITLE_FROM_QUESTION_CHARS + 1, "{long}");
        assert_eq!(title_from(&"x".repeat(200)).chars().count(), TITLE_FROM_QUESTION_CHARS + 1);
        assert_eq!(title_from("## **Why** is\n`sky` blue?"), "Why is sky blue?");
        assert_eq!(title_from("***"), "***", "better than no title");
    }

    proptest! {
        #[test]
        fn whatever_is_asked_makes_a_title(question in "\\PC{0,200}") {
            let title = title_from(&question);
            prop_assert!(title.is_empty() || check_title(&title).is_ok(), "{:?}", title);
        }

        #[test]
        fn a_new_session_is_told_the_end_of_the_thread_in_order(
            sizes in prop::collection::vec(0..REMEMBERED_MAX_BYTES / 3, 0..12),
        ) {
            let thread: Vec<Turn> = sizes.iter().enumerate().map(|(number, size)| {
                turn(number as u64 + 1, TurnState::Done, &"q".repeat(*size), &"a".repeat(*size / 2))
            }).collect();
            let told = remembered(&thread);
            let bytes: usize = told.iter().map(|it| it.text.len()).sum();
            prop_assert!(bytes <= REMEMBERED_MAX_BYTES);
            let all: Vec<Utterance<'_>> = thread.iter().flat_map(|turn| {
                [Utterance { by_user: true, text: &turn.question }, Utterance { by_user: false, text: &turn.answer }]
            }).filter(|it| !it.text.is_empty()).collect();
            prop_assert!(all.ends_with(&told));
            prop_assert!(told.is_empty() || told[0].by_user);
        }
    }

    #[test]
    fn what_can_be_asked_and_called() {
        assert_eq!(check_question(" hi\n"), Ok("hi"));
        assert_eq!(check_question(" \n"), Err(TextError::Empty));
        assert_eq!(check_question("a\0b"), Err(TextError::Unkeepable));
        assert_eq!(check_question(&"x".repeat(QUESTION_MAX_BYTES + 1)), Err(TextError::TooLong));
        assert_eq!(check_title(" Sky "), Ok("Sky"));
        for title in ["", " ", "a\nb", &"x".repeat(TITLE_MAX_CHARS + 1)] {
            assert_eq!(check_title(title), Err(TextError::Title));
        }
    }
}
