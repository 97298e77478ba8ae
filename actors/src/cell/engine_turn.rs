//! A cell's turn at the engine: one order at a time, in order of asking.

use std::sync::Arc;

use futures_util::future;
use tokio::sync::Mutex;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::Instrument;

use crate::world::World;

/// The way to the engine for the tasks of one epoch.
#[derive(Debug, Clone)]
pub(super) struct EngineTurn {
    turn: Arc<Mutex<()>>,
    over: CancellationToken,
    tasks: TaskTracker,
}

impl EngineTurn {
    pub(super) fn new(world: &World, turn: &Arc<Mutex<()>>, over: &CancellationToken) -> Self {
        Self { turn: Arc::clone(turn), over: over.clone(), tasks: world.tasks.clone() }
    }

    /// Runs an order when it is its turn, unless its epoch is over by then.
    ///
    /// One that has begun runs to its end, whatever becomes of who gave it: an engine goes on with what
    /// it was asked, and the next order must not meet it half done.
    pub(super) async fn run<T: Send + 'static>(&self, order: impl Future<Output = T> + Send + 'static) -> T {
        let (turn, over) = (Arc::clone(&self.turn), self.over.clone());
        let done = async move {
            let _turn = turn.lock_owned().await;
            if over.is_cancelled() { None } else { Some(order.await) }
        };
        match self.tasks.spawn(done.in_current_span()).await {
            Ok(Some(outcome)) => outcome,
            // The epoch is over, and with it the task that waits here.
            _ => future::pending().await,
        }
    }
}
