//! How far a cell is on its way up, and how long it will take: for whoever waits for it.

use std::sync::Arc;

use mosaic_model::{CellId, WakePhase, WakePlace, Waking};
use tokio::time::Instant;

use crate::{
    meter::{Phase, Wake},
    world::World,
};

/// A start whose turn has come.
#[derive(Debug, Clone, Copy)]
pub(crate) struct UnderWay {
    since: Instant,
    created: Option<Instant>,
}

impl World {
    /// How far a cell is that is on its way up.
    ///
    /// Those who wait for memory stand behind those who have it and wait for their turn.
    pub(crate) fn waking(&self, cell: CellId) -> Option<Waking> {
        if let Some(place) = self.starts.place(cell) {
            let left = self.estimate.left_in_line(place.number, self.starts.limit());
            let place = WakePlace { of: place.of + self.room.waiting(), ..place };
            return Some(Waking { phase: WakePhase::Queued(place), left });
        }
        if let Some(place) = self.room.place(cell) {
            let ahead = self.starts.waiting();
            let place = WakePlace { number: ahead + place.number, of: ahead + place.of };
            return Some(Waking { phase: WakePhase::WaitingForMemory(place), left: None });
        }
        let UnderWay { since, created } = *self.under_way.get(&cell)?;
        Some(match created {
            None => {
                let left = self.estimate.left_of_creating(since.elapsed());
                Waking { phase: WakePhase::Creating, left }
            }
            Some(created) => {
                let left = self.estimate.left_of_starting(created.elapsed());
                Waking { phase: WakePhase::Starting, left }
            }
        })
    }
}

/// The way of one cell up, told and measured; it is not on its way any more when this is dropped.
pub(crate) struct Way {
    world: Arc<World>,
    cell: CellId,
    wake: Wake,
    turn: Option<UnderWay>,
}

impl Way {
    /// It begins to wait for memory and for its turn.
    pub(crate) fn begin(world: &Arc<World>, cell: CellId) -> Self {
        Self { world: Arc::clone(world), cell, wake: world.meter.wake(), turn: None }
    }

    /// Its turn has come.
    pub(crate) fn called(&mut self) {
        self.wake.passed(Phase::Queued);
        self.is_at(UnderWay { since: Instant::now(), created: None });
    }

    /// The container is there.
    pub(crate) fn created(&mut self) {
        self.wake.passed(Phase::Creating);
        let Some(UnderWay { since, .. }) = self.turn else { return };
        self.world.estimate.created(since.elapsed());
        self.is_at(UnderWay { since, created: Some(Instant::now()) });
    }

    /// The gateway can chat. Only what succeeds says how long it takes.
    pub(crate) fn is_ready(&mut self) {
        self.wake.passed(Phase::Starting);
        if let Some(created) = self.turn.and_then(|it| it.created) {
            self.world.estimate.became_ready(created.elapsed());
        }
    }

    fn is_at(&mut self, under_way: UnderWay) {
        self.turn = Some(under_way);
        self.world.under_way.insert(self.cell, under_way);
    }
}

impl Drop for Way {
    fn drop(&mut self) {
        // Another start of the cell may have begun before this one was taken apart.
        if let Some(UnderWay { since, .. }) = self.turn {
            self.world.under_way.remove_if(&self.cell, |_, other| other.since == since);
        }
    }
}
