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

/// The seconds that are left of a wait, counted down; zero without one. Begins anew when there is one again.
#[hook]
pub(crate) fn use_countdown(wait_secs: Option<u32>) -> u32 {
    let left = use_state(|| 0_u32);
    {
        let left = left.clone();
        use_effect_with(wait_secs, move |wait_secs| {
            let mut rest = wait_secs.unwrap_or_default();
            left.set(rest);
            let clock = (rest > 0).then(|| {
                Interval::new(1_000, move || {
                    rest = rest.saturating_sub(1);
                    left.set(rest);
                })
            });
            move || drop(clock)
        });
    }
    *left
}
