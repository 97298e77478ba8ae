//! Making a token: a name, what it may do, how long it lives; and showing it, once.

use chrono::TimeDelta;
use mosaic_api::{NewTokenBody, RoleBody};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::components::{CopyBox, Field, Notice, Submit, focus, typed};
use crate::hooks::{use_act, use_me};
use crate::words::SCOPES;
use crate::{browser, client};

/// How long a token may live: the choices, in days; none is for good.
const LIVES: [(Option<i64>, &str); 4] =
    [(Some(30), "30 days"), (Some(90), "90 days"), (Some(365), "1 year"), (None, "Never")];
const LIFE_AT_FIRST: usize = 1;
/// The longest name that the server takes. Characters.
const NAME_CHARS_MAX: &str = "64";

/// A token that was made a moment ago.
#[derive(Clone, PartialEq)]
struct Made {
    name: String,
    token: String,
}

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// Told when there is one more.
    pub(crate) made: Callback<()>,
}

#[component]
pub(crate) fn NewTokenSection(props: &Props) -> Html {
    let shown = use_state(|| None::<Made>);
    let made = {
        let (shown, told) = (shown.clone(), props.made.clone());
        Callback::from(move |made: Made| {
            shown.set(Some(made));
            told.emit(());
        })
    };
    let put_away = {
        let shown = shown.clone();
        Callback::from(move |_: MouseEvent| shown.set(None))
    };
    html! {
        <section aria-labelledby="new-token">
            <h2 id="new-token">{ "New token" }</h2>
            if let Some(Made { name, token }) = &*shown {
                <div class="panel made">
                    <p role="status"><strong>{ format!("“{name}” is made.") }</strong>{ " Copy it now: it is not shown again." }</p>
                    <CopyBox id="token" label="Token" value={token.clone()} />
                    <div><button type="button" onclick={put_away}>{ "I have copied it" }</button></div>
                </div>
            } else {
                <NewTokenForm {made} />
            }
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct FormProps {
    made: Callback<Made>,
}

#[component]
fn NewTokenForm(props: &FormProps) -> Html {
    let admin = use_me().role == RoleBody::Admin;
    let (name, life) = (use_node_ref(), use_node_ref());
    let scopes = use_state(|| vec!["chat"]);
    let nameless = use_state(|| false);
    let make = use_act(
        |new: NewTokenBody| async move {
            let name = new.name.clone();
            client::make_token(new).await.map(|made| Made { name, token: made.token.expose().to_owned() })
        },
        props.made.clone(),
    );
    let onsubmit = {
        let (run, name, life) = (make.run.clone(), name.clone(), life.clone());
        let (scopes, nameless) = (scopes.clone(), nameless.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let called = typed(&name).trim().to_owned();
            nameless.set(called.is_empty());
            if called.is_empty() {
                focus(&name);
            } else if !scopes.is_empty() {
                let days = life
                    .cast::<HtmlSelectElement>()
                    .and_then(|life| LIVES[usize::try_from(life.selected_index()).ok()?].0);
                let expires_at = days.map(|days| browser::now() + TimeDelta::days(days));
                let scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
                run.emit(NewTokenBody { name: called, scopes, expires_at });
            }
        })
    };
    html! {
        <form class="form" {onsubmit} novalidate=true>
            <Field id="token-name" label="Name" field={name} maxlength={NAME_CHARS_MAX}
                hint="What you will know it by, such as the program that uses it."
                error={nameless.then(|| "Give the token a name")} />
            <ScopeChoice {admin} {scopes} />
            <div class="field">
                <label for="token-life">{ "Expires" }</label>
                <select id="token-life" ref={life}>
                    for (index, (_, words)) in LIVES.iter().enumerate() {
                        <option selected={index == LIFE_AT_FIRST}>{ *words }</option>
                    }
                </select>
            </div>
            if let Some(failure) = &make.failure {
                <Notice failure={failure.clone()} />
            }
            <div><Submit words="Make token" busy_words="Making…" busy={make.busy} /></div>
        </form>
    }
}

#[derive(PartialEq, Properties)]
struct ScopeProps {
    admin: bool,
    scopes: UseStateHandle<Vec<&'static str>>,
}

/// What the token may do, with an explanation each.
#[component]
fn ScopeChoice(props: &ScopeProps) -> Html {
    let offered = SCOPES.iter().filter(|scope| props.admin || !scope.for_admins);
    let none = props.scopes.is_empty();
    html! {
        <fieldset class={classes!("field", "choices", none.then_some("invalid"))} aria-describedby={none.then_some("scopes-error")}>
            <legend>{ "It may" }</legend>
            if none {
                <p id="scopes-error" class="error" role="alert">{ "Choose at least one" }</p>
            }
            for scope in offered {
                <div class="choice">
                    <input type="checkbox" id={format!("scope-{}", scope.word)} checked={props.scopes.contains(&scope.word)}
                        aria-describedby={format!("scope-{}-what", scope.word)} onchange={
                        let scopes = props.scopes.clone();
                        Callback::from(move |event: Event| {
                            let on = event.target_unchecked_into::<HtmlInputElement>().checked();
                            let mut chosen: Vec<_> = scopes.iter().copied().filter(|&word| word != scope.word).collect();
                            chosen.extend(on.then_some(scope.word));
                            scopes.set(chosen);
                        })
                    } />
                    <label for={format!("scope-{}", scope.word)}>{ scope.name }</label>
                    <p id={format!("scope-{}-what", scope.word)} class="quiet small">{ scope.explained }</p>
                </div>
            }
        </fieldset>
    }
}
