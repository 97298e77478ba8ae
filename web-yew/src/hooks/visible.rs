//! Whether anybody looks at the page.

use gloo_events::EventListener;
use yew::prelude::*;

use crate::browser;

/// Whether the page is looked at, and not in another tab. What holds a connection gives it up meanwhile: a browser
/// has few of them for all its tabs.
#[hook]
pub(crate) fn use_visible() -> bool {
    let visible = use_state_eq(|| !browser::is_hidden());
    {
        let visible = visible.clone();
        use_effect_with((), move |()| {
            let document = web_sys::window().and_then(|window| window.document());
            let listener = document.map(|document| {
                EventListener::new(&document, "visibilitychange", move |_| visible.set(!browser::is_hidden()))
            });
            move || drop(listener)
        });
    }
    *visible
}
