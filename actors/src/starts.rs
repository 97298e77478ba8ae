//! How many cells may be starting at the same time, as the settings have it at each moment, and who is next.

mod estimate;
mod line;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mosaic_model::{CellId, Settings, WakePlace};
use tokio::sync::{oneshot, watch};

use self::line::Line;
pub(crate) use self::{estimate::Estimate, line::Lane};

/// The starts under way and those who wait for one.
#[derive(Debug)]
pub(crate) struct Starts {
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    line: Line<oneshot::Sender<Turn>>,
    /// Starts under way.
    under_way: usize,
    /// The most of them.
    limit: usize,
    closed: bool,
}

impl Starts {
    pub(crate) fn of(settings: &Settings) -> Arc<Self> {
        let inner = Inner { line: Line::default(), under_way: 0, limit: limit(settings), closed: false };
        Arc::new(Self { inner: Mutex::new(inner) })
    }

    /// Stands in line until it is this cell's turn; none once the fleet starts nothing more. Whoever stops waiting
    /// leaves the line.
    pub(crate) async fn turn(self: &Arc<Self>, cell: CellId, lane: Lane) -> Option<Turn> {
        let (call, called) = oneshot::channel();
        let ticket = {
            let mut inner = self.inner();
            if inner.closed {
                return None;
            }
            inner.line.join(lane, cell, call)
        };
        let _standing = Standing { starts: self, lane, ticket };
        self.call_next();
        called.await.ok()
    }

    /// Where a cell stands in line, if it does.
    pub(crate) fn place(&self, cell: CellId) -> Option<WakePlace> {
        self.inner().line.place(cell)
    }

    /// How many stand in line.
    pub(crate) fn waiting(&self) -> u64 {
        self.inner().line.len() as u64
    }

    /// How many may be under way.
    pub(crate) fn limit(&self) -> usize {
        self.inner().limit
    }

    /// Nobody starts any more.
    pub(crate) fn close(&self) {
        let mut inner = self.inner();
        inner.closed = true;
        inner.line.clear();
    }

    /// Follows the settings, until nobody can change them any more. Fewer than are under way are reached as those
    /// end.
    pub(crate) async fn follow(self: Arc<Self>, mut settings: watch::Receiver<Settings>) {
        loop {
            let limit = limit(&settings.borrow_and_update());
            self.inner().limit = limit;
            self.call_next();
            if settings.changed().await.is_err() {
                return;
            }
        }
    }

    /// Calls whoever is next, for as many as may start now.
    fn call_next(self: &Arc<Self>) {
        loop {
            let called = {
                let mut inner = self.inner();
                if inner.under_way >= inner.limit {
                    return;
                }
                let Some(called) = inner.line.next() else { return };
                inner.under_way += 1;
                called
            };
            // One who has just left gives the turn back, and the next is called.
            if let Err(mut turn) = called.send(Turn { starts: Some(Arc::clone(self)) }) {
                turn.starts = None;
                self.inner().under_way -= 1;
            }
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn limit(settings: &Settings) -> usize {
    settings.concurrent_starts as usize
}

/// A start under way; over when dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    starts: Option<Arc<Starts>>,
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(starts) = self.starts.take() {
            starts.inner().under_way -= 1;
            starts.call_next();
        }
    }
}

/// Somebody in line.
struct Standing<'a> {
    starts: &'a Starts,
    lane: Lane,
    ticket: u64,
}

impl Drop for Standing<'_> {
    fn drop(&mut self) {
        self.starts.inner().line.leave(self.lane, self.ticket);
    }
}
