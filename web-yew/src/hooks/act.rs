//! Something that a person has done: under way, or refused.

use std::future::Future;

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
    let account = use_account();
    let busy = use_state(|| false);
    // What the state says at the latest drawing may be too old: two clicks can come before the next one.
    let running = use_mut_ref(|| false);
    let failure = use_state(|| None);
    let run = {
        let (busy, running, failure) = (busy.clone(), running.clone(), failure.clone());
        Callback::from(move |input: I| {
            if running.replace(true) {
                return;
            }
            busy.set(true);
            let future = work(input);
            let (busy, running, failure) = (busy.clone(), running.clone(), failure.clone());
            let (done, signed_out) = (done.clone(), account.signed_out.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let result = future.await;
                running.replace(false);
                busy.set(false);
                match result {
                    Ok(output) => {
                        failure.set(None);
                        done.emit(output);
                    }
                    Err(refused) if refused.is_signed_out() => signed_out.emit(()),
                    Err(refused) => failure.set(Some(refused)),
                }
            });
        })
    };
    let clear = {
        let failure = failure.clone();
        Callback::from(move |()| failure.set(None))
    };
    Act { run, busy: *busy, failure: (*failure).clone(), clear }
}
