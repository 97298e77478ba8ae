//! The engine with a stopwatch: each call has a span of its own, under whoever's request it is made for.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use mosaic_docker::{Capabilities, CellSpec, Death, Engine, EngineError, Moment, Seen};
use mosaic_model::{CellId, GatewayToken, Reading};
use tokio::time::Instant;
use tracing::Instrument;

use super::Meter;

/// An engine whose calls are counted, timed and told.
#[derive(Debug)]
pub(crate) struct MeteredEngine {
    engine: Arc<dyn Engine>,
    meter: Meter,
}

impl MeteredEngine {
    pub(crate) fn new(engine: Arc<dyn Engine>, meter: Meter) -> Self {
        Self { engine, meter }
    }

    async fn timed<T>(
        &self,
        call: &'static str,
        cell: Option<CellId>,
        answer: impl Future<Output = Result<T, EngineError>>,
    ) -> Result<T, EngineError> {
        let span = tracing::info_span!("engine", call, cell = cell.map(display));
        let begun = Instant::now();
        let answer = answer.instrument(span.clone()).await;
        let took = begun.elapsed();
        self.meter.engine_called(call, answer.is_ok(), took);
        span.in_scope(|| tracing::debug!(?took, error = answer.as_ref().err().map(display), "engine"));
        answer
    }
}

#[async_trait]
impl Engine for MeteredEngine {
    async fn start(&self, spec: &CellSpec, token: &GatewayToken) -> Result<Seen, EngineError> {
        self.timed("start", Some(spec.cell), self.engine.start(spec, token)).await
    }

    async fn stop(&self, cell: CellId, grace: Duration) -> Result<(), EngineError> {
        self.timed("stop", Some(cell), self.engine.stop(cell, grace)).await
    }

    fn capabilities(&self) -> Capabilities {
        self.engine.capabilities()
    }

    async fn pause(&self, cell: CellId) -> Result<(), EngineError> {
        self.timed("pause", Some(cell), self.engine.pause(cell)).await
    }

    async fn unpause(&self, cell: CellId) -> Result<(), EngineError> {
        self.timed("unpause", Some(cell), self.engine.unpause(cell)).await
    }

    async fn look(&self, cell: CellId) -> Result<Option<Seen>, EngineError> {
        self.timed("look", Some(cell), self.engine.look(cell)).await
    }

    async fn list(&self) -> Result<Vec<Seen>, EngineError> {
        self.timed("list", None, self.engine.list()).await
    }

    async fn read(&self, cell: CellId) -> Result<Option<Reading>, EngineError> {
        self.timed("read", Some(cell), self.engine.read(cell)).await
    }

    async fn stderr_tail(&self, cell: CellId, lines: usize) -> Result<Vec<String>, EngineError> {
        self.timed("stderr_tail", Some(cell), self.engine.stderr_tail(cell, lines)).await
    }

    async fn refresh_config(&self, cell: CellId) -> Result<(), EngineError> {
        self.timed("refresh_config", Some(cell), self.engine.refresh_config(cell)).await
    }

    async fn erase(&self, cell: CellId) -> Result<(), EngineError> {
        self.timed("erase", Some(cell), self.engine.erase(cell)).await
    }

    async fn deaths(&self, since: Option<Moment>) -> Result<BoxStream<'static, Death>, EngineError> {
        self.timed("deaths", None, self.engine.deaths(since)).await
    }
}
