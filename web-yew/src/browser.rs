//! What only the browser knows or does: its clock, its address bar, its clipboard.

use chrono::{DateTime, Utc};
use js_sys::{Date, Object, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlDocument, Location};

/// The browser's clock.
pub(crate) fn now() -> DateTime<Utc> {
    #[expect(clippy::cast_possible_truncation, reason = "whole milliseconds, far below the limits")]
    DateTime::from_timestamp_millis(Date::now() as i64).unwrap_or_default()
}

/// How many minutes local time is ahead of UTC.
pub(crate) fn ahead_minutes() -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "whole minutes, less than a day")]
    let behind = Date::new_0().get_timezone_offset() as i32;
    -behind
}

/// Date and time of day in the reader's time zone, such as "25 Nov 2026, 14:05".
pub(crate) fn date_and_time(at: DateTime<Utc>) -> String {
    written(at, &[("dateStyle", "medium"), ("timeStyle", "short")])
}

/// The date in the reader's time zone, such as "25 Nov 2026".
pub(crate) fn date(at: DateTime<Utc>) -> String {
    written(at, &[("dateStyle", "medium")])
}

fn written(at: DateTime<Utc>, options: &[(&str, &str)]) -> String {
    let style = Object::new();
    for (name, value) in options {
        let _ = Reflect::set(&style, &JsValue::from_str(name), &JsValue::from_str(value));
    }
    let date = Date::new(&JsValue::from_f64(at.timestamp_millis() as f64));
    date.to_locale_string("en-GB", &style).into()
}

/// Leaves the app for another address, such as a provider's own sign-out page.
pub(crate) fn leave_for(address: &str) {
    if let Some(location) = location() {
        let _ = location.set_href(address);
    }
}

/// Whether nobody looks at the page: it is in another tab, or the screen is off.
pub(crate) fn is_hidden() -> bool {
    web_sys::window().and_then(|window| window.document()).is_some_and(|document| document.hidden())
}

/// Scheme and host of the address bar.
pub(crate) fn origin() -> String {
    location().and_then(|location| location.origin().ok()).unwrap_or_default()
}

/// Puts words on the clipboard, which browsers lend to secure addresses only; over plain HTTP they copy what is
/// selected. False where neither worked.
pub(crate) async fn copy(text: &str) -> bool {
    let Some(window) = web_sys::window() else { return false };
    if window.is_secure_context() {
        return JsFuture::from(window.navigator().clipboard().write_text(text)).await.is_ok();
    }
    let document = window.document().and_then(|document| document.dyn_into::<HtmlDocument>().ok());
    document.is_some_and(|document| document.exec_command("copy").unwrap_or(false))
}

fn location() -> Option<Location> {
    web_sys::window().map(|window| window.location())
}
