//! Starting: make the container, then watch until its gateway can chat.

use std::{sync::Arc, time::Duration};

use mosaic_docker::{CellSpec, Condition, EngineError, Limits};
use mosaic_model::{Cause, CellId, Event};
use mosaic_storage::CellRecord;
use tokio::time::{self, Instant};

use super::{CellMsg, Handling, life::engine_cause, stop::autopsy};
use crate::{probe, upstream::Gateway, world::World};

/// How many networks are tried when other programs hold some of ours.
const SUBNET_TRIES: usize = 8;
/// Between two looks at whether a starting container still runs; its death is usually heard before.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);

impl Handling<'_> {
    /// Makes a container and watches it. At most so many starts at once, in order of asking.
    pub(super) fn begin_start(&mut self) {
        self.state.gateway = None;
        let (world, cell) = (Arc::clone(self.world), self.state.cell);
        let turn = Arc::clone(&self.state.engine_turn);
        let (myself, epoch) = (self.myself.clone(), self.state.epoch);
        self.spawn_for_outcome(async move {
            let Ok(_permit) = Arc::clone(&world.starts).acquire_owned().await else {
                return Event::Died(Cause::Preparation { message: "Mosaic is shutting down".to_owned() });
            };
            let made = {
                let _turn = turn.lock().await;
                make(&world, cell).await
            };
            match made {
                Ok(gateway) => {
                    let _ = myself.cast(CellMsg::Started { epoch, gateway: gateway.clone() });
                    watch(&world, cell, &gateway).await
                }
                Err(cause) => Event::Died(cause),
            }
        });
    }

    /// Watches a container that an earlier actor started.
    pub(super) fn begin_watch(&mut self) {
        let Some(gateway) = self.state.gateway.clone() else { return };
        let (world, cell) = (Arc::clone(self.world), self.state.cell);
        self.spawn_for_outcome(async move { watch(&world, cell, &gateway).await });
    }
}

/// Makes and starts the cell's container; chooses another network where one is taken.
async fn make(world: &World, cell: CellId) -> Result<Gateway, Cause> {
    let settings = world.settings();
    let mut avoid = world.config.avoid.clone();
    for _ in 0..SUBNET_TRIES {
        let begun = world.ports.ledger.begin_generation(cell, settings.cell_range, &avoid).await;
        let record = begun.map_err(|error| Cause::Preparation { message: error.to_string() })?;
        let spec = spec(world, &record)?;
        match world.ports.engine.start(&spec, &record.gateway_token).await {
            Ok(seen) => match seen.condition {
                Condition::Up { address } => {
                    return Ok(Gateway::new(seen.container, address, &record.gateway_token));
                }
                Condition::Down { .. } => return Err(autopsy(world, cell).await),
            },
            Err(EngineError::SubnetTaken(taken)) => avoid.push(taken),
            Err(error) => return Err(engine_cause(&error)),
        }
    }
    Err(Cause::Preparation { message: format!("no free network in {}", settings.cell_range) })
}

fn spec(world: &World, record: &CellRecord) -> Result<CellSpec, Cause> {
    let settings = world.settings();
    let subnet =
        record.subnet.ok_or_else(|| Cause::Preparation { message: "no network was chosen".to_owned() })?;
    Ok(CellSpec {
        cell: record.cell,
        image: world.config.image.clone(),
        generation: record.generation,
        nonce: record.nonce.clone(),
        subnet,
        internal_port: world.config.internal_port,
        limits: Limits {
            memory_bytes: u64::from(settings.memory_limit_mib) * 1024 * 1024,
            cpu_millis: settings.cpu_limit_millis,
            pids: settings.pids_limit,
        },
    })
}

/// Waits until the gateway is ready, its container ends, or its time is up.
async fn watch(world: &World, cell: CellId, gateway: &Gateway) -> Event {
    let allowed = Duration::from_secs(u64::from(world.settings().start_timeout_secs));
    let deadline = Instant::now() + allowed;
    let mut next_look = Instant::now() + LOOK_INTERVAL;
    loop {
        if probe::is_ready(world, gateway.address).await {
            return Event::BecameReady;
        }
        let now = Instant::now();
        if now >= deadline {
            return Event::Died(too_late(world, cell, allowed).await);
        }
        if now >= next_look {
            next_look = now + LOOK_INTERVAL;
            let seen = world.ports.engine.look(cell).await;
            if !matches!(seen, Ok(Some(ref it)) if matches!(it.condition, Condition::Up { .. }))
                && seen.is_ok()
            {
                return Event::Died(autopsy(world, cell).await);
            }
        }
        time::sleep(world.config.tuning.ready_interval).await;
    }
}

/// It runs and is not ready: its last words are kept, it is not.
async fn too_late(world: &World, cell: CellId, allowed: Duration) -> Cause {
    let Cause::Exited { stderr, .. } = autopsy(world, cell).await else {
        return Cause::NotReady { after_secs: allowed.as_secs(), stderr: vec![] };
    };
    Cause::NotReady { after_secs: allowed.as_secs(), stderr }
}
