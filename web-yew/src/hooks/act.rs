//! Something that a person has done: under way, or refused.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use yew::prelude::*;

use super::use_account;
use crate::remote::Failure;

/// A deed, and where it stands.
#[derive(Clone, PartialEq)]
pub(crate) struct Act<I: 'static> {
    /// Does it; nothing while it is already under way.
    pub(crate) run: Callback<I>,
    pub(crate) busy: bool,
    /// Why the latest try did not work.
    pub(crate) failure: Option<Failure>,
    /// Forgets the latest failure.
    pub(crate) clear: Callback<()>,
}

/// Does `work` when asked to, and passes on what came of it. Who turns out to be signed out is asked to sign in.
#[hook]
pub(crate) fn use_act<I, O, F, W>(work: W, done: Callback<O>) -> Act<I>
where
    I: 'static,
    O: 'static,
    F: Future<Output = Result<O, Failure>> + 'static,
    W: Fn(I) -> F + 'static,
{
    let standing = use_standing();
    let run = {
        let standing = standing.clone();
        Callback::from(move |input: I| {
            if standing.begins() {
                standing.clone().follow(passed_on(work(input), done.clone()));
            }
        })
    };
    Act { run, busy: *standing.busy, failure: (*standing.failure).clone(), clear: standing.clear() }
}

/// Passes on what came of a deed.
type Done = Box<dyn FnOnce()>;
type Deed = Pin<Box<dyn Future<Output = Result<Done, Failure>>>>;

fn passed_on<O: 'static>(
    work: impl Future<Output = Result<O, Failure>> + 'static,
    done: Callback<O>,
) -> Deed {
    Box::pin(async move {
        let output = work.await?;
        Ok(Box::new(move || done.emit(output)) as Done)
    })
}

/// Where a deed stands, whatever is done: there are many deeds, and what is written here is loaded once.
#[derive(Clone)]
struct Standing {
    busy: UseStateHandle<bool>,
    // What the state says at the latest drawing may be too old: two clicks can come before the next one.
    running: Rc<RefCell<bool>>,
    failure: UseStateHandle<Option<Failure>>,
    signed_out: Callback<()>,
}

#[hook]
fn use_standing() -> Standing {
    let signed_out = use_account().signed_out;
    let busy = use_state(|| false);
    let running = use_mut_ref(|| false);
    let failure = use_state(|| None);
    Standing { busy, running, failure, signed_out }
}

impl Standing {
    /// Whether nothing was under way; now something is.
    fn begins(&self) -> bool {
        let begins = !self.running.replace(true);
        if begins {
            self.busy.set(true);
        }
        begins
    }

    fn follow(self, deed: Deed) {
        wasm_bindgen_futures::spawn_local(async move {
            let result = deed.await;
            self.running.replace(false);
            self.busy.set(false);
            match result {
                Ok(done) => {
                    self.failure.set(None);
                    done();
                }
                Err(refused) if refused.is_signed_out() => self.signed_out.emit(()),
                Err(refused) => self.failure.set(Some(refused)),
            }
        });
    }

    fn clear(&self) -> Callback<()> {
        let failure = self.failure.clone();
        Callback::from(move |()| failure.set(None))
    }
}
