//! The fleet's only door.

use std::{sync::Arc, time::Duration};

use http::Response;
use mosaic_model::{CellId, CellStatus, Explanation, Finding, ImageNews, RestartPolicy, State, Usage};
use prometheus_client::registry::Registry;
use ractor::Actor;
use tokio::{sync::oneshot, time};
use tracing::Span;

use crate::{
    FleetConfig, FleetError, GatewayRequest, LeasedBody, MemoryFigures, Ports,
    cell::{CellMsg, SentFlag, Waiter},
    mailbox::Mailbox,
    meter::{ActorKind, Census},
    registry::{RegistryActor, RegistryMsg},
    room,
    upstream::Upstream,
    world::World,
};

/// For how long it is measured what a cell uses.
const USAGE_SPAN: Duration = Duration::from_secs(1);
/// How long an actor may take over a message: its handlers wait for nothing.
const ACTOR_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a stop that was asked for may take.
pub(crate) const STOP_TIMEOUT: Duration = Duration::from_mins(1);
/// How many actors may die with one request in their hands before it is given up.
const MAX_ACTORS: usize = 5;

/// Somebody who waits for an answer: their request is forgotten when they leave.
struct Waiting<'a> {
    world: &'a World,
    cell: CellId,
    is_over: bool,
}

impl<'a> Waiting<'a> {
    const fn of(world: &'a World, cell: CellId) -> Self {
        Self { world, cell, is_over: false }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if !self.is_over
            && let Some(actor) = self.world.actor(self.cell)
        {
            let _ = actor.cast(CellMsg::CallerLeft);
        }
    }
}

/// A handle on the fleet; clones share it.
#[derive(Debug, Clone)]
pub struct Fleet {
    pub(crate) world: Arc<World>,
    registry: Mailbox<RegistryMsg>,
}

impl Fleet {
    /// Starts the fleet. It begins with a look at everything and adopts what runs.
    ///
    /// # Errors
    /// [`FleetError::ShuttingDown`] if the registry cannot be started at all.
    pub async fn start(ports: Ports, config: FleetConfig) -> Result<Self, FleetError> {
        Self::start_over(Upstream::new(), ports, config).await
    }

    /// Starts a fleet that reaches its gateways by these connections.
    pub(crate) async fn start_over(
        upstream: Upstream,
        ports: Ports,
        config: FleetConfig,
    ) -> Result<Self, FleetError> {
        let world = Arc::new(World::new(ports, config, upstream));
        world.follow_starts();
        let behaviour = RegistryActor { world: Arc::clone(&world) };
        let spawned = Actor::spawn(None, behaviour, ()).await;
        let (registry, _) = spawned.ok().ok_or(FleetError::ShuttingDown)?;
        let registry = Mailbox::new(registry, world.meter.unread(ActorKind::Registry));
        Ok(Self { world, registry })
    }

    /// Serves a request by the cell's gateway, waking the cell if need be. The response's body keeps the
    /// cell awake; dropping the future before the head has come, or the body after, ends the upstream call.
    pub async fn forward(
        &self,
        cell: CellId,
        request: GatewayRequest,
    ) -> Result<Response<LeasedBody>, FleetError> {
        self.refuse_barred(cell)?;
        let limit = self.world.settings().requests_per_user;
        let sent = SentFlag::default();
        for _ in 0..MAX_ACTORS {
            // The place is the caller's until a lease shares it: a caller that leaves gives it back at once.
            let admission = Arc::new(self.world.gate(cell).admit(limit)?);
            let (reply, answer) = oneshot::channel();
            let waiter = Waiter {
                request: request.clone(),
                admission: Arc::downgrade(&admission),
                held: None,
                sent: sent.clone(),
                tries: 0,
                span: Span::current(),
                reply,
            };
            self.world.deliver(cell, CellMsg::Forward(waiter));
            let mut waiting = Waiting::of(&self.world, cell);
            let answer = time::timeout(self.world.config.tuning.answer_timeout, answer).await;
            waiting.is_over = answer.is_ok();
            match answer {
                Ok(Ok(answer)) => return answer,
                Err(time::error::Elapsed { .. }) => return Err(FleetError::Timeout),
                // The actor died with the request in its hands. What had gone to the gateway is lost;
                // what had not goes to the next actor.
                Ok(Err(_)) if sent.is_raised() => return Err(FleetError::Died),
                Ok(Err(_)) if self.world.closing.is_cancelled() => return Err(FleetError::ShuttingDown),
                Ok(Err(_)) => {}
            }
        }
        Err(FleetError::Died)
    }

    /// Where a cell is in its life. Wakes nothing.
    pub async fn status(&self, cell: CellId) -> Result<CellStatus, FleetError> {
        if let Some(status) = self.world.status(cell) {
            return Ok(status);
        }
        self.report(cell).await
    }

