//! A conversation and its latest turn: asks, listens, stops.

use std::rc::Rc;

use mosaic_api::Me;
use web_sys::AbortController;
use yew::prelude::*;

use super::use_account;
use crate::chat::{Action, Chat, End};
use crate::wire::{ChatMessage, ChatRequest};
use crate::{client, storage};

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

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) children: Html,
}

/// Keeps the conversation while other pages are looked at, and while its owner signs in again.
#[component]
pub(crate) fn ChatProvider(props: &Props) -> Html {
    let account = use_account();
    let me = account.me.ready().cloned().flatten();
    let handle = use_conversation(me.as_ref(), account.signed_out);
    let owner = use_mut_ref(|| None);
    {
        let restart = handle.restart.clone();
        use_effect_with(me.map(|me| me.id), move |me| {
            let Some(me) = me else { return };
            // Somebody else's conversation is not theirs.
            if owner.replace(Some(me.clone())).is_some_and(|owner| owner != *me) {
                restart.emit(());
            }
        });
    }
    html! {
        <ContextProvider<ChatHandle> context={handle}>{ props.children.clone() }</ContextProvider<ChatHandle>>
    }
}

/// The conversation of this tab.
#[hook]
pub(crate) fn use_chat() -> ChatHandle {
    use_context().expect("the whole app is inside a ChatProvider")
}

#[hook]
fn use_conversation(me: Option<&Me>, signed_out: Callback<()>) -> ChatHandle {
    let chat = use_reducer(|| Chat::new(new_conversation()));
    let turn = use_mut_ref(Turn::default);
    let draft = me.map(|me| me.id.clone()).unwrap_or_default();
    {
        let owner = draft.clone();
        // Before the composer is drawn, which begins with the draft.
        use_memo((owner, chat.conversation.clone()), |(owner, conversation)| {
            carry_draft(owner, conversation);
        });
    }
    let ask = {
        let (turn, chat) = (turn.clone(), chat.clone());
        Callback::from(move |(agent, text): (String, String)| {
            let Ok(controller) = AbortController::new() else { return };
            let signal = controller.signal();
            let number = turn.borrow_mut().next(Some(controller));
            let (chat, signed_out, owner) = (chat.clone(), signed_out.clone(), draft.clone());
            chat.dispatch(Action::Asked { turn: number, text: text.clone() });
            wasm_bindgen_futures::spawn_local(async move {
                let message = ChatMessage { role: "user", content: &text };
                let conversation = &chat.conversation;
                let request =
                    ChatRequest { model: &agent, user: conversation, messages: [message], stream: true };
                let tell = |news| chat.dispatch(Action::Heard { turn: number, news });
                let end = match client::chat(&request, &signal, tell).await {
                    Ok(()) => End::Complete,
                    Err(_) if signal.aborted() => End::Stopped,
                    Err(failure) => {
                        if failure.is_signed_out() {
                            // It was not asked: after signing in it stands where it was written.
                            storage::set_draft(&owner, conversation, &text);
                            signed_out.emit(());
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

/// Takes what was half written before a reload into the conversation that begins now.
fn carry_draft(owner: &str, conversation: &str) {
    if owner.is_empty() {
        return;
    }
    if let Some(before) = storage::conversation().filter(|before| before != conversation) {
        let words = storage::draft(owner, &before);
        if storage::draft(owner, conversation).is_empty() {
            storage::set_draft(owner, conversation, &words);
        }
        storage::set_draft(owner, &before, "");
    }
    storage::set_conversation(conversation);
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
