//! What holds over any history.

use proptest::prelude::*;

use super::*;

fn events() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => Just(Event::WakeAsked),
        3 => Just(Event::BecameReady),
        1 => prop_oneof![Just(exited(1)), Just(exited(78)), Just(Cause::Vanished)].prop_map(Event::Died),
        1 => Just(Event::FellBack(exited(78))),
        4 => (0_u32..3).prop_map(Event::LeasesNow),
        6 => Just(Event::IdleTimerFired),
        4 => Just(Event::SuspendReady(promise())),
        1 => (0_u64..100).prop_map(busy),
        1 => Just(Event::SuspendUnknown),
        1 => Just(Event::SuspendFailed),
        3 => Just(Event::Paused),
        1 => Just(Event::PauseFailed),
        2 => Just(Event::RetryTimerFired),
        1 => Just(Event::StopAsked),
        1 => Just(Event::EvictAsked),
        1 => Just(Event::DrainAsked),
        1 => Just(Event::DrainLifted),
        1 => Just(Event::FreezeAsked),
        1 => Just(Event::Unresponsive(Cause::Unresponsive { checks: 3 })),
        2 => Just(Event::Stopped),
        1 => Just(Event::RetryAsked),
        1 => Just(Event::ConfigChanged),
        1 => Just(Event::Superseded),
        1 => Just(Event::RecreateAsked),
        1 => Just(Event::FoundRunning),
        1 => Just(Event::FoundStarting),
        1 => Just(Event::FoundSuspended),
        1 => Just(Event::FoundFrozen { since: at(0), idle_since: at(0), suspension: None }),
        1 => Just(Event::FoundNothing),
    ]
}

fn verdicts() -> impl Strategy<Value = Verdict> {
    prop_oneof![
        Just(Verdict::GiveUp),
        Just(Verdict::RetryAfter(Duration::ZERO)),
        (1_u64..100).prop_map(|secs| Verdict::RetryAfter(Duration::from_secs(secs))),
    ]
}

fn busy(secs: u64) -> Event {
    let blocker = Blocker { kind: "embedded-run".to_owned(), count: 1, message: "one run".to_owned() };
    Event::SuspendBusy { retry_after: Duration::from_secs(secs), blockers: vec![blocker] }
}

fn rules() -> impl Strategy<Value = RestRules> {
    let delta = |secs: i64| TimeDelta::seconds(secs);
    (prop::option::of(0_i64..100), 1_i64..100, prop::bool::weighted(0.1)).prop_map(
        move |(freeze_after, stop_after, keep_awake)| RestRules {
            freeze_after: freeze_after.map(delta),
            stop_after: delta(stop_after),
            keep_awake,
        },
    )
}

const fn is_running(state: &Lifecycle) -> bool {
    matches!(state, Lifecycle::Running { .. })
}

const fn is_frozen(state: &Lifecycle) -> bool {
    matches!(state, Lifecycle::Frozen { .. })
}

const fn is_leased(state: &Lifecycle) -> bool {
    matches!(state, Lifecycle::Running { activity: Activity::Leased(_), .. })
}

const fn is_recreated(state: &Lifecycle) -> bool {
    matches!(
        state,
        Lifecycle::Stopping { reason: StopReason::Recreated, .. }
            | Lifecycle::Suspending { aim: Aim::Stop(StopReason::Recreated), .. }
    )
}

/// Whether somebody asked for it while it was about to be put to sleep.
const fn is_waking(state: &Lifecycle) -> bool {
    matches!(state, Lifecycle::Suspending { wake: true, .. } | Lifecycle::Freezing { wake: true, .. })
}

/// Whether an order fits the state it was given in.
const fn belongs(effect: Effect, state: &Lifecycle) -> bool {
    match effect {
        Effect::ServeWaiters => is_running(state),
        Effect::Start | Effect::Watch => matches!(state, Lifecycle::Starting { .. }),
        Effect::Suspend => matches!(state, Lifecycle::Suspending { wake: false, .. }),
        Effect::Pause => matches!(state, Lifecycle::Freezing { wake: false, .. }),
        Effect::Thaw => matches!(state, Lifecycle::Thawing { .. }),
        Effect::Stop => matches!(state, Lifecycle::Stopping { .. } | Lifecycle::Quarantined { .. }),
        Effect::FailWaiters
        | Effect::RefuseNewest
        | Effect::ArmIdleTimer(_)
        | Effect::ArmRetryTimer(_)
        | Effect::WatchHealth
        | Effect::CheckConfig
        | Effect::SpendRestart
        | Effect::ClearBudget => true,
    }
}

