//! What a page hears of for as long as it is looked at, picked up again whenever the connection is cut.

use std::{
    cell::{Cell, RefCell},
    future::Future,
    rc::Rc,
};

use gloo_timers::future::TimeoutFuture;
use mosaic_api::Code;
use serde::de::DeserializeOwned;
use web_sys::AbortController;
use yew::Callback;

use crate::client;
use crate::remote::Failure;

/// The first wait before another try; it doubles up to the longest. Milliseconds.
const SHORTEST_WAIT: u32 = 400;
const LONGEST_WAIT: u32 = 10_000;

/// What is heard.
#[derive(Debug)]
pub(super) enum Heard<T> {
    /// The connection is there.
    Back,
    Event(T),
    /// The connection is cut; it is tried again.
    Lost,
}

/// The page hears for as long as this is held.
pub(super) struct Watch {
    state: Rc<State>,
}

#[derive(Default)]
pub(super) struct State {
    /// The request under way.
    controller: RefCell<Option<AbortController>>,
    closed: Cell<bool>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.state.closed.set(true);
        if let Some(controller) = self.state.controller.take() {
            controller.abort();
        }
    }
}

impl Watch {
    /// Begins to hear. `refused` is told why there is nothing to hear any more, if that is so.
    pub(super) fn begin<F>(
        work: impl FnOnce(Rc<State>) -> F,
        signed_out: Callback<()>,
        refused: impl Fn(Failure) + 'static,
    ) -> Self
    where
        F: Future<Output = Result<(), Failure>> + 'static,
    {
        let state = Rc::new(State::default());
        let (listener, work) = (Rc::clone(&state), work(Rc::clone(&state)));
        wasm_bindgen_futures::spawn_local(async move {
            match work.await {
                _ if listener.is_closed() => {}
                Ok(()) => {}
                Err(failure) if failure.is_signed_out() => signed_out.emit(()),
                Err(failure) => refused(failure),
            }
        });
        Self { state }
    }
}

impl State {
    pub(super) fn is_closed(&self) -> bool {
        self.closed.get()
    }
}

/// How long to wait before another try.
pub(super) struct Patience(u32);

impl Default for Patience {
    fn default() -> Self {
        Self(SHORTEST_WAIT)
    }
}

impl Patience {
    /// Waits, the next time longer.
    pub(super) async fn wait(&mut self) {
        TimeoutFuture::new(self.0).await;
        self.0 = (self.0 * 2).min(LONGEST_WAIT);
    }
}

/// Hears what happens behind the event that was `seen` last, until closed, or until the server says that there is
/// nothing to hear.
pub(super) async fn follow<T: DeserializeOwned>(
    path: &str,
    mut seen: Option<String>,
    state: &State,
    tell: impl Fn(Heard<T>),
) -> Result<(), Failure> {
    let mut patience = Patience::default();
    while !state.is_closed() {
        let Ok(controller) = AbortController::new() else { return Ok(()) };
        state.controller.replace(Some(controller.clone()));
        let opened = || tell(Heard::Back);
        let heard = client::follow(path, &mut seen, &controller, opened, |event| {
            patience = Patience::default();
            tell(Heard::Event(event));
        });
        match heard.await {
            _ if state.is_closed() => return Ok(()),
            Err(failure) if !is_passing(&failure) => return Err(failure),
            Ok(()) | Err(_) => {
                tell(Heard::Lost);
                patience.wait().await;
            }
        }
    }
    Ok(())
}

/// Whether trying again can help without anybody doing anything.
pub(super) fn is_passing(failure: &Failure) -> bool {
    !matches!(failure.code, Some(Code::Unauthenticated | Code::Forbidden | Code::NotFound | Code::Invalid))
}
