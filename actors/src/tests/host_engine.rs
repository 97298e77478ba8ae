//! The host as an engine: the scripted one, watched for what no engine should be asked.

use std::time::Duration;

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use mosaic_docker::{Capabilities, CellSpec, Death, Engine, EngineError, Moment, Seen};
use mosaic_model::{CellId, GatewayToken, Reading};

use super::gateway::{Host, Order, STILLBORN};

/// The exit code of a gateway that refuses its configuration.
const CONFIG_REFUSED: i64 = 78;

#[async_trait]
impl Engine for Host {
    async fn start(&self, spec: &CellSpec, token: &GatewayToken) -> Result<Seen, EngineError> {
        let _order = Order::begin(self, spec.cell, "start");
        if self.runs(spec.cell) {
            self.net().violations.push(format!("{}: a start over a container that runs", spec.cell));
        }
        let written = self.pages.row(spec.cell).and_then(|row| row.images.started);
        if written.is_some_and(|it| it.to_string() != spec.image) {
            self.net().violations.push(format!("{}: a start of an image that nobody wrote down", spec.cell));
        }
        let seen = self.engine.start(spec, token).await?;
        // A container asks for its configuration before it does anything else.
        self.pages.give(spec.cell, spec.generation);
        if !self.pages.started_with(spec.cell).1 {
            self.kill(spec.cell, CONFIG_REFUSED);
        }
        if spec.image == STILLBORN {
            self.kill(spec.cell, 1);
        }
        Ok(self.engine.container(spec.cell).unwrap_or(seen))
    }

    async fn stop(&self, cell: CellId, grace: Duration) -> Result<(), EngineError> {
        let _order = Order::begin(self, cell, "stop");
        self.engine.stop(cell, grace).await
    }

    fn capabilities(&self) -> Capabilities {
        self.engine.capabilities()
    }

    async fn pause(&self, cell: CellId) -> Result<(), EngineError> {
        let _order = Order::begin(self, cell, "pause");
        self.assert_resting(cell);
        self.engine.pause(cell).await
    }

    async fn unpause(&self, cell: CellId) -> Result<(), EngineError> {
        let _order = Order::begin(self, cell, "unpause");
        self.engine.unpause(cell).await
    }

    async fn look(&self, cell: CellId) -> Result<Option<Seen>, EngineError> {
        self.engine.look(cell).await
    }

    async fn list(&self) -> Result<Vec<Seen>, EngineError> {
        self.engine.list().await
    }

    async fn read(&self, cell: CellId) -> Result<Option<Reading>, EngineError> {
        self.engine.read(cell).await
    }

    async fn stderr_tail(&self, cell: CellId, lines: usize) -> Result<Vec<String>, EngineError> {
        self.engine.stderr_tail(cell, lines).await
    }

    async fn refresh_config(&self, cell: CellId) -> Result<(), EngineError> {
        self.engine.refresh_config(cell).await?;
        self.pages.ask_again(cell);
        Ok(())
    }

    async fn erase(&self, cell: CellId) -> Result<(), EngineError> {
        self.engine.erase(cell).await
    }

    async fn deaths(&self, since: Option<Moment>) -> Result<BoxStream<'static, Death>, EngineError> {
        self.engine.deaths(since).await
    }
}
