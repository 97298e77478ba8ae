//! A ledger in memory.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use ipnet::Ipv4Net;
use mosaic_model::{
    CellId, GatewayToken, Generation, ImageNews, Images, Nonce, RestWishes, RevisionFate, RevisionMark,
    Served, State, Timestamp, Transition, may_fall_back, stand_ins,
};
use mosaic_storage::CellRecord;
use tokio::{task, time};

use crate::{Ledger, LedgerError};

/// The rows of all cells.
#[derive(Debug, Default)]
pub(super) struct Pages {
    rows: Mutex<BTreeMap<CellId, CellRecord>>,
    papers: Mutex<BTreeMap<CellId, Paper>>,
    history: Mutex<Vec<(CellId, Transition)>>,
    away: AtomicBool,
    unwritable: AtomicBool,
    keeps_networks: AtomicBool,
    instant: AtomicBool,
}

/// Configurations of one cell, by number: which is wanted, and which a container has.
#[derive(Debug, Default)]
struct Paper {
    wanted: i64,
    /// What was wanted when a container asked.
    given: Option<(Generation, i64)>,
    /// What it was given, which may stand in for what was wanted.
    started_with: i64,
    /// What it asked for while it ran.
    asked: Option<i64>,
    /// What the changes since it began take, the worst of them.
    takes: Option<Served>,
    failure: Option<String>,
    fates: BTreeMap<i64, RevisionFate>,
    /// Those that no gateway starts with.
    unfit: BTreeSet<i64>,
}

impl Paper {
    fn stand_in(&self) -> Option<i64> {
        let mark = |(number, fate): (&i64, &RevisionFate)| RevisionMark { number: *number, fate: *fate };
        let marks: Vec<RevisionMark> = self.fates.iter().map(mark).collect();
        stand_ins(self.wanted, &marks).first().copied()
    }
}

impl Pages {
    /// What was last written of a cell.
    pub(super) fn row(&self, cell: CellId) -> Option<CellRecord> {
        self.rows().get(&cell).cloned()
    }

