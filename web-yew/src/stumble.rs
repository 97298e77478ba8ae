//! What is left to do when the app itself fails: a panic ends it, and its page would stand still without a word.

use web_sys::console;

/// Says so at the foot of the page from now on, with a way on. Drafts are kept in the browser, and an answer goes on at
/// the server, so nothing is lost.
pub(crate) fn tell_of_panics() {
    yew::set_custom_panic_hook(Box::new(|panic| {
        console::error_1(&panic.to_string().into());
        tell();
    }));
}

fn tell() -> Option<()> {
    let window = web_sys::window()?;
    let (document, address) = (window.document()?, window.location().href().ok()?);
    if document.get_element_by_id("stumbled").is_some() {
        return Some(());
    }
    let notice = document.create_element("p").ok()?;
    notice.set_id("stumbled");
    notice.set_attribute("role", "alert").ok()?;
    notice.set_text_content(Some(
        "This page has failed and stands still. Drafts are kept, and an answer goes on. ",
    ));
    let reload = document.create_element("a").ok()?;
    reload.set_attribute("href", &address).ok()?;
    reload.set_text_content(Some("Load it again"));
    notice.append_child(&reload).ok()?;
    document.body()?.append_child(&notice).ok().map(|_| ())
}
