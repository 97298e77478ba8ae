//! What the fleet needs written down: a narrow port, so that the fleet runs under paused time in tests.

use async_trait::async_trait;
use ipnet::Ipv4Net;
use mosaic_model::{CellId, ImageNews, Images, Served, Timestamp, Transition};
use mosaic_storage::{CellRecord, Store, StoreError};

/// Where the fleet keeps what must outlive an actor.
#[async_trait]
pub trait Ledger: Send + Sync + std::fmt::Debug {
    /// What is known of a cell; `None` if it never had a container.
    async fn load(&self, cell: CellId) -> Result<Option<CellRecord>, LedgerError>;

    /// Before a container is made: the next generation, with a fresh nonce and gateway token, and a
    /// network in `range` that no other cell has and that overlaps none of `avoid`.
    async fn begin_generation(
        &self,
        cell: CellId,
        range: Ipv4Net,
        avoid: &[Ipv4Net],
    ) -> Result<CellRecord, LedgerError>;

    /// Where the cell is now and how it came to it, for others to read and for the next actor to take up.
    async fn save_state(
        &self,
        cell: CellId,
        step: &Transition,
        deaths: &[Timestamp],
    ) -> Result<(), LedgerError>;

    /// The cells whose last written state is none to rest in, or whose network was not given back: somebody has to see
    /// what became of them.
    async fn unsettled(&self) -> Result<Vec<CellId>, LedgerError>;

    /// The fleet's own cells that are to be awake though nobody asks them anything.
    async fn always_on(&self) -> Result<Vec<CellId>, LedgerError>;

    /// The cell's network is gone: another cell may have its range.
    async fn release_subnet(&self, cell: CellId) -> Result<(), LedgerError>;

    /// What the cell's present container runs with as its configuration, against what is wanted now.
    async fn served(&self, cell: CellId) -> Result<Served, LedgerError>;

    /// The cell's running gateway took up the configuration that its container asked for last; or it did not take up
    /// what is wanted, and this is why.
    async fn note_config(&self, cell: CellId, outcome: Result<(), String>) -> Result<(), LedgerError>;

    /// The cell's gateway is well with the configuration it was started with.
    async fn config_healthy(&self, cell: CellId) -> Result<(), LedgerError>;

    /// The cell's gateway refused the configuration it was started with; these were its last words. The number of
    /// the one that the next container is started with instead, where there is one.
    async fn config_refused(&self, cell: CellId, stderr: &[String]) -> Result<Option<i64>, LedgerError>;

    /// Whatever configuration was refused is to be tried again.
    async fn forgive_configs(&self, cell: CellId) -> Result<(), LedgerError>;

    /// Something happened to the cell's images: what is known of them now.
    async fn note_image(&self, cell: CellId, news: ImageNews) -> Result<Images, LedgerError>;
}

/// The ledger could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// It does not answer now; the same call may succeed a moment later.
    #[error("{0}")]
    Away(String),
    /// It answers, and will not do this.
    #[error("{0}")]
    Refused(String),
}

impl LedgerError {
    /// Whether the same call may succeed a moment later.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Away(_))
    }
}

impl From<StoreError> for LedgerError {
    fn from(error: StoreError) -> Self {
        let words = error.to_string();
        if error.is_transient() { Self::Away(words) } else { Self::Refused(words) }
    }
}

#[async_trait]
impl Ledger for Store {
    async fn load(&self, cell: CellId) -> Result<Option<CellRecord>, LedgerError> {
        Ok(self.cell_record(cell).await?)
    }

    async fn begin_generation(
        &self,
        cell: CellId,
        range: Ipv4Net,
        avoid: &[Ipv4Net],
    ) -> Result<CellRecord, LedgerError> {
        Ok(Self::begin_generation(self, cell, range, avoid).await?)
    }

    async fn save_state(
        &self,
        cell: CellId,
        step: &Transition,
        deaths: &[Timestamp],
    ) -> Result<(), LedgerError> {
        Ok(Self::save_state(self, cell, step, deaths).await?)
    }

    async fn unsettled(&self) -> Result<Vec<CellId>, LedgerError> {
        Ok(self.unsettled_cells().await?)
    }

    async fn always_on(&self) -> Result<Vec<CellId>, LedgerError> {
        Ok(self.always_on_cells().await?)
    }

    async fn release_subnet(&self, cell: CellId) -> Result<(), LedgerError> {
        Ok(Self::release_subnet(self, cell).await?)
    }

    async fn served(&self, cell: CellId) -> Result<Served, LedgerError> {
        Ok(Self::served(self, cell).await?)
    }

    async fn note_config(&self, cell: CellId, outcome: Result<(), String>) -> Result<(), LedgerError> {
        Ok(Self::note_config(self, cell, outcome).await?)
    }

    async fn config_healthy(&self, cell: CellId) -> Result<(), LedgerError> {
        Ok(Self::config_healthy(self, cell).await?)
    }

    async fn config_refused(&self, cell: CellId, stderr: &[String]) -> Result<Option<i64>, LedgerError> {
        Ok(Self::config_refused(self, cell, stderr).await?)
    }

    async fn forgive_configs(&self, cell: CellId) -> Result<(), LedgerError> {
        Ok(Self::forgive_configs(self, cell).await?)
    }

    async fn note_image(&self, cell: CellId, news: ImageNews) -> Result<Images, LedgerError> {
        Ok(Self::note_image(self, cell, news).await?)
    }
}
