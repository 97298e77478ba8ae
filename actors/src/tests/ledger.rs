//! A ledger in memory.

use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use ipnet::Ipv4Net;
use mosaic_model::{CellId, GatewayToken, Generation, Nonce, Served, State, Timestamp};
use mosaic_storage::CellRecord;
use tokio::{task, time};

use crate::{Ledger, LedgerError};

/// The rows of all cells.
#[derive(Debug, Default)]
pub(super) struct Pages {
    rows: Mutex<HashMap<CellId, CellRecord>>,
    papers: Mutex<HashMap<CellId, Paper>>,
    away: AtomicBool,
    unwritable: AtomicBool,
    instant: AtomicBool,
}

/// Configurations of one cell, by number: which is wanted, and which was given to which container.
#[derive(Debug, Default)]
struct Paper {
    wanted: u64,
    given: Option<(Generation, u64)>,
}

impl Pages {
    /// What was last written of a cell.
    pub(super) fn row(&self, cell: CellId) -> Option<CellRecord> {
        self.rows().get(&cell).cloned()
    }

    /// Writes a cell's row, as an earlier Mosaic left it.
    pub(super) fn put(&self, row: CellRecord) {
        self.rows().insert(row.cell, row);
    }

    /// Removes the cell's row, as when its owner is deleted.
    pub(super) fn take(&self, cell: CellId) -> Option<CellRecord> {
        self.rows().remove(&cell)
    }

    /// Whether it answers at all.
    pub(super) fn set_reachable(&self, reachable: bool) {
        self.away.store(!reachable, Ordering::SeqCst);
    }

    /// Whether it takes what is written down of states.
    pub(super) fn set_writable(&self, writable: bool) {
        self.unwritable.store(!writable, Ordering::SeqCst);
    }

    /// The cell's owner wants another configuration, and tells nobody.
    pub(super) fn change(&self, cell: CellId) {
        self.papers().entry(cell).or_default().wanted += 1;
    }

    /// A container asked for its configuration.
    pub(super) fn give(&self, cell: CellId, generation: Generation) {
        let mut papers = self.papers();
        let paper = papers.entry(cell).or_default();
        paper.given = Some((generation, paper.wanted));
    }

    /// What the cell's present container was given, against what is wanted.
    pub(super) fn compare(&self, cell: CellId) -> Served {
        let present = self.row(cell).map(|row| row.generation);
        match self.papers().entry(cell).or_default() {
            Paper { wanted, given: Some((generation, given)) } if Some(*generation) == present => {
                if given == wanted { Served::Wanted } else { Served::Outdated }
            }
            _ => Served::Nothing,
        }
    }

    /// From now on it answers without giving anybody else a turn.
    pub(super) fn answer_at_once(&self) {
        self.instant.store(true, Ordering::SeqCst);
    }

    /// The next generation of a cell.
    pub(super) fn begin(&self, cell: CellId, range: Ipv4Net, avoid: &[Ipv4Net]) -> Option<CellRecord> {
        let mut rows = self.rows();
        let taken: Vec<Ipv4Net> =
            rows.values().filter(|row| row.cell != cell).filter_map(|row| row.subnet).collect();
        let subnet = range.subnets(28).expect("a range is wider").find(|net| {
            !taken.contains(net) && !avoid.iter().any(|it| it.contains(net) || net.contains(it))
        })?;
        let row = rows.entry(cell).or_insert_with(|| fresh(cell));
        row.generation = Generation(row.generation.0 + 1);
        let count = u8::try_from(row.generation.0 % 250).expect("small");
        row.nonce = Nonce::from_random([count; 16]);
        row.gateway_token = GatewayToken::from_random([count; 32]);
        row.subnet = Some(subnet);
        Some(row.clone())
    }

    fn rows(&self) -> MutexGuard<'_, HashMap<CellId, CellRecord>> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn papers(&self) -> MutexGuard<'_, HashMap<CellId, Paper>> {
        self.papers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self) -> Result<(), LedgerError> {
        if self.away.load(Ordering::SeqCst) {
            Err(LedgerError::Away("it is away".to_owned()))
        } else {
            Ok(())
        }
    }
}

/// Lets others go on meanwhile, as a database does; for a write it takes a moment more.
async fn moment(pages: &Pages, more: Duration) {
    if !pages.instant.load(Ordering::SeqCst) {
        task::yield_now().await;
        if !more.is_zero() {
            time::sleep(more).await;
        }
    }
}

fn fresh(cell: CellId) -> CellRecord {
    CellRecord {
        cell,
        generation: Generation(0),
        nonce: Nonce::from_label(""),
        subnet: None,
        state: State::Absent,
        deaths: Vec::new(),
        gateway_token: GatewayToken::from_random([0; 32]),
    }
}

#[async_trait]
impl Ledger for Pages {
    async fn load(&self, cell: CellId) -> Result<Option<CellRecord>, LedgerError> {
        moment(self, Duration::ZERO).await;
        self.answer()?;
        Ok(self.row(cell))
    }

    async fn begin_generation(
        &self,
        cell: CellId,
        range: Ipv4Net,
        avoid: &[Ipv4Net],
    ) -> Result<CellRecord, LedgerError> {
        moment(self, Duration::ZERO).await;
        self.answer()?;
        self.begin(cell, range, avoid).ok_or_else(|| LedgerError::Refused("no free network".to_owned()))
    }

    async fn save_state(&self, cell: CellId, state: &State, deaths: &[Timestamp]) -> Result<(), LedgerError> {
        moment(self, Duration::from_millis(2)).await;
        self.answer()?;
        if self.unwritable.load(Ordering::SeqCst) {
            return Err(LedgerError::Away("it does not write".to_owned()));
        }
        let mut rows = self.rows();
        let row = rows.entry(cell).or_insert_with(|| fresh(cell));
        row.state = state.clone();
        row.deaths = deaths.to_vec();
        Ok(())
    }

    async fn unsettled(&self) -> Result<Vec<CellId>, LedgerError> {
        self.answer()?;
        Ok(self.rows().values().filter(|row| !row.state.is_at_rest()).map(|row| row.cell).collect())
    }

    async fn release_subnet(&self, cell: CellId) -> Result<(), LedgerError> {
        self.answer()?;
        if let Some(row) = self.rows().get_mut(&cell) {
            row.subnet = None;
        }
        Ok(())
    }

    async fn served(&self, cell: CellId) -> Result<Served, LedgerError> {
        moment(self, Duration::ZERO).await;
        self.answer()?;
        Ok(self.compare(cell))
    }
}
