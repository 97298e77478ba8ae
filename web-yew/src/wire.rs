//! The parts of the OpenAI-compatible messages that the page reads and writes: Mosaic passes them on, so they
//! are not among the API's own types.

use mosaic_api::OpenAiError;
use serde::{Deserialize, Serialize};

/// An agent of the user's, as `GET /v1/models` lists it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Agent {
    pub(crate) id: String,
    #[serde(default)]
    name: Option<String>,
}

impl Agent {
    /// The name a person gave it, or its id.
    pub(crate) fn title(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct Agents {
    pub(crate) data: Vec<Agent>,
}

/// The body of `POST /v1/chat/completions`: the newest message of a conversation that the server remembers.
#[derive(Debug, Serialize)]
pub(crate) struct ChatRequest<'a> {
    pub(crate) model: &'a str,
    /// The conversation's id; with the same one the conversation goes on.
    pub(crate) user: &'a str,
    pub(crate) messages: [ChatMessage<'a>; 1],
    pub(crate) stream: bool,
}

#[derive(Debug, Serialize)]
pub(crate) struct ChatMessage<'a> {
    pub(crate) role: &'static str,
    pub(crate) content: &'a str,
}

/// One piece of a streamed answer, or the reason why it ends.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Chunk {
    #[serde(default)]
    choices: Vec<Choice>,
    #[serde(default)]
    pub(crate) error: Option<OpenAiError>,
}

#[derive(Debug, Deserialize)]
struct Choice {
    #[serde(default)]
    delta: Delta,
}

#[derive(Debug, Default, Deserialize)]
struct Delta {
    #[serde(default)]
    content: Option<String>,
}

impl Chunk {
    /// The words this piece adds.
    pub(crate) fn text(&self) -> String {
        self.choices.iter().filter_map(|choice| choice.delta.content.as_deref()).collect()
    }
}
