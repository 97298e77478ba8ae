//! Leases: what keeps a cell awake, and the gate that counts them.

use std::{
    pin::Pin,
    sync::{
        Arc, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use mosaic_model::CellId;
use tokio::sync::Mutex;
use tokio_util::sync::{CancellationToken, DropGuard, WaitForCancellationFutureOwned};

use crate::{FleetError, cell::CellMsg, world::World};

/// When a caller over its limit should come back.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// One cell's counters. They live beside the actor, not in it: an actor that was respawned must not
/// think its cell idle.
#[derive(Debug)]
pub(crate) struct Gate {
    in_flight: AtomicU32,
    leases: AtomicU32,
    /// One engine order about the cell at a time, whichever actor gave it.
    engine_turn: Arc<Mutex<()>>,
    /// Cancelled when all is written down that the latest actor noted.
    written: std::sync::Mutex<CancellationToken>,
    /// Ends the responses that are in flight.
    cut: std::sync::Mutex<CancellationToken>,
}

impl Default for Gate {
    fn default() -> Self {
        // Nobody has noted anything yet.
        let written = CancellationToken::new();
        written.cancel();
        Self {
            in_flight: AtomicU32::default(),
            leases: AtomicU32::default(),
            engine_turn: Arc::default(),
            written: std::sync::Mutex::new(written),
            cut: std::sync::Mutex::default(),
        }
    }
}

impl Gate {
    /// Responses in flight.
    pub(crate) fn leases(&self) -> u32 {
        self.leases.load(Ordering::Acquire)
    }

    /// Ends the responses that are in flight, as if their gateway had died; those that begin later are not concerned.
    pub(crate) fn cut(&self) {
        std::mem::take(&mut *self.cut.lock().unwrap_or_else(PoisonError::into_inner)).cancel();
    }

    fn cutting(&self) -> CancellationToken {
        self.cut.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// An actor begins to note what happens to the cell. Gives what ends when it has written all, and what is cancelled
    /// when the actor before it has, however that one ended.
    pub(crate) fn begin_writing(&self) -> (DropGuard, CancellationToken) {
        let mine = CancellationToken::new();
        let mut latest = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *latest, mine.clone());
        (mine.drop_guard(), before)
    }

    /// Requests that have a place.
    #[cfg(test)]
    pub(crate) fn in_flight(&self) -> u32 {
        self.in_flight.load(Ordering::Acquire)
    }

    /// The cell's turn at the engine.
    pub(crate) fn engine_turn(&self) -> Arc<Mutex<()>> {
        Arc::clone(&self.engine_turn)
    }

    /// Whether an order is at the engine, or an actor lives that may give one.
    pub(crate) fn has_engine_turn_taken(&self) -> bool {
        Arc::strong_count(&self.engine_turn) > 1
    }

    /// Lets one more request in, if fewer than `limit` are.
    pub(crate) fn admit(self: Arc<Self>, limit: u32) -> Result<Admission, FleetError> {
        let admitted = self
            .in_flight
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |count| (count < limit).then_some(count + 1));
        match admitted {
            Ok(_) => Ok(Admission { gate: self }),
            Err(_) => Err(FleetError::TooMany { retry_after: RETRY_AFTER }),
        }
    }
}

/// A request's place among its user's requests; given back when dropped.
#[derive(Debug)]
pub(crate) struct Admission {
    gate: Arc<Gate>,
}

impl Drop for Admission {
    fn drop(&mut self) {
        self.gate.in_flight.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Keeps a cell awake for as long as it is held.
#[derive(Debug)]
pub struct Lease {
    cell: CellId,
    world: Arc<World>,
    admission: Arc<Admission>,
}

impl Lease {
    /// Takes a lease. Only the cell's own actor does, while its cell runs.
    pub(crate) fn take(cell: CellId, world: &Arc<World>, admission: Arc<Admission>) -> Self {
        admission.gate.leases.fetch_add(1, Ordering::AcqRel);
        Self { cell, world: Arc::clone(world), admission }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if self.admission.gate.leases.fetch_sub(1, Ordering::AcqRel) == 1
            && let Some(actor) = self.world.actor(self.cell)
        {
            // An actor that is gone needs no news: its successor reads the count.
            let _ = actor.cast(CellMsg::LeasesChanged);
        }
    }
}

/// A response body from a gateway; its cell stays awake until the body is dropped.
#[derive(Debug)]
pub struct LeasedBody {
    /// Gone when it was cut: with it goes the call to the gateway.
    body: Option<Incoming>,
    cut: Pin<Box<WaitForCancellationFutureOwned>>,
    _lease: Lease,
}

impl LeasedBody {
    pub(crate) fn new(body: Incoming, lease: Lease) -> Self {
        let cut = Box::pin(lease.admission.gate.cutting().cancelled_owned());
        Self { body: Some(body), cut, _lease: lease }
    }
}

impl Body for LeasedBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        if self.cut.as_mut().poll(context).is_ready() {
            self.body = None;
        }
        match &mut self.body {
            Some(body) => Pin::new(body).poll_frame(context),
            // It ends early; whoever passes it on sees that it is not complete.
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map(Body::size_hint).unwrap_or_default()
    }
}
