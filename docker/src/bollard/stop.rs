//! Removing what a cell has, each thing found by its labels.

use std::time::Duration;

use bollard::query_parameters::{
    ListContainersOptionsBuilder, ListNetworksOptionsBuilder, ListVolumesOptionsBuilder,
    RemoveContainerOptionsBuilder, RemoveVolumeOptions, StopContainerOptionsBuilder,
};
use mosaic_model::CellId;
use tokio::time;

use super::{
    DockerEngine,
    outcome::{CALL_TIMEOUT, CHANGE_TIMEOUT, Removal, bounded, bounded_removal},
};
use crate::EngineError;

/// A thing that is still held is tried again this often, this far apart: the engine takes a moment to
/// let go of what a container held.
const REMOVAL_TRIES: u32 = 30;
const REMOVAL_PAUSE: Duration = Duration::from_millis(100);

impl DockerEngine {
    /// Stops and removes the cell's containers, then its networks. The volume stays.
    pub(super) async fn stop_cell(&self, cell: CellId, grace: Duration) -> Result<(), EngineError> {
        for container in self.containers_of(cell).await? {
            if !grace.is_zero() {
                self.let_go_on(&container).await?;
                self.stop_container(&container, grace).await?;
            }
            let force = RemoveContainerOptionsBuilder::new().force(true).build();
            let remove = || self.docker.remove_container(&container, Some(force.clone()));
            remove_patiently("remove a container", remove).await?;
        }
        for network in self.networks_of(cell).await? {
            remove_patiently("remove a network", || self.docker.remove_network(&network)).await?;
        }
        Ok(())
    }

    /// Removes the cell's volumes, and with them all it ever knew.
    pub(super) async fn remove_volumes(&self, cell: CellId) -> Result<(), EngineError> {
        let options = ListVolumesOptionsBuilder::new().filters(&self.ours_of(cell)).build();
        let listing = self.docker.list_volumes(Some(options));
        let found = bounded("list volumes", CALL_TIMEOUT, listing).await?;
        for volume in found.volumes.unwrap_or_default() {
            let remove = || self.docker.remove_volume(&volume.name, None::<RemoveVolumeOptions>);
            remove_patiently("remove a volume", remove).await?;
        }
        Ok(())
    }

    /// Asks a container to end, and ends it when the grace is over.
    async fn stop_container(&self, container: &str, grace: Duration) -> Result<(), EngineError> {
        let whole_secs = grace.as_secs() + u64::from(grace.subsec_nanos() > 0);
        let options = StopContainerOptionsBuilder::new()
            .signal("SIGTERM")
            .t(i32::try_from(whole_secs).unwrap_or(i32::MAX))
            .build();
        let call = async {
            match self.docker.stop_container(container, Some(options)).await {
                Err(bollard::errors::Error::DockerResponseServerError { status_code: 404, .. }) => Ok(()),
                answer => answer,
            }
        };
        bounded("stop a container", grace.saturating_add(CHANGE_TIMEOUT), call).await
    }

    /// The ids of the cell's containers, in whatever state.
    pub(super) async fn containers_of(&self, cell: CellId) -> Result<Vec<String>, EngineError> {
        let options = ListContainersOptionsBuilder::new().all(true).filters(&self.ours_of(cell)).build();
        let listing = self.docker.list_containers(Some(options));
        let found = bounded("list containers", CALL_TIMEOUT, listing).await?;
        Ok(found.into_iter().filter_map(|container| container.id).collect())
    }

    async fn networks_of(&self, cell: CellId) -> Result<Vec<String>, EngineError> {
        let options = ListNetworksOptionsBuilder::new().filters(&self.ours_of(cell)).build();
        let listing = self.docker.list_networks(Some(options));
        let found = bounded("list networks", CALL_TIMEOUT, listing).await?;
        Ok(found.into_iter().filter_map(|network| network.id).collect())
    }
}

/// Removes something, trying again for a while where the engine says that it is still held.
async fn remove_patiently<F>(what: &str, remove: impl Fn() -> F) -> Result<(), EngineError>
where
    F: Future<Output = Result<(), bollard::errors::Error>>,
{
    let mut tries = 1;
    loop {
        match bounded_removal(what, remove()).await? {
            Removal::Done => return Ok(()),
            Removal::Busy(words) if tries == REMOVAL_TRIES => return Err(EngineError::Refused(words)),
            Removal::Busy(_) => {
                tries += 1;
                time::sleep(REMOVAL_PAUSE).await;
            }
        }
    }
}
