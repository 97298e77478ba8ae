//! What somebody orders of a cell by hand.

use mosaic_model::{Event, Lifecycle};
use tokio::sync::oneshot;

use super::Handling;

impl Handling<'_> {
    pub(super) fn retry(&mut self, reply: oneshot::Sender<()>) {
        if !self.world.is_barred(self.state.cell) {
            self.order(Event::RetryAsked);
        }
        let _ = reply.send(());
    }

    pub(super) fn wake(&mut self, reply: oneshot::Sender<()>) {
        if !self.world.is_barred(self.state.cell) {
            self.order_wake();
        }
        let _ = reply.send(());
    }

    /// One that is in its backoff or was given up has nothing to stop: it is tried again.
    pub(super) fn restart(&mut self, reply: oneshot::Sender<()>) {
        if !self.world.is_barred(self.state.cell) {
            self.order(Event::StopAsked);
            self.order_wake();
        }
        let _ = reply.send(());
    }

    /// An order that the lifecycle itself makes nothing of where it does not fit.
    pub(super) fn follow_order(&mut self, event: Event, reply: oneshot::Sender<()>) {
        self.order(event);
        let _ = reply.send(());
    }

    /// Only what is on its way into the cold, or there, has anything to come back from.
    pub(super) fn thaw(&mut self, reply: oneshot::Sender<()>) {
        let is_cold = matches!(
            self.state.lifecycle,
            Lifecycle::Suspending { .. } | Lifecycle::Freezing { .. } | Lifecycle::Frozen { .. }
        );
        if is_cold && !self.world.is_barred(self.state.cell) {
            self.meet(Event::WakeAsked);
        }
        let _ = reply.send(());
    }

    fn order_wake(&mut self) {
        if self.state.adopted {
            self.wake_by_hand();
        } else {
            self.state.deferred.push(Event::WakeAsked);
        }
    }

    /// A request that meets a failed cell is told why; whoever starts it by hand knows, and means it.
    pub(super) fn wake_by_hand(&mut self) {
        if self.state.lifecycle.is_draining() {
            return;
        }
        let has_failed =
            matches!(self.state.lifecycle, Lifecycle::Failed { .. } | Lifecycle::Quarantined { .. });
        self.meet(if has_failed { Event::RetryAsked } else { Event::WakeAsked });
    }
}
