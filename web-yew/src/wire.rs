//! The parts of the OpenAI-compatible messages that the page reads: they are not among the API's own types.

use serde::Deserialize;

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
