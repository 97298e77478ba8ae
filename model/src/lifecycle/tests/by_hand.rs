//! What somebody orders by hand.

use super::*;

fn step(state: Lifecycle, event: Event, secs: i64) -> (Lifecycle, Vec<Effect>) {
    state.apply(event, &context(secs)).expect("legal")
}

const UP: [Event; 2] = [Event::WakeAsked, Event::BecameReady];

#[test]
fn a_drained_cell_ends_what_it_does_and_then_goes() {
    let history = [&UP[..], &[Event::LeasesNow(2), Event::DrainAsked]].concat();
    let (draining, effects) = after(&history);
    assert!(draining.is_draining() && effects.is_empty(), "{effects:?}");
    assert_eq!(State::from(&draining), State::Draining { since: at(3) });
    // A change of what it should run with, and another drain, are no reason to stay nor to go sooner.
    for news in [Event::ConfigChanged, Event::Superseded, Event::DrainAsked] {
        let (still, _) = step(draining.clone(), news, 4);
        assert_eq!(State::from(&still), State::Draining { since: at(3) });
    }
    let (one_left, _) = step(draining, Event::LeasesNow(1), 5);
    assert!(one_left.is_draining());
    let (asked, effects) = step(one_left, Event::LeasesNow(0), 6);
    assert_eq!(effects, [Effect::Suspend]);
    let (stopping, effects) = step(asked, Event::SuspendReady(promise()), 7);
    assert_eq!(effects, [Effect::Stop]);
    assert!(matches!(stopping, Lifecycle::Stopping { reason: StopReason::Drained, wake_again: false, .. }));
    let (asleep, _) = step(stopping, Event::Stopped, 8);
    assert_eq!(asleep, Lifecycle::Absent);
    assert!(matches!(step(asleep, Event::WakeAsked, 9).0, Lifecycle::Starting { .. }), "and wakes as ever");
}

#[test]
fn what_a_drained_gateway_does_by_itself_is_waited_for() {
    let (asked, effects) = after(&[&UP[..], &[Event::DrainAsked]].concat());
    assert_eq!(effects, [Effect::Suspend], "nobody used it");
    let busy = Event::SuspendBusy { retry_after: Duration::from_secs(10), blockers: vec![] };
    let (waits, effects) = step(asked, busy, 3);
    assert!(waits.is_draining() && effects.contains(&Effect::ArmIdleTimer(at(13))), "{effects:?}");
    let (_, effects) = step(waits, Event::IdleTimerFired, 13);
    assert_eq!(effects, [Effect::Suspend]);
}

#[test]
fn whoever_waited_before_a_drain_is_served_first() {
    let (state, effects) = after(&[Event::WakeAsked, Event::DrainAsked, Event::BecameReady]);
    assert!(state.is_draining() && effects.contains(&Effect::ServeWaiters), "{effects:?}");
    let (state, _) = step(state, Event::LeasesNow(1), 4);
    let (_, effects) = step(state, Event::LeasesNow(0), 5);
    assert_eq!(effects, [Effect::Suspend]);
}

#[test]
fn a_drained_cell_that_dies_is_not_started_again() {
    for death in [Event::Died(exited(1)), Event::Unresponsive(Cause::Vanished), Event::FoundNothing] {
        let (draining, _) = after(&[&UP[..], &[Event::LeasesNow(1), Event::DrainAsked]].concat());
        let (state, effects) = step(draining, death, 5);
        assert!(matches!(state, Lifecycle::Stopping { wake_again: false, .. }), "{state:?}");
        assert_eq!(effects, [Effect::SpendRestart, Effect::FailWaiters, Effect::Stop]);
    }
}

