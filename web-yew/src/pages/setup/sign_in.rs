//! The second step: an OIDC provider, or none for now.

use mosaic_api::{OidcSettings, OnboardOidc, paths};
use yew::prelude::*;

use super::frame::Onward;
use super::step::Step;
use super::wizard::TRIED;
use crate::components::{Notice, OidcFields, OidcTrial};
use crate::drafts::{OidcDraft, SetupDraft};
use crate::hooks::use_act;
use crate::{browser, client};

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// Whether a provider is saved.
    pub(super) done: bool,
    /// Whether somebody has come back from a login that was tried.
    pub(super) tried: bool,
    pub(super) draft: SetupDraft,
    pub(super) change: Callback<SetupDraft>,
    pub(super) onward: Callback<Step>,
    pub(super) go: Callback<Step>,
}

#[component]
pub(super) fn SignInStep(props: &Props) -> Html {
    let saved = use_state(|| props.done);
    let faults = use_state(|| [None; 3]);
    let save = {
        let saved = saved.clone();
        use_act(client::onboard_oidc, Callback::from(move |_: OidcSettings| saved.set(true)))
    };
    let skip = {
        let onward = props.onward.clone();
        use_act(client::onboard_oidc, Callback::from(move |_: OidcSettings| onward.emit(Step::Model)))
    };
    let onsubmit = {
        let (run, faults, draft) = (save.run.clone(), faults.clone(), props.draft.oidc.clone());
        let (onward, saved) = (props.onward.clone(), *saved);
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let missing = draft.missing();
            faults.set(missing);
            if saved {
                onward.emit(Step::Model);
            } else if missing.iter().all(Option::is_none) {
                run.emit(OnboardOidc { skip: false, config: Some(draft.to_change(0)) });
            }
        })
    };
    let change = {
        let draft = props.draft.clone();
        props.change.reform(move |oidc: OidcDraft| SetupDraft { oidc, ..draft.clone() })
    };
    let back = props.go.reform(|()| Step::Administrator);
    if *saved {
        return html! {
            <form {onsubmit}>
                <p class="notice done">{ "The provider is saved, and people can sign in through it when the set-up is over." }</p>
                <OidcTrial return_to={format!("/setup?{TRIED}=1")} tried={props.tried} />
                <Onward {back} words="Continue">
                    <button type="button" onclick={Callback::from(move |_: MouseEvent| saved.set(false))}>{ "Change" }</button>
                </Onward>
            </form>
        };
    }
    html! {
        <form {onsubmit} novalidate=true>
            <OidcFields draft={props.draft.oidc.clone()} {change} faults={*faults}
                redirect_uri={format!("{}{}", browser::origin(), paths::OIDC_CALLBACK)} />
            for failure in [&save.failure, &skip.failure].into_iter().flatten() {
                <Notice failure={failure.clone()} />
            }
            <Onward {back} words="Save" busy={save.busy}>
                <button type="button" aria-busy={skip.busy.then_some("true")}
                    onclick={skip.run.reform(|_: MouseEvent| OnboardOidc { skip: true, config: None })}>{ "Skip for now" }</button>
            </Onward>
        </form>
    }
}
