//! Starting: make the container, then watch until its gateway can chat.

use std::{sync::Arc, time::Duration};

use futures_util::future;
use mosaic_docker::{CellSpec, Condition, EngineError};
use mosaic_model::{Cause, CellId, Event, ImageNews};
use mosaic_storage::CellRecord;
use tokio::time::{self, Instant};

use super::{
    CellMsg, Handling,
    engine_turn::EngineTurn,
    life::engine_cause,
    refused::{examine, news_of},
    rollout,
    stop::{autopsy, give_network_back},
};
use crate::{
    LedgerError, probe, room,
    starts::{Lane, Turn},
    upstream::Gateway,
    waking::Way,
    world::World,
};

/// How many networks are tried when other programs hold some of ours.
const SUBNET_TRIES: usize = 8;
/// Between two looks at whether a starting container still runs; its death is usually heard before.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);
/// The wait before an engine or a ledger that is away is asked again.
const ASK_AGAIN: Duration = Duration::from_millis(500);

impl Handling<'_> {
    /// Makes a container and watches it. At most so many starts at once, in order of asking.
    pub(super) fn begin_start(&mut self) {
        // A second report of the last container's death is none of the next one's.
        self.state.gateway = None;
        let (world, cell) = (Arc::clone(self.world), self.state.cell);
        let (myself, epoch) = (self.myself.clone(), self.state.epoch);
        let (turn, lane, mut way) = (self.engine_turn(), self.lane(), Way::begin(self.world, cell));
        self.spawn_for_outcome(async move {
            room::enter(&world, cell).await;
            let Some(permit) = world.starts.turn(cell, lane).await else {
                // Mosaic is shutting down: no news of the cell.
                return future::pending().await;
            };
            way.called();
            let permit = Arc::new(permit);
            match make_patiently(&world, cell, &turn, &permit).await {
                Ok(gateway) => {
                    way.created();
                    let _ = myself.cast(CellMsg::Started { epoch, gateway: gateway.clone() });
                    let news = watch(&world, cell, &gateway, &turn).await;
                    if news == Event::BecameReady {
                        way.is_ready();
                    }
                    news
                }
                // No fault of the cell's, nor of what it is made of.
                Err(NotMade::Away(cause)) => Event::Died(cause),
                Err(NotMade::Failed(cause)) => news_of(&world, cell, cause).await,
            }
        });
    }

    /// Whoever has died lately does not hold up others.
    fn lane(&self) -> Lane {
        let now = self.world.ports.clock.now();
        let policy = &self.world.config.restart;
        if self.state.budget.left(policy, now) < policy.attempts { Lane::Again } else { Lane::First }
    }

    /// Watches a container that an earlier actor started.
    pub(super) fn begin_watch(&mut self) {
        let Some(gateway) = self.state.gateway.clone() else { return };
        self.world.room.hold(self.state.cell);
        let (world, cell, turn) = (Arc::clone(self.world), self.state.cell, self.engine_turn());
        self.spawn_for_outcome(async move { watch(&world, cell, &gateway, &turn).await });
    }
}

/// Why a container was not made.
enum NotMade {
    /// The engine or the ledger is away, which is not the cell's fault: it is worth a wait.
    Away(Cause),
    /// All else.
    Failed(Cause),
}

/// Makes the cell's container; waits for an engine or a ledger that is away as long as a start may take.
///
/// The permit goes with each order: one whose caller is gone still counts as a start until it ends.
async fn make_patiently(
    world: &Arc<World>,
    cell: CellId,
    turn: &EngineTurn,
    permit: &Arc<Turn>,
) -> Result<Gateway, NotMade> {
    let deadline = Instant::now() + allowed(world);
    loop {
        let (order_world, held) = (Arc::clone(world), Arc::clone(permit));
        let made = turn.run(async move {
            let made = make(&order_world, cell).await;
            drop(held);
            made
        });
        match made.await {
            Ok(gateway) => return Ok(gateway),
            Err(NotMade::Away(_)) if Instant::now() < deadline => time::sleep(ASK_AGAIN).await,
            Err(not_made) => {
                let world = Arc::clone(world);
                turn.run(async move { give_network_back(&world, cell).await }).await;
                return Err(not_made);
            }
        }
    }
}

