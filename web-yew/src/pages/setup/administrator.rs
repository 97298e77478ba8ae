//! The first step: the administrator, made by whoever has the set-up code.

use mosaic_api::{Code, OnboardBreakglass};
use yew::prelude::*;

use super::frame::Onward;
use super::step::Step;
use crate::components::{Field, Kind, NewPassword, Notice, focus, typed};
use crate::drafts::SetupDraft;
use crate::hooks::{use_account, use_act};
use crate::remote::Remote;
use crate::{client, route, words};

#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// Whether it was taken already.
    pub(super) done: bool,
    /// The code of the link; empty where it was opened without.
    pub(super) code: String,
    pub(super) draft: SetupDraft,
    pub(super) change: Callback<SetupDraft>,
    pub(super) onward: Callback<Step>,
}

#[component]
pub(super) fn AdministratorStep(props: &Props) -> Html {
    let changing = use_state(|| false);
    let me = use_account().me;
    if let Remote::Ready(Some(me)) = me.clone()
        && props.done
        && !*changing
    {
        let onsubmit = props.onward.reform(|event: SubmitEvent| {
            event.prevent_default();
            Step::SignIn
        });
        return html! {
            <form {onsubmit}>
                <p class="notice done">{ format!("{} is the administrator, and signed in.", me.email) }</p>
                <Onward words="Continue">
                    <button type="button" onclick={Callback::from(move |_: MouseEvent| changing.set(true))}>{ "Change" }</button>
                </Onward>
            </form>
        };
    }
    html! { <AdministratorForm ..props.clone() /> }
}

/// What is wrong with each field.
#[derive(Clone, Debug, Default, PartialEq)]
struct Faults {
    code: Option<AttrValue>,
    email: Option<AttrValue>,
    password: Option<AttrValue>,
    again: Option<AttrValue>,
}

#[component]
fn AdministratorForm(props: &Props) -> Html {
    let (code, email) = (use_node_ref(), use_node_ref());
    let (password, again) = (use_node_ref(), use_node_ref());
    let faults = use_state(Faults::default);
    let account = use_account();
    let make = {
        let onward = props.onward.clone();
        use_act(
            client::onboard_admin,
            Callback::from(move |me| {
                // The code has done its work, and the address bar needs it no more.
                route::replace("/setup");
                account.signed_in.emit(me);
                onward.emit(Step::SignIn);
            }),
        )
    };
    let onsubmit = {
        let (run, faults, given) = (make.run.clone(), faults.clone(), props.code.clone());
        let fields = [code.clone(), email.clone(), password.clone(), again.clone()];
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let [code, email, password, again] = &fields;
            let sent_code = if given.is_empty() { typed(code).trim().to_owned() } else { given.clone() };
            let (address, chosen) = (typed(email).trim().to_owned(), typed(password));
            let found = Faults {
                code: sent_code.is_empty().then(|| "Enter the set-up code".into()),
                email: (!address.contains('@')).then(|| "Enter your e-mail address".into()),
                password: words::too_short(&chosen).map(AttrValue::from),
                again: (typed(again) != chosen).then(|| "The two passwords differ".into()),
            };
            match &found {
                Faults { code: Some(_), .. } => focus(code),
                Faults { email: Some(_), .. } => focus(email),
                Faults { password: Some(_), .. } => focus(password),
                Faults { again: Some(_), .. } => focus(again),
                _ => run.emit(OnboardBreakglass {
                    setup_code: sent_code.into(),
                    email: address,
                    password: chosen.into(),
                }),
            }
            faults.set(found);
        })
    };
    let keep_email = {
        let draft = props.draft.clone();
        props.change.reform(move |email| SetupDraft { email, ..draft.clone() })
    };
    let refused = make.failure.as_ref().filter(|failure| failure.is(Code::WrongSetupCode));
    let wrong_code = refused.map(|failure| AttrValue::from(failure.detail.clone()));
    let Faults { code: code_fault, email: email_fault, password: password_fault, again: again_fault } =
        (*faults).clone();
    html! {
        <form {onsubmit} novalidate=true>
            if props.code.is_empty() {
                <Field id="setup-code" label="Set-up code" field={code} error={code_fault.or(wrong_code)}
                    hint="Mosaic printed a link when it was started. The code is what stands behind its #." />
            } else if let Some(wrong) = wrong_code {
                <div class="notice failed" role="alert"><p>{ wrong }</p></div>
            }
            <Field id="email" label="Your e-mail address" kind={Kind::Email} field={email} at_first={props.draft.email.clone()}
                error={email_fault} oninput={keep_email} />
            <NewPassword field={password} {again} label="Password" error={password_fault} again_error={again_fault} />
            if let Some(failure) = make.failure.as_ref().filter(|failure| !failure.is(Code::WrongSetupCode)) {
                <Notice failure={failure.clone()} />
            }
            <Onward words="Continue" busy={make.busy} />
        </form>
    }
}
