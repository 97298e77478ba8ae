//! Joins the parts of a running Mosaic and takes them apart again, in order.

mod database;
mod firewall;
mod listeners;
mod news;

use std::sync::Arc;

use anyhow::Context;
use mosaic_actors::{Fleet, FleetConfig, Ports, Tuning};
use mosaic_docker::{DockerEngine, Engine, Reach, host_networks};
use mosaic_http::{HttpState, internal_router, public_router};
use mosaic_model::{Clock, InstanceId, RestartPolicy};
use mosaic_storage::{Fence, Store};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub(crate) use self::database::Database;
use self::listeners::Listeners;
use crate::{cli::Serve, clock::SystemClock, config::Config, shutdown};

/// Runs Mosaic until there is a reason to end.
pub(crate) async fn serve(config: Config, serve: Serve) -> anyhow::Result<()> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
    let database = Database::open(config, Arc::clone(&clock)).await?;
    let outcome = manage(&database, serve, clock).await;
    database.close().await?;
    outcome
}

/// Everything but the database, which outlives it.
async fn manage(database: &Database, serve: Serve, clock: Arc<dyn Clock>) -> anyhow::Result<()> {
    let store = database.store();
    let mut fence = Fence::acquire(database.url()).await?;
    store.announce_keys().await?;
    tracing::info!(instance = %store.instance(), take_over = fence.number(), "this Mosaic manages the database");
    if let Some(image) = &serve.image {
        store.pin_setting("image", image).await?;
    }
    let listeners = Listeners::bind(store, &serve).await?;
    let (engine, reach) = engine(store.instance(), &serve).await?;
    let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
    if reach == Reach::Bridge {
        let keeping = firewall::keep(store.instance(), store.watch_settings(), listeners.internal_port());
        firewall::begin(store, listeners.internal_port()).await;
        tasks.spawn(stop.clone().run_until_cancelled_owned(keeping));
    }
    let ports = Ports { engine, ledger: Arc::new(store.clone()), clock: Arc::clone(&clock) };
    let fleet = Fleet::start(ports, fleet_config(store, &listeners)).await?;
    let state = HttpState::new(store.clone(), fleet.clone(), clock, tasks.clone());
    let state = state.listening_at(listeners.public_address()).until(stop.clone());
    tasks.spawn(store.clone().follow_news(stop.clone(), news::heed(fleet.clone(), state.clone())));
    tasks.spawn(state.clone().keep_shut_out(stop.clone()));
    tasks.spawn(state.clone().close_left_open(state.left_open().await?, stop.clone()));
    say_how_to_begin(&state, store).await?;
    let serving = listeners.serve(public_router(state.clone()), internal_router(state), &stop);

    let reason = shutdown::reason(&mut fence).await;
    tracing::info!(
        reason = reason.as_ref().copied().unwrap_or("lost the database"),
        "shutting down; agents keep running"
    );
    stop.cancel();
    serving.finish().await;
    fleet.close().await;
    tasks.close();
    tasks.wait().await;
    fence.release().await;
    reason.map(drop)
}

/// While nobody has set Mosaic up, shows the link that lets whoever reads this do it, and nobody else.
async fn say_how_to_begin(state: &HttpState, store: &Store) -> anyhow::Result<()> {
    if let Some(code) = state.begin_setup().await? {
        let place = store.origin().await?;
        let (page, code) = (HttpState::SETUP_PAGE, code.expose());
        tracing::info!(
            "Mosaic is not set up yet: open {place}{page}#{code} in a browser, or run `mosaic admin create` on this \
             host"
        );
    }
    Ok(())
}

async fn engine(instance: InstanceId, serve: &Serve) -> anyhow::Result<(Arc<dyn Engine>, Reach)> {
    let host = serve.docker_host.as_deref();
    let (first, last) = serve.gateway_ports;
    let what_to_do = "Mosaic needs a container engine: start Docker, or name another with --docker-host";
    let reach = DockerEngine::detect_reach(host, first..=last).await.context(what_to_do)?;
    let engine = DockerEngine::connect(host, instance, reach.clone()).await.context(what_to_do)?;
    Ok((Arc::new(engine), reach))
}

fn fleet_config(store: &Store, listeners: &Listeners) -> FleetConfig {
    FleetConfig {
        internal_port: listeners.internal_port(),
        avoid: host_networks(),
        settings: store.watch_settings(),
        restart: RestartPolicy::default(),
        tuning: Tuning::default(),
    }
}
