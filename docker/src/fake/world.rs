//! What exists in the fake engine.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
};

use mosaic_model::{CellId, GatewayToken, Generation, Reading};
use tokio::sync::mpsc;

use super::{Call, KILLED, Script, lock};
use crate::{CellSpec, Condition, Death, EngineError, GATEWAY_PORT, Moment, Seen, fingerprint};

#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) calls: Vec<Call>,
    pub(super) containers: BTreeMap<CellId, Container>,
    pub(super) volumes: BTreeSet<CellId>,
    pub(super) listeners: Vec<mpsc::UnboundedSender<Death>>,
    /// The deaths so far; their number is the engine's clock.
    pub(super) past: Vec<Death>,
    died: i64,
    pub(super) violations: Vec<String>,
    pub(super) peak_starting: usize,
    starting: Vec<CellId>,
    generations: BTreeMap<CellId, Generation>,
    made: u64,

    pub(super) script: Script,
    pub(super) scripts: BTreeMap<CellId, Script>,
    pub(super) next_scripts: BTreeMap<CellId, VecDeque<Script>>,
    pub(super) readings: BTreeMap<CellId, VecDeque<Reading>>,
    pub(super) address: Option<SocketAddr>,
    pub(super) faults: Vec<Fault>,
    pub(super) unreachable: bool,
}

/// Which call is to fail, and how.
pub(super) type Fault = (fn(&Call) -> bool, EngineError);

#[derive(Debug)]
pub(super) struct Container {
    pub(super) seen: Seen,
    pub(super) spec: Option<CellSpec>,
    pub(super) token: Option<GatewayToken>,
    pub(super) stderr: Vec<String>,
}

impl World {
    pub(super) fn enter(&mut self, call: Call) -> Result<(), EngineError> {
        let fault = self.faults.iter().position(|(matches, _)| matches(&call));
        self.calls.push(call);
        if self.unreachable {
            return Err(EngineError::Unreachable("it is scripted not to answer".to_owned()));
        }
        fault.map_or(Ok(()), |index| Err(self.faults.remove(index).1))
    }

    pub(super) fn repeat(&self) {
        for death in &self.past {
            for listener in &self.listeners {
                // One that has gone away hears nothing.
                let _ = listener.send(death.clone());
            }
        }
    }

    pub(super) fn next_reading(&mut self, cell: CellId) -> Option<Reading> {
        let readings = self.readings.get_mut(&cell)?;
        if readings.len() > 1 { readings.pop_front() } else { readings.front().cloned() }
    }

    /// The script of the cell's next start; one that was meant for this start only is used up.
    pub(super) fn script_of_start(&mut self, cell: CellId) -> Script {
        let next = self.next_scripts.get_mut(&cell).and_then(VecDeque::pop_front);
        next.unwrap_or_else(|| self.script_of(cell))
    }

    pub(super) fn script_of(&self, cell: CellId) -> Script {
        self.scripts.get(&cell).unwrap_or(&self.script).clone()
    }

    pub(super) fn make(&mut self, spec: &CellSpec, token: &GatewayToken, script: &Script) -> Seen {
        self.remove(spec.cell, KILLED);
        let former = self.generations.insert(spec.cell, spec.generation);
        if former.is_some_and(|former| former >= spec.generation) {
            self.violations.push(format!("{}: {:?} is not a new generation", spec.cell, spec.generation));
        }
        self.made += 1;
        let third_address = Ipv4Addr::from_bits(spec.subnet.network().to_bits().saturating_add(2));
        let address = script.address.or(self.address);
        let address = address.unwrap_or_else(|| (third_address, GATEWAY_PORT).into());
        let seen = Seen {
            container: format!("fake-{}", self.made),
            cell: spec.cell,
            generation: spec.generation,
            nonce: spec.nonce.clone(),
            spec: fingerprint(spec),
            condition: Condition::Up { address },
        };
        self.volumes.insert(spec.cell);
        let container = Container {
            seen: seen.clone(),
            spec: Some(spec.clone()),
            token: Some(token.clone()),
            stderr: script.stderr.clone(),
        };
        self.containers.insert(spec.cell, container);
        seen
    }

    pub(super) fn put(&mut self, seen: Seen) {
        self.volumes.insert(seen.cell);
        self.generations.insert(seen.cell, seen.generation);
        let container = Container { seen, spec: None, token: None, stderr: Vec::new() };
        self.containers.insert(container.seen.cell, container);
    }

    /// Ends a running container; it stays there, down, for whoever looks.
    pub(super) fn die(&mut self, cell: CellId, exit_code: i64, out_of_memory: bool) {
        let Some(container) = self.containers.get_mut(&cell) else { return };
        if container.seen.condition.is_alive() {
            container.seen.condition = Condition::Down { exit_code, out_of_memory };
            self.died += 1;
            let death = Death { cell, container: container.seen.container.clone(), at: Moment(self.died) };
            self.past.push(death.clone());
            self.listeners.retain(|listener| listener.send(death.clone()).is_ok());
        }
    }

    /// Pauses a container that runs, or lets one that is paused go on.
    pub(super) fn set_paused(&mut self, cell: CellId, paused: bool) -> Result<(), EngineError> {
        let gone = || EngineError::Refused("there is no container that runs".to_owned());
        let condition = &mut self.containers.get_mut(&cell).ok_or_else(gone)?.seen.condition;
        let (Condition::Up { address } | Condition::Paused { address }) = *condition else {
            return Err(gone());
        };
        *condition = if paused { Condition::Paused { address } } else { Condition::Up { address } };
        Ok(())
    }

    /// Tells a listener of the deaths since a moment, and of those to come.
    pub(super) fn listen(&mut self, listener: mpsc::UnboundedSender<Death>, since: Option<Moment>) {
        let missed = self.past.iter().filter(|death| since.is_some_and(|since| death.at >= since));
        for death in missed {
            let _ = listener.send(death.clone());
        }
        self.listeners.push(listener);
    }

    /// Removes a container; one that runs dies of it, as with a real engine.
    pub(super) fn remove(&mut self, cell: CellId, exit_code: i64) {
        self.die(cell, exit_code, false);
        self.containers.remove(&cell);
    }
}

/// A start under way: counted until it ends, also when its caller leaves.
pub(super) struct Starting {
    world: Arc<Mutex<World>>,
    cell: CellId,
}

impl Starting {
    pub(super) fn begin(shared: &Arc<Mutex<World>>, spec: &CellSpec) -> Self {
        let cell = spec.cell;
        let mut world = lock(shared);
        if world.starting.contains(&cell) {
            world.violations.push(format!("{cell}: a start while another is under way"));
        }
        world.starting.push(cell);
        world.peak_starting = world.peak_starting.max(world.starting.len());
        Self { world: Arc::clone(shared), cell }
    }
}

impl Drop for Starting {
    fn drop(&mut self) {
        let mut world = lock(&self.world);
        if let Some(index) = world.starting.iter().position(|cell| *cell == self.cell) {
            world.starting.swap_remove(index);
        }
    }
}
