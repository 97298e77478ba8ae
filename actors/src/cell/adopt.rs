//! Looking at what is there: the same code when an actor begins and whenever it looks again.

use std::{sync::Arc, time::Duration};

use mosaic_docker::{Condition, Seen};
use mosaic_model::{CellId, Event, Expected, Finding, Lifecycle, Marks, RestartBudget, Served, State, judge};
use mosaic_storage::CellRecord;
use tokio::time;

use super::{CellMsg, Handling, Occasion, refused::examine, rollout, stop::clear};
use crate::{
    probe::{self, Readiness},
    upstream::Gateway,
    world::World,
};

/// The wait before a look that failed is repeated.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// What a look found.
#[derive(Debug)]
pub(crate) struct Sight {
    record: Option<CellRecord>,
    /// What a cell that failed had been given.
    served: Served,
    /// Whether its container would be made otherwise now.
    is_superseded: bool,
    found: Found,
}

#[derive(Debug)]
enum Found {
    /// No container, or none that can be trusted; what there was is removed.
    Nothing,
    /// Our container, dead; removed, and this is what its death comes to.
    Dead(Event),
    /// Our container, its gateway not ready.
    Starting(Gateway),
    /// Our container, its gateway taking nothing new.
    Suspended(Gateway),
    /// Our container, paused; and what that means to its cell.
    Frozen(Gateway, Event),
    /// Our container, its gateway ready.
    Ready(Gateway),
}

impl Handling<'_> {
    /// Looks at the container, and whether its configuration is still the wanted one: again and again, since
    /// the news of a death or of a change can be missed.
    pub(super) fn reconcile(&mut self) {
        self.look();
        if self.state.adopted {
            self.compare_config(Occasion::Look);
        }
    }

    /// Looks, in a task; one that cannot see (the engine or the ledger is away) looks again.
    pub(super) fn look(&mut self) {
        let (world, cell) = (Arc::clone(self.world), self.state.cell);
        let (myself, epoch) = (self.myself.clone(), self.state.epoch);
        let turn = self.engine_turn();
        let over = self.state.work.token.clone();
        let settled = matches!(self.state.lifecycle, Lifecycle::Running { .. } | Lifecycle::Frozen { .. });
        if self.state.adopted && !settled {
            // On its way up or down, into the cold or back, a task is at the engine already and sees for itself.
            return;
        }
        let is_first = !self.state.adopted;
        let written = self.state.recorder.after_the_last();
        self.world.tasks.spawn(over.run_until_cancelled_owned(async move {
            // What the row says is where the cell was.
            written.await;
            let sight = loop {
                match turn.run(see(Arc::clone(&world), cell, is_first)).await {
                    Ok(sight) => break sight,
                    Err(error) => tracing::warn!(%cell, error, "a cell cannot be looked at; looking again"),
                }
                time::sleep(LOOK_AGAIN).await;
            };
            let _ = myself.cast(CellMsg::Looked { epoch, sight });
        }));
    }

    pub(super) fn looked(&mut self, epoch: u64, sight: Sight) {
        if epoch != self.state.epoch {
            return;
        }
        self.state.wishes = sight.record.as_ref().map(|record| record.wishes).unwrap_or_default();
        let is_first = !self.state.adopted;
        if is_first {
            self.take_up(sight.record, sight.served);
        }
        let (gateway, event) = match sight.found {
            Found::Nothing => (None, Event::FoundNothing),
            Found::Dead(news) => (None, news),
            Found::Starting(gateway) => (Some(gateway), Event::FoundStarting),
            Found::Suspended(gateway) => (Some(gateway), Event::FoundSuspended),
            Found::Frozen(gateway, found) => (Some(gateway), found),
            Found::Ready(gateway) => (Some(gateway), Event::FoundRunning),
        };
        let is_there = gateway.is_some();
        if let Some(gateway) = gateway {
            self.state.gateway.get_or_insert(gateway);
        }
        self.meet(event);
        // Responses that an earlier actor let out still hold the cell, against the orders below too.
        self.count_leases();
        if is_first {
            // The timer of a failure died with the actor that set it; fired early, it is set again.
            self.meet(Event::RetryTimerFired);
            self.follow_deferred_orders();
        }
        if is_there && self.world.is_barred(self.state.cell) {
            // Its owner was shut out while nobody could stop it.
            self.meet(Event::StopAsked);
        }
        self.take_up_doubt();
        if !self.state.waiters.is_empty() {
            self.wake_for_waiters();
        }
        // Last, so that whoever waited is served by what is there.
        if sight.is_superseded {
            self.meet(Event::Superseded);
        }
    }

    /// What the ledger remembers that a look at the engine cannot show.
    fn take_up(&mut self, record: Option<CellRecord>, served: Served) {
        self.state.adopted = true;
        let Some(record) = record else { return };
        self.state.recorder.resume(&record.state, &record.deaths);
        if matches!(record.state, State::Draining { .. }) {
            // Ordered of an earlier actor: before whatever was ordered since.
            self.state.deferred.insert(0, Event::DrainAsked);
        }
        let failed = has_failed(&record.state);
        self.state.lifecycle = Lifecycle::restored(record.state, served);
        let is_forgiven = failed && self.state.lifecycle == Lifecycle::Absent;
        self.state.budget = RestartBudget::from_deaths(if is_forgiven { Vec::new() } else { record.deaths });
    }

    /// Orders that came before the look was over.
    fn follow_deferred_orders(&mut self) {
        for order in std::mem::take(&mut self.state.deferred) {
            match order {
                Event::WakeAsked => self.wake_by_hand(),
                order => self.meet(order),
            }
        }
        if std::mem::take(&mut self.state.is_to_be_up) {
            self.meet(Event::WakeAsked);
        }
        if self.is_at_rest() {
            self.answer_stop_callers();
        }
    }

    /// Requests came in before the look was over.
    fn wake_for_waiters(&mut self) {
        match self.state.lifecycle {
            Lifecycle::Failed { .. } | Lifecycle::Quarantined { .. } => self.fail_waiters(),
            _ => self.meet(Event::WakeAsked),
        }
    }
}

