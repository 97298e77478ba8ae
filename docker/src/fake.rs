//! An engine without containers, for tests: it does what its scripts say, in tokio's time, and
//! remembers what it was asked.
//!
//! It never touches a socket, a clock or a process; under paused time an hour passes in no time.

mod script;
mod world;

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use futures_util::stream::{self, BoxStream, StreamExt};
use mosaic_model::{CellId, GatewayToken, Reading};
use tokio::{
    sync::{Notify, mpsc},
    time,
};
use tokio_util::task::TaskTracker;

pub use self::script::{Call, Script};
use self::world::{Starting, World};
use crate::{Capabilities, CellSpec, Condition, Death, Engine, EngineError, Moment, Seen};

/// The exit code of a process that was killed.
const KILLED: i64 = 137;

/// A scripted engine.
#[derive(Debug, Default)]
pub struct FakeEngine {
    world: Arc<Mutex<World>>,
    called: Notify,
    /// Containers that are to die by themselves.
    dying: TaskTracker,
}

impl FakeEngine {
    /// An engine with nothing in it, that does at once all it is asked.
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// From now on every cell that has no script of its own follows this one.
    pub fn script(&self, script: Script) {
        self.world().script = script;
    }

    /// From now on this cell follows this script.
    pub fn script_for(&self, cell: CellId, script: Script) {
        self.world().scripts.insert(cell, script);
    }

    /// The next start of this cell follows this script; asked several times, the starts after it.
    pub fn script_next(&self, cell: CellId, script: Script) {
        self.world().next_scripts.entry(cell).or_default().push_back(script);
    }

    /// Every gateway whose script names no address is dialled here.
    pub fn set_address(&self, address: SocketAddr) {
        self.world().address = Some(address);
    }

    /// Fails the next call that `matches`, once.
    pub fn fail_next(&self, matches: fn(&Call) -> bool, error: EngineError) {
        self.world().faults.push((matches, error));
    }

    /// What is read of this cell from now on, one after the other; the last one again and again.
    pub fn script_readings(&self, cell: CellId, readings: impl IntoIterator<Item = Reading>) {
        self.world().readings.insert(cell, readings.into_iter().collect());
    }

    /// Whether the engine answers at all. One that stops answering also ends its event streams.
    pub fn set_reachable(&self, reachable: bool) {
        let mut world = self.world();
        world.unreachable = !reachable;
        if !reachable {
            world.listeners.clear();
        }
    }

    /// Puts a container there, as if an earlier Mosaic had started it.
    pub fn put(&self, seen: Seen) {
        self.world().put(seen);
    }

    /// Ends the cell's container with an exit code. Whoever listens learns of it.
    pub fn kill(&self, cell: CellId, exit_code: i64) {
        self.world().die(cell, exit_code, false);
    }

    /// Ends the cell's container as the kernel does when it has used up its memory.
    pub fn run_out_of_memory(&self, cell: CellId) {
        self.world().die(cell, KILLED, true);
    }

    /// Removes the cell's container as somebody else would: by force, without asking Mosaic.
    pub fn remove_behind_our_back(&self, cell: CellId) {
        self.world().remove(cell, KILLED);
    }

    /// Ends every event stream. What dies until somebody listens again is heard by whoever says since when.
    pub fn break_events(&self) {
        self.world().listeners.clear();
    }

    /// Tells whoever listens of every death so far once more: an engine may do so, and late.
    pub fn repeat_events(&self) {
        self.world().repeat();
    }

    /// Ends every event stream and forgets every death, as an engine does that is started anew.
    pub fn forget_events(&self) {
        let mut world = self.world();
        world.listeners.clear();
        world.past.clear();
    }

    /// What it was asked so far, in order.
    pub fn calls(&self) -> Vec<Call> {
        self.world().calls.clone()
    }

    /// How often this cell's start was asked for.
    pub fn starts_of(&self, cell: CellId) -> usize {
        let started = |call: &&Call| matches!(call, Call::Start { cell: of, .. } if *of == cell);
        self.world().calls.iter().filter(started).count()
    }

    /// Waits until what it was asked so far satisfies the predicate.
    pub async fn until(&self, satisfied: impl Fn(&[Call]) -> bool + Send) {
        loop {
            let mut called = std::pin::pin!(self.called.notified());
            called.as_mut().enable();
            if satisfied(&self.world().calls) {
                return;
            }
            called.await;
        }
    }

    /// The cell's container, without asking as Mosaic would.
    pub fn container(&self, cell: CellId) -> Option<Seen> {
        self.world().containers.get(&cell).map(|it| it.seen.clone())
    }

    /// What the cell's container was made from.
    pub fn spec_of(&self, cell: CellId) -> Option<CellSpec> {
        self.world().containers.get(&cell).and_then(|it| it.spec.clone())
    }

    /// The token the cell's container was given.
    pub fn token_of(&self, cell: CellId) -> Option<GatewayToken> {
        self.world().containers.get(&cell).and_then(|it| it.token.clone())
    }

    /// Whether the cell has a volume.
    pub fn has_volume(&self, cell: CellId) -> bool {
        self.world().volumes.contains(&cell)
    }

    /// The most starts that were under way at one time.
    pub fn peak_starting(&self) -> usize {
        self.world().peak_starting
    }

