//! The wire formats of model providers: pure functions from an answer to frames or a whole reply.

mod chat;
mod messages;
mod responses;

pub(crate) use chat::Chat;
pub(crate) use messages::Messages;
pub(crate) use responses::Responses;
use serde_json::{Value, json};

use crate::question::Question;

/// What is answered.
#[derive(Debug)]
pub(crate) enum Content {
    /// Words.
    Text(String),
    /// A tool call.
    ToolCall { name: String, arguments: Value },
}

/// One answer on its way.
#[derive(Debug)]
pub(crate) struct Turn {
    /// Unique within this server.
    pub(crate) number: u64,
    pub(crate) question: Question,
    pub(crate) content: Content,
}

impl Turn {
    /// The number of tokens of the answer, roughly.
    fn completion_tokens(&self) -> usize {
        match &self.content {
            Content::Text(text) => text.split_whitespace().count(),
            Content::ToolCall { arguments, .. } => arguments.to_string().len() / 4,
        }
    }
}

/// One frame of a streamed answer.
#[derive(Debug, PartialEq)]
pub(crate) enum Frame {
    /// An event that has only data.
    Data(Value),
    /// An event with a name; its data repeats it as `type`.
    Event(&'static str, Value),
    /// The end mark `[DONE]`.
    Done,
}

impl Frame {
    fn event(name: &'static str, mut data: Value) -> Self {
        data["type"] = json!(name);
        Self::Event(name, data)
    }
}

/// A provider's wire format.
pub(crate) trait Dialect: Sync {
    /// The frames before the first delta.
    fn opening(&self, turn: &Turn) -> Vec<Frame>;
    /// One piece of the text, or of a tool call's arguments.
    fn delta(&self, turn: &Turn, piece: &str) -> Frame;
    /// The frames after the last delta.
    fn closing(&self, turn: &Turn) -> Vec<Frame>;
    /// The reply to a request that did not ask for a stream.
    fn whole(&self, turn: &Turn) -> Value;
    /// An error.
    fn error(&self, status: u16, message: &str) -> Value {
        json!({ "error": { "message": message, "type": error_type(status), "code": status } })
    }
}

/// The error type that providers give with a status.
fn error_type(status: u16) -> &'static str {
    match status {
        401 | 403 => "authentication_error",
        429 => "rate_limit_error",
        400..500 => "invalid_request_error",
        _ => "api_error",
    }
}

/// The Unix time of every answer: a fixed one, so that two runs can be compared.
const CREATED: u64 = 1_767_225_600;
