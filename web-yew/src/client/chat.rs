//! Conversations: the list, one of them, what is asked in it, and what happens in it.

use gloo_net::http::Method;
use mosaic_api::{
    ConversationBody, ConversationPage, ConversationThread, EditTurn, NewTurnBody, RenameConversation,
    TurnBody, paths,
};

use super::{Acted, Answer, act, ask, get, path_of, send};
use crate::remote::Failure;
use crate::route;
use crate::wire::{Agent, Agents};

/// The agents that the caller may talk to.
pub(crate) async fn agents() -> Result<Vec<Agent>, Failure> {
    get::<Agents>(paths::MODELS).await.map(|agents| agents.data)
}

/// The newest conversations, or those with these words in them; at most this many.
pub(crate) fn conversations(words: &str, limit: u32) -> Answer<ConversationPage> {
    let query = route::query(&[("q", words), ("limit", &limit.to_string())]);
    get(&format!("{}{query}", paths::CONVERSATIONS))
}

pub(crate) fn begin_conversation() -> Answer<ConversationBody> {
    ask(Method::POST, paths::CONVERSATIONS)
}

/// A conversation with the last of its turns, or the last before a number.
pub(crate) fn conversation(id: &str, before: Option<u64>) -> Answer<ConversationThread> {
    let before = before.map(|number| number.to_string()).unwrap_or_default();
    get(&format!("{}{}", path_of(paths::CONVERSATION, id), route::query(&[("before", &before)])))
}

pub(crate) fn rename_conversation(id: &str, title: String) -> Answer<ConversationBody> {
    send(Method::PATCH, &path_of(paths::CONVERSATION, id), &RenameConversation { title })
}

pub(crate) fn delete_conversation(id: &str) -> Acted {
    act(Method::DELETE, &path_of(paths::CONVERSATION, id))
}

pub(crate) fn ask_turn(id: &str, turn: &NewTurnBody) -> Answer<TurnBody> {
    send(Method::POST, &path_of(paths::TURNS, id), turn)
}

pub(crate) fn stop_turn(id: &str, turn: &str) -> Acted {
    act(Method::POST, &turn_path(paths::TURN_STOP, id, turn))
}

pub(crate) fn retry_turn(id: &str, turn: &str) -> Answer<TurnBody> {
    ask(Method::POST, &turn_path(paths::TURN_RETRY, id, turn))
}

pub(crate) fn edit_turn(id: &str, turn: &str, text: String) -> Answer<TurnBody> {
    send(Method::POST, &turn_path(paths::TURN_EDIT, id, turn), &EditTurn { text })
}

fn turn_path(path: &str, id: &str, turn: &str) -> String {
    path_of(path, id).replace("{turn}", turn)
}

/// Where a conversation tells what happens in it.
pub(crate) fn events_path(id: &str) -> String {
    path_of(paths::CONVERSATION_EVENTS, id)
}
