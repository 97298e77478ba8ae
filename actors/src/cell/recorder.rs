//! Writes a cell's state down, in order, behind the actor's back: the row is a projection, never the
//! source of a decision while the actor lives.

use std::{
    mem,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use mosaic_model::{CellId, Lifecycle, State, Timestamp};
use tokio::{sync::mpsc, time};

use super::CellMsg;
use crate::{mailbox::Mailbox, world::World};

/// The wait before a write that failed is repeated.
const WRITE_AGAIN: Duration = Duration::from_secs(1);

/// A state, and the deaths remembered in it.
type Page = (State, Vec<Timestamp>);

/// The actor's pen.
#[derive(Debug)]
pub(super) struct Recorder {
    pages: mpsc::UnboundedSender<Page>,
    unwritten: Arc<AtomicUsize>,
    last: (mem::Discriminant<State>, Vec<Timestamp>),
}

impl Recorder {
    /// Begins to write; ends by itself when the actor does and all is written.
    pub(super) fn begin(cell: CellId, world: &Arc<World>, actor: Mailbox<CellMsg>) -> Self {
        let (pages, queue) = mpsc::unbounded_channel();
        let unwritten = Arc::new(AtomicUsize::new(0));
        world.tasks.spawn(write(cell, Arc::clone(world), queue, Arc::clone(&unwritten), actor));
        Self { pages, unwritten, last: (mem::discriminant(&State::Absent), Vec::new()) }
    }

    /// Takes up what an earlier actor wrote last.
    pub(super) fn resume(&mut self, state: &State, deaths: &[Timestamp]) {
        self.last = (mem::discriminant(state), deaths.to_vec());
    }

    /// Notes a state if it is another kind than the last one noted, or somebody died in between.
    pub(super) fn note(&mut self, lifecycle: &Lifecycle, deaths: &[Timestamp]) {
        let state = State::from(lifecycle);
        let now = (mem::discriminant(&state), deaths.to_vec());
        if now != self.last {
            self.last = now;
            self.unwritten.fetch_add(1, Ordering::AcqRel);
            let _ = self.pages.send((state, deaths.to_vec()));
        }
    }

    /// Whether all that was noted is written. When that becomes true the actor is told.
    pub(super) fn has_written_all(&self) -> bool {
        self.unwritten.load(Ordering::Acquire) == 0
    }
}

async fn write(
    cell: CellId,
    world: Arc<World>,
    mut pages: mpsc::UnboundedReceiver<Page>,
    unwritten: Arc<AtomicUsize>,
    actor: Mailbox<CellMsg>,
) {
    while let Some((state, deaths)) = pages.recv().await {
        while let Err(error) = world.ports.ledger.save_state(cell, &state, &deaths).await {
            tracing::warn!(%cell, %error, "a state could not be written down; trying again");
            tokio::select! {
                () = time::sleep(WRITE_AGAIN) => {}
                () = world.closing.cancelled() => return,
            }
        }
        if unwritten.fetch_sub(1, Ordering::AcqRel) == 1 {
            let _ = actor.cast(CellMsg::Recorded);
        }
    }
}
