//! Notes each change of a cell's state: for whoever watches, and, in order and behind the actor's back, for the
//! ledger. What is written is a projection, never the source of a decision while the actor lives.

use std::{
    mem,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use mosaic_model::{Cause, CellId, Lifecycle, State, StateKind, Timestamp, Transition, Trigger};
use tokio::{sync::mpsc, time};
use tokio_util::sync::CancellationToken;

use super::CellMsg;
use crate::{mailbox::Mailbox, world::World};

/// The wait before a write that failed is repeated.
const WRITE_AGAIN: Duration = Duration::from_secs(1);

/// A change of state, and the deaths remembered in the new one.
type Page = (Transition, Vec<Timestamp>);

/// What moved a cell, and what it died of if it did.
#[derive(Debug)]
pub(super) struct Reason {
    pub(super) at: Timestamp,
    pub(super) trigger: Trigger,
    pub(super) cause: Option<Cause>,
}

/// The actor's pen.
#[derive(Debug)]
pub(super) struct Recorder {
    pages: mpsc::UnboundedSender<Page>,
    unwritten: Arc<AtomicUsize>,
    last: (StateKind, Vec<Timestamp>),
    /// Changes that nobody was told of yet.
    untold: Vec<Transition>,
    /// Cancelled when the actor before this one has written all.
    before: CancellationToken,
}

impl Recorder {
    /// Begins to write; ends by itself when the actor does and all is written.
    pub(super) fn begin(cell: CellId, world: &Arc<World>, actor: Mailbox<CellMsg>) -> Self {
        let (pages, queue) = mpsc::unbounded_channel();
        let unwritten = Arc::new(AtomicUsize::new(0));
        let (done, before) = world.gate(cell).begin_writing();
        let writing = write(cell, Arc::clone(world), queue, Arc::clone(&unwritten), actor);
        world.tasks.spawn(async move {
            writing.await;
            drop(done);
        });
        Self { pages, unwritten, last: (StateKind::Absent, Vec::new()), untold: Vec::new(), before }
    }

    /// Waits until the actor before this one has written all that it noted, which a killed one does after its end.
    pub(super) fn after_the_last(&self) -> impl Future<Output = ()> + Send + 'static {
        self.before.clone().cancelled_owned()
    }

    /// Takes up what an earlier actor wrote last.
    pub(super) fn resume(&mut self, state: &State, deaths: &[Timestamp]) {
        self.last = (state.kind(), deaths.to_vec());
    }

    /// Notes a state if it is another kind than the last one noted, or somebody died in between.
    pub(super) fn note(&mut self, lifecycle: &Lifecycle, deaths: &[Timestamp], reason: Reason) {
        let to = State::from(lifecycle);
        if to.kind() == self.last.0 && deaths == self.last.1 {
            return;
        }
        let (from, _) = mem::replace(&mut self.last, (to.kind(), deaths.to_vec()));
        let Reason { at, trigger, cause } = reason;
        let step = Transition { at, from, to, trigger, cause };
        self.untold.push(step.clone());
        self.unwritten.fetch_add(1, Ordering::AcqRel);
        let _ = self.pages.send((step, deaths.to_vec()));
    }

    /// The changes since this was last asked.
    pub(super) fn take_untold(&mut self) -> Vec<Transition> {
        mem::take(&mut self.untold)
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
    while let Some((step, deaths)) = pages.recv().await {
        while let Err(error) = world.ports.ledger.save_state(cell, &step, &deaths).await {
            tracing::warn!(%cell, %error, "a state could not be written down; trying again");
            if world.closing.run_until_cancelled(time::sleep(WRITE_AGAIN)).await.is_none() {
                return;
            }
        }
        if unwritten.fetch_sub(1, Ordering::AcqRel) == 1 {
            let _ = actor.cast(CellMsg::Recorded);
        }
    }
}
