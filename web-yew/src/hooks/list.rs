//! A list of things, and the dialog about one of them.

use std::future::Future;

use yew::prelude::*;

use super::use_fetch;
use crate::remote::{Failure, Remote};

/// A list, what is open of it, and what opens and closes that.
#[derive(Clone, PartialEq)]
pub(crate) struct List<T: Clone + PartialEq + 'static, D: Clone + PartialEq + 'static> {
    pub(crate) remote: Remote<T>,
    /// Fetches it again.
    pub(crate) again: Callback<()>,
    /// What a dialog is about, if one is open.
    pub(crate) open: Option<D>,
    pub(crate) show: Callback<D>,
    pub(crate) close: Callback<()>,
    /// The dialog has done what it was for: closes it and fetches the list again.
    pub(crate) done: Callback<()>,
}

/// Fetches a list when the page is opened and whenever `of` changes, and keeps which dialog is open.
#[hook]
pub(crate) fn use_list<K, T, D, F, W>(of: K, work: W) -> List<T, D>
where
    K: Clone + PartialEq + 'static,
    T: Clone + PartialEq + 'static,
    D: Clone + PartialEq + 'static,
    F: Future<Output = Result<T, Failure>> + 'static,
    W: Fn(K) -> F + 'static,
{
    let (remote, again) = use_fetch(of, work);
    let open = use_state(|| None::<D>);
    let show = {
        let open = open.clone();
        Callback::from(move |what| open.set(Some(what)))
    };
    let close = {
        let open = open.clone();
        Callback::from(move |()| open.set(None))
    };
    let done = {
        let (close, again) = (close.clone(), again.clone());
        Callback::from(move |()| {
            close.emit(());
            again.emit(());
        })
    };
    List { remote, again, open: (*open).clone(), show, close, done }
}
