//! A key that works wherever the focus is.

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast as _;
use yew::prelude::*;

/// Runs `act` when a letter is pressed with Control or ⌘, instead of what the browser would do.
#[hook]
pub(crate) fn use_shortcut(letter: &'static str, act: Callback<()>) {
    use_effect_with(act, move |act| {
        let act = act.clone();
        let listener = web_sys::window().map(|window| {
            let options = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(&window, "keydown", options, move |event| {
                let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
                let held = (event.ctrl_key() || event.meta_key()) && !event.alt_key() && !event.shift_key();
                if held && event.key().eq_ignore_ascii_case(letter) {
                    event.prevent_default();
                    act.emit(());
                }
            })
        });
        move || drop(listener)
    });
}
