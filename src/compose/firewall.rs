//! Keeps the firewall as the settings want it.

use std::time::Duration;

use mosaic_docker::{AllowedEgress, Firewall, FirewallPlan, Protection, nameservers};
use mosaic_model::{InstanceId, Settings};
use mosaic_storage::Store;
use tokio::{sync::watch, time};

/// The rules are looked at this often: a restart of the engine undoes some of them.
const LOOK_INTERVAL: Duration = Duration::from_secs(20);

/// Sets the rules once, before any agent starts, and says what is open where that fails.
pub(crate) async fn begin(store: &Store, internal_port: u16) {
    let firewall = Firewall::for_instance(store.instance());
    let plan = plan(&store.settings(), internal_port).await;
    if let Err(error) = firewall.ensure(&plan).await {
        tracing::warn!(%error, "agents are not walled in");
    }
    if let Protection::Open { why, what } = firewall.status(&plan).await {
        tracing::warn!(why, open = what.join(" "), "agents are not walled in");
    }
}

/// Keeps them: at every change of the settings, and again and again.
pub(crate) async fn keep(instance: InstanceId, mut settings: watch::Receiver<Settings>, internal_port: u16) {
    let firewall = Firewall::for_instance(instance);
    loop {
        let wanted = settings.borrow_and_update().clone();
        let plan = plan(&wanted, internal_port).await;
        match firewall.ensure(&plan).await {
            Ok(true) => tracing::info!("the firewall rules were set anew"),
            Ok(false) => {}
            Err(error) => tracing::debug!(%error, "the firewall rules could not be set"),
        }
        // Either way it is time to look again; without a sender nothing changes any more.
        let _ = time::timeout(LOOK_INTERVAL, settings.changed()).await;
    }
}

async fn plan(settings: &Settings, internal_port: u16) -> FirewallPlan {
    FirewallPlan {
        internal_port,
        allowed: AllowedEgress::resolve(&settings.allowed_egress).await,
        nameservers: nameservers(),
    }
}
