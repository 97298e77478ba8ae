//! What a page remembers and does, apart from how it looks.

mod account;
mod act;
mod agents;
mod cell;
mod chat;
mod commands;
mod conversations;
mod fetch;
mod focus;
mod line;
mod list;
mod provider_form;
mod seconds;
mod settled;
mod shortcut;
mod sign_out;
mod trial;
mod versioned;

pub(crate) use account::{AccountProvider, use_account, use_first_setup, use_me};
pub(crate) use act::{Act, use_act};
pub(crate) use agents::use_agents;
pub(crate) use cell::{CellProvider, use_cell};
pub(crate) use chat::{ChatHandle, ChatProvider, use_chat};
pub(crate) use commands::use_commands;
pub(crate) use conversations::use_conversations;
pub(crate) use fetch::use_fetch;
pub(crate) use focus::{use_arrival, use_title};
pub(crate) use list::use_list;
pub(crate) use provider_form::use_provider_form;
pub(crate) use seconds::{use_countdown, use_seconds};
pub(crate) use settled::use_settled;
pub(crate) use shortcut::use_shortcut;
pub(crate) use sign_out::use_sign_out;
pub(crate) use trial::{Trial, use_trial};
pub(crate) use versioned::{saves_upon, use_versioned};
