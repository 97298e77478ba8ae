//! A clock that only runs while something is awaited.

use gloo_timers::callback::Interval;
use yew::prelude::*;

/// The seconds since `running` became true; zero while it is not.
#[hook]
pub(crate) fn use_seconds(running: bool) -> u32 {
    let seconds = use_state(|| 0_u32);
    {
        let seconds = seconds.clone();
        use_effect_with(running, move |running| {
            seconds.set(0);
            let clock = running.then(|| {
                let mut passed = 0;
                Interval::new(1_000, move || {
                    passed += 1;
                    seconds.set(passed);
                })
            });
            move || drop(clock)
        });
    }
    *seconds
}
