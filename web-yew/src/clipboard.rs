//! Words onto the clipboard, over plain HTTP as well, where browsers copy only what is selected.

use wasm_bindgen::JsCast as _;
use web_sys::{Document, HtmlElement, HtmlTextAreaElement};

use crate::browser;

/// Puts words on the clipboard. False where the browser does not let us.
pub(crate) async fn copy(text: &str) -> bool {
    let Some(window) = web_sys::window() else { return false };
    if window.is_secure_context() {
        return browser::copy(text).await;
    }
    let Some(document) = window.document() else { return false };
    let focus = document.active_element().and_then(|it| it.dyn_into::<HtmlElement>().ok());
    let Some(field) = selected(&document, text) else { return false };
    let copied = browser::copy(text).await;
    field.remove();
    if let Some(focus) = focus {
        let _ = focus.focus();
    }
    copied
}

/// A field out of sight with these words, all of them selected.
fn selected(document: &Document, text: &str) -> Option<HtmlTextAreaElement> {
    let field: HtmlTextAreaElement = document.create_element("textarea").ok()?.dyn_into().ok()?;
    field.set_value(text);
    field.set_class_name("for-readers");
    document.body()?.append_child(&field).ok()?;
    field.select();
    Some(field)
}
