//! What is going on with a cell, in words: why it is where it is, and what happens next and when.

use std::fmt;

use crate::{Cause, CellStatus, RestartBudget, RestartPolicy, State, Timestamp};

/// What is to be said of a cell at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// Since when it is in its state; none where it sleeps.
    pub since: Option<Timestamp>,
    /// Why it is dead, where it is.
    pub why: Option<Cause>,
    /// What happens next.
    pub next: Next,
    /// How many more deaths within the budget's window would be answered by another try.
    pub restarts_left: u32,
}

/// What happens next with a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It sleeps until the next request.
    WakesOnRequest,
    /// It starts as soon as the host has memory for it.
    WaitsForMemory,
    /// It becomes ready, or fails.
    BecomesReady,
    /// Somebody uses it, and it stays up as long as they do.
    StaysUp,
    /// Nobody uses it, but its gateway has work of its own: it stays up until that is done.
    WorksOn,
    /// Nobody uses it; its owner wants it awake.
    StaysAwake,
    /// It takes nothing new, and is stopped when what it does has ended.
    Drains,
    /// If nobody uses it until then, it is frozen.
    FreezesIdle(Timestamp),
    /// It is frozen in a moment.
    Freezes,
    /// If nobody uses it until then, it is stopped.
    StopsIdle(Timestamp),
    /// It is stopped in a moment.
    Stops,
    /// It is tried again then.
    TriesAgain(Timestamp),
    /// Nothing, until somebody asks for another try or changes its settings.
    WaitsForSomebody,
    /// Nothing: its owner is shut out.
    StaysShutOut,
}

impl Explanation {
    /// Explains a cell; `is_barred` is whether its owner is shut out.
    pub fn of(status: &CellStatus, is_barred: bool, policy: &RestartPolicy, now: Timestamp) -> Self {
        let budget = RestartBudget::from_deaths(status.deaths.clone());
        Self {
            since: status.state.since(),
            why: status.state.cause().cloned(),
            next: next(status, is_barred),
            restarts_left: budget.left(policy, now),
        }
    }
}

fn next(status: &CellStatus, is_barred: bool) -> Next {
    match &status.state {
        State::Absent | State::Failed { .. } | State::Quarantined { .. } if is_barred => Next::StaysShutOut,
        _ if is_barred => Next::Stops,
        State::Absent => Next::WakesOnRequest,
        State::Starting { .. } if status.waits_for_memory => Next::WaitsForMemory,
        State::Starting { .. } | State::Thawing { .. } => Next::BecomesReady,
        State::Running { idle_since: Some(idle), .. } if status.leases == 0 => next_of_idle(status, *idle),
        State::Running { .. } => Next::StaysUp,
        State::Draining { .. } => Next::Drains,
        State::Freezing { .. } => Next::Freezes,
        State::Frozen { .. } if status.rest.keep_awake => Next::BecomesReady,
        State::Frozen { idle_since, .. } => Next::StopsIdle(*idle_since + status.rest.stop_after),
        State::Stopping { .. } => Next::Stops,
        State::Failed { retry_at, .. } => Next::TriesAgain(*retry_at),
        State::Quarantined { .. } => Next::WaitsForSomebody,
    }
}

fn next_of_idle(status: &CellStatus, since: Timestamp) -> Next {
    let rest = status.rest;
    if !status.busy_with.is_empty() {
        return Next::WorksOn;
    }
    if rest.keep_awake {
        return Next::StaysAwake;
    }
    match rest.freeze_after {
        Some(after) if after < rest.stop_after => Next::FreezesIdle(since + after),
        _ => Next::StopsIdle(since + rest.stop_after),
    }
}

impl Next {
    /// The word for programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WakesOnRequest => "wakes_on_request",
            Self::WaitsForMemory => "waits_for_memory",
            Self::BecomesReady => "becomes_ready",
            Self::StaysUp => "stays_up",
            Self::WorksOn => "works_on",
            Self::StaysAwake => "stays_awake",
            Self::Drains => "drains",
            Self::FreezesIdle(_) => "freezes_idle",
            Self::Freezes => "freezes",
            Self::StopsIdle(_) => "stops_idle",
            Self::Stops => "stops",
            Self::TriesAgain(_) => "tries_again",
            Self::WaitsForSomebody => "waits_for_somebody",
            Self::StaysShutOut => "stays_shut_out",
        }
    }

    /// When, where that is known.
    pub const fn at(self) -> Option<Timestamp> {
        match self {
            Self::FreezesIdle(at) | Self::StopsIdle(at) | Self::TriesAgain(at) => Some(at),
            Self::WakesOnRequest
            | Self::WaitsForMemory
            | Self::BecomesReady
            | Self::StaysUp
            | Self::WorksOn
            | Self::StaysAwake
            | Self::Drains
            | Self::Freezes
            | Self::Stops
            | Self::WaitsForSomebody
            | Self::StaysShutOut => None,
        }
    }
}

