//! What was said. Follows the end while the reader is there, and stays put while they read further up.

use std::rc::Rc;

use web_sys::Element;
use yew::prelude::*;

use super::Answer;
use crate::chat::{Chat, End, Phase};

/// How near the end, in pixels, still counts as being there.
const NEAR: i32 = 48;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) chat: Rc<Chat>,
    /// The agent's name.
    pub(crate) name: AttrValue,
    /// What keeps the person from talking, if anything does.
    pub(crate) trouble: Html,
}

#[component]
pub(crate) fn Thread(props: &Props) -> Html {
    let pane = use_node_ref();
    let at_end = use_state(|| true);
    let onscroll = {
        let (pane, at_end) = (pane.clone(), at_end.clone());
        Callback::from(move |_: Event| {
            if let Some(pane) = pane.cast::<Element>() {
                at_end.set(pane.scroll_height() - pane.scroll_top() - pane.client_height() < NEAR);
            }
        })
    };
    {
        let (pane, follow) = (pane.clone(), *at_end);
        use_effect_with(props.chat.clone(), move |_| {
            if follow {
                to_end(&pane);
            }
        });
    }
    {
        // One's own question is always worth seeing.
        let (pane, asked) = (pane.clone(), props.chat.messages.len());
        use_effect_with(asked, move |_| to_end(&pane));
    }
    let down = {
        let pane = pane.clone();
        Callback::from(move |_: MouseEvent| to_end(&pane))
    };
    let Props { chat, name, trouble } = props;
    html! {
        <div class="thread" ref={pane} {onscroll} tabindex="0" role="region" aria-label="Conversation">
            <div class="column">
                { trouble.clone() }
                if chat.messages.is_empty() {
                    <div class="empty">
                        <h2>{ format!("Talk to {name}") }</h2>
                        <p class="quiet">{ "It sleeps while nobody needs it. The first answer takes a little longer." }</p>
                    </div>
                }
                for (index, message) in chat.messages.iter().enumerate() {
                    <Answer key={format!("{} {index}", chat.conversation)} message={message.clone()} name={name.clone()} />
                }
            </div>
            if !*at_end {
                <button class="to-end" type="button" onclick={down}>{ "Newest ↓" }</button>
            }
            <p class="for-readers" role="status">{ said(chat) }</p>
        </div>
    }
}

fn to_end(pane: &NodeRef) {
    if let Some(pane) = pane.cast::<Element>() {
        pane.set_scroll_top(pane.scroll_height());
    }
}

/// What a screen reader is told: the state while an answer comes, the whole answer when it is there.
fn said(chat: &Chat) -> String {
    match (chat.phase, chat.messages.last()) {
        (Phase::Waking, _) => "Waking your agent".to_owned(),
        (Phase::Answering, _) => "Your agent is answering".to_owned(),
        (Phase::Idle, Some(message)) if message.end == End::Complete => message.text.clone(),
        (Phase::Idle, Some(message)) if message.end == End::Stopped => "Stopped".to_owned(),
        // A failure is an alert of its own.
        (Phase::Idle, _) => String::new(),
    }
}
