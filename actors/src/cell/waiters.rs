//! Requests that the cell cannot serve at once: queued, or told why.

use mosaic_model::{Event, Lifecycle};

use super::{Handling, Waiter};
use crate::FleetError;

impl Handling<'_> {
    /// A request: served, refused or queued, as the lifecycle says.
    pub(super) fn forward(&mut self, mut waiter: Waiter) {
        if self.world.is_barred(self.state.cell) {
            return waiter.refuse(FleetError::Barred);
        }
        if self.state.lifecycle.is_draining() {
            return waiter.refuse(FleetError::Draining);
        }
        self.forget_who_left();
        if let Err(error) = self.find_place(&mut waiter) {
            return waiter.refuse(error);
        }
        let Some(waiter) = self.hold_in_doubt(waiter) else { return };
        self.state.waiters.push_back(waiter);
        if self.state.adopted {
            self.meet(Event::WakeAsked);
        }
    }

    /// Nothing is kept for whoever does not wait any more.
    pub(super) fn forget_who_left(&mut self) {
        self.state.waiters.retain(Waiter::is_wanted);
        self.state.doubt.forget_who_left();
    }

    /// Whoever will wait needs a place among all who do; an awake cell serves at once, however many wait for others.
    fn find_place(&self, waiter: &mut Waiter) -> Result<(), FleetError> {
        let is_awake = matches!(self.state.lifecycle, Lifecycle::Running { .. });
        if waiter.held.is_none() && !is_awake {
            let bytes = waiter.request.body.len();
            waiter.held = Some(self.world.held.take(self.state.cell, bytes, &self.world.settings())?);
        }
        Ok(())
    }

    pub(super) fn fail_waiters(&mut self) {
        let error = self.refusal();
        for waiter in self.state.waiters.drain(..) {
            waiter.refuse(error.clone());
        }
    }

    pub(super) fn refuse_newest(&mut self) {
        let error = self.refusal();
        if let Some(waiter) = self.state.waiters.pop_back() {
            waiter.refuse(error);
        }
    }

    /// Why this cell serves nobody now.
    fn refusal(&self) -> FleetError {
        match &self.state.lifecycle {
            Lifecycle::Failed { cause, retry_at, .. } => {
                FleetError::Failed { cause: cause.clone(), retry_at: *retry_at }
            }
            Lifecycle::Quarantined { cause, .. } => FleetError::Quarantined { cause: cause.clone() },
            _ => FleetError::Stopped,
        }
    }
}
