//! One message of the thread: the person's in a quiet bubble, the agent's as plain text on the page.

use std::rc::Rc;

use yew::prelude::*;

use super::{Notice, Prose};
use crate::chat::{Author, End, Message};
use crate::hooks::use_seconds;

/// After so many seconds without a word the wait is explained.
const LONG_WAIT: u32 = 3;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) message: Rc<Message>,
    /// The agent's name.
    pub(crate) name: AttrValue,
}

#[component]
pub(crate) fn Answer(props: &Props) -> Html {
    let Props { message, name } = props;
    let waiting = message.end == End::Open && message.text.is_empty();
    let seconds = use_seconds(waiting);
    if message.author == Author::You {
        return html! {
            <article class="message you" aria-label="You">{ message.text.clone() }</article>
        };
    }
    let end = match &message.end {
        End::Open | End::Complete => Html::default(),
        End::Stopped => html! { <p class="quiet small">{ "Stopped." }</p> },
        End::Failed(failure) => html! { <Notice failure={failure.clone()} /> },
    };
    html! {
        <article class="message agent" aria-label={name.clone()} aria-busy={(message.end == End::Open).then_some("true")}>
            if waiting {
                <p class="waking">
                    <span class="dot" aria-hidden="true"></span>
                    { "Waking your agent…" }
                    if seconds >= LONG_WAIT {
                        <span class="quiet" aria-hidden="true">{ format!(" {seconds} s") }</span>
                    }
                </p>
            } else if !message.text.is_empty() {
                <Prose text={message.text.clone()} />
            }
            { end }
        </article>
    }
}