    /// Where a cell is once its actor has followed all that it was told before.
    async fn report(&self, cell: CellId) -> Result<CellStatus, FleetError> {
        self.ask(cell, ACTOR_TIMEOUT, |reply| CellMsg::Report { reply }).await
    }

    /// Where a cell is in its life, if it has an actor that knows. Asks nobody.
    pub fn known(&self, cell: CellId) -> Option<CellStatus> {
        self.world.status(cell)
    }

    /// Every cell that has an actor: all that are not asleep.
    pub fn statuses(&self) -> Vec<CellStatus> {
        self.world.statuses()
    }

    /// The host's memory, as it is given out at this moment.
    pub fn memory(&self) -> MemoryFigures {
        room::figures(&self.world)
    }

    /// A cell of the fleet's own is to be awake, as those that are always on are told again and again. One that failed or
    /// was given up is not started by it.
    pub fn keep_up(&self, cell: CellId) {
        self.world.deliver(cell, CellMsg::KeepUp);
    }

    /// Stops a cell; its volume stays. Returns when it is stopped.
    pub async fn stop(&self, cell: CellId) -> Result<(), FleetError> {
        self.ask(cell, STOP_TIMEOUT, |reply| CellMsg::Stop { reply }).await
    }

    /// Tries again with a cell that failed or was given up, and with whatever configuration it refused.
    pub async fn retry(&self, cell: CellId) -> Result<(), FleetError> {
        if let Err(error) = self.world.ports.ledger.forgive_configs(cell).await {
            tracing::warn!(%cell, %error, "a refused configuration could not be forgiven; what stands in for it is tried");
        }
        self.forgive_image(cell).await;
        self.ask(cell, ACTOR_TIMEOUT, |reply| CellMsg::Retry { reply }).await
    }

    /// Starts a cell though no request waits for it, and does not wait until it runs. One that failed or was given
    /// up is tried again.
    ///
    /// # Errors
    /// [`FleetError::Draining`] where it takes nothing new.
    pub async fn wake(&self, cell: CellId) -> Result<(), FleetError> {
        self.refuse_barred(cell)?;
        if matches!(self.report(cell).await?.state, State::Draining { .. }) {
            return Err(FleetError::Draining);
        }
        self.ask(cell, ACTOR_TIMEOUT, |reply| CellMsg::Wake { reply }).await
    }

    /// Stops a cell and starts it again, in a new container of the image that is set now; does not wait until it
    /// runs. Its volume stays.
    pub async fn restart(&self, cell: CellId) -> Result<(), FleetError> {
        self.refuse_barred(cell)?;
        self.ask(cell, ACTOR_TIMEOUT, |reply| CellMsg::Restart { reply }).await
    }

    /// What is going on with a cell, and what happens next. Wakes nothing.
    pub async fn explain(&self, cell: CellId) -> Result<(CellStatus, Explanation), FleetError> {
        let status = self.status(cell).await?;
        let World { config, ports, .. } = &*self.world;
        let explanation =
            Explanation::of(&status, self.world.is_barred(cell), &config.restart, ports.clock.now());
        Ok((status, explanation))
    }

    /// What a cell's container uses, measured for a second; none where none runs or it is another one at the end.
    /// It concerns nobody's actor.
    pub async fn usage(&self, cell: CellId) -> Result<Option<Usage>, FleetError> {
        let engine = &self.world.ports.engine;
        let read = async || engine.read(cell).await.map_err(|error| FleetError::Engine(error.to_string()));
        let Some(before) = read().await? else { return Ok(None) };
        time::sleep(USAGE_SPAN).await;
        Ok(read().await?.and_then(|after| Usage::between(&before, &after)))
    }

    /// How often a container that dies is tried again.
    pub fn restart_policy(&self) -> RestartPolicy {
        self.world.config.restart
    }

    /// Has the cell's container made anew at once, of the wanted image even if that failed before. Its volume stays;
    /// whatever is being answered is cut short. One that has no container gets its next one as is wanted then.
    /// Returns when the order is given.
    pub async fn recreate(&self, cell: CellId) -> Result<(), FleetError> {
        self.refuse_barred(cell)?;
        self.forgive_image(cell).await;
        self.ask(cell, ACTOR_TIMEOUT, |reply| CellMsg::Recreate { reply }).await
    }

    /// Has a cell end what it does and take nothing new; then it is stopped. Its volume stays, and once it is stopped
    /// a request wakes it as ever. Returns when the order is given.
    pub async fn drain(&self, cell: CellId) -> Result<(), FleetError> {
        self.ask(cell, ACTOR_TIMEOUT, |reply| CellMsg::Drain { reply }).await
    }

    /// Has a cell that is being drained take new requests again, and stay. Returns when the order is given.
    pub async fn lift_drain(&self, cell: CellId) -> Result<(), FleetError> {
        self.ask(cell, ACTOR_TIMEOUT, |reply| CellMsg::LiftDrain { reply }).await
    }

