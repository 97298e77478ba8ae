//! One conversation of the list: a link, and what can be done to it.

use mosaic_api::ConversationBody;
use yew::prelude::*;

use super::{Confirm, Dialog, Field, Link, Submit, typed};
use crate::client;
use crate::hooks::use_act;
use crate::route::Route;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) conversation: ConversationBody,
    /// Whether it is the one that is looked at.
    pub(crate) current: bool,
    /// Told when it was renamed.
    pub(crate) changed: Callback<()>,
    /// Told when it is gone.
    pub(crate) deleted: Callback<String>,
}

/// What is about to be done to it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asking {
    Nothing,
    NewTitle,
    Deletion,
}

#[component]
pub(crate) fn ConversationItem(props: &Props) -> Html {
    let asking = use_state(|| Asking::Nothing);
    let ask = {
        let asking = asking.clone();
        Callback::from(move |what| asking.set(what))
    };
    let close = ask.reform(|()| Asking::Nothing);
    let Props { conversation, current, changed, deleted } = props;
    let title = title(conversation);
    html! {
        <li class={classes!("conversation", current.then_some("current"))}>
            <Link to={Route::Conversation { id: conversation.id.clone() }} current={*current}>
                if conversation.open {
                    <span class="dot" role="img" aria-label="Answering"></span>
                }
                <span class="title">{ title.clone() }</span>
            </Link>
            <button type="button" class="plain tiny" aria-label={format!("Rename {title}")}
                onclick={ask.reform(|_: MouseEvent| Asking::NewTitle)}>{ "Rename" }</button>
            <button type="button" class="plain tiny" aria-label={format!("Delete {title}")}
                onclick={ask.reform(|_: MouseEvent| Asking::Deletion)}>{ "Delete" }</button>
            if *asking == Asking::NewTitle {
                <Rename id={conversation.id.clone()} title={conversation.title.clone()} done={changed} {close} />
            } else if *asking == Asking::Deletion {
                <Delete id={conversation.id.clone()} {title} done={deleted} {close} />
            }
        </li>
    }
}

/// What a conversation is called that nothing was asked in yet.
fn title(conversation: &ConversationBody) -> String {
    if conversation.title.is_empty() { "New chat".to_owned() } else { conversation.title.clone() }
}

#[derive(PartialEq, Properties)]
struct RenameProps {
    id: String,
    title: AttrValue,
    done: Callback<()>,
    close: Callback<()>,
}

#[component]
fn Rename(props: &RenameProps) -> Html {
    let field = use_node_ref();
    let renamed = {
        let (done, close) = (props.done.clone(), props.close.clone());
        Callback::from(move |_| {
            close.emit(());
            done.emit(());
        })
    };
    let id = props.id.clone();
    let act = use_act(
        move |title: String| {
            let id = id.clone();
            async move { client::rename_conversation(&id, title).await }
        },
        renamed,
    );
    let onsubmit = {
        let (field, run) = (field.clone(), act.run.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            run.emit(typed(&field));
        })
    };
    html! {
        <Dialog title="Rename conversation" close={props.close.clone()}>
            <form class="form" {onsubmit} novalidate=true>
                <Field id="new-title" label="Title" {field} at_first={props.title.clone()} maxlength="120"
                    error={act.failure.as_ref().map(|failure| failure.detail.clone())} />
                <div class="buttons">
                    <button type="button" onclick={props.close.reform(|_: MouseEvent| ())}>{ "Cancel" }</button>
                    <Submit words="Rename" busy_words="Renaming…" busy={act.busy} />
                </div>
            </form>
        </Dialog>
    }
}

#[derive(PartialEq, Properties)]
struct DeleteProps {
    id: String,
    title: AttrValue,
    done: Callback<String>,
    close: Callback<()>,
}

#[component]
fn Delete(props: &DeleteProps) -> Html {
    let id = props.id.clone();
    let act = use_act(
        move |()| {
            let id = id.clone();
            async move { client::delete_conversation(&id).await.map(|()| id) }
        },
        {
            let (done, close) = (props.done.clone(), props.close.clone());
            Callback::from(move |id| {
                close.emit(());
                done.emit(id);
            })
        },
    );
    html! {
        <Confirm title="Delete conversation?" action="Delete conversation" busy={act.busy}
            failure={act.failure.clone()} yes={act.run.clone()} no={props.close.clone()}>
            <p>{ "“" }{ &props.title }{ "” and all that was said in it is removed for good." }</p>
        </Confirm>
    }
}
