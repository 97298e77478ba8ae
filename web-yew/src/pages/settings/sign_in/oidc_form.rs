//! The OIDC provider's configuration: what is saved is replaced as a whole, unless somebody else has done so meanwhile.

use mosaic_api::{Code, OidcSettings, paths};
use yew::prelude::*;

use crate::components::{Confirm, Conflict, Notice, OidcFields, Submit, Switch};
use crate::drafts::OidcDraft;
use crate::hooks::{saves_upon, use_act, use_versioned};
use crate::{browser, client};

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) saved: OidcSettings,
    /// Fetches it again.
    pub(super) again: Callback<()>,
}

#[component]
pub(super) fn OidcForm(props: &Props) -> Html {
    let Props { saved, again } = props;
    let at_first = saved.config.as_ref().map_or_else(OidcDraft::new, OidcDraft::from_config);
    let draft = use_state(|| at_first.clone());
    let faults = use_state(|| [None; 3]);
    let versioned = use_versioned(Code::Conflict, client::set_oidc, client::oidc, again.reform(|_| ()));
    let save = {
        let (run, draft, faults) = (versioned.run.clone(), draft.clone(), faults.clone());
        Callback::from(move |version: u64| {
            let missing = draft.missing();
            faults.set(missing);
            if missing.iter().all(Option::is_none) {
                run.emit(draft.to_change(version));
            }
        })
    };
    let onsubmit = saves_upon(&save, saved.version);
    let change = {
        let draft = draft.clone();
        Callback::from(move |fresh| draft.set(fresh))
    };
    let switch = {
        let draft = draft.clone();
        Callback::from(move |enabled| draft.set(OidcDraft { enabled, ..(*draft).clone() }))
    };
    let redirect = saved.redirect_uri.clone();
    html! {
        <form class="form wide" {onsubmit} novalidate=true>
            if saved.redirect_uri.is_none() {
                <p class="notice">{ "Mosaic does not know its own address yet. Set the public address under System first." }</p>
            }
            <OidcFields draft={(*draft).clone()} {change} faults={*faults} has_secret={saved.client_secret_set_at.is_some()}
                redirect_uri={redirect.unwrap_or_else(|| format!("{}{}", browser::origin(), paths::OIDC_CALLBACK))} />
            <Switch id="oidc-enabled" label="People can sign in through it" on={draft.enabled} onchange={switch} />
            if let Some(theirs) = &versioned.theirs {
                <Conflict take_theirs={again.clone()} keep_mine={let version = theirs.version; save.reform(move |()| version)}
                    differences={theirs.config.as_ref().map(|theirs| draft.differences(theirs)).unwrap_or_default()} />
            }
            if let Some(failure) = &versioned.failure { <Notice failure={failure.clone()} /> }
            <div class="buttons">
                if saved.config.is_some() { <Remove again={again.clone()} /><Check /> }
                <Submit words="Save" busy_words="Saving…" busy={versioned.busy} disabled={*draft == at_first} />
            </div>
        </form>
    }
}

/// Looks at the provider from here, without a person.
#[component]
fn Check() -> Html {
    let found = use_state(|| None);
    let check = {
        let found = found.clone();
        use_act(|()| client::check_oidc(), Callback::from(move |result| found.set(Some(result))))
    };
    html! {
        <>
            <button type="button" onclick={check.run.reform(|_: MouseEvent| ())} aria-busy={check.busy.then_some("true")}>
                { if check.busy { "Looking…" } else { "Check the provider" } }
            </button>
            if let Some(failure) = &check.failure { <Notice failure={failure.clone()} /> }
            if let Some(result) = &*found {
                <div class={classes!("notice", "whole", if result.sound { "done" } else { "failed" })} role="status">
                    <p>{ if result.sound { "The provider answers and suits." } else { "People could not sign in through it." } }</p>
                    for finding in &result.findings { <p class="small">{ finding }</p> }
                </div>
            }
        </>
    }
}

#[derive(PartialEq, Properties)]
struct RemoveProps {
    again: Callback<()>,
}

#[component]
fn Remove(props: &RemoveProps) -> Html {
    let asking = use_state(|| false);
    let remove = use_act(|()| client::remove_oidc(), props.again.clone());
    let ask = |on: bool| {
        let asking = asking.clone();
        Callback::from(move |()| asking.set(on))
    };
    html! {
        <>
            <button type="button" class="grave" onclick={ask(true).reform(|_: MouseEvent| ())}>{ "Remove" }</button>
            if *asking {
                <Confirm title="Remove the OpenID provider?" action="Remove" busy={remove.busy} failure={remove.failure.clone()}
                    yes={remove.run.clone()} no={ask(false)}>
                    <p>{ "Nobody can sign in through it any more. Who came in that way keeps their account." }</p>
                </Confirm>
            }
        </>
    }
}
