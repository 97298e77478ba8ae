//! The state of the caller's agent, looked at again and again while the page is looked at.

use std::cell::Cell as Flag;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use mosaic_api::CellBody;
use yew::prelude::*;

use super::{use_account, use_chat};
use crate::remote::Remote;
use crate::{browser, client, words};

/// How long between two looks. Milliseconds.
const CALM: u32 = 5_000;
const MOVING: u32 = 1_000;

/// The agent as it was at the last look.
#[derive(Clone, PartialEq)]
pub(crate) struct Cell {
    pub(crate) body: Remote<CellBody>,
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
    let unreachable = use_state(|| false);
    // The loop outlives this drawing, and what it knows must not be of it.
    let latest = use_mut_ref(|| None::<CellBody>);
    let look = {
        let (body, unreachable, latest) = (body.clone(), unreachable.clone(), latest.clone());
        use_callback((), move |(), ()| {
            let (body, unreachable, latest) = (body.clone(), unreachable.clone(), latest.clone());
            let signed_out = signed_out.clone();
            wasm_bindgen_futures::spawn_local(async move {
                match client::cell().await {
                    Ok(fresh) => {
                        unreachable.set(false);
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
    {
        let look = look.clone();
        use_effect_with((), move |()| {
            let over = Rc::new(Flag::new(false));
            let until = over.clone();
            wasm_bindgen_futures::spawn_local(async move {
                while !until.get() {
                    if !browser::is_hidden() {
                        look.emit(());
                    }
                    let moving = latest.borrow().as_ref().is_some_and(words::is_moving);
                    TimeoutFuture::new(if moving { MOVING } else { CALM }).await;
                }
            });
            move || over.set(true)
        });
    }
    {
        // A message is what wakes it: nobody waits for the next look to see that.
        let look = look.clone();
        use_effect_with(phase, move |_| look.emit(()));
    }
    let cell = Cell { body: (*body).clone(), unreachable: *unreachable, refresh: look };
    html! {
        <ContextProvider<Cell> context={cell}>{ props.children.clone() }</ContextProvider<Cell>>
    }
}

/// The caller's agent; only for what stands inside the frame.
#[hook]
pub(crate) fn use_cell() -> Cell {
    use_context().expect("the page is inside the frame")
}
