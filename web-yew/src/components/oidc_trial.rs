//! Trying a login out that signs nobody in, and what came of the latest.

use mosaic_api::{OidcPerson, OidcTryResult, OidcTryStart};
use yew::prelude::*;

use super::{Ago, Notice};
use crate::hooks::{use_act, use_fetch};
use crate::remote::Remote;
use crate::{browser, client};

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The page that the browser comes back to.
    pub(crate) return_to: AttrValue,
    /// Whether somebody has just come back.
    pub(crate) tried: bool,
}

#[component]
pub(crate) fn OidcTrial(props: &Props) -> Html {
    // Without a try there is nothing to ask for.
    let (latest, again) =
        use_fetch(
            props.tried,
            |tried| async move { if tried { client::oidc_try().await } else { Ok(None) } },
        );
    let begin =
        use_act(client::try_oidc, Callback::from(|start: OidcTryStart| browser::leave_for(&start.location)));
    let return_to = props.return_to.to_string();
    html! {
        <div class="stack-fields">
            {
                match latest {
                    Remote::Ready(Some(result)) => html! { <Outcome {result} /> },
                    Remote::Failed(failure) => html! { <Notice {failure} retry={again} /> },
                    Remote::Ready(None) | Remote::Loading => Html::default(),
                }
            }
            if let Some(failure) = &begin.failure {
                <Notice failure={failure.clone()} />
            }
            <div>
                <button type="button" aria-busy={begin.busy.then_some("true")}
                    onclick={begin.run.reform(move |_: MouseEvent| return_to.clone())}>
                    { if begin.busy { "Going to the provider…" } else { "Try a login" } }
                </button>
                <p class="quiet small">{ "You go to the provider and come back here. Nobody is signed in, and no account is made." }</p>
            </div>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct OutcomeProps {
    result: OidcTryResult,
}

#[component]
fn Outcome(props: &OutcomeProps) -> Html {
    let OidcTryResult { at, allowed, problem, person } = &props.result;
    html! {
        <div class={classes!("notice", if *allowed { "done" } else { "failed" })} role="status">
            <p>
                { if *allowed { "This login would work." } else { problem.as_deref().unwrap_or("This login would not work.") } }
                <span class="quiet">{ " Tried " }<Ago at={*at} />{ "." }</span>
            </p>
            if let Some(person) = person { { described(person) } }
        </div>
    }
}

fn described(person: &OidcPerson) -> Html {
    let verified = match person.email_verified {
        Some(true) => "verified",
        Some(false) => "not verified",
        None => "the provider does not say whether it is verified",
    };
    let role = match person.admin {
        Some(true) => "Administrator",
        Some(false) => "User",
        None => "Given in Mosaic",
    };
    html! {
        <dl class="facts">
            <dt>{ "Person" }</dt><dd>{ &person.subject }</dd>
            if let Some(email) = &person.email {
                <dt>{ "E-mail" }</dt><dd>{ format!("{email} ({verified})") }</dd>
            }
            <dt>{ "Groups" }</dt>
            <dd>{ if person.groups.is_empty() { "None".to_owned() } else { person.groups.join(", ") } }</dd>
            <dt>{ "Role" }</dt><dd>{ role }</dd>
        </dl>
    }
}
