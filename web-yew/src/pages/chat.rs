//! The chat page: who one talks with, what was said, and where one types.

use yew::prelude::*;

use crate::chat::Phase;
use crate::components::{Composer, Notice, Thread, TopBar};
use crate::hooks::{use_agents, use_chat};
use crate::remote::{Failure, Remote};
use crate::session;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) token: AttrValue,
    /// Leaves the page; true when the server no longer takes the token.
    pub(crate) sign_out: Callback<bool>,
}

#[component]
pub(crate) fn ChatPage(props: &Props) -> Html {
    let (agents, again) = use_agents(&props.token);
    let picked = use_state(session::agent);
    let expired = props.sign_out.reform(|()| true);
    let handle = use_chat(&props.token, &expired);
    use_effect_with(agents.clone(), move |agents| {
        if *agents == Remote::Failed(Failure::Unauthorized) {
            expired.emit(());
        }
    });
    let list = match &agents {
        Remote::Ready(list) => list.as_slice(),
        Remote::Loading | Remote::Failed(_) => &[],
    };
    let agent = list.iter().find(|agent| Some(&agent.id) == picked.as_ref()).or(list.first()).cloned();
    let pick = {
        let (picked, restart) = (picked.clone(), handle.restart.clone());
        Callback::from(move |id: String| {
            session::set_agent(&id);
            picked.set(Some(id));
            // A conversation belongs to one agent.
            restart.emit(());
        })
    };
    let send = agent.clone().map(|agent| handle.ask.reform(move |text| (agent.id.clone(), text)));
    let name = agent.as_ref().map_or_else(|| "your agent".to_owned(), |agent| agent.title().to_owned());
    let trouble = match &agents {
        Remote::Failed(failure) => {
            html! { <Notice failure={failure.clone()} retry={again.reform(|_: MouseEvent| ())} /> }
        }
        Remote::Ready(list) if list.is_empty() => html! {
            <p class="notice">{ "You have no agent yet. Make one on the server with " }<code>{ "mosaic agent add" }</code>{ "." }</p>
        },
        Remote::Loading | Remote::Ready(_) => Html::default(),
    };
    html! {
        <div class="chat">
            <TopBar agents={list.to_vec()} picked={agent.map(|agent| agent.id)} {pick}
                restart={handle.restart.clone()} fresh={handle.chat.messages.is_empty()}
                sign_out={props.sign_out.reform(|()| false)} />
            <main>
                <Thread chat={handle.chat.clone()} name={name.clone()} {trouble} />
                <Composer {name} {send} busy={handle.chat.phase != Phase::Idle} stop={handle.stop.clone()}
                    conversation={handle.chat.conversation.clone()} />
            </main>
        </div>
    }
}
