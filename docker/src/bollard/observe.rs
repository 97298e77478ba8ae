//! Seeing what is there.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use bollard::{
    errors::Error,
    models::{ContainerInspectResponse, ContainerState, HostConfig, NetworkSettings},
    query_parameters::ListContainersOptionsBuilder,
};
use futures_util::{StreamExt, TryStreamExt, stream};
use mosaic_model::{CellId, Generation, Nonce};

use super::{
    DockerEngine, Filters,
    outcome::{CALL_TIMEOUT, bounded},
};
use crate::{
    Condition, EngineError, GATEWAY_PORT, Seen,
    names::{CELL_LABEL, GENERATION_LABEL, INSTANCE_LABEL, NONCE_LABEL, SPEC_LABEL},
    spec::gateway_port,
};

/// How many containers are looked at side by side.
const LOOKS_AT_ONCE: usize = 8;

impl DockerEngine {
    /// The containers that a filter lets through, as far as they are cells of ours.
    pub(super) async fn observe(&self, filters: Filters) -> Result<Vec<Seen>, EngineError> {
        let options = ListContainersOptionsBuilder::new().all(true).filters(&filters).build();
        let listing = self.docker.list_containers(Some(options));
        let found = bounded("list containers", CALL_TIMEOUT, listing).await?;
        stream::iter(found.into_iter().filter_map(|container| container.id))
            .map(|id| async move { self.see(&id).await })
            .buffer_unordered(LOOKS_AT_ONCE)
            .try_filter_map(|seen| async { Ok(seen) })
            .try_collect()
            .await
    }

    /// The cell's container; of several (a start that was cut short), the one that matters most.
    pub(super) async fn newest_of(&self, cell: CellId) -> Result<Option<Seen>, EngineError> {
        let all = self.observe(self.ours_of(cell)).await?;
        Ok(all.into_iter().max_by_key(|seen| (seen.condition.is_alive(), seen.generation)))
    }

    /// One container, unless it is gone or no cell of ours.
    pub(super) async fn see(&self, container: &str) -> Result<Option<Seen>, EngineError> {
        let call = async {
            match self.docker.inspect_container(container, None).await {
                Err(Error::DockerResponseServerError { status_code: 404, .. }) => Ok(None),
                answer => answer.map(Some),
            }
        };
        let answer = bounded("describe a container", CALL_TIMEOUT, call).await?;
        Ok(answer.and_then(|inspected| self.read(inspected)))
    }

    fn read(&self, inspected: ContainerInspectResponse) -> Option<Seen> {
        let container = inspected.id?;
        let labels = inspected.config.and_then(|config| config.labels).unwrap_or_default();
        if labels.get(INSTANCE_LABEL)? != &self.instance.to_string() {
            return None;
        }
        let Some((cell, generation)) = identity(&labels) else {
            tracing::warn!(container, "a container with our label names no cell; it is left alone");
            return None;
        };
        let Some(condition) = condition(
            &inspected.state.unwrap_or_default(),
            inspected.host_config.as_ref(),
            inspected.network_settings.as_ref(),
        ) else {
            tracing::warn!(container, %cell, "a container runs without an address: it counts as gone");
            return None;
        };
        let label = |key| labels.get(key).cloned().unwrap_or_default();
        let (nonce, spec) = (Nonce::from_label(label(NONCE_LABEL)), label(SPEC_LABEL));
        Some(Seen { container, cell, generation, nonce, spec, condition })
    }
}

/// Whose container it is and which, from its labels.
fn identity(labels: &HashMap<String, String>) -> Option<(CellId, Generation)> {
    let cell = labels.get(CELL_LABEL)?.parse().ok()?;
    let generation = labels.get(GENERATION_LABEL)?.parse().ok()?;
    Some((cell, Generation(generation)))
}

/// What a container does; `None` where it runs but cannot be dialled.
fn condition(
    state: &ContainerState,
    host: Option<&HostConfig>,
    network: Option<&NetworkSettings>,
) -> Option<Condition> {
    if state.running == Some(true) {
        let address = published(host).or_else(|| on_bridge(network))?;
        let paused = state.paused == Some(true);
        return Some(if paused { Condition::Paused { address } } else { Condition::Up { address } });
    }
    Some(Condition::Down {
        exit_code: state.exit_code.unwrap_or_default(),
        out_of_memory: state.oom_killed.unwrap_or_default(),
    })
}

/// Where the gateway's port is published, if it is.
fn published(host: Option<&HostConfig>) -> Option<SocketAddr> {
    let bindings = host?.port_bindings.as_ref()?.get(&gateway_port())?.as_ref()?;
    let port = bindings.first()?.host_port.as_ref()?.parse().ok()?;
    Some((Ipv4Addr::LOCALHOST, port).into())
}

fn on_bridge(network: Option<&NetworkSettings>) -> Option<SocketAddr> {
    let mut endpoints = network?.networks.as_ref()?.values();
    let address: IpAddr = endpoints.find_map(|it| it.ip_address.as_ref()?.parse().ok())?;
    Some((address, GATEWAY_PORT).into())
}