    /// Whether a cell may be frozen by hand as it is now.
    ///
    /// # Errors
    /// [`FleetError::Refused`] with the reason.
    pub async fn may_freeze(&self, cell: CellId) -> Result<(), FleetError> {
        let freezes = self.world.ports.engine.capabilities().freezes;
        self.status(cell).await?.may_be_frozen(freezes).map_err(FleetError::Refused)
    }

    /// Freezes a cell that nobody uses, if its gateway promises that nothing runs in it. Returns when the order is
    /// given: its state tells what came of it. Where it [may not be frozen](Self::may_freeze), nothing happens.
    pub async fn freeze(&self, cell: CellId) -> Result<(), FleetError> {
        self.ask(cell, ACTOR_TIMEOUT, |reply| CellMsg::Freeze { reply }).await
    }

    /// Whether a cell is frozen, or what comes of being thawed.
    ///
    /// # Errors
    /// [`FleetError::Refused`] with the reason.
    pub async fn may_thaw(&self, cell: CellId) -> Result<(), FleetError> {
        self.status(cell).await?.may_be_thawed().map_err(FleetError::Refused)
    }

    /// Brings a frozen cell back though no request waits for it. Returns when the order is given.
    pub async fn thaw(&self, cell: CellId) -> Result<(), FleetError> {
        self.refuse_barred(cell)?;
        self.ask(cell, ACTOR_TIMEOUT, |reply| CellMsg::Thaw { reply }).await
    }

    async fn forgive_image(&self, cell: CellId) {
        if let Err(error) = self.world.ports.ledger.note_image(cell, ImageNews::Forgiven).await {
            tracing::warn!(%cell, %error, "a failed image could not be forgiven; what stands in for it is tried");
        }
    }

    /// The cell's wanted configuration changed: its gateway takes up what it can while it runs; for the rest it is
    /// restarted, as soon as nobody uses it, or at once where a key was deleted. To be told of a change twice, or of none at all, does no harm.
    pub fn config_changed(&self, cell: CellId) {
        // Where there is no actor, or one that is ending, the next one compares when it begins.
        let _ = self.world.hand_over(cell, CellMsg::ConfigChanged);
    }

    /// The cell's owner wants something else of its rest: it is looked up now, if the cell is awake.
    pub fn wishes_changed(&self, cell: CellId) {
        let _ = self.world.hand_over(cell, CellMsg::Reconcile);
    }

    /// Brings a changed configuration to the cell now, though that may cut who uses it short.
    pub fn apply_config(&self, cell: CellId) {
        // One that is not there begins with what is wanted.
        let _ = self.world.hand_over(cell, CellMsg::ApplyConfig);
    }

    /// Looks at everything now, as the fleet does again and again by itself.
    pub fn reconcile(&self) {
        let _ = self.registry.cast(RegistryMsg::Reconcile);
    }

    /// What looks at the engine and the ledger have found since the fleet began, and how often.
    pub fn findings(&self) -> impl Iterator<Item = (Finding, u64)> {
        self.world.findings.counts().into_iter()
    }

    /// Shows what the fleet counts of itself in this registry, each time somebody reads it.
    pub fn describe(&self, registry: &mut Registry) {
        self.world.meter.describe(registry);
        registry.register_collector(Box::new(Census(Arc::clone(&self.world))));
    }

    /// Stops the actors and leaves the containers running: the next Mosaic adopts them.
    pub async fn close(&self) {
        self.world.closing.cancel();
        self.world.starts.close();
        for actor in self.world.actors() {
            actor.stop();
        }
        self.registry.stop();
        self.world.tasks.close();
        let _ = time::timeout(ACTOR_TIMEOUT, self.world.tasks.wait()).await;
    }

    fn refuse_barred(&self, cell: CellId) -> Result<(), FleetError> {
        if self.world.is_barred(cell) { Err(FleetError::Barred) } else { Ok(()) }
    }

    pub(crate) async fn ask<T>(
        &self,
        cell: CellId,
        limit: Duration,
        message: impl Fn(oneshot::Sender<T>) -> CellMsg,
    ) -> Result<T, FleetError> {
        for _ in 0..MAX_ACTORS {
            let (reply, answer) = oneshot::channel();
            self.world.deliver(cell, message(reply));
            match time::timeout(limit, answer).await {
                Ok(Ok(answer)) => return Ok(answer),
                Err(time::error::Elapsed { .. }) => return Err(FleetError::Timeout),
                // The actor died, or the fleet has closed.
                Ok(Err(_)) if self.world.closing.is_cancelled() => return Err(FleetError::ShuttingDown),
                Ok(Err(_)) => {}
            }
        }
        Err(FleetError::Died)
    }
}
