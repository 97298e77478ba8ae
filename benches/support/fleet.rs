//! A fleet over an engine and a ledger that keep nothing of a cell that sleeps: whatever memory grows is the
//! fleet's own.

use std::{
    collections::HashMap,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use futures_util::stream::{self, BoxStream, StreamExt};
use http::{HeaderMap, Method, uri::PathAndQuery};
use ipnet::Ipv4Net;
use mosaic_actors::{Fleet, FleetConfig, GatewayRequest, Ledger, LedgerError, Ports, Tuning};
use mosaic_docker::{Capabilities, CellSpec, Condition, Death, Engine, EngineError, Moment, Seen};
use mosaic_model::{
    CellId, Clock, GatewayToken, Generation, ImageNews, Images, Nonce, Reading, RestWishes, RestartPolicy,
    Served, Settings, State, Timestamp, Transition, UserId,
};
use mosaic_storage::CellRecord;
use tokio::sync::watch;
use uuid::Uuid;

/// Longer than any benchmark: nothing happens on its own.
const NEVER: Duration = Duration::from_hours(24);

/// How long a database takes to answer. Waiting only: it costs no processor time.
const DATABASE_TAKES: Duration = Duration::from_millis(1);

/// A fleet whose cells are all served by one gateway; those of the first so many users run already.
pub(crate) async fn fleet(gateway: SocketAddr, found: u128) -> Fleet {
    let engine = BareEngine { gateway, running: Mutex::default() };
    engine.with(|running| running.extend((1..=found).map(cell).map(|cell| (cell, engine.running(cell)))));
    let settings =
        Settings { idle_timeout_secs: 7 * 24 * 3_600, concurrent_starts: 64, ..Settings::default() };
    let (_, settings) = watch::channel(settings);
    let ports =
        Ports { engine: Arc::new(engine), ledger: Arc::new(BlankLedger), clock: Arc::new(StoppedClock) };
    let tuning = Tuning { health_interval: NEVER, reconcile_interval: NEVER, ..Tuning::default() };
    let config = FleetConfig {
        internal_port: 1,
        avoid: Vec::new(),
        settings,
        restart: RestartPolicy::default(),
        tuning,
    };
    Fleet::start(ports, config).await.expect("a fleet starts")
}

/// The cell of the user with this number.
pub(crate) fn cell(number: u128) -> CellId {
    CellId::User(UserId::from_uuid(Uuid::from_u128(number)))
}

/// A question that a gateway answers at once.
pub(crate) fn question() -> GatewayRequest {
    GatewayRequest {
        method: Method::GET,
        path: PathAndQuery::from_static("/healthz"),
        headers: HeaderMap::new(),
        body: bytes::Bytes::new(),
    }
}

/// A gateway that says yes to everything; serves until the runtime ends.
pub(crate) async fn gateway() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let yes = axum::Router::new().fallback(|| async { "yes" });
    tokio_util::task::TaskTracker::new().spawn(async move { axum::serve(listener, yes).await });
    address
}

/// Remembers what runs and nothing else.
#[derive(Debug)]
struct BareEngine {
    gateway: SocketAddr,
    running: Mutex<HashMap<CellId, Seen>>,
}

