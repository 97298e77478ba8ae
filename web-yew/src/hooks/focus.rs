//! Where a person is: the title of the tab, and the place of the focus.

use std::cell::Cell;

use web_sys::HtmlElement;
use yew::prelude::*;

thread_local! {
    /// Whether the first page of this visit is still the one that is shown.
    static FIRST: Cell<bool> = const { Cell::new(true) };
}

/// Names the tab.
#[hook]
pub(crate) fn use_title(title: impl Into<AttrValue>) {
    use_effect_with(title.into(), |title| {
        if let Some(document) = web_sys::window().and_then(|window| window.document()) {
            document.set_title(&format!("{title} · Mosaic"));
        }
    });
}

/// For a page's heading: takes the focus when somebody comes from another page, so that the keyboard and a screen
/// reader begin there. The first page of a visit leaves the focus where the browser put it.
#[hook]
pub(crate) fn use_arrival() -> NodeRef {
    let heading = use_node_ref();
    {
        let heading = heading.clone();
        use_effect_with((), move |()| {
            if !FIRST.replace(false)
                && let Some(heading) = heading.cast::<HtmlElement>()
            {
                let _ = heading.focus();
            }
        });
    }
    heading
}