#[test]
fn what_has_nothing_to_end_goes_at_once() {
    let frozen = Lifecycle::Frozen { since: at(0), idle_since: at(0), suspension: None };
    let (state, effects) = step(frozen, Event::DrainAsked, 1);
    assert!(matches!(state, Lifecycle::Stopping { reason: StopReason::Drained, .. }));
    assert_eq!(effects, [Effect::Stop]);
    let (failed, _) = after(&[Event::WakeAsked, Event::Died(exited(1))]);
    assert_eq!(step(failed, Event::DrainAsked, 1).0, Lifecycle::Absent);
}

#[test]
fn a_drain_is_lifted_by_whoever_starts_it_again() {
    let (draining, _) = after(&[&UP[..], &[Event::LeasesNow(1), Event::DrainAsked]].concat());
    let (state, effects) = step(draining, Event::DrainLifted, 5);
    assert!(matches!(State::from(&state), State::Running { .. }), "{state:?}");
    assert_eq!(effects, [Effect::CheckConfig], "what changed meanwhile is found again");
    let (asked, _) = after(&[&UP[..], &[Event::DrainAsked]].concat());
    let (state, _) = step(asked, Event::DrainLifted, 5);
    let (state, effects) = step(state, Event::SuspendReady(promise()), 6);
    assert!(matches!(state, Lifecycle::Thawing { config: Config::Current, .. }));
    assert_eq!(effects, [Effect::Thaw]);
}

#[test]
fn only_what_nobody_uses_is_frozen_by_hand_and_only_on_its_promise() {
    let (idle, _) = after(&UP);
    let (asked, effects) = step(idle.clone(), Event::FreezeAsked, 3);
    assert_eq!(effects, [Effect::Suspend]);
    let (freezing, effects) = step(asked, Event::SuspendReady(promise()), 4);
    assert!(matches!(freezing, Lifecycle::Freezing { .. }));
    assert_eq!(effects, [Effect::Pause]);
    let (leased, _) = step(idle.clone(), Event::LeasesNow(1), 3);
    assert_eq!(step(leased.clone(), Event::FreezeAsked, 4), (leased, vec![]));
    let rest = RestRules { keep_awake: true, ..context(3).rest };
    let kept = idle.clone().apply(Event::FreezeAsked, &Context { rest, ..context(3) });
    assert_eq!(kept, Ok((idle, vec![])));
}

#[test]
fn an_order_that_cannot_be_followed_is_refused_with_the_reason() {
    use crate::{CellId, CellStatus, OrderRefused as No, UserId};
    let status = |state: State, leases: u32, keep_awake: bool| CellStatus {
        cell: CellId::User(UserId::new(at(0), [1; 10])),
        state,
        leases,
        waiting: 0,
        busy_with: Vec::new(),
        rest: RestRules { keep_awake, ..context(0).rest },
        waits_for_memory: false,
        waking: None,
        deaths: Vec::new(),
    };
    let since = at(0);
    let used = State::Running { since, idle_since: None };
    let idle = State::Running { since, idle_since: Some(since) };
    let frozen = State::Frozen { since, idle_since: since, suspension: None };
    for (state, leases, keep_awake, frozen, thawed) in [
        (State::Absent, 0, false, Err(No::NotRunning), Err(No::NotFrozen)),
        (State::Starting { since }, 0, false, Err(No::NotRunning), Err(No::NotFrozen)),
        (used, 1, false, Err(No::InUse), Ok(())),
        (idle.clone(), 0, false, Ok(()), Ok(())),
        (idle, 0, true, Err(No::KeptAwake), Ok(())),
        (State::Draining { since }, 1, false, Err(No::InUse), Err(No::NotFrozen)),
        (frozen, 0, false, Ok(()), Ok(())),
        (State::Stopping { since }, 0, false, Err(No::NotRunning), Err(No::NotFrozen)),
    ] {
        let cell = status(state, leases, keep_awake);
        assert_eq!((cell.may_be_frozen(true), cell.may_be_thawed()), (frozen, thawed), "{cell:?}");
        assert_eq!(cell.may_be_frozen(false), Err(No::CannotFreeze), "whatever it is");
    }
}
