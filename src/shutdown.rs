//! When to end: a signal, or the loss of the right to manage this database.

use anyhow::{Context, bail};
use mosaic_storage::Fence;
use tokio::signal::unix::{SignalKind, signal};

/// Waits for a reason to end. `Ok` is a signal; an error is the loss of the fence.
pub(crate) async fn reason(fence: &mut Fence) -> anyhow::Result<&'static str> {
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for SIGINT")?;
    tokio::select! {
        _ = terminate.recv() => Ok("SIGTERM"),
        _ = interrupt.recv() => Ok("SIGINT"),
        () = fence.lost() => bail!("another Mosaic took over this database, or it stays away: this one stops acting"),
    }
}
