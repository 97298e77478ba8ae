//! Something that a page shows and the server knows.

use std::future::Future;

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
    let account = use_account();
    let remote = use_state(|| Remote::Loading);
    let attempt = use_state(|| 0_u32);
    {
        let remote = remote.clone();
        use_effect_with((of, *attempt), move |(of, _)| {
            let overtaken = std::rc::Rc::new(std::cell::Cell::new(false));
            let future = work(of.clone());
            {
                let overtaken = overtaken.clone();
                wasm_bindgen_futures::spawn_local(async move {
                    let result = future.await;
                    match result {
                        _ if overtaken.get() => {}
                        Err(failure) if failure.is_signed_out() => account.signed_out.emit(()),
                        result => remote.set(result.map_or_else(Remote::Failed, Remote::Ready)),
                    }
                });
            }
            move || overtaken.set(true)
        });
    }
    let again = Callback::from(move |()| attempt.set(*attempt + 1));
    ((*remote).clone(), again)
}
