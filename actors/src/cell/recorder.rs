//! Writes a cell's state down, in order, behind the actor's back: the row is a projection, never the
//! source of a decision while the actor lives.

use std::{mem, sync::Arc, time::Duration};

use mosaic_model::{CellId, Lifecycle, State, Timestamp};
use tokio::{sync::mpsc, time};

use crate::world::World;

/// The wait before a write that failed is repeated.
const WRITE_AGAIN: Duration = Duration::from_secs(1);

/// The actor's pen.
#[derive(Debug)]
pub(super) struct Recorder {
    pages: mpsc::UnboundedSender<(State, Vec<Timestamp>)>,
    last: mem::Discriminant<Lifecycle>,
}

impl Recorder {
    /// Begins to write; ends by itself when the actor does and all is written.
    pub(super) fn begin(cell: CellId, world: &Arc<World>) -> Self {
        let (pages, unwritten) = mpsc::unbounded_channel();
        world.tasks.spawn(write(cell, Arc::clone(world), unwritten));
        Self { pages, last: mem::discriminant(&Lifecycle::Absent) }
    }

    /// Notes a state if it is another kind than the last one noted.
    pub(super) fn note(&mut self, lifecycle: &Lifecycle, deaths: &[Timestamp]) {
        let kind = mem::discriminant(lifecycle);
        if kind != self.last {
            self.last = kind;
            let _ = self.pages.send((State::from(lifecycle), deaths.to_vec()));
        }
    }
}

async fn write(cell: CellId, world: Arc<World>, mut pages: mpsc::UnboundedReceiver<(State, Vec<Timestamp>)>) {
    while let Some((state, deaths)) = pages.recv().await {
        while let Err(error) = world.ports.ledger.save_state(cell, &state, &deaths).await {
            tracing::warn!(%cell, %error, "a state could not be written down; trying again");
            tokio::select! {
                () = time::sleep(WRITE_AGAIN) => {}
                () = world.closing.cancelled() => return,
            }
        }
    }
}