/// Makes and starts the cell's container; chooses another network where one is taken.
async fn make(world: &Arc<World>, cell: CellId) -> Result<Gateway, NotMade> {
    let settings = world.settings();
    let mut avoid = world.config.avoid.clone();
    for _ in 0..SUBNET_TRIES {
        let begun = world.ports.ledger.begin_generation(cell, settings.cell_range, &avoid).await;
        let record = begun.map_err(|error| not_prepared(&error))?;
        let starting = ImageNews::Starting { wanted: settings.image.clone() };
        let images = world.ports.ledger.note_image(cell, starting).await;
        let record = CellRecord { images: images.map_err(|error| not_prepared(&error))?, ..record };
        let no_network = || Cause::Preparation { message: "no network was chosen".to_owned() };
        let spec = rollout::spec(world, &record).ok_or_else(|| NotMade::Failed(no_network()))?;
        // The one that was written down, though another may be wanted since.
        let image = record.images.started.as_ref().map_or_else(|| spec.image.clone(), ToString::to_string);
        let spec = CellSpec { image, ..spec };
        match world.ports.engine.start(&spec, &record.gateway_token).await {
            Ok(seen) => match seen.condition {
                Condition::Up { address } | Condition::Paused { address } => {
                    return Ok(Gateway::new(seen.container, address, &record.gateway_token));
                }
                Condition::Down { .. } => return Err(NotMade::Failed(autopsy(world, cell).await)),
            },
            Err(EngineError::SubnetTaken(taken)) => avoid.push(taken),
            Err(error) if error.is_transient() => return Err(NotMade::Away(engine_cause(&error))),
            Err(error) => return Err(NotMade::Failed(engine_cause(&error))),
        }
    }
    let message = format!("no free network in {}", settings.cell_range);
    Err(NotMade::Failed(Cause::Preparation { message }))
}

fn not_prepared(error: &LedgerError) -> NotMade {
    let cause = Cause::Preparation { message: error.to_string() };
    if error.is_transient() { NotMade::Away(cause) } else { NotMade::Failed(cause) }
}

/// Waits until the gateway is ready, its container ends, or its time is up.
pub(super) async fn watch(world: &Arc<World>, cell: CellId, gateway: &Gateway, turn: &EngineTurn) -> Event {
    let allowed = allowed(world);
    let deadline = Instant::now() + allowed;
    let mut next_look = Instant::now() + LOOK_INTERVAL;
    loop {
        if probe::is_ready(world, gateway.address).await {
            if is_still_there(world, cell, gateway).await {
                return Event::BecameReady;
            }
            return examine_in_turn(world, cell, turn).await;
        }
        let now = Instant::now();
        if now >= deadline {
            let autopsy_world = Arc::clone(world);
            let found = turn.run(async move { autopsy(&autopsy_world, cell).await }).await;
            return news_of(world, cell, too_late(found, allowed)).await;
        }
        if now >= next_look {
            next_look = now + LOOK_INTERVAL;
            let seen = world.ports.engine.look(cell).await;
            if seen.is_ok_and(|seen| !seen.is_some_and(|it| it.condition.is_alive())) {
                return examine_in_turn(world, cell, turn).await;
            }
        }
        time::sleep(world.config.tuning.ready_interval).await;
    }
}

async fn examine_in_turn(world: &Arc<World>, cell: CellId, turn: &EngineTurn) -> Event {
    let world = Arc::clone(world);
    turn.run(async move { examine(&world, cell).await }).await
}

/// Whether it was the cell's own gateway that answered: a container that ended gives its address back, and another cell
/// may have it since. An engine that is away gives no address to anybody.
async fn is_still_there(world: &World, cell: CellId, gateway: &Gateway) -> bool {
    world.ports.engine.look(cell).await.map_or(true, |seen| {
        seen.is_some_and(|it| it.condition.is_alive() && it.container == gateway.container)
    })
}

/// How long a start may take.
pub(super) fn allowed(world: &World) -> Duration {
    Duration::from_secs(u64::from(world.settings().start_timeout_secs))
}

/// It ran and was not ready: its last words are kept, it is not.
fn too_late(found: Cause, allowed: Duration) -> Cause {
    let stderr = if let Cause::Exited { stderr, .. } = found { stderr } else { Vec::new() };
    Cause::NotReady { after_secs: allowed.as_secs(), stderr }
}
