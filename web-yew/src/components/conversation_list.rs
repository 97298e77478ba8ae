//! The conversations at left: searched, grouped by day, one of them looked at.

use mosaic_api::{ConversationBody, ConversationPage};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{ConversationItem, Notice, Skeleton};
use crate::remote::Remote;
use crate::words::Days;
use crate::{browser, words};

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) page: Remote<ConversationPage>,
    /// The id of the one that is looked at; empty if none is.
    pub(crate) current: AttrValue,
    /// What is searched for.
    pub(crate) words: AttrValue,
    pub(crate) search: Callback<String>,
    /// Shows more of them.
    pub(crate) more: Callback<()>,
    /// Fetches the list again.
    pub(crate) again: Callback<()>,
    /// Told when one was deleted.
    pub(crate) deleted: Callback<String>,
}

#[component]
pub(crate) fn ConversationList(props: &Props) -> Html {
    let Props { page, words, search, more, again, .. } = props;
    let oninput =
        search.reform(|event: InputEvent| event.target_unchecked_into::<HtmlInputElement>().value());
    html! {
        <nav class="conversations" aria-label="Conversations">
            <label class="for-readers" for="search">{ "Search conversations" }</label>
            <input id="search" type="search" placeholder="Search" autocomplete="off" value={words.clone()} {oninput} />
            <div class="conversation-pane">
                {
                    match page {
                        Remote::Loading => html! { <Skeleton what="your conversations" /> },
                        Remote::Failed(failure) => html! { <Notice failure={failure.clone()} retry={again.clone()} /> },
                        Remote::Ready(page) => listed(props, page),
                    }
                }
                if page.ready().is_some_and(|page| page.next.is_some()) {
                    <button type="button" class="plain" onclick={more.reform(|_: MouseEvent| ())}>{ "Show more" }</button>
                }
            </div>
        </nav>
    }
}

fn listed(props: &Props, page: &ConversationPage) -> Html {
    if page.conversations.is_empty() {
        let nothing =
            if props.words.is_empty() { "Your conversations will stand here." } else { "Nothing found." };
        return html! { <p class="quiet small nothing">{ nothing }</p> };
    }
    let groups = grouped(&page.conversations);
    html! {
        <>
        for (days, conversations) in groups {
            <section key={days.name()}>
                <h2>{ days.name() }</h2>
                <ul>
                    for conversation in conversations {
                        <ConversationItem key={conversation.id.clone()} current={*props.current == *conversation.id}
                            conversation={conversation.clone()} changed={props.again.clone()} deleted={props.deleted.clone()} />
                    }
                </ul>
            </section>
        }
        </>
    }
}

/// Those of the same stretch of days together; the list is in order already.
fn grouped(conversations: &[ConversationBody]) -> Vec<(Days, &[ConversationBody])> {
    let (now, ahead) = (browser::now(), browser::ahead_minutes());
    let of = |it: &ConversationBody| words::days(it.updated_at, now, ahead);
    conversations.chunk_by(|one, next| of(one) == of(next)).map(|chunk| (of(&chunk[0]), chunk)).collect()
}
