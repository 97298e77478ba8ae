//! What a cell's actor is told.

use std::sync::{
    Arc, Weak,
    atomic::{AtomicBool, Ordering},
};

use http::Response;
use mosaic_model::{CellStatus, Event, Served};
use tokio::sync::oneshot;
use tracing::Span;

use super::{Occasion, adopt::Sight};
use crate::{
    FleetError, LedgerError,
    held::HeldPlace,
    lease::{Admission, LeasedBody},
    upstream::{Gateway, GatewayRequest},
};

/// Orders are imperative, news is in the past tense.
#[derive(Debug)]
pub(crate) enum CellMsg {
    /// Serve this request; wake the cell if need be.
    Forward(Waiter),
    /// This request found nobody listening at the gateway's address; it did not leave.
    Undelivered(Waiter),
    /// Stop the cell; answered when it is at rest.
    Stop { reply: oneshot::Sender<()> },
    /// Stop the cell and end, whatever state it comes to rest in; answered when all is written down.
    Retire { reply: oneshot::Sender<()> },
    /// Be awake though nobody asks anything, as what is always on.
    KeepUp,
    /// Make room for another cell, unless somebody uses this one.
    Evict,
    /// Try again with a cell that failed.
    Retry { reply: oneshot::Sender<()> },
    /// Start the cell though no request waits for it; one that failed is tried again.
    Wake { reply: oneshot::Sender<()> },
    /// Stop the cell and start it again.
    Restart { reply: oneshot::Sender<()> },
    /// Make the cell's container anew, whoever uses it.
    Recreate { reply: oneshot::Sender<()> },
    /// Take new requests again.
    LiftDrain { reply: oneshot::Sender<()> },
    /// End what it does, take nothing new, and stop.
    Drain { reply: oneshot::Sender<()> },
    /// Freeze the cell, unless somebody uses it.
    Freeze { reply: oneshot::Sender<()> },
    /// Bring the cell back from the cold.
    Thaw { reply: oneshot::Sender<()> },
    /// Say where the cell is in its life.
    Report { reply: oneshot::Sender<CellStatus> },
    /// The wanted configuration is another one now, somebody says.
    ConfigChanged,
    /// Somebody asks that a changed configuration be brought to the cell now, whoever uses it.
    ApplyConfig,
    /// Somebody who waited has left.
    CallerLeft,
    /// A lease was taken or dropped.
    LeasesChanged,
    /// The idle timer fired.
    IdleTimerFired,
    /// The retry timer fired.
    RetryTimerFired,
    /// Look at what is there.
    Reconcile,
    /// The engine said that this container ended.
    DeathSeen { container: String },
    /// What this container died of was found out; it and its network are gone.
    Examined { container: String, news: Event },
    /// A look ended.
    Looked { epoch: u64, sight: Sight },
    /// What the cell was given was compared with what is wanted.
    Compared { epoch: u64, served: Result<Served, LedgerError>, occasion: Occasion },
    /// A change was given to the running gateway, or could not be.
    Refreshed { epoch: u64 },
    /// A container was made; its gateway is not ready yet.
    Started { epoch: u64, gateway: Gateway },
    /// All that was noted is written down.
    Recorded,
    /// A task of that epoch ended with this.
    Outcome { epoch: u64, event: Event },
}

impl CellMsg {
    /// Whether somebody outside waits for what comes of it. Such a message outlives the actor that got it.
    pub(crate) const fn is_asked(&self) -> bool {
        match self {
            Self::Forward(_)
            | Self::Undelivered(_)
            | Self::Stop { .. }
            | Self::Retire { .. }
            | Self::Retry { .. }
            | Self::Wake { .. }
            | Self::Restart { .. }
            | Self::Recreate { .. }
            | Self::LiftDrain { .. }
            | Self::Drain { .. }
            | Self::Freeze { .. }
            | Self::Thaw { .. }
            | Self::Report { .. } => true,
            Self::KeepUp
            | Self::Evict
            | Self::ConfigChanged
            | Self::ApplyConfig
            | Self::CallerLeft
            | Self::LeasesChanged
            | Self::IdleTimerFired
            | Self::RetryTimerFired
            | Self::Reconcile
            | Self::DeathSeen { .. }
            | Self::Examined { .. }
            | Self::Looked { .. }
            | Self::Compared { .. }
            | Self::Refreshed { .. }
            | Self::Started { .. }
            | Self::Recorded
            | Self::Outcome { .. } => false,
        }
    }
}

/// A request that waits to be served.
///
/// The reply is a plain oneshot, not a `RpcReplyPort`: a waiter must see its caller leave.
#[derive(Debug)]
pub(crate) struct Waiter {
    pub(crate) request: GatewayRequest,
    /// Its place among its user's requests; gone when its caller is.
    pub(crate) admission: Weak<Admission>,
    /// Its place among all requests that wait, while it does.
    pub(crate) held: Option<HeldPlace>,
    pub(crate) sent: SentFlag,
    /// How often it found nobody listening.
    pub(crate) tries: u32,
    /// The request that it is part of, in the log.
    pub(crate) span: Span,
    pub(crate) reply: oneshot::Sender<Result<Response<LeasedBody>, FleetError>>,
}

impl Waiter {
    /// Whether somebody still waits for it.
    pub(crate) fn is_wanted(&self) -> bool {
        !self.reply.is_closed()
    }

    /// Answers with why it cannot be served. A caller who has left does not mind.
    pub(crate) fn refuse(self, error: FleetError) {
        let _ = self.reply.send(Err(error));
    }
}

/// Whether a request has gone to a gateway. What has gone is never sent again.
#[derive(Debug, Clone, Default)]
pub(crate) struct SentFlag(Arc<AtomicBool>);

impl SentFlag {
    pub(crate) fn raise(&self) {
        self.0.store(true, Ordering::Release);
    }

    pub(crate) fn lower(&self) {
        self.0.store(false, Ordering::Release);
    }

    pub(crate) fn is_raised(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}
