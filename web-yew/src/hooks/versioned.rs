//! Saving something that somebody else may have saved meanwhile.

use std::future::Future;

use mosaic_api::Code;
use yew::prelude::*;

use super::use_act;
use crate::remote::Failure;

/// A change, and where it stands.
#[derive(Clone, PartialEq)]
pub(crate) struct Versioned<I: 'static, T: PartialEq + 'static> {
    pub(crate) run: Callback<I>,
    pub(crate) busy: bool,
    /// Why it was not saved, where it is for another reason than a conflict.
    pub(crate) failure: Option<Failure>,
    /// What somebody else has saved meanwhile; then nothing was saved.
    pub(crate) theirs: Option<T>,
}

/// Saves upon this version when the form is sent.
pub(crate) fn saves_upon<V: Copy + 'static>(save: &Callback<V>, version: V) -> Callback<SubmitEvent> {
    save.reform(move |event: SubmitEvent| {
        event.prevent_default();
        version
    })
}

/// What became of a try to save.
enum Saved<T> {
    Done(T),
    Conflict(T),
}

/// Saves with `work`; where the server refuses with this code it knows a newer version, and `fetch` gets that one.
/// `done` is told what is saved.
#[hook]
pub(crate) fn use_versioned<I, T, F, W, G, R>(
    newer: Code,
    work: W,
    fetch: R,
    done: Callback<T>,
) -> Versioned<I, T>
where
    I: 'static,
    T: Clone + PartialEq + 'static,
    F: Future<Output = Result<T, Failure>> + 'static,
    W: Fn(I) -> F + 'static,
    G: Future<Output = Result<T, Failure>> + 'static,
    R: Fn() -> G + Clone + 'static,
{
    let theirs = use_state(|| None::<T>);
    let act = {
        let theirs = theirs.clone();
        use_act(
            move |input: I| {
                let (saving, fetch) = (work(input), fetch.clone());
                async move {
                    match saving.await {
                        Ok(saved) => Ok(Saved::Done(saved)),
                        Err(failure) if failure.is(newer) => fetch().await.map(Saved::Conflict),
                        Err(failure) => Err(failure),
                    }
                }
            },
            Callback::from(move |saved| match saved {
                Saved::Done(saved) => {
                    theirs.set(None);
                    done.emit(saved);
                }
                Saved::Conflict(fresh) => theirs.set(Some(fresh)),
            }),
        )
    };
    Versioned { run: act.run, busy: act.busy, failure: act.failure, theirs: (*theirs).clone() }
}
