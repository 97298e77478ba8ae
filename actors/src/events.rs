//! The engine's news: a task that listens for deaths and tells the registry.

use std::{sync::Arc, time::Duration};

use futures_util::StreamExt;
use mosaic_model::Settings;
use tokio::time::{self, Instant};

use crate::{mailbox::Mailbox, registry::RegistryMsg, world::World};

/// The first wait before listening again after the stream broke; doubles up to [`LONGEST_WAIT`].
const SHORTEST_WAIT: Duration = Duration::from_millis(100);
/// The longest such wait.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Listens until the fleet closes. After a break it goes on where it stopped hearing; and each time it begins
/// it asks for a look at everything, for an engine that was started anew remembers nothing.
pub(crate) async fn listen(world: Arc<World>, registry: Mailbox<RegistryMsg>) {
    let (mut wait, mut heard) = (SHORTEST_WAIT, None);
    loop {
        match world.ports.engine.deaths(heard).await {
            Ok(mut deaths) => {
                let began = Instant::now();
                let _ = registry.cast(RegistryMsg::Reconcile);
                while let Some(death) = deaths.next().await {
                    heard = Some(death.at);
                    let _ = registry.cast(RegistryMsg::Died(death));
                }
                if began.elapsed() > LONGEST_WAIT {
                    wait = SHORTEST_WAIT;
                }
                tracing::warn!("the engine's event stream ended; listening again");
            }
            Err(error) => tracing::warn!(%error, "the engine's events cannot be heard"),
        }
        time::sleep(wait).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

/// Asks for a look at everything, again and again.
pub(crate) async fn tick(world: Arc<World>, registry: Mailbox<RegistryMsg>) {
    loop {
        time::sleep(world.config.tuning.reconcile_interval).await;
        let _ = registry.cast(RegistryMsg::Reconcile);
    }
}

/// Asks for a look at everything whenever containers are to be made of something else.
pub(crate) async fn follow_what_cells_are_made_of(world: Arc<World>, registry: Mailbox<RegistryMsg>) {
    let mut settings = world.config.settings.clone();
    let mut before = made_of(&settings.borrow_and_update());
    while settings.changed().await.is_ok() {
        let now = made_of(&settings.borrow_and_update());
        if now != before {
            let _ = registry.cast(RegistryMsg::Reconcile);
            before = now;
        }
    }
}

fn made_of(settings: &Settings) -> impl PartialEq + use<> {
    let Settings { image, memory_limit_mib, cpu_limit_millis, pids_limit, .. } = settings;
    (image.clone(), *memory_limit_mib, *cpu_limit_millis, *pids_limit)
}
