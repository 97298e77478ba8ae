//! The first set-up: from an empty Mosaic to the first chat. It goes on where it was left, in whichever browser.

mod administrator;
mod agent;
mod first_chat;
mod frame;
mod model;
mod sign_in;
mod step;
mod wizard;

use yew::prelude::*;

use self::wizard::Wizard;
use crate::client;
use crate::components::{Door, Notice, Skeleton};
use crate::hooks::{use_fetch, use_title};
use crate::remote::Remote;
use crate::route;

#[component]
pub(crate) fn SetupPage() -> Html {
    use_title("Set-up");
    let (status, again) = use_fetch((), |()| client::onboarding());
    let begun = use_state(|| false);
    let completed = status.ready().map(|status| status.completed);
    {
        let begun = begun.clone();
        use_effect_with(completed, move |completed| match completed {
            Some(false) => begun.set(true),
            // Its last step is the first chat, when the set-up is over already.
            Some(true) if !*begun => route::replace("/"),
            Some(true) | None => {}
        });
    }
    match status {
        Remote::Ready(status) if !status.completed || *begun => html! { <Wizard {status} {again} /> },
        Remote::Failed(failure) => {
            html! { <Door heading="Mosaic does not answer"><Notice {failure} retry={again} /></Door> }
        }
        Remote::Ready(_) | Remote::Loading => {
            html! { <main class="setup"><Skeleton what="the set-up" rows=6 /></main> }
        }
    }
}
