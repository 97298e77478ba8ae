//! What the life of a cell guarantees, by example and over random histories.

use std::time::Duration;

use chrono::TimeDelta;

use super::*;
use crate::{Settings, Verdict};

mod by_hand;
mod histories;
mod renewal;
mod sleep;

fn at(secs: i64) -> Timestamp {
    Timestamp::from_timestamp(secs, 0).expect("in range")
}

fn context(secs: i64) -> Context {
    Context {
        now: at(secs),
        rest: RestRules {
            freeze_after: Some(TimeDelta::seconds(20)),
            stop_after: TimeDelta::seconds(60),
            keep_awake: false,
        },
        after_death: Verdict::RetryAfter(Duration::from_secs(2)),
    }
}

fn promise() -> SuspensionId {
    SuspensionId::new("promise")
}

fn exited(code: i64) -> Cause {
    Cause::Exited { code, out_of_memory: false, stderr: vec![] }
}

/// Applies a history, one second an event, and gives the last state and its effects.
fn after(events: &[Event]) -> (Lifecycle, Vec<Effect>) {
    let mut state = Lifecycle::Absent;
    let mut effects = vec![];
    for (secs, event) in events.iter().enumerate() {
        let now = context(i64::try_from(secs).expect("short"));
        (state, effects) = state.apply(event.clone(), &now).expect("a legal history");
    }
    (state, effects)
}

#[test]
fn a_wake_starts_an_absent_cell_once() {
    let (state, effects) = after(&[Event::WakeAsked]);
    assert_eq!(effects, [Effect::Start]);
    let (again, effects) = state.clone().apply(Event::WakeAsked, &context(1)).expect("legal");
    assert_eq!((again, effects), (state, vec![]));
}

#[test]
fn a_wake_that_meets_a_stopping_cell_starts_it_again() {
    let (state, effects) =
        after(&[Event::WakeAsked, Event::BecameReady, Event::StopAsked, Event::WakeAsked, Event::Stopped]);
    assert!(matches!(state, Lifecycle::Starting { .. }));
    assert_eq!(effects, [Effect::Start]);
}

#[test]
fn a_refused_configuration_is_not_tried_again() {
    let (state, effects) = after(&[Event::WakeAsked, Event::Died(exited(78))]);
    assert!(matches!(state, Lifecycle::Quarantined { .. }));
    assert_eq!(effects, [Effect::SpendRestart, Effect::FailWaiters]);
}

#[test]
fn a_refused_configuration_with_a_stand_in_is_followed_by_one_more_try() {
    let (state, effects) = after(&[Event::WakeAsked, Event::FellBack(exited(78))]);
    assert!(matches!(state, Lifecycle::Starting { .. }));
    assert_eq!(effects, [Effect::SpendRestart, Effect::Start]);
    let spent = Context { after_death: Verdict::GiveUp, ..context(9) };
    let (state, _) = state.apply(Event::FellBack(exited(78)), &spent).expect("legal");
    assert!(matches!(state, Lifecycle::Quarantined { .. }), "the restart budget holds for it too");
}

#[test]
fn a_failed_cell_answers_a_wake_at_once_and_keeps_its_appointment() {
    let (failed, _) = after(&[Event::WakeAsked, Event::Died(exited(1))]);
    let (still, effects) = failed.clone().apply(Event::WakeAsked, &context(2)).expect("legal");
    assert_eq!((&still, effects), (&failed, vec![Effect::RefuseNewest]));
    let (state, effects) = still.apply(Event::RetryTimerFired, &context(3)).expect("legal");
    assert_eq!(
        (state, effects),
        (Lifecycle::Starting { since: at(3), config: Config::Current }, vec![Effect::Start])
    );
}

