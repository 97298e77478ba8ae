//! Conversations and their turns: one question, one answer, and how far it is.

mod cursor;
mod thread;
mod title;
mod turn_state;

pub use self::{
    cursor::{ChatCursor, ChatPosition, ParseChatCursorError},
    thread::{QUESTION_MAX_BYTES, TITLE_MAX_CHARS, TextError, Utterance, check_question, check_title},
    thread::{goes_on_in, remembered, title_from},
    turn_state::{IllegalTurnEvent, TurnEvent, TurnState},
};
use crate::{AgentId, AgentSlug, ConversationId, Timestamp, TurnId};

/// A conversation between a user and their agents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// Its identifier.
    pub id: ConversationId,
    /// What it is about; empty until the first question.
    pub title: String,
    /// The agent that was asked last, if it is still there.
    pub agent: Option<AgentSlug>,
    /// Whether an answer is under way.
    pub is_open: bool,
    /// When it began.
    pub created_at: Timestamp,
    /// When something was last asked or answered in it.
    pub updated_at: Timestamp,
}

/// One question and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Its identifier.
    pub id: TurnId,
    /// Its place in the conversation: 1, 2, …
    pub number: u64,
    /// It was asked instead of the turns from this number on, which are no part of the thread any more.
    pub replaces: Option<u64>,
    /// The agent that was asked, if it is still there.
    pub agent: Option<(AgentId, AgentSlug)>,
    /// The session of the gateway that it went to.
    pub session: String,
    /// What was asked.
    pub question: String,
    /// What was answered, as far as it came.
    pub answer: String,
    /// How far it is.
    pub state: TurnState,
    /// Why it failed, or was interrupted.
    pub failure: Option<TurnFailure>,
    /// What it took, where the gateway said.
    pub usage: Option<TokenUsage>,
    /// When it was asked.
    pub created_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// Why there is no whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnFailure {
    /// The word for programs.
    pub code: String,
    /// What happened and what to do, in words for the user.
    pub detail: String,
}

/// What a turn took. Tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenUsage {
    /// What was sent to the model.
    pub prompt: u64,
    /// What it answered.
    pub answer: u64,
}
