//! Questions to a gateway's own health endpoints. They need no token and start nothing.

use std::{net::SocketAddr, time::Duration};

use tokio::time;

use crate::world::World;

/// Says 200 once the gateway can chat.
const STARTUP: &str = "/startupz";
/// Says 200 while the gateway lives.
const LIVENESS: &str = "/healthz";
/// How long one look at a starting gateway may take.
const STARTUP_TIMEOUT: Duration = Duration::from_secs(2);

/// Whether the gateway can chat now.
pub(crate) async fn is_ready(world: &World, address: SocketAddr) -> bool {
    says_ok(world, address, STARTUP, STARTUP_TIMEOUT).await
}

/// Whether the gateway lives.
pub(crate) async fn is_alive(world: &World, address: SocketAddr) -> bool {
    says_ok(world, address, LIVENESS, world.config.tuning.health_timeout).await
}

async fn says_ok(world: &World, address: SocketAddr, path: &'static str, limit: Duration) -> bool {
    let asked = time::timeout(limit, world.upstream.ask(address, path)).await;
    matches!(asked, Ok(Ok(status)) if status.is_success())
}
