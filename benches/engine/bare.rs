//! The floor: the engine's adapter without a fleet.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{Router, routing::get};
use http::{Method, StatusCode};
use mosaic_docker::{CellSpec, Condition, DockerEngine, Engine, Limits, Reach};
use mosaic_model::{CellId, GatewayToken, Generation, InstanceId, Nonce, UserId};
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::{
    starts::{GRACE, first_words, question},
    support::{http::send, random},
};

/// A network that no cell of the measured Mosaic gets: its range is another one.
const SUBNET: &str = "10.212.7.0/28";
/// As often as the fleet looks at a starting gateway.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// How long a gateway may take to be ready.
const PATIENCE: Duration = Duration::from_mins(2);

/// One cell that only the engine knows.
pub(crate) struct Bare {
    engine: DockerEngine,
    spec: CellSpec,
}

impl Bare {
    /// Prepares one that gets this configuration.
    pub(crate) async fn with(image: &str, configuration: String) -> Self {
        let instance = InstanceId::from_uuid(Uuid::from_bytes(random()));
        let engine = DockerEngine::connect(None, instance, Reach::Bridge).await.expect("an engine");
        let spec = CellSpec {
            cell: CellId::User(UserId::from_uuid(Uuid::from_bytes(random()))),
            image: image.to_owned(),
            generation: Generation(1),
            nonce: Nonce::from_random(random()),
            subnet: SUBNET.parse().expect("a network"),
            internal_port: serve(configuration).await,
            limits: Limits { memory_bytes: 2 << 30, cpu_millis: 2_000, pids: 512 },
        };
        Self { engine, spec }
    }

    /// From nothing to the first words of an answer.
    pub(crate) async fn start(&self) -> Duration {
        let token = GatewayToken::from_random(random());
        let began = Instant::now();
        let seen = self.engine.start(&self.spec, &token).await.expect("it starts");
        let Condition::Up { address } = seen.condition else { panic!("it does not run: {seen:?}") };
        while !is_ready(address).await {
            assert!(began.elapsed() < PATIENCE, "it is not ready: {:?}", self.last_words().await);
            tokio::time::sleep(LOOK_EVERY).await;
        }
        let url = format!("http://{address}/v1/chat/completions");
        first_words(send(Method::POST, &url, token.expose(), &question("openclaw/main")).await).await;
        began.elapsed()
    }

    async fn last_words(&self) -> Vec<String> {
        self.engine.stderr_tail(self.spec.cell, 5).await.unwrap_or_default()
    }

    /// Its container and network go; the volume stays, as a stopped user's does.
    pub(crate) async fn stop(&self) {
        self.engine.stop(self.spec.cell, GRACE).await.expect("it stops");
    }

    /// Nothing of it stays.
    pub(crate) async fn erase(&self) {
        self.engine.erase(self.spec.cell).await.expect("it goes");
    }
}

async fn is_ready(address: SocketAddr) -> bool {
    let Ok(Ok(_)) =
        tokio::time::timeout(Duration::from_secs(2), tokio::net::TcpStream::connect(address)).await
    else {
        return false;
    };
    send(Method::GET, &format!("http://{address}/startupz"), "", "").await.status() == StatusCode::OK
}

/// Hands everybody this configuration, as Mosaic's internal listener does; the port.
async fn serve(configuration: String) -> u16 {
    let configuration = Arc::new(configuration);
    let answer = get(move || {
        let configuration = Arc::clone(&configuration);
        async move { ([("content-type", "application/json")], configuration.as_str().to_owned()) }
    });
    let router = Router::new().route("/{*path}", answer);
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).await.expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    TaskTracker::new().spawn(async move { axum::serve(listener, router).await });
    port
}
