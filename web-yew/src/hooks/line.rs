//! How a page hears of a conversation: what is there, then what happens, picked up again whenever it is cut.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use gloo_timers::future::TimeoutFuture;
use mosaic_api::Code;
use web_sys::AbortController;
use yew::Callback;

use crate::chat::{What, gone};
use crate::client;
use crate::remote::Failure;

/// The first wait before another try; it doubles up to the longest. Milliseconds.
const SHORTEST_WAIT: u32 = 400;
const LONGEST_WAIT: u32 = 10_000;

/// Tells what is heard.
type Tell = Rc<dyn Fn(What)>;

/// The page hears of a conversation for as long as this is held.
pub(super) struct Line {
    state: Rc<State>,
}

#[derive(Default)]
struct State {
    /// The request under way.
    controller: RefCell<Option<AbortController>>,
    closed: Cell<bool>,
}

impl Drop for Line {
    fn drop(&mut self) {
        self.state.closed.set(true);
        if let Some(controller) = self.state.controller.take() {
            controller.abort();
        }
    }
}

impl Line {
    /// Begins to hear.
    pub(super) fn open(id: String, tell: Tell, signed_out: Callback<()>) -> Self {
        let state = Rc::new(State::default());
        let listener = Rc::clone(&state);
        wasm_bindgen_futures::spawn_local(async move {
            let Err(failure) = listen(&id, &listener, &tell).await else { return };
            match failure {
                _ if listener.closed.get() => {}
                failure if failure.is_signed_out() => signed_out.emit(()),
                failure if failure.is(Code::NotFound) => tell(What::Refused(gone())),
                failure => tell(What::Refused(failure)),
            }
        });
        Self { state }
    }
}

/// Hears until closed, or until the server says that there is nothing to hear.
async fn listen(id: &str, state: &State, tell: &Tell) -> Result<(), Failure> {
    let mut wait = SHORTEST_WAIT;
    let mut cursor = loop {
        match client::conversation(id, None).await {
            _ if state.closed.get() => return Ok(()),
            Ok(thread) => {
                let cursor = thread.cursor.clone();
                tell(What::Loaded(Box::new(thread)));
                break cursor;
            }
            Err(failure) if !is_passing(&failure) => return Err(failure),
            Err(_) => pause(&mut wait, tell).await,
        }
    };
    while !state.closed.get() {
        let Ok(controller) = AbortController::new() else { return Ok(()) };
        state.controller.replace(Some(controller.clone()));
        let seen = cursor.clone();
        let heard = client::events(
            id,
            &seen,
            &controller,
            || tell(What::LineBack),
            |event| {
                wait = SHORTEST_WAIT;
                cursor.clone_from(&event.id);
                tell(What::Heard(event));
            },
        );
        match heard.await {
            _ if state.closed.get() => return Ok(()),
            Err(failure) if !is_passing(&failure) => return Err(failure),
            Ok(()) | Err(_) => pause(&mut wait, tell).await,
        }
    }
    Ok(())
}

/// The line is cut, and tried again a little later, and later each time.
async fn pause(wait: &mut u32, tell: &Tell) {
    tell(What::LineLost);
    TimeoutFuture::new(*wait).await;
    *wait = (*wait * 2).min(LONGEST_WAIT);
}

/// Whether trying again can help without anybody doing anything.
fn is_passing(failure: &Failure) -> bool {
    !matches!(failure.code, Some(Code::Unauthenticated | Code::Forbidden | Code::NotFound | Code::Invalid))
}
