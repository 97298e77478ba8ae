//! The chat page: the conversations, who one talks with, what was said, and where one types.

use web_sys::HtmlSelectElement;
use yew::prelude::*;
use yew_router::Routable as _;

use crate::chat::{Line, Phase};
use crate::components::{Composer, ConversationList, Link, Notice, Thread, TopBar};
use crate::hooks::{ChatHandle, use_agents, use_chat, use_conversations, use_me, use_title};
use crate::remote::Remote;
use crate::route::{self, Route};
use crate::storage;
use crate::wire::Agent;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The conversation that the address names; empty for one that begins.
    #[prop_or_default]
    pub(crate) id: AttrValue,
}

#[component]
pub(crate) fn ChatPage(props: &Props) -> Html {
    use_title("Chat");
    let (agents, again) = use_agents();
    let picked = use_state(|| None);
    let handle = use_chat();
    {
        let open = handle.open.clone();
        use_effect_with(props.id.to_string(), move |id| open.emit(id.clone()));
    }
    let list = agents.ready().cloned().unwrap_or_default();
    // A conversation goes on with whoever was asked last in it, until another one is picked there.
    let here = handle.chat.conversation.clone();
    let last = handle.chat.turns.last().and_then(|turn| turn.agent.clone());
    let picked_here = (*picked).clone().filter(|(of, _): &(String, String)| *of == here).map(|(_, id)| id);
    let wanted = picked_here.or(last).or_else(storage::agent);
    let agent = list.iter().find(|agent| Some(&agent.id) == wanted.as_ref()).or(list.first()).cloned();
    let pick = Callback::from(move |id: String| {
        storage::set_agent(&id);
        picked.set(Some((here.clone(), id)));
    });
    let shown = use_state(|| false);
    let show = {
        let shown = shown.clone();
        Callback::from(move |_: MouseEvent| shown.set(!*shown))
    };
    html! {
        <div class="chat">
            <TopBar>
                <button type="button" class="plain show-list" aria-expanded={shown.to_string()} aria-controls="list"
                    onclick={show}>{ "Chats" }</button>
                <AgentPicker agents={list} picked={agent.clone().map(|agent| agent.id)} {pick} />
                <span class="space"></span>
                <Link to={Route::Chat} class="button">{ "New chat" }</Link>
            </TopBar>
            <div class={classes!("chat-body", shown.then_some("list-shown"))}>
                <div id="list" class="list"><List id={props.id.clone()} /></div>
                <Talk {agent} trouble={trouble(agents, again)} {handle} />
            </div>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct ListProps {
    id: AttrValue,
}

#[component]
fn List(props: &ListProps) -> Html {
    let list = use_conversations();
    let deleted = {
        let (current, again) = (props.id.clone(), list.again.clone());
        Callback::from(move |id: String| {
            if *current == *id {
                route::replace(&Route::Chat.to_path());
            }
            again.emit(());
        })
    };
    html! {
        <ConversationList page={list.page} current={props.id.clone()} words={list.words} search={list.search}
            more={list.more} again={list.again} {deleted} />
    }
}

#[derive(PartialEq, Properties)]
struct TalkProps {
    agent: Option<Agent>,
    trouble: Html,
    handle: ChatHandle,
}

#[component]
fn Talk(props: &TalkProps) -> Html {
    let me = use_me();
    let TalkProps { agent, trouble, handle } = props;
    let chat = &handle.chat;
    let name = agent.as_ref().map_or_else(|| "your agent".to_owned(), |agent| agent.title().to_owned());
    let send = agent.clone().map(|agent| handle.ask.reform(move |text| (agent.id.clone(), text)));
    let conversation = chat.conversation.clone();
    let draft = storage::draft(&me.id, &conversation);
    let keep = {
        let conversation = conversation.clone();
        Callback::from(move |words: String| storage::set_draft(&me.id, &conversation, &words))
    };
    html! {
        <main>
            <h1 class="for-readers">{ format!("Chat with {name}") }</h1>
            if chat.line == Line::Lost {
                <p class="reconnecting" role="status"><span class="dot" aria-hidden="true"></span>{ "Reconnecting…" }</p>
            }
            <Thread chat={chat.clone()} name={name.clone()} trouble={trouble.clone()} retry={handle.retry.clone()}
                edit={handle.edit.clone()} earlier={handle.earlier.clone()} />
            <Composer {name} {send} busy={chat.phase != Phase::Idle} stop={handle.stop.clone()}
                conversation={chat.sheet()} {draft} {keep} />
        </main>
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
