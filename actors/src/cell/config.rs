//! Whether the cell has the configuration that is wanted: compared, never remembered, so that no change is
//! forgotten with an actor, with Mosaic or with a message.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use mosaic_model::{CellId, Event, Lifecycle, Served};
use tokio::time;

use super::{CellMsg, Handling, Waiter, rollout};
use crate::{FleetError, LedgerError, world::World};

/// The wait before a ledger that is away is asked again.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// Why it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Occasion {
    /// It is looked at again and again.
    Look,
    /// Somebody says that it changed.
    Told,
    /// Its owner asks for it now, whoever uses the cell.
    AtOnce,
}

/// Somebody said that the configuration changed, and whether it did is not known yet.
#[derive(Debug, Default)]
pub(super) struct Doubt {
    /// It was said before the actor had looked.
    early: Option<Occasion>,
    /// The epoch in which it is being found out.
    epoch: Option<u64>,
    /// Requests that wait for what comes of it.
    waiters: VecDeque<Waiter>,
}

impl Doubt {
    pub(super) fn waiting(&self) -> usize {
        self.waiters.len()
    }

    pub(super) fn forget_who_left(&mut self) {
        self.waiters.retain(Waiter::is_wanted);
    }

    pub(super) fn refuse(&mut self, error: &FleetError) {
        for waiter in self.waiters.drain(..) {
            waiter.refuse(error.clone());
        }
    }
}

impl Handling<'_> {
    /// Somebody says that it changed, perhaps not the first to say so.
    pub(super) fn config_changed(&mut self, occasion: Occasion) {
        self.state.doubt.early = (!self.state.adopted).then_some(occasion);
        if self.state.adopted && self.state.lifecycle.may_have_missed_a_change() {
            self.state.doubt.epoch = Some(self.state.epoch);
            self.compare_config(occasion);
        }
    }

    /// The first look is over: what was said before is looked into now.
    pub(super) fn take_up_doubt(&mut self) {
        if let Some(occasion) = self.state.doubt.early {
            self.config_changed(occasion);
        }
        if self.is_in_doubt() {
            self.state.doubt.waiters.append(&mut self.state.waiters);
        }
    }

    /// Takes a request that must wait for what comes of a change; gives back any other.
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

    /// A failed cell must not refuse what it failed with while that may be set right already; and whoever asks after a
    /// change is answered by a gateway that has it, as far as it can take it up.
    fn is_in_doubt(&self) -> bool {
        let told = self.state.doubt.epoch == Some(self.state.epoch);
        match self.state.lifecycle {
            Lifecycle::Failed { .. } | Lifecycle::Quarantined { .. } => told,
            Lifecycle::Running { .. } => told || self.is_refreshing(),
            _ => false,
        }
    }

    /// Compares what the cell was given with what is wanted, in a task.
    pub(super) fn compare_config(&self, occasion: Occasion) {
        if !self.state.lifecycle.may_have_missed_a_change() {
            return;
        }
        let (world, cell) = (Arc::clone(self.world), self.state.cell);
        let (myself, epoch) = (self.myself.clone(), self.state.epoch);
        let failed = matches!(self.state.lifecycle, Lifecycle::Failed { .. } | Lifecycle::Quarantined { .. });
        let over = self.state.work.token.clone();
        self.world.tasks.spawn(over.run_until_cancelled_owned(async move {
            let served = loop {
                match served(&world, cell, failed).await {
                    // Whoever made the change has just reached the ledger, so this does not last.
                    Err(error) if occasion != Occasion::Look && error.is_transient() => {
                        time::sleep(ASK_AGAIN).await;
                    }
                    served => break served,
                }
            };
            let _ = myself.cast(CellMsg::Compared { epoch, served, occasion });
        }));
    }

    pub(super) fn compared(&mut self, epoch: u64, served: Result<Served, LedgerError>, occasion: Occasion) {
        if epoch != self.state.epoch {
            return;
        }
        if occasion != Occasion::Look {
            self.state.doubt.epoch = None;
        }
        match served {
            Ok(served) => self.follow(served, occasion),
            Err(error) => {
                let cell = self.state.cell;
                tracing::warn!(%cell, %error, "a configuration could not be compared; the next look will");
            }
        }
    }

    /// A running gateway takes up what it can, and its streams go on; for the rest it is restarted, as soon as nobody
    /// uses it, or now.
    fn follow(&mut self, served: Served, occasion: Occasion) {
        let runs = matches!(self.state.lifecycle, Lifecycle::Running { .. });
        let told = occasion != Occasion::Look;
        match served {
            Served::Live if runs => self.begin_refresh(),
            Served::Revoked if runs => {
                // Whoever takes a key away wants it used no more: not by what is being answered either.
                self.world.gate(self.state.cell).cut();
                self.meet(Event::StopAsked);
            }
            Served::Outdated if runs && occasion == Occasion::AtOnce => self.meet(Event::StopAsked),
            served if self.state.lifecycle.has_missed_a_change(served, told) => {
                self.meet(Event::ConfigChanged);
            }
            _ => {}
        }
    }
}

/// What the cell was given, against what is wanted.
async fn served(world: &World, cell: CellId, failed: bool) -> Result<Served, LedgerError> {
    let ledger = &world.ports.ledger;
    match if failed { ledger.load(cell).await? } else { None } {
        Some(record) => rollout::given_to_failed(world, &record).await,
        None => ledger.served(cell).await,
    }
}
