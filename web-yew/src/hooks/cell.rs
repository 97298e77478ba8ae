//! The state of the caller's agent, looked at whenever it changes while the page is looked at.

use std::rc::Rc;

use chrono::{DateTime, Utc};
use gloo_timers::callback::Interval;
use mosaic_api::{CellBody, LiveCell, paths};
use yew::prelude::*;

use super::watch::{Heard, State, Watch, follow};
use super::{use_account, use_chat, use_visible};
use crate::remote::Remote;
use crate::{browser, client, words};

/// How long between two looks at what is told of nowhere else, such as a changed setting: while something is on its
/// way, and otherwise. Milliseconds.
const UNSETTLED: u32 = 2_000;
const SETTLED: u32 = 10_000;

/// The agent as it was at the last look.
#[derive(Clone, PartialEq)]
pub(crate) struct Cell {
    pub(crate) body: Remote<CellBody>,
    /// When that was.
    pub(crate) seen_at: DateTime<Utc>,
    /// Whether the last look did not reach Mosaic: what is known may be old.
    pub(crate) unreachable: bool,
    /// Looks at once.
    pub(crate) refresh: Callback<()>,
}

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) children: Html,
}

/// Looks for everything inside.
#[component]
pub(crate) fn CellProvider(props: &Props) -> Html {
    let signed_out = use_account().signed_out;
    let phase = use_chat().chat.phase;
    let body = use_state(|| Remote::Loading);
    let seen_at = use_state(browser::now);
    let unreachable = use_state(|| false);
    // The loop outlives this drawing, and what it knows must not be of it.
    let latest = use_mut_ref(|| None::<CellBody>);
    let look = {
        let (body, unreachable, latest) = (body.clone(), unreachable.clone(), latest.clone());
        let (signed_out, seen_at) = (signed_out.clone(), seen_at.clone());
        use_callback((), move |(), ()| {
            let seen_at = seen_at.clone();
            let (body, unreachable, latest) = (body.clone(), unreachable.clone(), latest.clone());
            let signed_out = signed_out.clone();
            wasm_bindgen_futures::spawn_local(async move {
                match client::cell().await {
                    Ok(fresh) => {
                        unreachable.set(false);
                        seen_at.set(browser::now());
                        latest.replace(Some(fresh.clone()));
                        body.set(Remote::Ready(fresh));
                    }
                    Err(failure) if failure.is_signed_out() => signed_out.emit(()),
                    Err(failure) => {
                        unreachable.set(failure.code.is_none());
                        if latest.borrow().is_none() {
                            body.set(Remote::Failed(failure));
                        }
                    }
                }
            });
        })
    };
    let visible = use_visible();
    {
        let look = look.clone();
        use_effect_with(visible, move |visible| {
            let watch = visible.then(|| {
                look.emit(());
                // Whatever is heard is a reason to look: an event has less than there is to know.
                let heard = move |_: Heard<LiveCell>| look.emit(());
                let work =
                    |state: Rc<State>| async move { follow(paths::CELL_STREAM, None, &state, heard).await };
                Watch::begin(work, signed_out, |_| ())
            });
            move || drop(watch)
        });
    }
    {
        let (look, unsettled) = (look.clone(), body.ready().is_some_and(words::is_unsettled));
        use_effect_with((visible, unsettled), move |(visible, unsettled)| {
            let wait = if *unsettled { UNSETTLED } else { SETTLED };
            let clock = visible.then(|| Interval::new(wait, move || look.emit(())));
            move || drop(clock)
        });
    }
    {
        // A message is what wakes it: nobody waits for the next look to see that.
        let look = look.clone();
        use_effect_with(phase, move |_| look.emit(()));
    }
    let cell = Cell { body: (*body).clone(), seen_at: *seen_at, unreachable: *unreachable, refresh: look };
    html! {
        <ContextProvider<Cell> context={cell}>{ props.children.clone() }</ContextProvider<Cell>>
    }
}

/// The caller's agent; only for what stands inside the frame.
#[hook]
pub(crate) fn use_cell() -> Cell {
    use_context().expect("the page is inside the frame")
}
