//! A fleet with everything it needs, in memory, in tokio's time.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use chrono::TimeDelta;
use http::{HeaderMap, Method, Response, uri::PathAndQuery};
use http_body_util::BodyExt;
use mosaic_model::{CellId, Clock, RestartPolicy, Settings, State, Timestamp, UserId};
use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{self, Instant},
};
use uuid::Uuid;

use super::{gateway::Host, ledger::Pages, wire::Wire};
use crate::{Fleet, FleetConfig, FleetError, GatewayRequest, LeasedBody, Ports, Tuning};

/// How long a state is waited for, in tokio's time.
const PATIENCE: Duration = Duration::from_hours(1);

/// The clock that pauses when tokio's does, and may be set otherwise.
#[derive(Debug)]
struct TokioClock {
    begun: Instant,
    /// How far it is ahead. Seconds.
    ahead: AtomicI64,
}

impl Clock for TokioClock {
    fn now(&self) -> Timestamp {
        let begun = Timestamp::from_timestamp(1_700_000_000, 0).expect("in range");
        let ahead = TimeDelta::seconds(self.ahead.load(Ordering::SeqCst));
        begun + TimeDelta::from_std(self.begun.elapsed()).expect("a short test") + ahead
    }
}

/// A fleet, its neighbours and its settings.
pub(super) struct House {
    pub(super) fleet: Fleet,
    pub(super) host: Arc<Host>,
    pub(super) pages: Arc<Pages>,
    pub(super) settings: watch::Sender<Settings>,
    clock: Arc<TokioClock>,
    wire: Wire,
}

impl House {
    pub(super) async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    pub(super) async fn with(settings: Settings) -> Self {
        Self::tuned(settings, Tuning::default()).await
    }

    pub(super) async fn tuned(settings: Settings, tuning: Tuning) -> Self {
        let (settings, _) = watch::channel(settings);
        let clock = TokioClock { begun: Instant::now(), ahead: AtomicI64::new(0) };
        let (host, clock) = (Arc::<Host>::default(), Arc::new(clock));
        let wire = Wire::to(&host);
        let fleet = Self::begin(&wire, &settings, &clock, tuning).await;
        Self { fleet, pages: Arc::clone(&host.pages), host, settings, clock, wire }
    }

    async fn begin(
        wire: &Wire,
        settings: &watch::Sender<Settings>,
        clock: &Arc<TokioClock>,
        tuning: Tuning,
    ) -> Fleet {
        let neighbours = Arc::new(wire.clone());
        let ports = Ports { engine: neighbours.clone(), ledger: neighbours, clock: clock.clone() };
        let config = FleetConfig {
            internal_port: 7_778,
            avoid: Vec::new(),
            settings: settings.subscribe(),
            restart: RestartPolicy::default(),
            tuning,
        };
        Fleet::start_over(wire.upstream(), ports, config).await.expect("it starts")
    }

    /// Mosaic ends, as politely as it does, and another begins on the same host.
    pub(super) async fn restart(mut self) -> Self {
        self.begin_anew().await;
        self
    }

    /// As [`House::restart`].
    pub(super) async fn begin_anew(&mut self) {
        self.fleet.close().await;
        self.begin_another().await;
    }

    /// Mosaic is killed in the midst of whatever it does, and another begins on the same host.
    pub(super) async fn be_killed(&mut self) {
        self.wire.cut();
        self.fleet.world.closing.cancel();
        for actor in self.fleet.world.actors() {
            actor.kill();
        }
        self.begin_another().await;
    }

    async fn begin_another(&mut self) {
        self.wire = Wire::to(&self.host);
        let tuning = self.fleet.world.config.tuning;
        self.fleet = Self::begin(&self.wire, &self.settings, &self.clock, tuning).await;
    }

    /// Somebody sets the host's clock: so many seconds ahead of what it would be.
    pub(super) fn set_clock(&self, ahead: i64) {
        self.clock.ahead.store(ahead, Ordering::SeqCst);
    }

    /// The cell's owner wants another configuration, and the fleet is told.
    pub(super) fn change_config(&self, cell: CellId) {
        self.pages.change(cell);
        self.fleet.config_changed(cell);
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Sends a request and gives the head of the answer.
    pub(super) async fn forward(
        &self,
        cell: CellId,
        path: &'static str,
    ) -> Result<Response<LeasedBody>, FleetError> {
        self.fleet.forward(cell, request(path)).await
    }

    /// Sends a request and reads the whole answer.
    pub(super) async fn ask(&self, cell: CellId) -> Result<String, FleetError> {
        let response = self.forward(cell, "/say").await?;
        Ok(read(response).await.expect("a whole answer"))
    }

    /// Sends a request from a task of its own.
    pub(super) fn send(
        &self,
        cell: CellId,
        path: &'static str,
    ) -> JoinHandle<Result<Response<LeasedBody>, FleetError>> {
        let fleet = self.fleet.clone();
        self.fleet.world.tasks.spawn(async move { fleet.forward(cell, request(path)).await })
    }

    /// Waits for a cell to be in a state.
    pub(super) async fn until(&self, cell: CellId, wanted: &str) -> State {
        time::timeout(PATIENCE, async {
            for step in 1.. {
                let state = self.fleet.status(cell).await.expect("it answers").state;
                if state.name() == wanted {
                    return state;
                }
                time::sleep(pause(step)).await;
            }
            unreachable!("it waits for as long as it takes")
        })
        .await
        .unwrap_or_else(|_| panic!("never {wanted}"))
    }

    /// The cell's state as it is now.
    pub(super) async fn state(&self, cell: CellId) -> &'static str {
        self.fleet.status(cell).await.expect("it answers").state.name()
    }

    pub(super) fn leases(&self, cell: CellId) -> u32 {
        self.fleet.world.gate(cell).leases()
    }

    pub(super) fn has_container(&self, cell: CellId) -> bool {
        self.host.engine.container(cell).is_some()
    }
}

/// Waits for something to become true.
pub(super) async fn until(what: impl Fn() -> bool) {
    let waited = time::timeout(PATIENCE, async {
        for step in 1.. {
            if what() {
                return;
            }
            time::sleep(pause(step)).await;
        }
    });
    waited.await.expect("it comes true");
}

/// Short at first, and long for what takes long.
fn pause(step: u32) -> Duration {
    Duration::from_millis(u64::from(step).min(1_000))
}

pub(super) fn request(path: &'static str) -> GatewayRequest {
    GatewayRequest {
        method: Method::POST,
        path: PathAndQuery::from_static(path),
        headers: HeaderMap::new(),
        body: Bytes::new(),
    }
}

/// Reads an answer to its end.
pub(super) async fn read(response: Response<LeasedBody>) -> Result<String, hyper::Error> {
    let bytes = response.into_body().collect().await?.to_bytes();
    Ok(String::from_utf8(bytes.to_vec()).expect("text"))
}

pub(crate) fn cell(number: u128) -> CellId {
    CellId::User(UserId::from_uuid(Uuid::from_u128(number)))
}
