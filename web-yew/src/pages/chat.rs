//! The chat page: who one talks with, what was said, and where one types.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::chat::Phase;
use crate::components::{Composer, Link, Notice, Thread, TopBar};
use crate::hooks::{use_agents, use_chat, use_me, use_title};
use crate::remote::Remote;
use crate::route::Route;
use crate::storage;
use crate::wire::Agent;

#[component]
pub(crate) fn ChatPage() -> Html {
    use_title("Chat");
    let me = use_me();
    let (agents, again) = use_agents();
    let picked = use_state(storage::agent);
    let handle = use_chat();
    let list = agents.ready().cloned().unwrap_or_default();
    let agent = list.iter().find(|agent| Some(&agent.id) == picked.as_ref()).or(list.first()).cloned();
    let pick = {
        let (picked, restart) = (picked.clone(), handle.restart.clone());
        Callback::from(move |id: String| {
            storage::set_agent(&id);
            picked.set(Some(id));
            // A conversation belongs to one agent.
            restart.emit(());
        })
    };
    let send = agent.clone().map(|agent| handle.ask.reform(move |text| (agent.id.clone(), text)));
    let name = agent.as_ref().map_or_else(|| "your agent".to_owned(), |agent| agent.title().to_owned());
    let conversation = handle.chat.conversation.clone();
    let draft = storage::draft(&me.id, &conversation);
    let keep = {
        let conversation = conversation.clone();
        Callback::from(move |words: String| storage::set_draft(&me.id, &conversation, &words))
    };
    html! {
        <div class="chat">
            <TopBar>
                <AgentPicker agents={list} picked={agent.map(|agent| agent.id)} {pick} />
                <span class="space"></span>
                <button type="button" onclick={handle.restart.reform(|_: MouseEvent| ())}
                    disabled={handle.chat.messages.is_empty()}>{ "New chat" }</button>
            </TopBar>
            <main>
                <h1 class="for-readers">{ format!("Chat with {name}") }</h1>
                <Thread chat={handle.chat.clone()} name={name.clone()} trouble={trouble(agents, again)} />
                <Composer {name} {send} busy={handle.chat.phase != Phase::Idle} stop={handle.stop.clone()}
                    {conversation} {draft} {keep} />
            </main>
        </div>
    }
}

/// What keeps the person from talking, if anything does.
fn trouble(agents: Remote<Vec<Agent>>, again: Callback<()>) -> Html {
    match agents {
        Remote::Failed(failure) => html! { <Notice {failure} retry={again} /> },
        Remote::Ready(list) if list.is_empty() => html! {
            <p class="notice">{ "You have no agent yet. " }<Link to={Route::NewAgent}>{ "Add one" }</Link>{ " to talk to." }</p>
        },
        Remote::Loading | Remote::Ready(_) => Html::default(),
    }
}

#[derive(PartialEq, Properties)]
struct PickerProps {
    agents: Vec<Agent>,
    picked: Option<String>,
    pick: Callback<String>,
}

#[component]
fn AgentPicker(props: &PickerProps) -> Html {
    let onchange =
        props.pick.reform(|event: Event| event.target_unchecked_into::<HtmlSelectElement>().value());
    html! {
        <>
            <label class="for-readers" for="agent">{ "Agent" }</label>
            <select id="agent" {onchange} disabled={props.agents.is_empty()}>
                for agent in &props.agents {
                    <option value={agent.id.clone()} selected={props.picked.as_ref() == Some(&agent.id)}>
                        { agent.title() }
                    </option>
                }
            </select>
        </>
    }
}
