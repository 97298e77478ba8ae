//! A container that would be made otherwise now.

use super::*;

const IN_USE: [Event; 3] = [Event::WakeAsked, Event::BecameReady, Event::LeasesNow(1)];

fn is_made_anew(state: &Lifecycle) -> bool {
    matches!(state, Lifecycle::Stopping { reason: StopReason::Recreated, wake_again: true, .. })
}

#[test]
fn a_superseded_cell_is_made_anew_when_the_last_lease_is_dropped_and_not_before() {
    let (state, effects) = after(&[&IN_USE[..], &[Event::Superseded, Event::ConfigChanged]].concat());
    assert!(matches!(state, Lifecycle::Running { config: Config::Superseded, .. }), "{state:?}");
    assert_eq!(effects, []);
    let (state, effects) = state.apply(Event::LeasesNow(0), &context(9)).expect("legal");
    assert_eq!(effects, [Effect::Suspend]);
    let (state, effects) = state.apply(Event::SuspendReady(promise()), &context(9)).expect("legal");
    assert!(is_made_anew(&state), "{state:?}");
    assert_eq!(effects, [Effect::Stop]);
    let (_, effects) = state.apply(Event::Stopped, &context(9)).expect("legal");
    assert_eq!(effects, [Effect::Start]);
}

#[test]
fn a_superseded_cell_that_goes_to_sleep_anyway_is_made_anew_by_the_next_wake() {
    let (idle, _) = after(&[Event::WakeAsked, Event::BecameReady]);
    let (going, _) = idle.apply(Event::EvictAsked, &context(9)).expect("legal");
    let (going, _) = going.apply(Event::Superseded, &context(9)).expect("legal");
    let (state, _) = going.apply(Event::SuspendReady(promise()), &context(9)).expect("legal");
    assert!(
        matches!(state, Lifecycle::Stopping { reason: StopReason::Evicted, wake_again: false, .. }),
        "{state:?}"
    );
    let frozen = Lifecycle::Frozen { since: at(0), idle_since: at(0), suspension: None };
    let (state, _) = frozen.apply(Event::Superseded, &context(9)).expect("legal");
    assert!(
        matches!(state, Lifecycle::Stopping { reason: StopReason::Recreated, wake_again: false, .. }),
        "{state:?}"
    );
}

#[test]
fn an_admin_has_a_cell_made_anew_at_once_and_whoever_waits_goes_on_waiting() {
    for history in [&IN_USE[..], &IN_USE[..1], &IN_USE[..2]] {
        let (state, _) = after(history);
        let (state, effects) = state.apply(Event::RecreateAsked, &context(9)).expect("legal");
        assert!(is_made_anew(&state), "{state:?}");
        assert_eq!(effects, [Effect::Stop]);
    }
    let (quarantined, _) = after(&[Event::WakeAsked, Event::Died(exited(78))]);
    let (state, _) = quarantined.apply(Event::RecreateAsked, &context(9)).expect("legal");
    assert!(matches!(state, Lifecycle::Starting { .. }), "{state:?}");
    let (state, effects) = Lifecycle::Absent.apply(Event::RecreateAsked, &context(9)).expect("legal");
    assert_eq!((state, effects), (Lifecycle::Absent, vec![]), "it has none to make anew");
}
