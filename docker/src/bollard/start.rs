//! Making and starting a cell.

use std::{collections::HashMap, time::Duration};

use bollard::{
    models::{Ipam, IpamConfig, NetworkCreateRequest, VolumeCreateRequest},
    query_parameters::{AttachContainerOptionsBuilder, CreateContainerOptionsBuilder},
};
use mosaic_model::GatewayToken;
use tokio::{io::AsyncWriteExt, time};

use super::{
    DockerEngine,
    outcome::{CALL_TIMEOUT, CHANGE_TIMEOUT, bounded, or_no_image, or_taken},
};
use crate::{
    CellSpec, Condition, EngineError, Seen,
    names::Names,
    spec::{body, bridge_gateway},
};

/// How long a container may take to take its token from the pipe.
const HANDOVER_TIMEOUT: Duration = Duration::from_secs(10);

impl DockerEngine {
    pub(super) async fn start_cell(
        &self,
        spec: &CellSpec,
        token: &GatewayToken,
    ) -> Result<Seen, EngineError> {
        let names = Names::of(self.instance, spec.cell);
        // What an earlier start or a crash left: a container that runs on would hold the volume, a
        // network its addresses.
        self.stop_cell(spec.cell, Duration::ZERO).await?;
        self.ensure_volume(&names).await?;
        let started = self.make_and_start(spec, &names, token).await;
        if let Err(error) = &started {
            tracing::debug!(cell = %spec.cell, %error, "a start failed; removing what it made");
            if let Err(error) = self.stop_cell(spec.cell, Duration::ZERO).await {
                tracing::warn!(cell = %spec.cell, %error, "a failed start left something behind");
            }
        }
        started
    }

    async fn make_and_start(
        &self,
        spec: &CellSpec,
        names: &Names,
        token: &GatewayToken,
    ) -> Result<Seen, EngineError> {
        let network = self.make_network(spec, names).await?;
        let container = self.make_container(spec, names, &network).await?;
        self.start_with_token(&container, token).await?;
        let seen = self.see(&container).await?;
        seen.ok_or_else(|| EngineError::Refused("the container was gone as soon as it was made".to_owned()))
    }

    /// Makes the cell's volume, or finds it. One that has its name but not its labels is not its own:
    /// whose memories are in there nobody knows.
    async fn ensure_volume(&self, names: &Names) -> Result<(), EngineError> {
        let request = VolumeCreateRequest {
            name: Some(names.volume.clone()),
            labels: Some(names.labels.clone()),
            ..VolumeCreateRequest::default()
        };
        let volume = bounded("make a volume", CHANGE_TIMEOUT, self.docker.create_volume(request)).await?;
        if names.owns(Some(&volume.labels)) {
            return Ok(());
        }
        Err(EngineError::Refused(format!("the volume {} is somebody else's", names.volume)))
    }

    /// Makes the cell's own bridge network; answers its id, for names of networks are not unique.
    async fn make_network(&self, spec: &CellSpec, names: &Names) -> Result<String, EngineError> {
        let options = [
            ("com.docker.network.bridge.name", names.bridge.as_str()),
            // Two containers never share this bridge; should one ever slip in, it is still alone.
            ("com.docker.network.bridge.enable_icc", "false"),
        ];
        let request = NetworkCreateRequest {
            name: names.container.clone(),
            driver: Some("bridge".to_owned()),
            internal: Some(false),
            attachable: Some(false),
            enable_ipv6: Some(false),
            ipam: Some(Ipam {
                config: Some(vec![IpamConfig {
                    subnet: Some(spec.subnet.to_string()),
                    gateway: Some(bridge_gateway(spec.subnet).to_string()),
                    ..IpamConfig::default()
                }]),
                ..Ipam::default()
            }),
            options: Some(HashMap::from(options.map(|(key, value)| (key.to_owned(), value.to_owned())))),
            labels: Some(names.labels.clone()),
            ..NetworkCreateRequest::default()
        };
        let made = bounded("make a network", CHANGE_TIMEOUT, self.docker.create_network(request)).await;
        made.map(|network| network.id).map_err(|error| or_taken(error, spec.subnet))
    }

    async fn make_container(
        &self,
        spec: &CellSpec,
        names: &Names,
        network: &str,
    ) -> Result<String, EngineError> {
        let published = match &self.ports {
            None => None,
            Some(ports) => Some(ports.assign().ok_or_else(|| {
                EngineError::Refused("every port of the configured range is in use".to_owned())
            })?),
        };
        let options = CreateContainerOptionsBuilder::new().name(&names.container).build();
        let request = self.docker.create_container(Some(options), body(spec, names, network, published));
        let made = bounded("make a container", CHANGE_TIMEOUT, request).await;
        made.map(|container| container.id).map_err(|error| or_no_image(error, &spec.image))
    }

    /// Starts a container and hands it its token. It may die before it has read it: how it died is
    /// then for whoever looks, and says more than a broken pipe.
    async fn start_with_token(&self, container: &str, token: &GatewayToken) -> Result<(), EngineError> {
        // Attached before the start, so that the pipe is there when the container looks for it.
        let options = AttachContainerOptionsBuilder::new().stdin(true).stream(true).build();
        let attach = self.docker.attach_container(container, Some(options));
        let mut pipe = bounded("attach to a container", CALL_TIMEOUT, attach).await?.input;
        let start = self.docker.start_container(container, None);
        bounded("start a container", CHANGE_TIMEOUT, start).await?;

        let handover = async {
            pipe.write_all(token.expose().as_bytes()).await?;
            pipe.write_all(b"\n").await?;
            pipe.flush().await?;
            pipe.shutdown().await
        };
        let failure = match time::timeout(HANDOVER_TIMEOUT, handover).await {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => error.to_string(),
            Err(_elapsed) => "it was not taken".to_owned(),
        };
        match self.see(container).await? {
            Some(Seen { condition: Condition::Up { .. }, .. }) => {
                Err(EngineError::Refused(format!("the gateway token could not be handed over: {failure}")))
            }
            _ => Ok(()),
        }
    }
}
