//! What somebody types, once they have stopped for a moment.

use gloo_timers::callback::Timeout;
use yew::prelude::*;

/// So long after the last key a word counts as typed: less than a pause, more than the gap between two keys.
const PAUSE_MS: u32 = 200;

/// The value as it was when it last stood still.
#[hook]
pub(crate) fn use_settled(value: String) -> String {
    let settled = use_state(|| value.clone());
    {
        let settled = settled.clone();
        use_effect_with(value, move |value| {
            let value = value.clone();
            let pause = Timeout::new(PAUSE_MS, move || settled.set(value));
            move || drop(pause)
        });
    }
    (*settled).clone()
}