impl BareEngine {
    fn with<T>(&self, act: impl FnOnce(&mut HashMap<CellId, Seen>) -> T) -> T {
        act(&mut self.running.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The container that the ledger below says this cell has.
    fn running(&self, cell: CellId) -> Seen {
        let record = record(cell);
        Seen {
            container: cell.to_string(),
            cell,
            generation: record.generation,
            nonce: record.nonce,
            spec: String::new(),
            condition: Condition::Up { address: self.gateway },
        }
    }
}

#[async_trait]
impl Engine for BareEngine {
    async fn start(&self, spec: &CellSpec, _: &GatewayToken) -> Result<Seen, EngineError> {
        let seen = self.running(spec.cell);
        self.with(|running| running.insert(spec.cell, seen.clone()));
        Ok(seen)
    }

    async fn stop(&self, cell: CellId, _: Duration) -> Result<(), EngineError> {
        self.with(|running| running.remove(&cell));
        Ok(())
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { freezes: false }
    }

    async fn pause(&self, _: CellId) -> Result<(), EngineError> {
        Err(EngineError::Refused("nothing to pause".to_owned()))
    }

    async fn unpause(&self, _: CellId) -> Result<(), EngineError> {
        Ok(())
    }

    async fn look(&self, cell: CellId) -> Result<Option<Seen>, EngineError> {
        Ok(self.with(|running| running.get(&cell).cloned()))
    }

    async fn list(&self) -> Result<Vec<Seen>, EngineError> {
        Ok(self.with(|running| running.values().cloned().collect()))
    }

    async fn read(&self, _: CellId) -> Result<Option<Reading>, EngineError> {
        Ok(None)
    }

    async fn stderr_tail(&self, _: CellId, _: usize) -> Result<Vec<String>, EngineError> {
        Ok(Vec::new())
    }

    async fn refresh_config(&self, _: CellId) -> Result<(), EngineError> {
        Ok(())
    }

    async fn erase(&self, cell: CellId) -> Result<(), EngineError> {
        self.stop(cell, Duration::ZERO).await
    }

    async fn deaths(&self, _: Option<Moment>) -> Result<BoxStream<'static, Death>, EngineError> {
        Ok(stream::pending().boxed())
    }
}

/// Says the same of every cell, after as long as a database takes.
#[derive(Debug)]
struct BlankLedger;

fn record(cell: CellId) -> CellRecord {
    CellRecord {
        cell,
        generation: Generation(1),
        nonce: Nonce::from_random([1; 16]),
        subnet: Some(Ipv4Net::new_assert(Ipv4Addr::new(10, 213, 0, 0), 28)),
        state: State::Absent,
        deaths: Vec::new(),
        gateway_token: GatewayToken::from_random([1; 32]),
        images: Images::default(),
        wishes: RestWishes::default(),
    }
}

#[async_trait]
impl Ledger for BlankLedger {
    async fn load(&self, cell: CellId) -> Result<Option<CellRecord>, LedgerError> {
        tokio::time::sleep(DATABASE_TAKES).await;
        Ok(Some(record(cell)))
    }

    async fn begin_generation(
        &self,
        cell: CellId,
        _: Ipv4Net,
        _: &[Ipv4Net],
    ) -> Result<CellRecord, LedgerError> {
        Ok(record(cell))
    }

    async fn save_state(&self, _: CellId, _: &Transition, _: &[Timestamp]) -> Result<(), LedgerError> {
        Ok(())
    }

    async fn release_subnet(&self, _: CellId) -> Result<(), LedgerError> {
        Ok(())
    }

    async fn unsettled(&self) -> Result<Vec<CellId>, LedgerError> {
        Ok(Vec::new())
    }

    async fn always_on(&self) -> Result<Vec<CellId>, LedgerError> {
        Ok(Vec::new())
    }

    async fn served(&self, _: CellId) -> Result<Served, LedgerError> {
        Ok(Served::Wanted)
    }

    async fn note_config(&self, _: CellId, _: Result<(), String>) -> Result<(), LedgerError> {
        Ok(())
    }

    async fn config_healthy(&self, _: CellId) -> Result<(), LedgerError> {
        Ok(())
    }

    async fn config_refused(&self, _: CellId, _: &[String]) -> Result<Option<i64>, LedgerError> {
        Ok(None)
    }

    async fn forgive_configs(&self, _: CellId) -> Result<(), LedgerError> {
        Ok(())
    }

    async fn note_image(&self, _: CellId, news: ImageNews) -> Result<Images, LedgerError> {
        Ok(Images::default().after(news, StoppedClock.now()))
    }
}

/// Time that stands still: no timer of the fleet's own goes off.
#[derive(Debug)]
struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }
}