impl fmt::Display for Next {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WakesOnRequest => "It sleeps; the next request wakes it.",
            Self::BecomesReady => "It is on its way up, and serves whoever waits as soon as it is ready.",
            Self::StaysUp => "It is in use, and stays up as long as it is.",
            Self::WaitsForMemory => "This host has no memory for it now; it starts as soon as there is some.",
            Self::WorksOn => {
                "Nobody uses it, but its gateway has work of its own and stays up until that is done."
            }
            Self::StaysAwake => "Nobody uses it; it stays up because its owner wants it awake.",
            Self::Drains => {
                "It ends what it does, takes nothing new, and is then stopped; it keeps its memory."
            }
            Self::FreezesIdle(_) => {
                "Nobody uses it; if that stays so, it is frozen, and back within a moment when it is needed."
            }
            Self::Freezes => "It is on its way into the cold; the next request brings it back.",
            Self::StopsIdle(_) => "Nobody uses it; if that stays so, it is stopped and keeps its memory.",
            Self::Stops => "It is on its way down, and keeps its memory.",
            Self::TriesAgain(_) => "It died, and is tried again by itself.",
            Self::WaitsForSomebody => {
                "It was given up, and is not tried again until somebody asks for it or changes its settings."
            }
            Self::StaysShutOut => "Its owner is shut out: nothing wakes it.",
        })
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::{Blocker, CellId, RestRules, StateKind, UserId};

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_timestamp(secs, 0).expect("in range")
    }

    fn status(state: State, leases: u32) -> CellStatus {
        CellStatus {
            cell: CellId::User(UserId::new(at(0), [1; 10])),
            state,
            leases,
            waiting: 0,
            busy_with: Vec::new(),
            rest: RestRules { stop_after: TimeDelta::seconds(60), ..RestRules::default() },
            waits_for_memory: false,
            waking: None,
            deaths: vec![at(1), at(990)],
        }
    }

    fn explain(status: &CellStatus, is_barred: bool) -> Explanation {
        Explanation::of(status, is_barred, &RestartPolicy::default(), at(1_000))
    }

    fn explained(state: State, leases: u32, is_barred: bool) -> Explanation {
        explain(&status(state, leases), is_barred)
    }

    /// One of each state, and what is to be said of it: to everybody, and where its owner is shut out.
    fn cases() -> Vec<(State, &'static str, Option<Timestamp>, &'static str)> {
        let (since, cause) = (at(900), Cause::Vanished);
        let idle = State::Running { since, idle_since: Some(at(950)) };
        vec![
            (State::Absent, "wakes_on_request", None, "stays_shut_out"),
            (State::Starting { since }, "becomes_ready", None, "stops"),
            (State::Running { since, idle_since: None }, "stays_up", None, "stops"),
            (idle, "stops_idle", Some(at(1_010)), "stops"),
            (State::Draining { since }, "drains", None, "stops"),
            (State::Freezing { since }, "freezes", None, "stops"),
            (
                State::Frozen { since, idle_since: at(950), suspension: None },
                "stops_idle",
                Some(at(1_010)),
                "stops",
            ),
            (State::Thawing { since }, "becomes_ready", None, "stops"),
            (State::Stopping { since }, "stops", None, "stops"),
            (
                State::Failed { since, cause: cause.clone(), retry_at: at(1_005) },
                "tries_again",
                Some(at(1_005)),
                "stays_shut_out",
            ),
            (State::Quarantined { since, cause }, "waits_for_somebody", None, "stays_shut_out"),
        ]
    }

    #[test]
    fn every_state_is_explained() {
        for kind in StateKind::ALL {
            assert!(cases().iter().any(|(state, ..)| state.kind() == *kind), "{kind:?} has no case");
        }
        for (state, word, when, if_shut_out) in cases() {
            let told = explained(state.clone(), 0, false);
            assert_eq!((told.next.as_str(), told.next.at()), (word, when), "{state:?}");
            assert_eq!((told.since, told.why.as_ref()), (state.since(), state.cause()), "{state:?}");
            assert!(told.next.to_string().ends_with('.'), "{state:?}");
            assert_eq!(told.restarts_left, 2, "one of three deaths is recent");
            assert_eq!(explained(state.clone(), 0, true).next.as_str(), if_shut_out, "{state:?}");
        }
    }

    #[test]
    fn whoever_just_took_a_lease_keeps_it_up_before_its_actor_heard_of_it() {
        let idle = State::Running { since: at(900), idle_since: Some(at(950)) };
        assert_eq!(explained(idle, 1, false).next, Next::StaysUp);
    }

    /// What an idle cell's owner, gateway and host have to say comes before its timeouts.
    #[test]
    fn an_idle_cell_is_frozen_before_it_is_stopped_unless_something_keeps_it() {
        let idle = status(State::Running { since: at(900), idle_since: Some(at(950)) }, 0);
        let rest = RestRules { freeze_after: Some(TimeDelta::seconds(20)), ..idle.rest };
        let freezes = CellStatus { rest, ..idle.clone() };
        assert_eq!(explain(&freezes, false).next, Next::FreezesIdle(at(970)));
        let late = RestRules { freeze_after: Some(TimeDelta::seconds(70)), ..idle.rest };
        assert_eq!(
            explain(&CellStatus { rest: late, ..idle.clone() }, false).next,
            Next::StopsIdle(at(1_010))
        );
        let rest = RestRules { keep_awake: true, ..rest };
        assert_eq!(explain(&CellStatus { rest, ..idle.clone() }, false).next, Next::StaysAwake);
        let work = Blocker { kind: "cron".to_owned(), count: 1, message: "A job runs.".to_owned() };
        assert_eq!(explain(&CellStatus { busy_with: vec![work], rest, ..idle }, false).next, Next::WorksOn);
        let starting = status(State::Starting { since: at(900) }, 0);
        assert_eq!(
            explain(&CellStatus { waits_for_memory: true, ..starting }, false).next,
            Next::WaitsForMemory
        );
    }
}
