//! What every actor of a fleet shares: the ports it works through and the indexes others read.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};

use dashmap::{DashMap, DashSet};
use ipnet::Ipv4Net;
use mosaic_docker::Engine;
use mosaic_model::{CellId, CellStatus, Clock, HealthPolicy, RestartPolicy, Settings, State};
use ractor::MessagingErr;
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    Ledger,
    cell::CellMsg,
    findings::Findings,
    held::Held,
    journal::Journal,
    lease::Gate,
    mailbox::Mailbox,
    meter::{Meter, MeteredEngine},
    registry::RegistryMsg,
    room::Room,
    starts::{Estimate, Starts},
    upstream::Upstream,
    waking::UnderWay,
};

/// The fleet's neighbours.
#[derive(Debug, Clone)]
pub struct Ports {
    /// Where containers are made.
    pub engine: Arc<dyn Engine>,
    /// Where things are written down.
    pub ledger: Arc<dyn Ledger>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

/// How a fleet is set up.
#[derive(Debug, Clone)]
pub struct FleetConfig {
    /// The port of the internal API on this host.
    pub internal_port: u16,
    /// Networks of this host that cells must not overlap.
    pub avoid: Vec<Ipv4Net>,
    /// The settings, as they are now and as they change.
    pub settings: watch::Receiver<Settings>,
    /// Patience with cells that die.
    pub restart: RestartPolicy,
    /// Intervals.
    pub tuning: Tuning,
}

/// How often the fleet looks at things.
#[derive(Debug, Clone, Copy)]
pub struct Tuning {
    /// Between two looks at a gateway that is starting.
    pub ready_interval: Duration,
    /// Between two health checks of a running gateway.
    pub health_interval: Duration,
    /// How long one health check may take.
    pub health_timeout: Duration,
    /// How many failed health checks make a gateway unresponsive.
    pub health: HealthPolicy,
    /// How long a gateway may take to end politely.
    pub stop_grace: Duration,
    /// Between two looks at everything.
    pub reconcile_interval: Duration,
    /// How long a request may wait for the head of its answer.
    pub answer_timeout: Duration,
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            ready_interval: Duration::from_millis(50),
            health_interval: Duration::from_secs(10),
            health_timeout: Duration::from_secs(5),
            health: HealthPolicy::default(),
            stop_grace: Duration::from_secs(10),
            reconcile_interval: Duration::from_mins(1),
            answer_timeout: Duration::from_mins(30),
        }
    }
}

/// What the actors share.
pub(crate) struct World {
    pub(crate) ports: Ports,
    pub(crate) config: FleetConfig,
    pub(crate) upstream: Upstream,
    /// Bounds how many cells start at once; fair, in order of asking. Follows the settings.
    pub(crate) starts: Arc<Starts>,
    /// How long starts take.
    pub(crate) estimate: Estimate,
    /// Requests that wait for their cells, whoever's.
    pub(crate) held: Held,
    /// Cells whose turn to start has come.
    pub(crate) under_way: DashMap<CellId, UnderWay>,
    /// Who has room in the host's memory.
    pub(crate) room: Room,
    /// What happens, for whoever watches.
    pub(crate) journal: Journal,
    /// Everything the fleet has running beside its actors.
    pub(crate) tasks: TaskTracker,
    pub(crate) closing: CancellationToken,
    pub(crate) findings: Findings,
    pub(crate) meter: Meter,
    registry: OnceLock<Mailbox<RegistryMsg>>,
    gates: DashMap<CellId, Arc<Gate>>,
    /// Cells that nothing wakes.
    barred: DashSet<CellId>,
    /// Written by the registry alone.
    actors: DashMap<CellId, Mailbox<CellMsg>>,
    /// Each written by its cell's actor alone.
    statuses: DashMap<CellId, CellStatus>,
}

impl World {
    pub(crate) fn new(ports: Ports, config: FleetConfig, upstream: Upstream) -> Self {
        let starts = Starts::of(&config.settings.borrow());
        let meter = Meter::default();
        let engine = Arc::new(MeteredEngine::new(ports.engine, meter.clone()));
        Self {
            journal: Journal::begin(ports.clock.now()),
            ports: Ports { engine, ..ports },
            config,
            upstream,
            starts,
            estimate: Estimate::default(),
            held: Held::default(),
            under_way: DashMap::new(),
            room: Room::default(),
            tasks: TaskTracker::new(),
            closing: CancellationToken::new(),
            findings: Findings::default(),
            meter,
            registry: OnceLock::new(),
            gates: DashMap::new(),
            barred: DashSet::new(),
            actors: DashMap::new(),
            statuses: DashMap::new(),
        }
    }

    /// The registry says who it is, once.
    pub(crate) fn introduce(&self, registry: Mailbox<RegistryMsg>) {
        let _ = self.registry.set(registry);
    }