/// Whether it is put to sleep though nobody asked for that.
const fn falls_asleep(state: &Lifecycle) -> bool {
    matches!(
        state,
        Lifecycle::Suspending { wake: false, .. }
            | Lifecycle::Freezing { wake: false, .. }
            | Lifecycle::Frozen { .. }
            | Lifecycle::Stopping {
                reason: StopReason::Idle
                    | StopReason::Reconfigured
                    | StopReason::Evicted
                    | StopReason::Recreated,
                wake_again: false,
                ..
            }
    )
}

proptest! {
    /// Over any history: a leased cell is never put to sleep nor recreated unless an admin says so, one is frozen only on its gateway's promise, an
    /// idle one always has a timer set, a failed one always has its next try set, and whoever waits is served,
    /// refused or still expected.
    #[test]
    fn every_history_keeps_its_promises(
        rest in rules(),
        history in prop::collection::vec((events(), verdicts(), 0_i64..50), 1..200),
    ) {
        let mut state = Lifecycle::Absent;
        let mut secs = 0;
        let mut waiting = 0_u32;
        let mut idle_timer = None;
        let mut retry_timer = None;
        for (event, after_death, gap) in history {
            secs += gap;
            let now = Context { now: at(secs), after_death, rest };
            if event == Event::WakeAsked {
                waiting += 1;
            }
            let before = state.clone();
            let (next, effects) = match state.apply(event.clone(), &now) {
                Ok(done) => done,
                Err(refused) => {
                    prop_assert_eq!(&event, &Event::Stopped, "only a stop nobody ordered is illegal");
                    (*refused.from, vec![])
                }
            };
            for effect in &effects {
                prop_assert!(belongs(*effect, &next), "{:?} was ordered in {:?}", effect, next);
                match effect {
                    Effect::ServeWaiters | Effect::FailWaiters => waiting = 0,
                    Effect::RefuseNewest => waiting -= 1,
                    Effect::ArmIdleTimer(due) => idle_timer = Some(*due),
                    Effect::ArmRetryTimer(due) => retry_timer = Some(*due),
                    _ => {}
                }
            }
            let promised = matches!(event, Event::SuspendReady(_));
            prop_assert!(promised || !effects.contains(&Effect::Pause), "paused on {:?}", event);
            for rests in [is_running, is_frozen] {
                let entered = rests(&next) && !rests(&before);
                prop_assert!(!entered || effects.contains(&Effect::CheckConfig), "there, and never compared");
            }
            let told = event == Event::LeasesNow(0);
            prop_assert!(told || !is_leased(&before) || !falls_asleep(&next), "a leased cell was put to sleep");
            prop_assert!(!is_waking(&before) || !falls_asleep(&next), "a wake was forgotten");
            let asked = event == Event::RecreateAsked;
            prop_assert!(told || asked || !is_leased(&before) || !is_recreated(&next), "a leased cell was recreated");
            if before.is_draining() && event != Event::DrainLifted {
                let goes = matches!(next, Lifecycle::Stopping { .. });
                prop_assert!(next.is_draining() || goes, "a drain was forgotten: {:?}", next);
                let ended = told || event.cause().is_some() || matches!(event, Event::StopAsked | Event::RecreateAsked | Event::FoundNothing);
                prop_assert!(!goes || ended || !is_leased(&before), "a drain cut off who was being served");
            }
            match &next {
                Lifecycle::Running { activity: Activity::Idle(idle), config, .. } => {
                    let due = rest.look_at(idle, *config);
                    prop_assert!(due.is_none() || due == idle_timer, "due {:?}, armed {:?}", due, idle_timer);
                    prop_assert_eq!(waiting, 0);
                }
                Lifecycle::Frozen { idle_since, .. } => {
                    prop_assert!(!rest.keep_awake);
                    prop_assert_eq!(idle_timer, Some(*idle_since + rest.stop_after));
                    prop_assert_eq!(waiting, 0);
                }
                Lifecycle::Suspending { wake: false, .. } | Lifecycle::Freezing { wake: false, .. } => {
                    prop_assert_eq!(waiting, 0);
                }
                Lifecycle::Running { .. } | Lifecycle::Absent | Lifecycle::Quarantined { .. } => {
                    prop_assert_eq!(waiting, 0, "somebody waits for nothing in {:?}", next);
                }
                Lifecycle::Failed { retry_at, .. } => prop_assert_eq!(retry_timer, Some(*retry_at)),
                Lifecycle::Stopping { wake_again: false, .. } => prop_assert_eq!(waiting, 0),
                Lifecycle::Starting { .. }
                | Lifecycle::Stopping { .. }
                | Lifecycle::Suspending { .. }
                | Lifecycle::Freezing { .. }
                | Lifecycle::Thawing { .. } => {}
            }
            state = next;
        }
    }
}
