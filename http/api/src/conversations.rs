//! Conversations, their turns, and what is told of them while they go on.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::Code;

/// A conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ConversationBody {
    /// Its id.
    pub id: String,
    /// What it is about; empty until the first question.
    pub title: String,
    /// The short name of the agent that was asked last, if it is still there.
    pub agent: Option<String>,
    /// Whether an answer is under way.
    pub open: bool,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When something was last asked or answered in it.
    pub updated_at: DateTime<Utc>,
}

/// A page of the caller's conversations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ConversationPage {
    /// Those first in which something was said last.
    pub conversations: Vec<ConversationBody>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
}

/// Which conversations to list.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ConversationQuery {
    /// Words in the title, or in what was said lately.
    pub q: Option<String>,
    /// What the page before gave as `next`.
    pub cursor: Option<String>,
    /// How many at most.
    #[cfg_attr(feature = "schema", param(minimum = 1, maximum = 200))]
    pub limit: Option<u32>,
}

/// What to change about a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RenameConversation {
    /// Its new title: 1 to 120 characters on one line.
    pub title: String,
}

/// A conversation and the end of its thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ConversationThread {
    /// The conversation.
    #[serde(flatten)]
    pub conversation: ConversationBody,
    /// The last turns, the oldest first; what was asked again or edited stands here as it is now.
    pub turns: Vec<TurnBody>,
    /// Whether there are earlier ones: ask with `before` set to the first one's number.
    pub has_earlier: bool,
    /// From here on the conversation's events go on.
    pub cursor: String,
}

/// Which part of a thread.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ThreadQuery {
    /// Only turns before this number.
    pub before: Option<u64>,
}

/// How far a turn is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TurnStateBody {
    /// Asked; the agent does not know of it yet.
    Queued,
    /// Handed over; the agent may have to wake first.
    Waking,
    /// The agent answers.
    Streaming,
    /// Answered.
    Done,
    /// Stopped by its user.
    Stopped,
    /// There will be no whole answer.
    Failed,
    /// Mosaic ended in the middle of it.
    Interrupted,
}

impl TurnStateBody {
    /// Whether nothing more happens to it.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Stopped | Self::Failed | Self::Interrupted)
    }
}

/// One question and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TurnBody {
    /// Its id.
    pub id: String,
    /// Its place in the conversation; numbers may be missing where turns were asked again.
    pub number: u64,
    /// It was asked instead of the turns from this number on, which are no part of the thread any more.
    pub replaces: Option<u64>,
    /// The short name of the agent that was asked, if it is still there.
    pub agent: Option<String>,
    /// What was asked.
    pub question: String,
    /// What was answered, as far as it came. Markdown.
    pub answer: String,
    /// How far it is.
    pub state: TurnStateBody,
    /// Why there is no whole answer.
    pub failure: Option<TurnFailureBody>,
    /// What it took.
    pub usage: Option<TokenUsageBody>,
    /// When it was asked.
    pub created_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

/// Why there is no whole answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TurnFailureBody {
    /// The word for programs.
    pub code: Code,
    /// What happened and what to do, in words for the caller.
    pub detail: String,
}

/// What a turn took, in tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TokenUsageBody {
    /// What was sent to the model.
    pub prompt_tokens: u64,
    /// What it answered.
    pub answer_tokens: u64,
}

/// A question to ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewTurnBody {
    /// The words.
    pub text: String,
    /// The short name of the agent to ask; the one of the last turn where none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// A name of the client's own for this request: sent twice with the same one, it is one turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
}

/// A question to ask instead of an earlier one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EditTurn {
    /// The words.
    pub text: String,
}

/// How to hear of a conversation.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct EventQuery {
    /// Begin behind this event; the header `Last-Event-ID` says the same.
    pub after: Option<String>,
    /// Whether to stay and wait for more; true where nothing is said.
    pub follow: Option<bool>,
}

/// Something that is told of a conversation. Ids are in order; whoever saw one asks for what comes behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ConversationEvent {
    /// Its id, such as `3.17`: turn 3, event 17; `3.end` is the last of turn 3.
    pub id: String,
    /// What it says.
    #[serde(flatten)]
    pub news: ConversationNews,
}

/// What is told of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ConversationNews {
    /// A turn as it is now, in place of what was known of it; it may be new.
    Turn {
        /// The turn.
        turn: Box<TurnBody>,
    },
    /// Where the agent is on its way to the answer.
    Waking {
        /// How far it is.
        phase: WakingPhase,
        /// Its place among those who wait for memory or for their turn, from 1 on, where it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place: Option<u64>,
        /// How many wait.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        of: Option<u64>,
        /// When it is expected to be ready.
        expected_at: Option<DateTime<Utc>>,
    },
    /// More words of the answer under way.
    Delta {
        /// The words.
        text: String,
    },
    /// The answer under way is over.
    Ended {
        /// How.
        state: TurnStateBody,
        /// Why it is not whole.
        failure: Option<TurnFailureBody>,
        /// What it took.
        usage: Option<TokenUsageBody>,
        /// When.
        finished_at: DateTime<Utc>,
    },
    /// The conversation was deleted.
    Deleted,
}

/// How far a waking agent is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WakingPhase {
    /// It waits until this host has memory for it.
    WaitingForMemory,
    /// It waits for its turn to start.
    Queued,
    /// Its container is being made.
    Creating,
    /// Its gateway is getting ready, or comes back from being frozen.
    Starting,
    /// It is awake, and thinks.
    Ready,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_event_is_flat_and_reads_back() {
        let event = ConversationEvent {
            id: "3.17".to_owned(),
            news: ConversationNews::Delta { text: "Hi".to_owned() },
        };
        let written = serde_json::to_value(&event).unwrap();
        assert_eq!(written, json!({ "id": "3.17", "type": "delta", "text": "Hi" }));
        assert_eq!(serde_json::from_value::<ConversationEvent>(written).unwrap(), event);
    }

    #[test]
    fn what_has_ended_says_so() {
        for (name, over) in [("queued", false), ("streaming", false), ("done", true), ("interrupted", true)] {
            let state: TurnStateBody = serde_json::from_value(json!(name)).unwrap();
            assert_eq!(state.is_over(), over, "{name}");
        }
    }
}
