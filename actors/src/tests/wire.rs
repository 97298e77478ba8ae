//! What one Mosaic reaches its neighbours by. It is cut when that Mosaic is killed: what was under way ends where it
//! was, and nothing comes of whatever else is left of it.

use std::{fmt, future::Future, io, sync::Arc, time::Duration};

use async_trait::async_trait;
use futures_util::{StreamExt, future, stream::BoxStream};
use http::Uri;
use ipnet::Ipv4Net;
use mosaic_docker::{Capabilities, CellSpec, Death, Engine, EngineError, Moment, Seen};
use mosaic_model::{CellId, GatewayToken, ImageNews, Images, Reading, Served, Timestamp, Transition};
use mosaic_storage::CellRecord;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::gateway::Host;
use crate::{Ledger, LedgerError, upstream::Upstream};

/// The wire between a Mosaic and its host, with the ledger at the other end of it.
#[derive(Clone)]
pub(super) struct Wire {
    host: Arc<Host>,
    cut: CancellationToken,
    orders: TaskTracker,
}

impl Wire {
    pub(super) fn to(host: &Arc<Host>) -> Self {
        Self { host: Arc::clone(host), cut: CancellationToken::new(), orders: TaskTracker::new() }
    }

    /// Its Mosaic was killed.
    pub(super) fn cut(&self) {
        self.cut.cancel();
        self.host.cut_all();
    }

    /// The way to the host's gateways.
    pub(super) fn upstream(&self) -> Upstream {
        let wire = self.clone();
        Upstream::over(tower::service_fn(move |uri: Uri| {
            let is_cut = wire.cut.is_cancelled();
            let dialled = if is_cut { Err(io::ErrorKind::NotConnected.into()) } else { wire.host.dial(&uri) };
            future::ready(dialled)
        }))
    }

    async fn carry<T>(&self, call: impl Future<Output = T>) -> T {
        match self.cut.run_until_cancelled(call).await {
            Some(answer) => answer,
            None => future::pending().await,
        }
    }

    /// Its caller may leave: an engine goes on with what it was asked.
    async fn order<T: Send + 'static>(&self, order: impl Future<Output = T> + Send + 'static) -> T {
        let under_way = self.orders.spawn(self.cut.clone().run_until_cancelled_owned(order));
        match under_way.await {
            Ok(Some(answer)) => answer,
            Ok(None) | Err(_) => future::pending().await,
        }
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire").field("cut", &self.cut.is_cancelled()).finish_non_exhaustive()
    }
}

#[async_trait]
impl Engine for Wire {
    async fn start(&self, spec: &CellSpec, token: &GatewayToken) -> Result<Seen, EngineError> {
        let (host, spec, token) = (Arc::clone(&self.host), spec.clone(), token.clone());
        self.order(async move { host.start(&spec, &token).await }).await
    }

    async fn stop(&self, cell: CellId, grace: Duration) -> Result<(), EngineError> {
        let host = Arc::clone(&self.host);
        self.order(async move { host.stop(cell, grace).await }).await
    }

    fn capabilities(&self) -> Capabilities {
        self.host.capabilities()
    }

    async fn pause(&self, cell: CellId) -> Result<(), EngineError> {
        let host = Arc::clone(&self.host);
        self.order(async move { host.pause(cell).await }).await
    }

    async fn unpause(&self, cell: CellId) -> Result<(), EngineError> {
        let host = Arc::clone(&self.host);
        self.order(async move { host.unpause(cell).await }).await
    }

    async fn look(&self, cell: CellId) -> Result<Option<Seen>, EngineError> {
        self.carry(self.host.look(cell)).await
    }

    async fn list(&self) -> Result<Vec<Seen>, EngineError> {
        self.carry(self.host.list()).await
    }

    async fn read(&self, cell: CellId) -> Result<Option<Reading>, EngineError> {
        self.carry(self.host.read(cell)).await
    }

    async fn stderr_tail(&self, cell: CellId, lines: usize) -> Result<Vec<String>, EngineError> {
        self.carry(self.host.stderr_tail(cell, lines)).await
    }

    async fn refresh_config(&self, cell: CellId) -> Result<(), EngineError> {
        self.carry(self.host.refresh_config(cell)).await
    }

    async fn erase(&self, cell: CellId) -> Result<(), EngineError> {
        self.carry(self.host.erase(cell)).await
    }

    async fn deaths(&self, since: Option<Moment>) -> Result<BoxStream<'static, Death>, EngineError> {
        let deaths = self.carry(self.host.deaths(since)).await?;
        Ok(deaths.take_until(self.cut.clone().cancelled_owned()).boxed())
    }
}

#[async_trait]
impl Ledger for Wire {
    async fn load(&self, cell: CellId) -> Result<Option<CellRecord>, LedgerError> {
        self.carry(self.host.pages.load(cell)).await
    }

    async fn begin_generation(
        &self,
        cell: CellId,
        range: Ipv4Net,
        avoid: &[Ipv4Net],
    ) -> Result<CellRecord, LedgerError> {
        self.carry(self.host.pages.begin_generation(cell, range, avoid)).await
    }

    async fn save_state(
        &self,
        cell: CellId,
        step: &Transition,
        deaths: &[Timestamp],
    ) -> Result<(), LedgerError> {
        self.carry(self.host.pages.save_state(cell, step, deaths)).await
    }

    async fn unsettled(&self) -> Result<Vec<CellId>, LedgerError> {
        self.carry(self.host.pages.unsettled()).await
    }

    async fn always_on(&self) -> Result<Vec<CellId>, LedgerError> {
        self.carry(self.host.pages.always_on()).await
    }

    async fn release_subnet(&self, cell: CellId) -> Result<(), LedgerError> {
        self.carry(self.host.pages.release_subnet(cell)).await
    }

    async fn served(&self, cell: CellId) -> Result<Served, LedgerError> {
        self.carry(self.host.pages.served(cell)).await
    }

    async fn note_config(&self, cell: CellId, outcome: Result<(), String>) -> Result<(), LedgerError> {
        self.carry(self.host.pages.note_config(cell, outcome)).await
    }

    async fn config_healthy(&self, cell: CellId) -> Result<(), LedgerError> {
        self.carry(self.host.pages.config_healthy(cell)).await
    }

    async fn config_refused(&self, cell: CellId, stderr: &[String]) -> Result<Option<i64>, LedgerError> {
        self.carry(self.host.pages.config_refused(cell, stderr)).await
    }

    async fn forgive_configs(&self, cell: CellId) -> Result<(), LedgerError> {
        self.carry(self.host.pages.forgive_configs(cell)).await
    }

    async fn note_image(&self, cell: CellId, news: ImageNews) -> Result<Images, LedgerError> {
        self.carry(self.host.pages.note_image(cell, news)).await
    }
}
