//! What the fake engine is told to do, and what it was asked.

use std::{net::SocketAddr, time::Duration};

use mosaic_model::{CellId, Generation};

use crate::{EngineError, Moment};

/// One call of the port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// `start`.
    Start {
        /// Of which cell.
        cell: CellId,
        /// Which container of it.
        generation: Generation,
    },
    /// `stop`.
    Stop {
        /// Of which cell.
        cell: CellId,
        /// How long the cell may take.
        grace: Duration,
    },
    /// `pause`.
    Pause {
        /// Which cell.
        cell: CellId,
    },
    /// `unpause`.
    Unpause {
        /// Which cell.
        cell: CellId,
    },
    /// `look`.
    Look {
        /// At which cell.
        cell: CellId,
    },
    /// `list`.
    List,
    /// `read`.
    Read {
        /// Of which cell.
        cell: CellId,
    },
    /// `stderr_tail`.
    StderrTail {
        /// Of which cell.
        cell: CellId,
    },
    /// `refresh_config`.
    RefreshConfig {
        /// Of which cell.
        cell: CellId,
    },
    /// `erase`.
    Erase {
        /// Which cell.
        cell: CellId,
    },
    /// `deaths`.
    Deaths {
        /// From when on, where somebody said so.
        since: Option<Moment>,
    },
}

/// How a cell's container behaves. The default starts and stops at once and lives until stopped.
#[derive(Debug, Clone, Default)]
pub struct Script {
    pub(super) start_takes: Duration,
    pub(super) start_fails: Option<EngineError>,
    pub(super) dies_after: Option<(Duration, i64)>,
    pub(super) stop_takes: Duration,
    pub(super) pause_takes: Duration,
    pub(super) address: Option<SocketAddr>,
    pub(super) stderr: Vec<String>,
}

impl Script {
    /// A container without faults.
    pub fn works() -> Self {
        Self::default()
    }

    /// A start that fails.
    pub fn fails(error: EngineError) -> Self {
        Self { start_fails: Some(error), ..Self::default() }
    }

    /// A container that ends by itself this long after its start; with zero, before anyone can look.
    pub fn dies_after(after: Duration, exit_code: i64) -> Self {
        Self { dies_after: Some((after, exit_code)), ..Self::default() }
    }

    /// How long the start takes, whether it works or fails.
    #[must_use]
    pub fn start_takes(mut self, duration: Duration) -> Self {
        self.start_takes = duration;
        self
    }

    /// How long the container takes to stop when asked politely; longer than the grace, it is killed.
    #[must_use]
    pub fn stop_takes(mut self, duration: Duration) -> Self {
        self.stop_takes = duration;
        self
    }

    /// How long the engine takes to pause the container, and to let it go on.
    #[must_use]
    pub fn pause_takes(mut self, duration: Duration) -> Self {
        self.pause_takes = duration;
        self
    }

    /// Where the gateway is dialled. An address where nothing listens is a gateway that is never ready.
    #[must_use]
    pub fn at(mut self, address: SocketAddr) -> Self {
        self.address = Some(address);
        self
    }

    /// What the container writes to standard error.
    #[must_use]
    pub fn says(mut self, lines: &[&str]) -> Self {
        self.stderr = lines.iter().map(|&line| line.to_owned()).collect();
        self
    }
}
