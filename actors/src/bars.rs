//! Cells of people who are shut out: nothing wakes them, and of those who leave for good nothing stays.

use std::sync::Arc;

use mosaic_model::CellId;

use crate::{Fleet, FleetError, cell::CellMsg, fleet::STOP_TIMEOUT};

impl Fleet {
    /// From now on nothing wakes this cell. What runs goes on until it is stopped.
    pub fn bar(&self, cell: CellId) {
        self.world.bar(cell);
    }

    /// The cell may be woken again.
    pub fn unbar(&self, cell: CellId) {
        self.world.unbar(cell);
    }

    /// Whether nothing wakes this cell.
    pub fn is_barred(&self, cell: CellId) -> bool {
        self.world.is_barred(cell)
    }

    /// Every cell that nothing wakes.
    pub fn barred(&self) -> Vec<CellId> {
        self.world.barred()
    }

    /// Bars the cell, ends its actor, and removes everything of it from the engine, **its volume too**. To
    /// erase what is erased already does no harm, and one that was cut short is finished by the next.
    ///
    /// # Errors
    /// [`FleetError::Engine`] where the engine is away or refuses; then the cell stays barred.
    pub async fn erase(&self, cell: CellId) -> Result<(), FleetError> {
        self.bar(cell);
        let engine = &self.world.ports.engine;
        // An actor waits for an engine that is away; whoever asks for this is told at once.
        engine.look(cell).await.map_err(|error| FleetError::Engine(error.to_string()))?;
        self.ask(cell, STOP_TIMEOUT, |reply| CellMsg::Retire { reply }).await?;
        let world = Arc::clone(&self.world);
        let erasing = self.world.tasks.spawn(async move {
            // The actor has nothing more to say to the engine, but what it ordered may be under way.
            let turn = world.gate(cell).engine_turn().lock_owned().await;
            let erased = world.ports.engine.erase(cell).await;
            drop(turn);
            world.release_gate(cell);
            erased
        });
        let erased = erasing.await.ok().ok_or(FleetError::ShuttingDown)?;
        erased.map_err(|error| FleetError::Engine(error.to_string()))
    }
}
