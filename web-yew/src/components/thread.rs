//! What was said. Follows the end while the reader is there, and stays put while they read further up.

use std::rc::Rc;

use mosaic_api::{TurnBody, TurnStateBody};
use web_sys::Element;
use yew::prelude::*;

use super::{Answer, Notice, Question, Skeleton};
use crate::chat::{Chat, Line, Phase, Waking};
use crate::{browser, words};

/// How near the end, in pixels, still counts as being there.
const NEAR: i32 = 48;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) chat: Rc<Chat>,
    /// The agent's name.
    pub(crate) name: AttrValue,
    /// What keeps the person from talking, if anything does.
    pub(crate) trouble: Html,
    /// Asks the question of a turn again.
    #[prop_or_default]
    pub(crate) retry: Option<Callback<String>>,
    /// Asks something else instead of a turn's question.
    #[prop_or_default]
    pub(crate) edit: Option<Callback<(String, String)>>,
    /// Shows what was said before.
    #[prop_or_default]
    pub(crate) earlier: Callback<()>,
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
        let (pane, newest) = (pane.clone(), props.chat.turns.last().map(|turn| turn.number));
        use_effect_with((newest, props.chat.sending.clone()), move |_| to_end(&pane));
    }
    let down = {
        let pane = pane.clone();
        Callback::from(move |_: MouseEvent| to_end(&pane))
    };
    let Props { chat, name, trouble, earlier, .. } = props;
    html! {
        <div class="thread" ref={pane} {onscroll} tabindex="0" role="region" aria-label="Conversation">
            <div class="column">
                { trouble.clone() }
                if chat.line == Line::Opening && chat.turns.is_empty() && chat.sending.is_none() {
                    <Skeleton what="the conversation" />
                }
                if chat.is_empty() && chat.failure.is_none() {
                    <div class="empty">
                        <h2>{ format!("Talk to {name}") }</h2>
                        <p class="quiet">{ "It sleeps while nobody needs it. The first answer takes a little longer." }</p>
                    </div>
                }
                if chat.has_earlier {
                    <button type="button" class="earlier" onclick={earlier.reform(|_: MouseEvent| ())}>{ "Show earlier" }</button>
                }
                for turn in &chat.turns {
                    { draw(props, turn) }
                }
                if let Some(text) = &chat.sending {
                    <Question key="sending" text={text.to_string()} />
                    <Answer key="coming" turn={None::<Rc<TurnBody>>} name={name.clone()} waking={None::<Waking>} />
                }
                if let Some(failure) = &chat.failure {
                    <Notice failure={failure.clone()} />
                }
            </div>
            if !*at_end {
                <button class="to-end" type="button" onclick={down}>{ "Newest ↓" }</button>
            }
            <p class="for-readers" role="status">{ said(chat) }</p>
        </div>
    }
}

/// A question and its answer.
fn draw(props: &Props, turn: &Rc<TurnBody>) -> Html {
    let is_quiet = props.chat.phase == Phase::Idle;
    let id = turn.id.clone();
    let edit = props.edit.as_ref().filter(|_| is_quiet).map(|edit| {
        let id = id.clone();
        edit.reform(move |words: String| (id.clone(), words))
    });
    let retry = props.retry.as_ref().filter(|_| is_quiet).map(|retry| retry.reform(move |()| id.clone()));
    let waking = props.chat.waking.filter(|_| !turn.state.is_over());
    html! {
        <div class="turn" key={turn.id.clone()}>
            <Question text={turn.question.clone()} {edit} />
            <Answer turn={turn.clone()} name={props.name.clone()} {waking} {retry} />
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
    match (chat.phase, chat.turns.last()) {
        // Without the seconds: nobody wants to hear them counted.
        (Phase::Waking, _) => chat.waking.map_or("Waking your agent".to_owned(), |waking| {
            words::waking_step(waking.how_far(browser::now()))
        }),
        (Phase::Answering, _) => "Your agent is answering".to_owned(),
        (Phase::Idle, Some(turn)) if turn.state == TurnStateBody::Done => turn.answer.clone(),
        (Phase::Idle, Some(turn)) if turn.state == TurnStateBody::Stopped => "Stopped".to_owned(),
        // A failure is an alert of its own.
        (Phase::Idle, _) => String::new(),
    }
}
