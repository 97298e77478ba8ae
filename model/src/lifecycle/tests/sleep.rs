//! Being put to sleep, and coming back, by example.

use super::*;

const IDLE: [Event; 2] = [Event::WakeAsked, Event::BecameReady];
/// Idle since second 1; frozen after 20, stopped after 60.
fn idle() -> Lifecycle {
    after(&IDLE).0
}

fn meet(state: Lifecycle, secs: i64, event: Event) -> (Lifecycle, Vec<Effect>) {
    state.apply(event, &context(secs)).expect("legal")
}

fn busy(retry_after: u64) -> Event {
    let blocker = Blocker { kind: "cron".to_owned(), count: 1, message: "1 job".to_owned() };
    Event::SuspendBusy { retry_after: Duration::from_secs(retry_after), blockers: vec![blocker] }
}

fn suspending() -> Lifecycle {
    let (state, effects) = meet(idle(), 21, Event::IdleTimerFired);
    assert_eq!(effects, [Effect::Suspend]);
    state
}

fn freezing() -> Lifecycle {
    let (state, effects) = meet(suspending(), 21, Event::SuspendReady(promise()));
    assert_eq!(effects, [Effect::Pause]);
    state
}

fn frozen() -> Lifecycle {
    let (state, effects) = meet(freezing(), 22, Event::Paused);
    assert_eq!(effects, [Effect::ArmIdleTimer(at(61)), Effect::CheckConfig]);
    state
}

#[test]
fn an_idle_cell_is_frozen_on_its_gateways_promise_and_stopped_when_its_time_is_up() {
    let state = frozen();
    assert_eq!(
        State::from(&state),
        State::Frozen { since: at(22), idle_since: at(1), suspension: Some(promise()) }
    );
    let (still, effects) = meet(state, 60, Event::IdleTimerFired);
    assert_eq!(effects, [Effect::ArmIdleTimer(at(61))]);
    let (state, effects) = meet(still, 61, Event::IdleTimerFired);
    assert!(matches!(state, Lifecycle::Stopping { reason: StopReason::Idle, .. }));
    assert_eq!(effects, [Effect::Stop]);
}

#[test]
fn a_wake_thaws_a_frozen_cell_and_is_served_by_the_same_container() {
    let (state, effects) = meet(frozen(), 30, Event::WakeAsked);
    assert_eq!(effects, [Effect::Thaw]);
    let (again, effects) = meet(state, 30, Event::WakeAsked);
    assert_eq!(effects, []);
    let (state, effects) = meet(again, 31, Event::BecameReady);
    assert!(matches!(state, Lifecycle::Running { .. }));
    assert!(effects.contains(&Effect::ServeWaiters));
}

#[test]
fn a_wake_that_meets_a_cell_on_its_way_into_the_cold_turns_it_round() {
    for (state, settled) in [(suspending(), Event::SuspendReady(promise())), (freezing(), Event::Paused)] {
        let (state, effects) = meet(state, 22, Event::WakeAsked);
        assert_eq!(effects, []);
        let (state, effects) = meet(state, 22, settled);
        assert!(matches!(state, Lifecycle::Thawing { suspension: Some(_), .. }), "{state:?}");
        assert_eq!(effects, [Effect::Thaw]);
    }
}

#[test]
fn a_busy_gateway_is_asked_again_when_it_said_and_tells_what_it_does() {
    let (state, effects) = meet(suspending(), 21, busy(20));
    assert!(effects.contains(&Effect::ArmIdleTimer(at(41))) && effects.contains(&Effect::WatchHealth));
    let Lifecycle::Running { since, activity: Activity::Idle(idle), .. } = &state else {
        panic!("{state:?}");
    };
    assert_eq!((*since, idle.since), (at(1), at(1)), "it has been running and idle all the time");
    assert!(matches!(&idle.hindrance, Hindrance::Busy { blockers, .. } if blockers[0].kind == "cron"));
    let (state, _) = meet(state, 40, Event::IdleTimerFired);
    assert!(matches!(state, Lifecycle::Running { .. }));
    let (state, effects) = meet(state, 41, Event::IdleTimerFired);
    assert_eq!(effects, [Effect::Suspend]);
    assert_eq!(State::from(&state), State::Running { since: at(1), idle_since: Some(at(1)) });
    // Also where its time is up: what it does is not cut off.
    let (state, _) = meet(state, 41, busy(600));
    let (state, effects) = meet(state, 641, Event::IdleTimerFired);
    assert_eq!(effects, [Effect::Suspend]);
    let (state, _) = meet(state, 641, Event::SuspendReady(promise()));
    assert!(matches!(state, Lifecycle::Stopping { reason: StopReason::Idle, .. }), "{state:?}");
}

#[test]
fn a_gateway_that_promises_nothing_is_not_frozen_and_not_kept_alive_for_that() {
    for (answer, comes_back) in
        [(Event::SuspendUnknown, None), (Event::SuspendFailed, Some(Event::BecameReady))]
    {
        let (mut state, mut effects) = meet(suspending(), 21, answer.clone());
        if let Some(event) = comes_back {
            // It may have promised all the same, and must take that back.
            assert_eq!(effects, [Effect::Thaw]);
            (state, effects) = meet(state, 22, event);
        }
        assert!(effects.contains(&Effect::ArmIdleTimer(at(61))), "{effects:?}");
        let (state, effects) = meet(state, 61, Event::IdleTimerFired);
        assert_eq!(effects, [Effect::Suspend]);
        let (state, effects) = meet(state, 61, answer);
        assert!(matches!(state, Lifecycle::Stopping { reason: StopReason::Idle, .. }));
        assert_eq!(effects, [Effect::Stop]);
    }
}

