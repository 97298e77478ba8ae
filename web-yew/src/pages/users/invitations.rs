//! The invitations that are open.

use mosaic_api::{InvitationEntry, InvitationState};
use yew::prelude::*;

use crate::client;
use crate::components::{Ago, Confirm, Notice, Skeleton, Until};
use crate::hooks::{use_act, use_list};
use crate::remote::Remote;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// Grows whenever there may be others.
    pub(super) version: u32,
}

#[component]
pub(super) fn Invitations(props: &Props) -> Html {
    let list = use_list(props.version, |_| client::invitations());
    let content = match list.remote {
        Remote::Loading => html! { <Skeleton what="the invitations" rows=2 /> },
        Remote::Failed(failure) => html! { <Notice {failure} retry={list.again} /> },
        Remote::Ready(found) => {
            let open: Vec<_> =
                found.invitations.into_iter().filter(|it| it.state == InvitationState::Open).collect();
            rows(&open, &list.show)
        }
    };
    html! {
        <section aria-labelledby="invitations">
            <h2 id="invitations">{ "Open invitations" }</h2>
            { content }
            if let Some(invitation) = list.open {
                <TakeBackDialog {invitation} gone={list.done} close={list.close} />
            }
        </section>
    }
}

fn rows(open: &[InvitationEntry], ask: &Callback<InvitationEntry>) -> Html {
    if open.is_empty() {
        return html! { <p class="quiet">{ "None." }</p> };
    }
    html! {
        <ul class="rows">
            for invitation in open {
                <li key={invitation.id.clone()}>
                    <div class="grow">
                        <p><strong>{ &invitation.email }</strong></p>
                        <p class="quiet small">{ "made " }<Ago at={invitation.created_at} />{ " · ends " }<Until at={invitation.expires_at} /></p>
                    </div>
                    <button type="button" aria-label={format!("Take back the invitation of {}", invitation.email)} onclick={
                        let invitation = invitation.clone();
                        ask.reform(move |_: MouseEvent| invitation.clone())
                    }>{ "Take back" }</button>
                </li>
            }
        </ul>
    }
}

#[derive(PartialEq, Properties)]
struct DialogProps {
    invitation: InvitationEntry,
    gone: Callback<()>,
    close: Callback<()>,
}

#[component]
fn TakeBackDialog(props: &DialogProps) -> Html {
    let take_back = use_act(client::take_invitation_back, props.gone.clone());
    let id = props.invitation.id.clone();
    html! {
        <Confirm title={format!("Take back the invitation of {}?", props.invitation.email)} action="Take back"
            busy={take_back.busy} failure={take_back.failure.clone()}
            yes={take_back.run.reform(move |()| id.clone())} no={props.close.clone()}>
            <p>{ "The link does not open any more." }</p>
        </Confirm>
    }
}
