//! Conversations: the list, one of them, what is asked in it, and what happens in it.

use gloo_net::http::Method;
use mosaic_api::{
    ConversationBody, ConversationPage, ConversationThread, EditTurn, NewTurnBody, RenameConversation,
    TurnBody, paths,
};

use super::{act, ask, get, path_of, send};
use crate::remote::Failure;
use crate::route;
use crate::wire::{Agent, Agents};

/// The agents that the caller may talk to.
pub(crate) async fn agents() -> Result<Vec<Agent>, Failure> {
    get::<Agents>(paths::MODELS).await.map(|agents| agents.data)
}

/// The newest conversations, or those with these words in them; at most this many.
pub(crate) async fn conversations(words: &str, limit: u32) -> Result<ConversationPage, Failure> {
    let query = route::query(&[("q", words), ("limit", &limit.to_string())]);
    get(&format!("{}{query}", paths::CONVERSATIONS)).await
}

pub(crate) async fn begin_conversation() -> Result<ConversationBody, Failure> {
    ask(Method::POST, paths::CONVERSATIONS).await
}

/// A conversation with the last of its turns, or the last before a number.
pub(crate) async fn conversation(id: &str, before: Option<u64>) -> Result<ConversationThread, Failure> {
    let before = before.map(|number| number.to_string()).unwrap_or_default();
    get(&format!("{}{}", path_of(paths::CONVERSATION, id), route::query(&[("before", &before)]))).await
}

pub(crate) async fn rename_conversation(id: &str, title: String) -> Result<ConversationBody, Failure> {
    send(Method::PATCH, &path_of(paths::CONVERSATION, id), &RenameConversation { title }).await
}

pub(crate) async fn delete_conversation(id: &str) -> Result<(), Failure> {
    act(Method::DELETE, &path_of(paths::CONVERSATION, id)).await
}

pub(crate) async fn ask_turn(id: &str, turn: &NewTurnBody) -> Result<TurnBody, Failure> {
    send(Method::POST, &path_of(paths::TURNS, id), turn).await
}

pub(crate) async fn stop_turn(id: &str, turn: &str) -> Result<(), Failure> {
    act(Method::POST, &turn_path(paths::TURN_STOP, id, turn)).await
}

pub(crate) async fn retry_turn(id: &str, turn: &str) -> Result<TurnBody, Failure> {
    ask(Method::POST, &turn_path(paths::TURN_RETRY, id, turn)).await
}

pub(crate) async fn edit_turn(id: &str, turn: &str, text: String) -> Result<TurnBody, Failure> {
    send(Method::POST, &turn_path(paths::TURN_EDIT, id, turn), &EditTurn { text }).await
}

fn turn_path(path: &str, id: &str, turn: &str) -> String {
    path_of(path, id).replace("{turn}", turn)
}

/// Where a conversation tells what happens in it.
pub(crate) fn events_path(id: &str) -> String {
    path_of(paths::CONVERSATION_EVENTS, id)
}
