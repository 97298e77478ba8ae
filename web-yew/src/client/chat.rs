//! Conversations: the list, one of them, what is asked in it, and what happens in it.

use gloo_net::http::Method;
use gloo_timers::callback::Timeout;
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, ReadableStreamDefaultReader, ReadableStreamReadResult};

use mosaic_api::sse::{Frame, Splitter};
use mosaic_api::{
    ConversationBody, ConversationEvent, ConversationPage, ConversationThread, EditTurn, NewTurnBody,
    RenameConversation, TurnBody, paths,
};

use super::{UNREADABLE, act, answer, ask, because, get, path_of, request, send};
use crate::remote::Failure;
use crate::route;
use crate::wire::{Agent, Agents};

const CUT: &str = "The connection was lost.";
/// The server shows a sign of life every ten seconds; a connection that is silent for longer is dead. Milliseconds.
const SILENCE: u32 = 25_000;

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

/// Passes on what happens in a conversation behind the event that was seen last, until the connection is lost or
/// given up. `opened` is told once it is there.
pub(crate) async fn events(
    id: &str,
    seen: &str,
    controller: &AbortController,
    opened: impl FnOnce(),
    mut tell: impl FnMut(ConversationEvent),
) -> Result<(), Failure> {
    let request = request(Method::GET, &path_of(paths::CONVERSATION_EVENTS, id))
        .header("accept", "text/event-stream")
        .header("last-event-id", seen)
        .abort_signal(Some(&controller.signal()))
        .build();
    let response = answer(request).await?;
    let body = response.body().ok_or_else(|| Failure::new(CUT))?;
    opened();
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let mut splitter = Splitter::default();
    loop {
        let given_up = controller.clone();
        let watchdog = Timeout::new(SILENCE, move || given_up.abort());
        let Some(bytes) = next(&reader).await? else { return Ok(()) };
        drop(watchdog);
        for frame in splitter.push(&bytes).map_err(because(UNREADABLE))? {
            if let Frame::Data(data) = frame {
                tell(serde_json::from_str(&data).map_err(because(UNREADABLE))?);
            }
        }
    }
}

/// The next bytes of a stream; none at its end.
async fn next(reader: &ReadableStreamDefaultReader) -> Result<Option<Vec<u8>>, Failure> {
    let result: JsValue = JsFuture::from(reader.read()).await.map_err(because(CUT))?;
    let result: ReadableStreamReadResult = result.unchecked_into();
    if result.get_done().unwrap_or(true) {
        return Ok(None);
    }
    Ok(Some(Uint8Array::new(&result.get_value()).to_vec()))
}