#[test]
fn quarantine_is_left_only_by_a_retry_or_a_changed_configuration() {
    let (quarantined, _) = after(&[Event::WakeAsked, Event::Died(exited(78))]);
    for event in
        [Event::WakeAsked, Event::RetryTimerFired, Event::StopAsked, Event::FoundNothing, Event::Stopped]
    {
        let (state, _) = quarantined.clone().apply(event, &context(9)).expect("legal");
        assert_eq!(state, quarantined);
    }
    let (state, _) = quarantined.clone().apply(Event::RetryAsked, &context(9)).expect("legal");
    assert!(matches!(state, Lifecycle::Starting { .. }));
    let (state, _) = quarantined.apply(Event::ConfigChanged, &context(9)).expect("legal");
    assert_eq!(state, Lifecycle::Absent);
}

#[test]
fn a_changed_configuration_waits_for_the_stream_that_is_open() {
    let history = [Event::WakeAsked, Event::BecameReady, Event::LeasesNow(1), Event::ConfigChanged];
    let (state, effects) = after(&history);
    assert!(matches!(state, Lifecycle::Running { config: Config::Outdated, .. }));
    assert_eq!(effects, []);
    let (state, effects) = state.apply(Event::LeasesNow(0), &context(9)).expect("legal");
    assert_eq!(effects, [Effect::Suspend]);
    let (state, effects) = state.apply(Event::SuspendReady(promise()), &context(9)).expect("legal");
    assert!(matches!(state, Lifecycle::Stopping { reason: StopReason::Reconfigured, .. }));
    assert_eq!(effects, [Effect::Stop]);
}

#[test]
fn a_hung_gateway_is_stopped_and_started_again() {
    let cause = Cause::Unresponsive { checks: 3 };
    let (state, effects) = after(&[Event::WakeAsked, Event::BecameReady, Event::Unresponsive(cause)]);
    assert!(matches!(state, Lifecycle::Stopping { wake_again: true, .. }));
    assert_eq!(effects, [Effect::SpendRestart, Effect::Stop]);
}

#[test]
fn what_cannot_happen_is_refused() {
    let refused = Lifecycle::Absent.apply(Event::Stopped, &context(0));
    assert_eq!(refused, Err(IllegalTransition { from: Box::new(Lifecycle::Absent), event: Event::Stopped }));
}

#[test]
fn a_failure_is_remembered_unless_the_configuration_it_failed_with_changed() {
    let failed = State::Failed { since: at(0), cause: exited(1), retry_at: at(9) };
    let quarantined = State::Quarantined { since: at(0), cause: exited(78) };
    for state in [failed, quarantined] {
        for served in [Served::Nothing, Served::Wanted] {
            assert_eq!(State::from(&Lifecycle::restored(state.clone(), served)), state);
        }
        for served in [Served::Live, Served::Outdated, Served::Revoked] {
            assert_eq!(Lifecycle::restored(state.clone(), served), Lifecycle::Absent);
        }
    }
    let running = State::Running { since: at(0), idle_since: None };
    assert_eq!(Lifecycle::restored(running, Served::Wanted), Lifecycle::Absent);
}

#[test]
fn only_what_cannot_be_shown_to_be_wanted_is_a_missed_change() {
    let (running, _) = after(&[Event::WakeAsked, Event::BecameReady]);
    let (quarantined, _) = after(&[Event::WakeAsked, Event::Died(exited(78))]);
    for cell in [&running, &quarantined] {
        for told in [true, false] {
            assert!(!cell.has_missed_a_change(Served::Wanted, told), "told twice is told once");
            for served in [Served::Live, Served::Outdated, Served::Revoked] {
                assert!(cell.has_missed_a_change(served, told), "found without being told");
            }
            assert_eq!(cell.has_missed_a_change(Served::Nothing, told), told);
        }
    }
    let (starting, _) = after(&[Event::WakeAsked]);
    for cell in [&starting, &Lifecycle::Absent] {
        assert!(!cell.has_missed_a_change(Served::Outdated, true), "it is compared when it is ready");
    }
}