/// Looks at a cell for an actor that has just begun, or for one that knows better than the row where the cell is.
async fn see(world: Arc<World>, cell: CellId, is_first: bool) -> Result<Sight, String> {
    let record = world.ports.ledger.load(cell).await.map_err(|error| error.to_string())?;
    let served = match &record {
        Some(record) if has_failed(&record.state) => {
            rollout::given_to_failed(&world, record).await.map_err(|error| error.to_string())?
        }
        _ => Served::Nothing,
    };
    let seen = world.ports.engine.look(cell).await.map_err(|error| error.to_string())?;
    let expected = record.as_ref().map(expected);
    let finding = judge(expected.as_ref(), seen.as_ref().map(marks).as_ref());
    let is_superseded = match (finding, &seen, &record) {
        (Finding::Ours, Some(seen), Some(record)) => rollout::is_superseded(&world, record, seen),
        _ => false,
    };
    let found = match (finding, seen, &record) {
        (Finding::Ours, Some(seen), Some(record)) if !(is_first && was_given_up(record)) => {
            match seen.condition {
                Condition::Up { address } => {
                    let gateway = Gateway::new(seen.container, address, &record.gateway_token);
                    match probe::readiness(&world, address).await {
                        Readiness::Ready => Found::Ready(gateway),
                        Readiness::Draining => Found::Suspended(gateway),
                        Readiness::NotYet => Found::Starting(gateway),
                    }
                }
                // Nobody answers in there: what it was is in the row.
                Condition::Paused { address } => {
                    let gateway = Gateway::new(seen.container, address, &record.gateway_token);
                    Found::Frozen(gateway, record.state.found_frozen(world.ports.clock.now()))
                }
                Condition::Down { .. } => Found::Dead(examine(&world, cell).await),
            }
        }
        (_, seen, record) => {
            if let Some(seen) = &seen {
                tell(finding, cell, &seen.container);
            }
            // Mosaic may have ended between a container and its network.
            if seen.is_some() || record.as_ref().is_some_and(|record| record.subnet.is_some()) {
                clear(&world, cell, Duration::ZERO).await;
            }
            Found::Nothing
        }
    };
    world.findings.count(finding);
    Ok(Sight { record, served, is_superseded, found })
}

/// Whether the cell is to have no container, though Mosaic ended before the one it has, or before it could say that
/// it is tried again. It is stopped before anybody acts upon it.
const fn was_given_up(record: &CellRecord) -> bool {
    matches!(record.state, State::Quarantined { .. })
}

/// Says aloud what was found and should not have been.
fn tell(finding: Finding, cell: CellId, container: &str) {
    let finding = finding.name();
    tracing::warn!(%cell, container, finding, "a container that the cell is not to have is removed");
}

fn expected(record: &CellRecord) -> Expected {
    let marks = Marks { generation: record.generation, nonce: record.nonce.clone() };
    Expected { marks, has_container: record.state.has_container() }
}

fn marks(seen: &Seen) -> Marks {
    Marks { generation: seen.generation, nonce: seen.nonce.clone() }
}

const fn has_failed(state: &State) -> bool {
    matches!(state, State::Failed { .. } | State::Quarantined { .. })
}
