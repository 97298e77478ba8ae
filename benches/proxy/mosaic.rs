//! Mosaic as it serves, but for the engine: a real Postgres, the fleet, the public router on a port.

use std::{net::SocketAddr, path::Path, sync::Arc};

use axum::serve::ListenerExt;
use mosaic_actors::{Fleet, FleetConfig, Ports, Tuning};
use mosaic_docker::FakeEngine;
use mosaic_http::{HttpState, public_router};
use mosaic_model::{
    AgentDraft, AgentSlug, ApiKind, By, Clock, Email, ModelRef, Owner, PersonalToken, ProviderDraft,
    RestartPolicy, Timestamp,
};
use mosaic_storage::{EmbeddedPostgres, KeyRing, NewToken, Role, Store};
use tokio::net::TcpListener;
use tokio_util::task::TaskTracker;

/// Serves before a Postgres of its own, which ends with it.
pub(crate) async fn run(
    data_dir: &Path,
    gateway: SocketAddr,
    users: usize,
    tokens: &Path,
) -> anyhow::Result<()> {
    let postgres = EmbeddedPostgres::start(data_dir, &mut |_| {}).await?;
    let outcome = serve(&postgres.url(), gateway, users, tokens).await;
    postgres.stop().await?;
    outcome
}

/// Says its address when it serves.
async fn serve(database: &str, gateway: SocketAddr, users: usize, tokens: &Path) -> anyhow::Result<()> {
    let clock: Arc<dyn Clock> = Arc::new(WallClock);
    let keys = KeyRing::parse(KeyRing::generate().expose())?;
    let store = Store::open(database, keys, Arc::clone(&clock)).await?;
    write_tokens(&store, users, tokens).await?;

    let engine = FakeEngine::new();
    engine.set_address(gateway);
    let ports = Ports { engine, ledger: Arc::new(store.clone()), clock: Arc::clone(&clock) };
    let fleet = Fleet::start(ports, config(&store)).await?;
    let router = public_router(HttpState::new(store.clone(), fleet.clone(), clock, TaskTracker::new()));

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, router).with_graceful_shutdown(crate::released()).await?;
    fleet.close().await;
    store.close().await;
    Ok(())
}

fn config(store: &Store) -> FleetConfig {
    FleetConfig {
        internal_port: 1,
        avoid: Vec::new(),
        settings: store.watch_settings(),
        restart: RestartPolicy::default(),
        tuning: Tuning::default(),
    }
}

async fn write_tokens(store: &Store, users: usize, path: &Path) -> anyhow::Result<()> {
    let mut lines = String::new();
    for number in 0..users {
        lines.push_str(user(store, number).await?.expose());
        lines.push('\n');
    }
    std::fs::write(path, lines)?;
    Ok(())
}

/// A user who can chat.
async fn user(store: &Store, number: usize) -> anyhow::Result<PersonalToken> {
    let email = Email::parse(&format!("user{number}@example.org"))?;
    store.complete_onboarding(&By::host()).await?;
    let user = store.create_user(&email, Role::User, &By::host()).await?;
    #[expect(clippy::disallowed_methods, reason = "the benchmark has just made this user")]
    let owner = Owner::vouch(user.id);
    let draft = ProviderDraft {
        preset: None,
        name: "none".to_owned(),
        kind: ApiKind::OpenaiCompletions,
        base_url: "http://models.invalid/v1".to_owned(),
        models: vec!["model".into()],
    };
    let provider = store.add_provider(owner, draft, None, &By::host()).await?;
    let model = ModelRef { provider: provider.id, model: "model".to_owned() };
    let draft = AgentDraft::new(AgentSlug::parse("main")?, "Main".to_owned(), String::new(), model);
    store.add_agent(owner, draft, &By::host()).await?;
    let (_, token) = store.create_token(owner, NewToken::own("bench"), &By::host()).await?;
    Ok(token)
}

/// The machine's time; a benchmark is over before that jumps.
#[derive(Debug)]
struct WallClock;

impl Clock for WallClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "this is the Clock that everything here asks")]
        std::time::SystemTime::now().into()
    }
}
