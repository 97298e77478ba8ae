//! An order about a cell: noted with who gave it, and done behind the answer. The stream and the history say what came
//! of it.

use std::time::Duration;

use mosaic_actors::FleetError;
use mosaic_api::FleetActionName as Order;
use mosaic_model::{AuditAction, AuditEntry, AuditTarget, By, CellId};
use mosaic_storage::StoreError;
use tokio::time;

use crate::HttpState;

/// How long a stop that nobody waits for is followed, to tell if it failed.
const STOP_WITHIN: Duration = Duration::from_mins(2);

/// Why an order was not taken.
pub(super) enum Refusal {
    Store(StoreError),
    Fleet(FleetError),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<FleetError> for Refusal {
    fn from(error: FleetError) -> Self {
        Self::Fleet(error)
    }
}

/// Gives an order about a cell that exists, and notes who gave it.
pub(super) async fn order(state: &HttpState, order: Order, cell: CellId, by: &By) -> Result<(), Refusal> {
    let (store, fleet) = (&state.store, &state.fleet);
    store.fleet_entry(cell).await?;
    match order {
        Order::Freeze => fleet.may_freeze(cell).await?,
        Order::Thaw => fleet.may_thaw(cell).await?,
        Order::Start | Order::Stop | Order::Restart | Order::Drain | Order::Recreate => {}
    }
    store.audit(&AuditEntry::done(by, told(order), AuditTarget::Cell(cell))).await?;
    hold(state, order, cell).await?;
    match order {
        Order::Start => {
            fleet.lift_drain(cell).await?;
            fleet.wake(cell).await?;
        }
        Order::Restart => fleet.restart(cell).await?,
        Order::Drain => fleet.drain(cell).await?,
        Order::Freeze => fleet.freeze(cell).await?,
        Order::Thaw => fleet.thaw(cell).await?,
        Order::Recreate => fleet.recreate(cell).await?,
        Order::Stop => stop_behind_the_answer(state, cell),
    }
    Ok(())
}

const fn told(order: Order) -> AuditAction {
    match order {
        Order::Start => AuditAction::CellStarted,
        Order::Stop => AuditAction::CellStopped,
        Order::Restart => AuditAction::CellRestarted,
        Order::Drain => AuditAction::CellDrained,
        Order::Freeze => AuditAction::CellFrozen,
        Order::Thaw => AuditAction::CellThawed,
        Order::Recreate => AuditAction::CellRecreated,
    }
}

/// What is always on would be awake again in a moment: it is held until somebody wants it up.
async fn hold(state: &HttpState, order: Order, cell: CellId) -> Result<(), StoreError> {
    let CellId::System(agent) = cell else { return Ok(()) };
    let held = match order {
        Order::Stop | Order::Drain => true,
        Order::Start | Order::Restart | Order::Recreate => false,
        Order::Freeze | Order::Thaw => return Ok(()),
    };
    state.store.hold_system_agent(agent, held).await?;
    state.fleet.wishes_changed(cell);
    Ok(())
}

/// A stop takes as long as a gateway takes to end.
fn stop_behind_the_answer(state: &HttpState, cell: CellId) {
    let fleet = state.fleet.clone();
    state.tasks.spawn(async move {
        match time::timeout(STOP_WITHIN, fleet.stop(cell)).await {
            Ok(Ok(()) | Err(FleetError::ShuttingDown)) => {}
            Ok(Err(error)) => {
                tracing::warn!(%cell, %error, "a cell that was to be stopped is not stopped yet");
            }
            Err(_) => tracing::warn!(%cell, "a cell that was to be stopped is not stopped yet"),
        }
    });
}
