//! How many cells fit into the memory that a host has for them, and who makes room.

use crate::{CellId, CellStatus, Settings, State, Timestamp};

/// How many cells fit: each may take as much as its limit allows. One always does.
pub fn cells_that_fit(settings: &Settings) -> usize {
    let Settings { host_memory_mib, memory_limit_mib, .. } = settings;
    match host_memory_mib.checked_div(*memory_limit_mib) {
        _ if *host_memory_mib == 0 => usize::MAX,
        Some(cells) => usize::try_from(cells).unwrap_or(usize::MAX).max(1),
        None => usize::MAX,
    }
}

/// Who has to go so that `wanted` more cells fit where `fit` do at most: frozen ones first, the longest idle first;
/// then idle ones. Nobody who is in use, whose gateway is busy or who is kept awake, and nobody who is on the way up;
/// who is on the way down counts as gone. What is named may be too little.
pub fn who_must_go(fit: usize, wanted: usize, present: &[CellStatus]) -> Vec<CellId> {
    let staying = present.iter().filter(|it| !is_leaving(&it.state)).count();
    let surplus = staying.saturating_add(wanted).saturating_sub(fit);
    let mut candidates: Vec<_> = present.iter().filter_map(dispensable).collect();
    candidates.sort_unstable();
    candidates.into_iter().take(surplus).map(|(_, _, cell)| cell).collect()
}

const fn is_leaving(state: &State) -> bool {
    matches!(state, State::Absent | State::Stopping { .. } | State::Failed { .. } | State::Quarantined { .. })
}

/// The order in which cells go: frozen before idle, the longest idle first.
fn dispensable(status: &CellStatus) -> Option<(bool, Timestamp, CellId)> {
    if status.leases > 0 || status.waiting > 0 || !status.busy_with.is_empty() || status.rest.keep_awake {
        return None;
    }
    match status.state {
        State::Frozen { idle_since, .. } => Some((false, idle_since, status.cell)),
        State::Running { idle_since: Some(idle_since), .. } => Some((true, idle_since, status.cell)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Blocker, RestRules, UserId};

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_timestamp(secs, 0).expect("in range")
    }

    fn state(kind: u8, secs: i64) -> State {
        let since = at(secs);
        match kind {
            0 => State::Starting { since },
            1 => State::Running { since, idle_since: None },
            2 | 3 => State::Running { since, idle_since: Some(since) },
            4..=6 => State::Frozen { since, idle_since: since, suspension: None },
            7 => State::Thawing { since },
            _ => State::Stopping { since },
        }
    }

    fn status(number: u8, (kind, secs, leases, busy, keep_awake): (u8, i64, u32, bool, bool)) -> CellStatus {
        let blocker = Blocker { kind: "run".to_owned(), count: 1, message: String::new() };
        CellStatus {
            cell: CellId::User(UserId::new(Timestamp::UNIX_EPOCH, [number; 10])),
            state: state(kind, secs),
            leases,
            waiting: 0,
            busy_with: if busy { vec![blocker] } else { Vec::new() },
            rest: RestRules { keep_awake, ..RestRules::default() },
            deaths: Vec::new(),
            waits_for_memory: false,
        }
    }

    fn hosts() -> impl Strategy<Value = Vec<CellStatus>> {
        let one = (0_u8..9, 0_i64..50, 0_u32..2, prop::bool::weighted(0.1), prop::bool::weighted(0.1));
        prop::collection::vec(one, 0..20)
            .prop_map(|all| (0..).zip(all).map(|(number, it)| status(number, it)).collect())
    }

    fn idle_since(status: &CellStatus) -> Option<Timestamp> {
        match status.state {
            State::Running { idle_since, .. } => idle_since,
            State::Frozen { idle_since, .. } => Some(idle_since),
            _ => None,
        }
    }

    #[test]
    fn a_host_without_a_limit_has_room_and_one_with_too_little_has_room_for_one() {
        let with =
            |host_memory_mib| Settings { host_memory_mib, memory_limit_mib: 2_048, ..Settings::default() };
        assert_eq!(cells_that_fit(&with(0)), usize::MAX);
        assert_eq!(cells_that_fit(&with(1_024)), 1);
        assert_eq!(cells_that_fit(&with(10_000)), 4);
    }

    proptest! {
        #[test]
        fn only_who_is_dispensable_goes_the_longest_frozen_first_and_no_more_than_needed(
            fit in 0_usize..20, wanted in 0_usize..4, present in hosts(),
        ) {
            let gone = who_must_go(fit, wanted, &present);
            let (goes, stays): (Vec<_>, Vec<_>) = present.iter().partition(|it| gone.contains(&it.cell));
            for one in &goes {
                prop_assert!(one.leases == 0 && one.busy_with.is_empty() && !one.rest.keep_awake, "{:?}", one);
                prop_assert!(idle_since(one).is_some(), "{:?}", one);
            }
            let staying = stays.iter().filter(|it| !is_leaving(&it.state)).count();
            prop_assert!(goes.is_empty() || staying + wanted >= fit, "more than needed");
            let spared: Vec<_> = stays.iter().filter_map(|it| dispensable(it)).collect();
            prop_assert!(staying + wanted <= fit || spared.is_empty(), "too few, though others could go");
            let last = goes.iter().filter_map(|it| dispensable(it)).max();
            prop_assert!(last.is_none() || spared.iter().all(|it| Some(*it) > last), "out of turn");
        }
    }
}
