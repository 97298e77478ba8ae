//! Which step is shown, and what was typed in all of them.

use mosaic_api::{AgentBody, OnboardingStatus};
use yew::prelude::*;
use yew_router::hooks::use_location;

use super::administrator::AdministratorStep;
use super::agent::AgentStep;
use super::first_chat::FirstChat;
use super::frame::StepFrame;
use super::model::ModelStep;
use super::sign_in::SignInStep;
use super::step::Step;
use crate::components::Door;
use crate::drafts::SetupDraft;
use crate::hooks::use_account;
use crate::pages::PasswordForm;
use crate::remote::Remote;
use crate::{json, route, storage};

/// The query with which the way back from a tried login comes.
pub(super) const TRIED: &str = "tried";

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) status: OnboardingStatus,
    /// Asks again how far it is.
    pub(super) again: Callback<()>,
}

#[component]
pub(super) fn Wizard(props: &Props) -> Html {
    let Props { status, again } = props;
    let location = use_location();
    let account = use_account();
    let tried = location.as_ref().and_then(|it| route::query_value(it.query_str(), TRIED)).is_some();
    let reached = Step::reached(status);
    let at = use_state(|| if tried && reached >= Step::SignIn { Step::SignIn } else { reached });
    let draft = use_state(kept);
    let hash = location.map(|it| it.hash().trim_start_matches('#').to_owned()).unwrap_or_default();
    let code = use_state(|| hash.clone());
    {
        // The link may be opened where the page is open already; and the address bar loses the code before it is done with.
        let code = code.clone();
        use_effect_with(hash, move |hash| {
            if !hash.is_empty() {
                code.set(hash.clone());
            }
        });
    }
    let agent = use_state(|| None::<AgentBody>);
    let signed_in = matches!(account.me, Remote::Ready(Some(_)));
    {
        let again = again.clone();
        use_effect_with(signed_in, move |_| again.emit(()));
    }
    let change = {
        let draft = draft.clone();
        Callback::from(move |fresh: SetupDraft| {
            storage::set_setup(serde_json::to_string(&fresh).ok().as_deref());
            draft.set(fresh);
        })
    };
    let go = {
        let at = at.clone();
        Callback::from(move |step| at.set(step))
    };
    let onward = {
        let (again, go) = (again.clone(), go.clone());
        Callback::from(move |step| {
            again.emit(());
            go.emit(step);
        })
    };
    if *at != Step::Chat && reached > Step::Administrator && !status.signed_in && !signed_in {
        return html! {
            <Door heading="Go on with the set-up" lead="Sign in as the administrator that you have made.">
                <div class="panel"><PasswordForm /></div>
            </Door>
        };
    }
    let (heading, lead) = words(*at);
    let draft_of_all = (*draft).clone();
    let step = match *at {
        Step::Administrator => html! {
            <AdministratorStep done={Step::Administrator.is_done(status)} code={(*code).clone()} draft={draft_of_all} {change} {onward} />
        },
        Step::SignIn => html! {
            <SignInStep done={Step::SignIn.is_done(status)} {tried} draft={draft_of_all} {change} onward={onward.clone()} go={go.clone()} />
        },
        Step::Model => html! {
            <ModelStep done={Step::Model.is_done(status)} draft={draft_of_all} {change} onward={onward.clone()} go={go.clone()} />
        },
        Step::Agent => html! {
            <AgentStep hint={status.first_agent.clone()} draft={draft_of_all} {change} go={go.clone()} made={
                let agent = agent.clone();
                Callback::from(move |made| {
                    storage::set_setup(None);
                    agent.set(Some(made));
                    account.again.emit(());
                    onward.emit(Step::Chat);
                })
            } />
        },
        Step::Chat => html! { <FirstChat agent={(*agent).clone()} /> },
    };
    html! {
        // Each step is a page of its own to whoever hears or tabs through it.
        <StepFrame key={at.name()} at={*at} {reached} {go} {heading} {lead}>{ step }</StepFrame>
    }
}

/// What was typed before a reload.
fn kept() -> SetupDraft {
    storage::setup().and_then(|text| json::read(&text).ok()).unwrap_or_default()
}

const fn words(step: Step) -> (&'static str, &'static str) {
    match step {
        Step::Administrator => (
            "Welcome to Mosaic",
            "First, an administrator who can always sign in with a password, whatever else happens.",
        ),
        Step::SignIn => (
            "How people sign in",
            "Connect your organisation's OpenID provider, or leave it for later: invitations and passwords work without.",
        ),
        Step::Model => (
            "Where your models come from",
            "Your agent thinks with a model of a provider. The key is yours alone, and is kept sealed.",
        ),
        Step::Agent => ("Your first agent", "Give it a name and a manner. All of it can be changed later."),
        Step::Chat => ("Say hello", "Your agent wakes with your first message."),
    }
}
