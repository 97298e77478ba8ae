//! A conversation and its latest turn: asks, listens, stops.

use std::rc::Rc;

use web_sys::AbortController;
use yew::prelude::*;

use crate::chat::{Action, Chat, End};
use crate::client;
use crate::remote::Failure;
use crate::wire::{ChatMessage, ChatRequest};

/// The turn that is under way: its number, and the handle that ends its request.
#[derive(Debug, Default)]
struct Turn {
    number: u32,
    controller: Option<AbortController>,
}

impl Turn {
    /// Ends the request that may be under way and takes the next number.
    fn next(&mut self, controller: Option<AbortController>) -> u32 {
        self.stop();
        self.controller = controller;
        self.number += 1;
        self.number
    }

    fn stop(&mut self) {
        if let Some(controller) = self.controller.take() {
            controller.abort();
        }
    }
}

/// A conversation, and what one can do in it.
#[derive(Clone, PartialEq)]
pub(crate) struct ChatHandle {
    pub(crate) chat: Rc<Chat>,
    /// Asks an agent something: the agent's id and the words.
    pub(crate) ask: Callback<(String, String)>,
    pub(crate) stop: Callback<()>,
    pub(crate) restart: Callback<()>,
}

/// A conversation held with a token. `expired` is called when the server no longer takes it.
#[hook]
pub(crate) fn use_chat(token: &AttrValue, expired: &Callback<()>) -> ChatHandle {
    let chat = use_reducer(|| Chat::new(new_conversation()));
    let turn = use_mut_ref(Turn::default);
    {
        let turn = turn.clone();
        use_effect_with((), move |()| move || turn.borrow_mut().stop());
    }
    let ask = {
        let (turn, chat, token, expired) = (turn.clone(), chat.clone(), token.clone(), expired.clone());
        Callback::from(move |(agent, text): (String, String)| {
            let Ok(controller) = AbortController::new() else { return };
            let signal = controller.signal();
            let number = turn.borrow_mut().next(Some(controller));
            let (chat, token, expired) = (chat.clone(), token.clone(), expired.clone());
            chat.dispatch(Action::Asked { turn: number, text: text.clone() });
            wasm_bindgen_futures::spawn_local(async move {
                let message = ChatMessage { role: "user", content: &text };
                let conversation = &chat.conversation;
                let request =
                    ChatRequest { model: &agent, user: conversation, messages: [message], stream: true };
                let tell = |news| chat.dispatch(Action::Heard { turn: number, news });
                let end = match client::chat(&token, &request, &signal, tell).await {
                    Ok(()) => End::Complete,
                    Err(_) if signal.aborted() => End::Stopped,
                    Err(failure) => {
                        if failure == Failure::Unauthorized {
                            expired.emit(());
                        }
                        End::Failed(failure)
                    }
                };
                chat.dispatch(Action::Ended { turn: number, end });
            });
        })
    };
    let stop = {
        let turn = turn.clone();
        Callback::from(move |()| turn.borrow_mut().stop())
    };
    let restart = {
        let chat = chat.clone();
        Callback::from(move |()| {
            let number = turn.borrow_mut().next(None);
            chat.dispatch(Action::Restarted { turn: number, conversation: new_conversation() });
        })
    };
    ChatHandle { chat: Rc::new((*chat).clone()), ask, stop, restart }
}

/// A name for a conversation that nobody else has: 128 random bits.
///
/// Not `randomUUID`, which a browser offers on a secure address only, and a first look at Mosaic may well be
/// over plain HTTP.
fn new_conversation() -> String {
    let mut bytes = [0; 16];
    if let Some(crypto) = web_sys::window().and_then(|window| window.crypto().ok()) {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes.iter().fold("web-".to_owned(), |name, byte| format!("{name}{byte:02x}"))
}
