//! What a page remembers and does, apart from how it looks.

mod agents;
mod chat;
mod seconds;

pub(crate) use agents::use_agents;
pub(crate) use chat::use_chat;
pub(crate) use seconds::use_seconds;
