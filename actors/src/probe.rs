//! Questions to a gateway's own health endpoints. They need no token and start nothing.

use std::{net::SocketAddr, time::Duration};

use http_body_util::{BodyExt, Limited};
use serde::Deserialize;
use tokio::time;

use crate::world::World;

/// Says 200 once the gateway can chat.
const STARTUP: &str = "/startupz";
/// Says 200 while the gateway lives.
const LIVENESS: &str = "/healthz";
/// How long one look at a starting gateway may take.
const STARTUP_TIMEOUT: Duration = Duration::from_secs(2);

/// How much such an endpoint may say.
const ANSWER_LIMIT: usize = 1_024;

/// Whether a gateway takes work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readiness {
    /// It can chat now.
    Ready,
    /// It takes nothing new: it is suspended, or about to end.
    Draining,
    /// It does not say so, or nothing at all.
    NotYet,
}

/// What a gateway that takes no work says of itself.
#[derive(Debug, Default, Deserialize)]
struct Unready {
    status: String,
}

/// Whether the gateway can chat now.
pub(crate) async fn is_ready(world: &World, address: SocketAddr) -> bool {
    says_ok(world, address, STARTUP, STARTUP_TIMEOUT).await
}

/// Whether the gateway takes work, and if not, whether it did.
pub(crate) async fn readiness(world: &World, address: SocketAddr) -> Readiness {
    let asked = async {
        let response = world.upstream.ask(address, STARTUP).await.ok()?;
        if response.status().is_success() {
            return Some(Readiness::Ready);
        }
        let body = Limited::new(response.into_body(), ANSWER_LIMIT).collect().await.ok()?.to_bytes();
        let said: Unready = serde_json::from_slice(&body).unwrap_or_default();
        (said.status == "draining").then_some(Readiness::Draining)
    };
    time::timeout(STARTUP_TIMEOUT, asked).await.ok().flatten().unwrap_or(Readiness::NotYet)
}

/// Whether the gateway lives.
pub(crate) async fn is_alive(world: &World, address: SocketAddr) -> bool {
    says_ok(world, address, LIVENESS, world.config.tuning.health_timeout).await
}

async fn says_ok(world: &World, address: SocketAddr, path: &'static str, limit: Duration) -> bool {
    let asked = time::timeout(limit, world.upstream.ask(address, path)).await;
    matches!(asked, Ok(Ok(response)) if response.status().is_success())
}
