//! Conversations and turns as they go over the wire.

use mosaic_api::{Code, ConversationBody, TokenUsageBody, TurnBody, TurnFailureBody, TurnStateBody};
use mosaic_model::{Conversation, TokenUsage, Turn, TurnFailure, TurnState};

use crate::failure::Failure;

pub(crate) fn conversation_body(conversation: Conversation) -> ConversationBody {
    ConversationBody {
        id: conversation.id.to_string(),
        title: conversation.title,
        agent: conversation.agent.map(|slug| slug.to_string()),
        open: conversation.is_open,
        created_at: conversation.created_at,
        updated_at: conversation.updated_at,
    }
}

pub(crate) fn turn_body(turn: Turn) -> TurnBody {
    TurnBody {
        id: turn.id.to_string(),
        number: turn.number,
        replaces: turn.replaces,
        agent: turn.agent.map(|(_, slug)| slug.to_string()),
        question: turn.question,
        answer: turn.answer,
        state: state_body(turn.state),
        failure: turn.failure.as_ref().map(failure_body),
        usage: turn.usage.map(usage_body),
        created_at: turn.created_at,
        finished_at: turn.finished_at,
    }
}

pub(super) const fn state_body(state: TurnState) -> TurnStateBody {
    match state {
        TurnState::Queued => TurnStateBody::Queued,
        TurnState::Waking => TurnStateBody::Waking,
        TurnState::Streaming => TurnStateBody::Streaming,
        TurnState::Done => TurnStateBody::Done,
        TurnState::Stopped => TurnStateBody::Stopped,
        TurnState::Failed => TurnStateBody::Failed,
        TurnState::Interrupted => TurnStateBody::Interrupted,
    }
}

pub(super) const fn usage_body(usage: TokenUsage) -> TokenUsageBody {
    TokenUsageBody { prompt_tokens: usage.prompt, answer_tokens: usage.answer }
}

/// A word that this version does not know any more is a fault like any other.
pub(super) fn failure_body(failure: &TurnFailure) -> TurnFailureBody {
    let code = serde_json::from_value(failure.code.clone().into()).unwrap_or(Code::Internal);
    TurnFailureBody { code, detail: failure.detail.clone() }
}

pub(super) fn turn_failure(failure: &Failure) -> TurnFailure {
    let problem = failure.problem();
    TurnFailure { code: problem.code.as_str().to_owned(), detail: problem.detail.clone() }
}
