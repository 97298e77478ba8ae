//! Whether the cell has the configuration that is wanted: compared, never remembered, so that no change is
//! forgotten with an actor, with Mosaic or with a message.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use mosaic_model::{Event, Lifecycle, Served};
use tokio::time;

use super::{CellMsg, Handling, Waiter};
use crate::{FleetError, LedgerError};

/// The wait before a ledger that is away is asked again.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// Somebody said that the configuration changed, and whether it did is not known yet.
#[derive(Debug, Default)]
pub(super) struct Doubt {
    /// It was said before the actor had looked.
    told_early: bool,
    /// The epoch in which it is being found out.
    epoch: Option<u64>,
    /// Requests that a failed cell would have refused: what it failed with may be set right already.
    waiters: VecDeque<Waiter>,
}

impl Doubt {
    pub(super) fn waiting(&self) -> usize {
        self.waiters.len()
    }

    pub(super) fn refuse(&mut self, error: &FleetError) {
        for waiter in self.waiters.drain(..) {
            waiter.refuse(error.clone());
        }
    }
}

impl Handling<'_> {
    /// Somebody says that it changed, perhaps not the first to say so.
    pub(super) fn config_changed(&mut self) {
        self.state.doubt.told_early = !self.state.adopted;
        if self.state.adopted && self.state.lifecycle.may_have_missed_a_change() {
            self.state.doubt.epoch = Some(self.state.epoch);
            self.compare_config(true);
        }
    }

    /// The first look is over: what was said before is looked into now.
    pub(super) fn take_up_doubt(&mut self) {
        if self.state.doubt.told_early {
            self.config_changed();
        }
        if self.is_in_doubt() {
            self.state.doubt.waiters.append(&mut self.state.waiters);
        }
    }

    /// Takes a request that a failed cell must not refuse yet; gives back any other.
    pub(super) fn hold_in_doubt(&mut self, waiter: Waiter) -> Option<Waiter> {
        if !self.is_in_doubt() {
            return Some(waiter);
        }
        self.state.doubt.waiters.push_back(waiter);
        None
    }

    /// Whoever was held goes on as soon as it is known what came of it, or another state has come.
    pub(super) fn release_from_doubt(&mut self) {
        if !self.is_in_doubt() {
            for waiter in std::mem::take(&mut self.state.doubt.waiters) {
                self.forward(waiter);
            }
        }
    }

    fn is_in_doubt(&self) -> bool {
        let failed = matches!(self.state.lifecycle, Lifecycle::Failed { .. } | Lifecycle::Quarantined { .. });
        failed && self.state.doubt.epoch == Some(self.state.epoch)
    }

    /// Compares what the cell was given with what is wanted, in a task.
    pub(super) fn compare_config(&self, told: bool) {
        if !self.state.lifecycle.may_have_missed_a_change() {
            return;
        }
        let (world, cell) = (Arc::clone(self.world), self.state.cell);
        let (myself, epoch) = (self.myself.clone(), self.state.epoch);
        let over = self.state.work.token.clone();
        self.world.tasks.spawn(over.run_until_cancelled_owned(async move {
            let served = loop {
                match world.ports.ledger.served(cell).await {
                    // Whoever made the change has just reached the ledger, so this does not last.
                    Err(error) if told && error.is_transient() => time::sleep(ASK_AGAIN).await,
                    served => break served,
                }
            };
            let _ = myself.cast(CellMsg::Compared { epoch, served, told });
        }));
    }

    pub(super) fn compared(&mut self, epoch: u64, served: Result<Served, LedgerError>, told: bool) {
        if epoch != self.state.epoch {
            return;
        }
        if told {
            self.state.doubt.epoch = None;
        }
        match served {
            Ok(served) if self.state.lifecycle.has_missed_a_change(served, told) => {
                self.meet(Event::ConfigChanged);
            }
            Ok(_) => {}
            Err(error) => {
                let cell = self.state.cell;
                tracing::warn!(%cell, %error, "a configuration could not be compared; the next look will");
            }
        }
    }
}
