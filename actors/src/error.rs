//! What the fleet could not do for a caller.

use std::time::Duration;

use mosaic_model::{Cause, OrderRefused, Timestamp};

/// Why a request to a cell was not served, by what the caller can do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FleetError {
    /// The cell died; it is tried again at `retry_at`.
    #[error("the agent failed: {cause}")]
    Failed {
        /// Why.
        cause: Cause,
        /// When it is tried again.
        retry_at: Timestamp,
    },
    /// The cell keeps dying; it is not tried again until somebody acts.
    #[error("the agent keeps failing: {cause}")]
    Quarantined {
        /// Why.
        cause: Cause,
    },
    /// The cell was stopped while the request waited for it.
    #[error("the agent was stopped before it could answer")]
    Stopped,
    /// Somebody drains the cell: it ends what it does and takes nothing new.
    #[error("the agent is being drained")]
    Draining,
    /// What was ordered cannot be done in the state that the cell is in.
    #[error("{0}")]
    Refused(OrderRefused),
    /// The caller has too many requests in flight.
    #[error("too many requests in flight")]
    TooMany {
        /// When to come back.
        retry_after: Duration,
    },
    /// Too many requests wait for agents that are on their way up.
    #[error("too many requests wait for agents to start")]
    Crowded {
        /// When to come back.
        retry_after: Duration,
    },
    /// The cell's owner is shut out: nothing wakes it.
    #[error("this cell's owner is shut out")]
    Barred,
    /// The container engine did not do it. Nothing is half done: the same may be asked again.
    #[error("the container engine did not do it: {0}")]
    Engine(String),
    /// No answer within the time a turn may take.
    #[error("the agent did not answer in time")]
    Timeout,
    /// The gateway took the request and was gone before it answered. It is not sent again.
    #[error("the agent ended before it answered")]
    Died,
    /// Mosaic is shutting down.
    #[error("Mosaic is shutting down")]
    ShuttingDown,
}
