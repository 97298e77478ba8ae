//! What Mosaic asks of a container engine, in Mosaic's own words.

use std::{net::SocketAddr, time::Duration};

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use ipnet::Ipv4Net;
use mosaic_model::{CellId, GatewayToken, Generation, Nonce, Reading};

/// A container engine that can hold cells.
///
/// Every method may be called again after a failure; none undoes what another cell has. "Ours" means
/// that an object's labels name this installation.
#[async_trait]
pub trait Engine: Send + Sync + std::fmt::Debug {
    /// Makes what is missing of the cell's volume and network, removes any container the cell had,
    /// makes a new one, starts it and hands it the gateway token on its standard input.
    ///
    /// Returns as soon as the container runs; whether its gateway is ready is for the caller to watch.
    async fn start(&self, spec: &CellSpec, token: &GatewayToken) -> Result<Seen, EngineError>;

    /// Stops the cell's container (a polite signal, then `grace`, then force) and removes it and the
    /// cell's network. The volume stays. A cell that has nothing is stopped already; one that is paused goes
    /// on first, so that it can end politely too.
    async fn stop(&self, cell: CellId, grace: Duration) -> Result<(), EngineError>;

    /// What this engine can do besides.
    fn capabilities(&self) -> Capabilities;

    /// Takes the processor from the cell's container; its memory stays as it is. One that is paused already
    /// stays so.
    async fn pause(&self, cell: CellId) -> Result<(), EngineError>;

    /// Gives the processor back. One that is not paused goes on as it does.
    async fn unpause(&self, cell: CellId) -> Result<(), EngineError>;

    /// The cell's container, if there is one of ours.
    async fn look(&self, cell: CellId) -> Result<Option<Seen>, EngineError>;

    /// Every container of ours.
    async fn list(&self) -> Result<Vec<Seen>, EngineError>;

    /// What the cell's container has used so far; none where none runs. Its moment is of the
    /// engine's clock, and also what is paused is read.
    async fn read(&self, cell: CellId) -> Result<Option<Reading>, EngineError>;

    /// The last lines the cell's container wrote to standard error, oldest first, at most `lines`.
    async fn stderr_tail(&self, cell: CellId, lines: usize) -> Result<Vec<String>, EngineError>;

    /// Has the cell's running container ask for its configuration again, and waits until it has it. Whether its
    /// gateway takes that up is for the caller to find out.
    async fn refresh_config(&self, cell: CellId) -> Result<(), EngineError>;

    /// Removes everything of the cell's, **its volume too**: what an erased user leaves is nothing.
    async fn erase(&self, cell: CellId) -> Result<(), EngineError>;

    /// The deaths of our containers, from a moment on that the engine told of earlier, or from now on. Ends
    /// when the engine's stream breaks: whoever listens asks again from the last moment it heard of, and
    /// looks at what an engine that was started anew may have forgotten.
    async fn deaths(&self, since: Option<Moment>) -> Result<BoxStream<'static, Death>, EngineError>;
}

/// What not every engine can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// It can pause a container and let it go on.
    pub freezes: bool,
}

/// Everything an engine needs to know to make one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellSpec {
    /// Whose cell.
    pub cell: CellId,
    /// The image to run.
    pub image: String,
    /// Which container of this cell it will be.
    pub generation: Generation,
    /// Written on the container, so that an imposter can be told.
    pub nonce: Nonce,
    /// The cell's own network.
    pub subnet: Ipv4Net,
    /// The port of the internal API on this host.
    pub internal_port: u16,
    /// What it may use.
    pub limits: Limits,
}

/// What a cell may use of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Memory, in bytes; swap is not added to it.
    pub memory_bytes: u64,
    /// Processor time, in thousandths of a core.
    pub cpu_millis: u32,
    /// Processes and threads.
    pub pids: u32,
}

/// A container of ours, as the engine sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The engine's id of the container.
    pub container: String,
    /// Whose cell it says it is.
    pub cell: CellId,
    /// Which container of that cell.
    pub generation: Generation,
    /// Its nonce.
    pub nonce: Nonce,
    /// The fingerprint of the spec it was made from.
    pub spec: String,
    /// What it is doing.
    pub condition: Condition,
}

/// What a container is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// It runs, and its gateway's port can be dialled here.
    Up {
        /// The gateway's address as Mosaic dials it.
        address: SocketAddr,
    },
    /// It has no processor until it is unpaused; whoever dials it is let in and not answered.
    Paused {
        /// The gateway's address as Mosaic dials it.
        address: SocketAddr,
    },
    /// It does not run.
    Down {
        /// Its exit code.
        exit_code: i64,
        /// The kernel ended it for want of memory.
        out_of_memory: bool,
    },
}

impl Condition {
    /// Whether there are processes in it, paused or not.
    pub const fn is_alive(&self) -> bool {
        matches!(self, Self::Up { .. } | Self::Paused { .. })
    }
}

/// The end of a container of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Death {
    /// Whose cell it was.
    pub cell: CellId,
    /// Which container.
    pub container: String,
    /// When, by the engine's clock.
    pub at: Moment,
}

/// A moment by the engine's own clock, which need not be ours: nanoseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub i64);

/// What an engine could not do, by what the caller can do about it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum EngineError {
    /// The engine does not answer: try again, or start it.
    #[error("the container engine cannot be reached: {0}")]
    Unreachable(String),
    /// The image is not on this host: build or load it.
    #[error("the image {0} is not on this host")]
    NoImage(String),
    /// The network overlaps another one: choose another.
    #[error("the network {0} is taken")]
    SubnetTaken(Ipv4Net),
    /// The engine refused, in its own words.
    #[error("{0}")]
    Refused(String),
}

impl EngineError {
    /// Whether the same call may succeed later with nothing changed.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Unreachable(_))
    }
}
