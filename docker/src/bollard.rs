//! The real engine: Docker, through its API.
//!
//! It finds its things by their labels alone, never by name, so what another installation made (or
//! somebody who took one of our names) is neither shown nor touched.

mod connect;
mod deaths;
mod logs;
mod observe;
mod outcome;
mod pause;
mod ports;
mod read;
mod refresh;
mod start;
mod stop;

use std::{collections::HashMap, ops::RangeInclusive, time::Duration};

use async_trait::async_trait;
use bollard::Docker;
use futures_util::stream::BoxStream;
use mosaic_model::{CellId, GatewayToken, InstanceId, Reading};

pub use self::connect::DEFAULT_SOCKET;
use self::ports::Ports;
use crate::{
    Capabilities, CellSpec, Death, Engine, EngineError, Moment, Seen,
    names::{CELL_LABEL, INSTANCE_LABEL},
};

/// How Mosaic dials a gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// At the container's own address: this host routes to the engine's bridges.
    Bridge,
    /// At a port of 127.0.0.1 from this range, assigned at each start: the engine runs elsewhere, as
    /// Docker Desktop's does.
    Published(RangeInclusive<u16>),
}

/// A Docker engine, and the things in it that one installation made.
#[derive(Debug)]
pub struct DockerEngine {
    docker: Docker,
    instance: InstanceId,
    /// Where gateways' ports are published; `None` where bridges can be dialled.
    ports: Option<Ports>,
}

#[async_trait]
impl Engine for DockerEngine {
    async fn start(&self, spec: &CellSpec, token: &GatewayToken) -> Result<Seen, EngineError> {
        self.start_cell(spec, token).await
    }

    async fn stop(&self, cell: CellId, grace: Duration) -> Result<(), EngineError> {
        self.stop_cell(cell, grace).await
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { freezes: true }
    }

    async fn pause(&self, cell: CellId) -> Result<(), EngineError> {
        self.pause_cell(cell).await
    }

    async fn unpause(&self, cell: CellId) -> Result<(), EngineError> {
        self.unpause_cell(cell).await
    }

    async fn look(&self, cell: CellId) -> Result<Option<Seen>, EngineError> {
        self.newest_of(cell).await
    }

    async fn list(&self) -> Result<Vec<Seen>, EngineError> {
        self.observe(self.ours()).await
    }

    async fn read(&self, cell: CellId) -> Result<Option<Reading>, EngineError> {
        self.reading_of(cell).await
    }

    async fn stderr_tail(&self, cell: CellId, lines: usize) -> Result<Vec<String>, EngineError> {
        self.last_words(cell, lines).await
    }

    async fn refresh_config(&self, cell: CellId) -> Result<(), EngineError> {
        self.refresh(cell).await
    }

    async fn erase(&self, cell: CellId) -> Result<(), EngineError> {
        self.stop_cell(cell, Duration::ZERO).await?;
        self.remove_volumes(cell).await
    }

    async fn deaths(&self, since: Option<Moment>) -> Result<BoxStream<'static, Death>, EngineError> {
        self.watch_deaths(since).await
    }
}

/// A filter of the engine's lists: by kind, the values that are let through.
type Filters = HashMap<String, Vec<String>>;

impl DockerEngine {
    /// Lets through what this installation made.
    fn ours(&self) -> Filters {
        labelled(vec![format!("{INSTANCE_LABEL}={}", self.instance)])
    }

    /// Lets through what this installation made for a cell.
    fn ours_of(&self, cell: CellId) -> Filters {
        labelled(vec![format!("{INSTANCE_LABEL}={}", self.instance), format!("{CELL_LABEL}={cell}")])
    }
}

fn labelled(labels: Vec<String>) -> Filters {
    HashMap::from([("label".to_owned(), labels)])
}
