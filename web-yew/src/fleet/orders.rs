//! What can be ordered of agents.

use mosaic_api::{CellStateBody as State, FleetActionName as Order};

/// What is ordered most.
pub(crate) const USUAL: [Order; 4] = [Order::Start, Order::Drain, Order::Stop, Order::Restart];
/// The others.
pub(crate) const RARE: [Order; 3] = [Order::Freeze, Order::Thaw, Order::Recreate];

/// Whether an order changes anything of an agent in this state.
const fn fits(order: Order, state: &State) -> bool {
    match (order, state) {
        (Order::Start, _) => matches!(
            state,
            State::Absent | State::Draining { .. } | State::Failed { .. } | State::Quarantined { .. }
        ),
        (Order::Drain, _) => {
            matches!(state, State::Starting { .. } | State::Running { .. } | State::Thawing { .. })
        }
        (Order::Freeze, _) => matches!(state, State::Running { .. }),
        (Order::Thaw, _) => matches!(state, State::Freezing { .. } | State::Frozen { .. }),
        (_, State::Absent | State::Stopping { .. }) => false,
        (Order::Stop | Order::Restart, _) => !matches!(state, State::Quarantined { .. }),
        (Order::Recreate, _) => true,
    }
}

/// What can be ordered of an agent in this state.
pub(crate) fn offered(state: &State) -> impl Iterator<Item = Order> {
    USUAL.into_iter().chain(RARE).filter(|order| fits(*order, state))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn only_what_changes_something_is_offered() {
        let since = DateTime::from_timestamp(1_700_000_000, 0).expect("a time");
        for (state, expected) in [
            (State::Absent, &[Order::Start][..]),
            (
                State::Running { since, idle_since: None },
                &[Order::Drain, Order::Stop, Order::Restart, Order::Freeze, Order::Recreate],
            ),
            (State::Draining { since }, &[Order::Start, Order::Stop, Order::Restart, Order::Recreate]),
            (
                State::Frozen { since, idle_since: since },
                &[Order::Stop, Order::Restart, Order::Thaw, Order::Recreate],
            ),
            (State::Stopping { since }, &[]),
        ] {
            assert_eq!(offered(&state).collect::<Vec<_>>(), expected, "{state:?}");
        }
    }
}