    /// What was written of how the cell came to where it is, the oldest first.
    pub(super) fn history(&self, cell: CellId) -> Vec<Transition> {
        let history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        history.iter().filter(|(of, _)| *of == cell).map(|(_, step)| step.clone()).collect()
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

    /// Whether it takes networks back.
    pub(super) fn set_taking_networks(&self, takes: bool) {
        self.keeps_networks.store(!takes, Ordering::SeqCst);
    }

    /// Whether it takes what is written down of states.
    pub(super) fn set_writable(&self, writable: bool) {
        self.unwritable.store(!writable, Ordering::SeqCst);
    }

    /// The cell's owner wants another configuration, for which it takes a restart, and tells nobody.
    pub(super) fn change(&self, cell: CellId) {
        self.change_to(cell, Served::Outdated);
    }

    /// The cell's owner wants another configuration, which takes this, and tells nobody.
    pub(super) fn change_to(&self, cell: CellId, takes: Served) {
        let mut papers = self.papers();
        let paper = papers.entry(cell).or_default();
        paper.wanted += 1;
        if paper.takes.is_none_or(|before| before == Served::Live) {
            paper.takes = Some(takes);
        }
    }

    /// A running container asks again.
    pub(super) fn ask_again(&self, cell: CellId) {
        let mut papers = self.papers();
        let paper = papers.entry(cell).or_default();
        paper.asked = Some(paper.wanted);
    }

    /// What a gateway runs with that takes up at once whatever its container asked for.
    pub(super) fn runs_with(&self, cell: CellId) -> i64 {
        let mut papers = self.papers();
        let paper = papers.entry(cell).or_default();
        paper.asked.unwrap_or(paper.started_with)
    }

    /// Why the last change did not go live.
    pub(super) fn failure(&self, cell: CellId) -> Option<String> {
        self.papers().entry(cell).or_default().failure.clone()
    }

    /// A container asked for its configuration.
    pub(super) fn give(&self, cell: CellId, generation: Generation) {
        let mut papers = self.papers();
        let paper = papers.entry(cell).or_default();
        paper.given = Some((generation, paper.wanted));
        (paper.asked, paper.takes, paper.failure) = (None, None, None);
        paper.started_with = paper.stand_in().unwrap_or(paper.wanted);
    }

    /// From now on no gateway starts with what is wanted now.
    pub(super) fn spoil(&self, cell: CellId) {
        let mut papers = self.papers();
        let paper = papers.entry(cell).or_default();
        paper.unfit.insert(paper.wanted);
    }

    /// From now on gateways start with everything.
    pub(super) fn mend(&self, cell: CellId) {
        self.papers().entry(cell).or_default().unfit.clear();
    }

    /// What the cell's last container was given, and whether a gateway starts with it.
    pub(super) fn started_with(&self, cell: CellId) -> (i64, bool) {
        let mut papers = self.papers();
        let paper = papers.entry(cell).or_default();
        (paper.started_with, !paper.unfit.contains(&paper.started_with))
    }

    /// What the cell's present container was given, against what is wanted.
    pub(super) fn compare(&self, cell: CellId) -> Served {
        let present = self.row(cell).map(|row| row.generation);
        match self.papers().entry(cell).or_default() {
            Paper { wanted, given: Some((generation, given)), takes, .. } if Some(*generation) == present => {
                match takes {
                    // What only a restart changes stays as it was, whatever the container asks for.
                    Some(takes) if *takes != Served::Live || given != wanted => *takes,
                    _ => Served::Wanted,
                }
            }
            _ => Served::Nothing,
        }
    }

    /// The cell's owner wants something else of its rest.
    pub(super) fn wish(&self, cell: CellId, wishes: RestWishes) {
        self.rows().entry(cell).or_insert_with(|| fresh(cell)).wishes = wishes;
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
        row.gateway_token = token(cell, count);
        row.subnet = Some(subnet);
        Some(row.clone())
    }

    fn rows(&self) -> MutexGuard<'_, BTreeMap<CellId, CellRecord>> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn papers(&self) -> MutexGuard<'_, BTreeMap<CellId, Paper>> {
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

/// Another one for each cell and each of its containers, so that it is seen whose is used.
fn token(cell: CellId, count: u8) -> GatewayToken {
    let mut bytes = [count; 32];
    for (index, byte) in cell.to_string().bytes().enumerate() {
        let mixed = &mut bytes[index % 16];
        *mixed = mixed.wrapping_mul(31).wrapping_add(byte);
    }
    GatewayToken::from_random(bytes)
}

fn fresh(cell: CellId) -> CellRecord {
    CellRecord {
        cell,
        generation: Generation(0),
        nonce: Nonce::from_label(""),
        subnet: None,
        state: State::Absent,
        deaths: Vec::new(),
        images: Images::default(),
        gateway_token: GatewayToken::from_random([0; 32]),
        wishes: RestWishes::default(),
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

    async fn save_state(
        &self,
        cell: CellId,
        step: &Transition,
        deaths: &[Timestamp],
    ) -> Result<(), LedgerError> {
        moment(self, Duration::from_millis(2)).await;
        self.answer()?;
        if self.unwritable.load(Ordering::SeqCst) {
            return Err(LedgerError::Away("it does not write".to_owned()));
        }
        let mut rows = self.rows();
        let row = rows.entry(cell).or_insert_with(|| fresh(cell));
        row.state = step.to.clone();
        row.deaths = deaths.to_vec();
        drop(rows);
        self.history.lock().unwrap_or_else(PoisonError::into_inner).push((cell, step.clone()));
        Ok(())
    }

    async fn unsettled(&self) -> Result<Vec<CellId>, LedgerError> {
        self.answer()?;
        let is_unsettled = |row: &&CellRecord| !row.state.is_at_rest() || row.subnet.is_some();
        Ok(self.rows().values().filter(is_unsettled).map(|row| row.cell).collect())
    }

    async fn always_on(&self) -> Result<Vec<CellId>, LedgerError> {
        self.answer()?;
        let is_wanted = |row: &&CellRecord| matches!(row.cell, CellId::System(_)) && row.wishes.keep_awake;
        Ok(self.rows().values().filter(is_wanted).map(|row| row.cell).collect())
    }

    async fn release_subnet(&self, cell: CellId) -> Result<(), LedgerError> {
        self.answer()?;
        if self.keeps_networks.load(Ordering::SeqCst) {
            return Err(LedgerError::Away("it takes no network back".to_owned()));
        }
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

    async fn note_config(&self, cell: CellId, outcome: Result<(), String>) -> Result<(), LedgerError> {
        self.answer()?;
        let mut papers = self.papers();
        let paper = papers.entry(cell).or_default();
        match (outcome, paper.asked) {
            (Ok(()), Some(asked)) => {
                paper.given = paper.given.map(|(generation, _)| (generation, asked));
                paper.failure = None;
            }
            (Ok(()), None) => {}
            (Err(reason), _) => paper.failure = Some(reason),
        }
        Ok(())
    }

    async fn config_healthy(&self, cell: CellId) -> Result<(), LedgerError> {
        self.answer()?;
        let mut papers = self.papers();
        let paper = papers.entry(cell).or_default();
        paper.fates.insert(paper.started_with, RevisionFate::Healthy);
        Ok(())
    }

    async fn config_refused(&self, cell: CellId, _: &[String]) -> Result<Option<i64>, LedgerError> {
        moment(self, Duration::ZERO).await;
        self.answer()?;
        let mut papers = self.papers();
        let paper = papers.entry(cell).or_default();
        paper.fates.insert(paper.started_with, RevisionFate::Refused);
        let may = may_fall_back(paper.started_with, paper.wanted);
        Ok(paper.stand_in().filter(|_| may))
    }

    async fn forgive_configs(&self, cell: CellId) -> Result<(), LedgerError> {
        self.answer()?;
        self.papers().entry(cell).or_default().fates.retain(|_, fate| *fate != RevisionFate::Refused);
        Ok(())
    }

    async fn note_image(&self, cell: CellId, news: ImageNews) -> Result<Images, LedgerError> {
        self.answer()?;
        let mut rows = self.rows();
        let Some(row) = rows.get_mut(&cell) else { return Ok(Images::default()) };
        row.images = std::mem::take(&mut row.images).after(news, Timestamp::UNIX_EPOCH);
        Ok(row.images.clone())
    }
}
