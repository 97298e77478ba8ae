//! A clock for what nobody tells of as it happens.

use gloo_timers::callback::Interval;
use yew::prelude::*;

use super::use_visible;

/// Counts every so many milliseconds, while the page is looked at.
#[hook]
pub(crate) fn use_ticks(period: u32) -> u32 {
    let (ticks, visible) = (use_state(|| 0_u32), use_visible());
    {
        let ticks = ticks.clone();
        use_effect_with((visible, period), move |(visible, period)| {
            let mut count = *ticks;
            let clock = visible.then(|| {
                Interval::new(*period, move || {
                    count = count.wrapping_add(1);
                    ticks.set(count);
                })
            });
            move || drop(clock)
        });
    }
    *ticks
}