    /// Fails the test if the engine was ever asked for what no fleet may ask: two containers of one
    /// cell at a time, or a generation that a cell has had before.
    pub fn assert_sound(&self) {
        let violations = self.world().violations.clone();
        assert!(violations.is_empty(), "{violations:#?}");
    }

    fn world(&self) -> MutexGuard<'_, World> {
        lock(&self.world)
    }

    /// Writes a call down, and fails it where it is to fail.
    fn enter(&self, call: Call) -> Result<(), EngineError> {
        let entered = self.world().enter(call);
        self.called.notify_waiters();
        entered
    }

    async fn set_paused(&self, cell: CellId, paused: bool) -> Result<(), EngineError> {
        let takes = self.world().script_of(cell).pause_takes;
        time::sleep(takes).await;
        self.world().set_paused(cell, paused)
    }

    /// Lets a container die by itself, unless it has been replaced by then.
    fn schedule_death(&self, seen: &Seen, after: Duration, exit_code: i64) {
        let (cell, container) = (seen.cell, seen.container.clone());
        let world = Arc::clone(&self.world);
        self.dying.spawn(async move {
            time::sleep(after).await;
            let mut world = lock(&world);
            if world.containers.get(&cell).is_some_and(|it| it.seen.container == container) {
                world.die(cell, exit_code, false);
            }
        });
    }
}

#[async_trait]
impl Engine for FakeEngine {
    async fn start(&self, spec: &CellSpec, token: &GatewayToken) -> Result<Seen, EngineError> {
        self.enter(Call::Start { cell: spec.cell, generation: spec.generation })?;
        let script = self.world().script_of_start(spec.cell);
        let _starting = Starting::begin(&self.world, spec);
        time::sleep(script.start_takes).await;
        if let Some(error) = &script.start_fails {
            return Err(error.clone());
        }
        let seen = self.world().make(spec, token, &script);
        match script.dies_after {
            Some((after, exit_code)) if after.is_zero() => self.world().die(spec.cell, exit_code, false),
            Some((after, exit_code)) => self.schedule_death(&seen, after, exit_code),
            None => {}
        }
        Ok(self.container(spec.cell).unwrap_or(seen))
    }

    async fn stop(&self, cell: CellId, grace: Duration) -> Result<(), EngineError> {
        self.enter(Call::Stop { cell, grace })?;
        if self.container(cell).is_some_and(|it| it.condition.is_alive()) {
            let takes = self.world().script_of(cell).stop_takes;
            time::sleep(takes.min(grace)).await;
            self.world().remove(cell, if takes > grace { KILLED } else { 0 });
        } else {
            self.world().containers.remove(&cell);
        }
        Ok(())
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { freezes: true }
    }

    async fn pause(&self, cell: CellId) -> Result<(), EngineError> {
        self.enter(Call::Pause { cell })?;
        self.set_paused(cell, true).await
    }

    async fn unpause(&self, cell: CellId) -> Result<(), EngineError> {
        self.enter(Call::Unpause { cell })?;
        self.set_paused(cell, false).await
    }

    async fn look(&self, cell: CellId) -> Result<Option<Seen>, EngineError> {
        self.enter(Call::Look { cell })?;
        Ok(self.container(cell))
    }

    async fn list(&self) -> Result<Vec<Seen>, EngineError> {
        self.enter(Call::List)?;
        Ok(self.world().containers.values().map(|it| it.seen.clone()).collect())
    }

    async fn read(&self, cell: CellId) -> Result<Option<Reading>, EngineError> {
        self.enter(Call::Read { cell })?;
        let runs = self.container(cell).is_some_and(|seen| seen.condition.is_alive());
        Ok(self.world().next_reading(cell).filter(|_| runs))
    }

    async fn stderr_tail(&self, cell: CellId, lines: usize) -> Result<Vec<String>, EngineError> {
        self.enter(Call::StderrTail { cell })?;
        let world = self.world();
        let all = world.containers.get(&cell).map_or(&[][..], |it| &it.stderr[..]);
        Ok(all[all.len().saturating_sub(lines)..].to_vec())
    }

    async fn refresh_config(&self, cell: CellId) -> Result<(), EngineError> {
        self.enter(Call::RefreshConfig { cell })?;
        match self.container(cell).map(|seen| seen.condition) {
            Some(Condition::Up { .. }) => Ok(()),
            _ => Err(EngineError::Refused("its container does not run".to_owned())),
        }
    }

    async fn erase(&self, cell: CellId) -> Result<(), EngineError> {
        self.enter(Call::Erase { cell })?;
        let mut world = self.world();
        world.remove(cell, KILLED);
        world.volumes.remove(&cell);
        Ok(())
    }

    async fn deaths(&self, since: Option<Moment>) -> Result<BoxStream<'static, Death>, EngineError> {
        self.enter(Call::Deaths { since })?;
        let (heard, deaths) = mpsc::unbounded_channel();
        self.world().listen(heard, since);
        let next = |mut deaths: mpsc::UnboundedReceiver<Death>| async move {
            deaths.recv().await.map(|death| (death, deaths))
        };
        Ok(stream::unfold(deaths, next).boxed())
    }
}

fn lock(world: &Mutex<World>) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
