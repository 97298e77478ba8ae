//! Where an invited person chooses a password and comes in.
//!
//! The code stands behind the `#` of the link, which browsers send to nobody; it goes to the server in a body.

mod accept_form;

use mosaic_api::{Code, InvitationBody};
use yew::prelude::*;
use yew_router::hooks::use_location;

use self::accept_form::AcceptForm;
use crate::browser;
use crate::client;
use crate::components::{Door, Link, Notice, Skeleton, Until};
use crate::hooks::{use_account, use_fetch, use_title};
use crate::remote::{Failure, Remote};
use crate::route::Route;

#[component]
pub(crate) fn InvitationPage() -> Html {
    use_title("Invitation");
    let code =
        use_location().map(|location| location.hash().trim_start_matches('#').to_owned()).unwrap_or_default();
    let (invitation, again) = use_fetch(code.clone(), |code| async move {
        // An empty code is none, and nobody has to be asked.
        if code.is_empty() { Ok(None) } else { client::invitation(code).await.map(Some) }
    });
    match invitation {
        Remote::Loading => html! {
            <Door heading="Your invitation"><div class="panel"><Skeleton what="your invitation" rows=6 /></div></Door>
        },
        Remote::Ready(Some(invitation)) => html! { <Welcome {code} {invitation} /> },
        Remote::Ready(None) => dead(
            "This link is not complete",
            "Open the whole link from your invitation: it ends with a long code behind a #.",
        ),
        Remote::Failed(failure) if is_dead(&failure) => dead(
            "This invitation does not work any more",
            "It was used already, has expired, or was taken back.",
        ),
        Remote::Failed(failure) => {
            html! { <Door heading="Your invitation"><Notice {failure} retry={again} /></Door> }
        }
    }
}

/// Whether the server knows that nothing will come of this code.
fn is_dead(failure: &Failure) -> bool {
    [Code::NotFound, Code::Invalid, Code::BadRequest, Code::Conflict].into_iter().any(|code| failure.is(code))
}

fn dead(heading: &'static str, why: &'static str) -> Html {
    html! {
        <Door {heading} lead={why}>
            <div class="panel">
                <p>{ "Ask the person who invited you, or an administrator of this Mosaic, for a new link." }</p>
                <p>{ "If you have an account already, " }<Link to={Route::SignIn}>{ "sign in" }</Link>{ "." }</p>
            </div>
        </Door>
    }
}

#[derive(PartialEq, Properties)]
struct WelcomeProps {
    code: AttrValue,
    invitation: InvitationBody,
}

#[component]
fn Welcome(props: &WelcomeProps) -> Html {
    let InvitationBody { email, expires_at } = &props.invitation;
    let me = use_account().me.ready().cloned().flatten();
    html! {
        <Door heading="Welcome to Mosaic" lead="Choose a password, and your agent is yours.">
            if let Some(me) = me.filter(|me| me.email != *email) {
                <p class="notice">
                    { format!("This browser is signed in as {}. Going on here signs it in as {email} instead.", me.email) }
                </p>
            }
            <div class="panel">
                <dl class="facts">
                    <dt>{ "Invited" }</dt><dd>{ email }</dd>
                    <dt>{ "Valid until" }</dt>
                    <dd>{ browser::date_and_time(*expires_at) }<span class="quiet">{ " (" }<Until at={*expires_at} />{ ")" }</span></dd>
                </dl>
                <AcceptForm code={props.code.clone()} email={email.clone()} />
            </div>
        </Door>
    }
}