    /// Hands a message to the cell's actor, or to the registry where none takes it any more.
    pub(crate) fn deliver(&self, cell: CellId, message: CellMsg) {
        if let Some(message) = self.hand_over(cell, message) {
            self.hand_on(cell, message);
        }
    }

    /// Hands a message to the cell's actor; gives it back where there is none, or one that is ending.
    pub(crate) fn hand_over(&self, cell: CellId, message: CellMsg) -> Option<CellMsg> {
        let Some(actor) = self.actor(cell) else { return Some(message) };
        match actor.cast(message) {
            Err(MessagingErr::SendErr(returned)) => Some(returned),
            // The other errors are about types, which the compiler has checked.
            Ok(()) | Err(_) => None,
        }
    }

    /// Has the registry find or start the actor that takes this message. In a fleet that is closed it goes
    /// nowhere, and whoever waits for its answer sees that.
    pub(crate) fn hand_on(&self, cell: CellId, message: CellMsg) {
        if let Some(registry) = self.registry.get() {
            let _ = registry.cast(RegistryMsg::Deliver { cell, message: Box::new(message) });
        }
    }

    /// Follows the settings in how many cells may start at once, until the fleet closes.
    pub(crate) fn follow_starts(&self) {
        let following = Arc::clone(&self.starts).follow(self.config.settings.clone());
        self.tasks.spawn(self.closing.clone().run_until_cancelled_owned(following));
    }

    pub(crate) fn settings(&self) -> Settings {
        self.config.settings.borrow().clone()
    }

    pub(crate) fn gate(&self, cell: CellId) -> Arc<Gate> {
        Arc::clone(self.gates.entry(cell).or_default().value())
    }

    pub(crate) fn actor(&self, cell: CellId) -> Option<Mailbox<CellMsg>> {
        self.actors.get(&cell).map(|actor| actor.value().clone())
    }

    pub(crate) fn is_barred(&self, cell: CellId) -> bool {
        self.barred.contains(&cell)
    }

    pub(crate) fn bar(&self, cell: CellId) {
        self.barred.insert(cell);
    }

    pub(crate) fn unbar(&self, cell: CellId) {
        self.barred.remove(&cell);
    }

    pub(crate) fn barred(&self) -> Vec<CellId> {
        self.barred.iter().map(|cell| *cell.key()).collect()
    }

    /// In the order of their cells, so that what happens does not hang on where they lie in memory.
    pub(crate) fn actors(&self) -> impl Iterator<Item = Mailbox<CellMsg>> + use<> {
        let all = self.actors.iter().map(|entry| (*entry.key(), entry.value().clone()));
        all.collect::<BTreeMap<_, _>>().into_values()
    }

    pub(crate) fn has_actor(&self, cell: CellId) -> bool {
        self.actors.contains_key(&cell)
    }

    #[cfg(test)]
    pub(crate) fn has_gate(&self, cell: CellId) -> bool {
        self.gates.contains_key(&cell)
    }

    pub(crate) fn enter(&self, cell: CellId, actor: Mailbox<CellMsg>) {
        self.actors.insert(cell, actor);
    }

    /// Forgets an actor that ended, and all that only a living one needs.
    pub(crate) fn leave(&self, cell: CellId, actor: ractor::ActorId) {
        if self.actors.remove_if(&cell, |_, known| known.id() == actor).is_some() {
            self.statuses.remove(&cell);
        }
        self.release_gate(cell);
    }

    /// Forgets the counters of a cell that nobody uses.
    pub(crate) fn release_gate(&self, cell: CellId) {
        self.gates.remove_if(&cell, |_, gate| Arc::strong_count(gate) == 1 && !gate.has_engine_turn_taken());
    }

    pub(crate) fn status(&self, cell: CellId) -> Option<CellStatus> {
        let status = self.statuses.get(&cell).map(|status| status.value().clone());
        status.map(|status| self.at_this_moment(status))
    }

    pub(crate) fn statuses(&self) -> Vec<CellStatus> {
        let statuses: Vec<CellStatus> = self.statuses.iter().map(|entry| entry.value().clone()).collect();
        statuses.into_iter().map(|status| self.at_this_moment(status)).collect()
    }

    /// Leases come and go, and the queue moves, without a message to the actor: both are read when they are asked for.
    fn at_this_moment(&self, status: CellStatus) -> CellStatus {
        let leases = self.gates.get(&status.cell).map_or(0, |gate| gate.leases());
        let waking = matches!(status.state, State::Starting { .. }).then(|| self.waking(status.cell));
        let waits_for_memory = self.room.has_waiting(status.cell);
        CellStatus { leases, waits_for_memory, waking: waking.flatten(), ..status }
    }

    /// Responses in flight, in all cells.
    pub(crate) fn leases(&self) -> i64 {
        self.gates.iter().map(|gate| i64::from(gate.leases())).sum()
    }

    pub(crate) fn publish(&self, status: CellStatus) {
        self.statuses.insert(status.cell, status);
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").field("actors", &self.actors.len()).finish_non_exhaustive()
    }
}
