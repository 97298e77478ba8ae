//! What a page remembers and does, apart from how it looks.

mod account;
mod act;
mod agents;
mod chat;
mod fetch;
mod focus;
mod seconds;

pub(crate) use account::{AccountProvider, use_account, use_me};
pub(crate) use act::use_act;
pub(crate) use agents::use_agents;
pub(crate) use chat::{ChatProvider, use_chat};
pub(crate) use fetch::use_fetch;
pub(crate) use focus::{use_arrival, use_title};
pub(crate) use seconds::{use_countdown, use_seconds};