#[test]
fn an_engine_that_does_not_pause_costs_the_cell_nothing() {
    let (state, effects) = meet(freezing(), 22, Event::PauseFailed);
    assert_eq!(effects, [Effect::Thaw]);
    let (_, effects) = meet(state, 23, Event::BecameReady);
    assert!(effects.contains(&Effect::ArmIdleTimer(at(61))), "it is not tried again: {effects:?}");
}

#[test]
fn a_cell_that_is_kept_awake_is_not_put_to_sleep_and_a_frozen_one_comes_back() {
    let rest = RestRules { keep_awake: true, ..context(0).rest };
    let now = Context { rest, ..context(1_000) };
    let (state, effects) = idle().apply(Event::IdleTimerFired, &now).expect("legal");
    assert!(matches!(state, Lifecycle::Running { .. }));
    assert_eq!(effects, []);
    let (state, effects) = frozen().apply(Event::IdleTimerFired, &now).expect("legal");
    assert!(matches!(state, Lifecycle::Thawing { .. }));
    assert_eq!(effects, [Effect::Thaw]);
}

#[test]
fn wishes_are_granted_within_what_the_installation_allows() {
    let settings = Settings { idle_timeout_secs: 60, freeze_after_secs: 20, ..Settings::default() };
    let wishes = |idle_timeout_secs| RestWishes { keep_awake: true, idle_timeout_secs };
    let rules = RestRules::of(&settings, &wishes(Some(30)), true);
    assert_eq!(rules, RestRules { stop_after: TimeDelta::seconds(30), keep_awake: true, ..context(0).rest });
    assert_eq!(RestRules::of(&settings, &wishes(Some(90)), true).stop_after, TimeDelta::seconds(60));
    let strict = Settings { keep_awake_allowed: false, ..settings };
    let rules = RestRules::of(&strict, &wishes(None), false);
    assert_eq!((rules.keep_awake, rules.freeze_after), (false, None));
}

#[test]
fn a_changed_configuration_ends_a_frozen_cell_and_the_next_wake_starts_it_anew() {
    let (state, effects) = meet(frozen(), 30, Event::ConfigChanged);
    assert!(matches!(state, Lifecycle::Stopping { reason: StopReason::Reconfigured, wake_again: false, .. }));
    assert_eq!(effects, [Effect::Stop]);
}

#[test]
fn whoever_asks_after_a_change_is_served_with_what_is_wanted_then() {
    let (state, effects) = meet(idle(), 5, Event::ConfigChanged);
    assert_eq!(effects, [Effect::Suspend]);
    let (state, _) = meet(state, 5, Event::WakeAsked);
    let (state, effects) = meet(state, 5, Event::SuspendReady(promise()));
    assert!(matches!(state, Lifecycle::Stopping { wake_again: true, .. }), "{state:?}");
    assert_eq!(effects, [Effect::Stop]);
}

#[test]
fn whoever_makes_room_is_asked_first_and_nobody_in_use_is() {
    let (state, effects) = meet(frozen(), 30, Event::EvictAsked);
    assert!(matches!(state, Lifecycle::Stopping { reason: StopReason::Evicted, .. }));
    assert_eq!(effects, [Effect::Stop]);
    let (state, effects) = meet(idle(), 5, Event::EvictAsked);
    assert_eq!(effects, [Effect::Suspend]);
    let (state, _) = meet(state, 5, Event::SuspendReady(promise()));
    assert!(matches!(state, Lifecycle::Stopping { reason: StopReason::Evicted, .. }));
    let (leased, _) = meet(idle(), 5, Event::LeasesNow(1));
    assert_eq!(meet(leased.clone(), 6, Event::EvictAsked), (leased, vec![]));
}

#[test]
fn a_death_in_the_cold_leaves_nothing_and_counts_for_nothing() {
    for event in [Event::Died(exited(137)), Event::FoundNothing] {
        assert_eq!(meet(frozen(), 30, event), (Lifecycle::Absent, vec![]));
    }
}

#[test]
fn what_was_left_in_the_cold_is_found_with_its_promise() {
    let remembered = State::from(&frozen());
    let found = remembered.found_frozen(at(40));
    let (state, effects) = meet(Lifecycle::Absent, 40, found);
    assert_eq!(state, frozen());
    assert_eq!(effects, [Effect::ArmIdleTimer(at(61)), Effect::CheckConfig]);
    // One that ended between the promise and the pause, or the other way round.
    let (state, effects) = meet(Lifecycle::Absent, 40, Event::FoundSuspended);
    assert!(matches!(state, Lifecycle::Thawing { suspension: None, .. }));
    assert_eq!(effects, [Effect::Thaw]);
    let running = State::Running { since: at(0), idle_since: None };
    let (state, _) = meet(Lifecycle::Absent, 40, running.found_frozen(at(40)));
    assert!(matches!(state, Lifecycle::Frozen { suspension: None, .. }));
}

#[test]
fn what_somebody_else_paused_or_let_go_on_is_put_right() {
    let (state, effects) = meet(idle(), 5, idle_found_frozen());
    assert!(matches!(state, Lifecycle::Thawing { .. }));
    assert_eq!(effects, [Effect::Thaw]);
    let (state, effects) = meet(frozen(), 30, Event::FoundRunning);
    assert!(matches!(state, Lifecycle::Thawing { suspension: Some(_), .. }));
    assert_eq!(effects, [Effect::Thaw]);
}

fn idle_found_frozen() -> Event {
    State::Absent.found_frozen(at(5))
}
