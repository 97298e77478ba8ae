//! The browsers that are signed in as the person at the page.

use mosaic_api::SessionBody;
use yew::prelude::*;

use crate::components::{Ago, Confirm, Notice, Settings, Skeleton, Until};
use crate::hooks::{use_act, use_list, use_title};
use crate::remote::Remote;
use crate::route::Route;
use crate::{client, words};

/// Who is about to be signed out.
#[derive(Clone, PartialEq)]
enum Leaving {
    One(SessionBody),
    Others(usize),
}

#[component]
pub(crate) fn DevicesPage() -> Html {
    use_title("Devices");
    let list = use_list((), |()| client::sessions());
    let content = match list.remote {
        Remote::Loading => html! { <Skeleton what="your devices" rows=4 /> },
        Remote::Failed(failure) => html! { <Notice {failure} retry={list.again} /> },
        Remote::Ready(found) => html! { <DeviceList sessions={found.sessions} ask={list.show} /> },
    };
    html! {
        <Settings heading="Devices" current={Route::Devices}>
            <p class="quiet">{ "Where you are signed in. Sign out what you do not know, then change your password." }</p>
            { content }
            if let Some(leaving) = list.open {
                <SignOutDialog {leaving} gone={list.done} close={list.close} />
            }
        </Settings>
    }
}

#[derive(PartialEq, Properties)]
struct ListProps {
    sessions: Vec<SessionBody>,
    ask: Callback<Leaving>,
}

#[component]
fn DeviceList(props: &ListProps) -> Html {
    let others = props.sessions.iter().filter(|session| !session.current).count();
    html! {
        <>
            <ul class="rows">
                for session in &props.sessions {
                    <li key={session.id.clone()}>
                        <div class="grow">
                            <p title={session.device.clone()}>
                                <strong>{ words::device(&session.device) }</strong>
                                if session.current { <span class="tag accent">{ "This device" }</span> }
                            </p>
                            <p class="quiet small">
                                { format!("{} · last used ", session.address) }<Ago at={session.last_seen_at} />
                                { " · signed in " }<Ago at={session.created_at} />
                                { " · ends " }<Until at={session.expires_at} />
                            </p>
                        </div>
                        if !session.current {
                            <button type="button" aria-label={format!("Sign out {}", words::device(&session.device))}
                                onclick={let who = session.clone(); props.ask.reform(move |_: MouseEvent| Leaving::One(who.clone()))}>
                                { "Sign out" }
                            </button>
                        }
                    </li>
                }
            </ul>
            if others > 0 {
                <div><button type="button" onclick={props.ask.reform(move |_: MouseEvent| Leaving::Others(others))}>
                    { "Sign out all others" }
                </button></div>
            } else {
                <p class="quiet small">{ "You are signed in nowhere else." }</p>
            }
        </>
    }
}

#[derive(PartialEq, Properties)]
struct DialogProps {
    leaving: Leaving,
    gone: Callback<()>,
    close: Callback<()>,
}

#[component]
fn SignOutDialog(props: &DialogProps) -> Html {
    let end = use_act(
        |leaving: Leaving| async move {
            match leaving {
                Leaving::One(session) => client::end_session(session.id).await,
                Leaving::Others(_) => client::end_other_sessions().await.map(drop),
            }
        },
        props.gone.clone(),
    );
    let (title, what) = match &props.leaving {
        Leaving::One(session) => {
            let device = words::device(&session.device);
            (format!("Sign out {device}?"), format!("{device} at {} has to sign in again.", session.address))
        }
        Leaving::Others(1) => {
            ("Sign out the other device?".to_owned(), "It has to sign in again.".to_owned())
        }
        Leaving::Others(others) => {
            (format!("Sign out {others} other devices?"), "Each has to sign in again.".to_owned())
        }
    };
    let leaving = props.leaving.clone();
    html! {
        <Confirm {title} action="Sign out" busy={end.busy} failure={end.failure.clone()}
            yes={end.run.reform(move |()| leaving.clone())} no={props.close.clone()}>
            <p>{ what }</p>
        </Confirm>
    }
}
