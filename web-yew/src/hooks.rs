//! What a page remembers and does, apart from how it looks.

mod account;
mod act;
mod agents;
mod chat;
mod conversations;
mod fetch;
mod focus;
mod line;
mod seconds;

pub(crate) use account::{AccountProvider, use_account, use_me};
pub(crate) use act::use_act;
pub(crate) use agents::use_agents;
pub(crate) use chat::{ChatHandle, ChatProvider, use_chat};
pub(crate) use conversations::use_conversations;
pub(crate) use fetch::use_fetch;
pub(crate) use focus::{use_arrival, use_title};
pub(crate) use seconds::{use_countdown, use_seconds};
