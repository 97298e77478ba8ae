//! Something that a page shows and the server knows.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use yew::prelude::*;

use super::use_account;
use crate::remote::{Failure, Remote};

/// Fetches when the page is opened, whenever `of` changes, and when asked to again. What is there stays on the
/// screen while it is fetched again; an answer that another question has overtaken is dropped.
#[hook]
pub(crate) fn use_fetch<K, T, F, W>(of: K, work: W) -> (Remote<T>, Callback<()>)
where
    K: Clone + PartialEq + 'static,
    T: Clone + 'static,
    F: Future<Output = Result<T, Failure>> + 'static,
    W: Fn(K) -> F + 'static,
{
    let signed_out = use_account().signed_out;
    let remote = use_state(|| Remote::Loading);
    let attempt = use_state(|| 0_u32);
    {
        let remote = remote.clone();
        use_effect_with((of, *attempt), move |(of, _)| {
            let future = work(of.clone());
            let overtaken = follow(signed_out, shown(future, remote));
            move || overtaken.set(true)
        });
    }
    ((*remote).clone(), again(&attempt))
}

/// Shows what was fetched.
type Show = Box<dyn FnOnce()>;
type Fetched = Pin<Box<dyn Future<Output = Option<Show>>>>;

fn shown<T: 'static>(
    work: impl Future<Output = Result<T, Failure>> + 'static,
    remote: UseStateHandle<Remote<T>>,
) -> Fetched {
    Box::pin(async move {
        let result = work.await;
        let signed_out = result.as_ref().is_err_and(Failure::is_signed_out);
        let show = move || remote.set(result.map_or_else(Remote::Failed, Remote::Ready));
        if signed_out { None } else { Some(Box::new(show) as Show) }
    })
}

/// Waits for what is fetched; no way to show it means that the caller is signed out. Once the answer is made true
/// nothing is shown any more. It knows nothing of what is fetched, so that the browser loads it once.
fn follow(signed_out: Callback<()>, fetched: Fetched) -> Rc<Cell<bool>> {
    let overtaken = Rc::new(Cell::new(false));
    let listener = Rc::clone(&overtaken);
    wasm_bindgen_futures::spawn_local(async move {
        let show = fetched.await;
        match show {
            _ if listener.get() => {}
            None => signed_out.emit(()),
            Some(show) => show(),
        }
    });
    overtaken
}

fn again(attempt: &UseStateHandle<u32>) -> Callback<()> {
    let attempt = attempt.clone();
    Callback::from(move |()| attempt.set(*attempt + 1))
}
