//! How many cells may be starting at the same time, as the settings have it at each moment.

use std::sync::Arc;

use mosaic_model::Settings;
use tokio::sync::{Semaphore, watch};

/// Keeps as many permits in circulation as the settings want, until nobody can change them any more.
///
/// There is never one too many of them: fewer are reached by taking permits out as they come back, in the order
/// of asking like everybody else.
pub(crate) async fn follow(
    starts: Arc<Semaphore>,
    mut in_circulation: usize,
    mut settings: watch::Receiver<Settings>,
) {
    loop {
        let wanted = wanted(&settings.borrow_and_update());
        if wanted > in_circulation {
            starts.add_permits(wanted - in_circulation);
            in_circulation = wanted;
        }
        tokio::select! {
            changed = settings.changed() => if changed.is_err() { return },
            permit = starts.acquire(), if wanted < in_circulation => {
                // Closed: the fleet starts nothing more.
                let Ok(permit) = permit else { return };
                permit.forget();
                in_circulation -= 1;
            }
        }
    }
}

/// How many starts the settings allow at the same time.
pub(crate) fn wanted(settings: &Settings) -> usize {
    settings.concurrent_starts as usize
}
