//! The list of conversations.

use mosaic_api::ConversationPage;
use yew::prelude::*;

use super::{use_chat, use_fetch, use_settled};
use crate::chat::Phase;
use crate::client;
use crate::remote::Remote;

/// How many are shown at first, and how many at most.
const FIRST: u32 = 50;
const MOST: u32 = 200;

/// The list, and what changes it.
#[derive(Clone, PartialEq)]
pub(crate) struct Conversations {
    pub(crate) page: Remote<ConversationPage>,
    /// What is searched for.
    pub(crate) words: String,
    pub(crate) search: Callback<String>,
    pub(crate) more: Callback<()>,
    pub(crate) again: Callback<()>,
}

/// The caller's conversations, fetched again whenever something begins or ends in the one that is looked at.
#[hook]
pub(crate) fn use_conversations() -> Conversations {
    let words = use_state(String::new);
    let limit = use_state(|| FIRST);
    let chat = use_chat().chat;
    let (newest, is_idle) = (chat.turns.last().map(|turn| turn.number), chat.phase == Phase::Idle);
    let sought = use_settled((*words).clone());
    let of = (sought, *limit, chat.conversation.clone(), newest, is_idle);
    let (page, again) =
        use_fetch(of, |(words, limit, ..)| async move { client::conversations(&words, limit).await });
    let search = {
        let words = words.clone();
        Callback::from(move |sought| words.set(sought))
    };
    let more = Callback::from(move |()| limit.set(MOST));
    Conversations { page, words: (*words).clone(), search, more, again }
}
