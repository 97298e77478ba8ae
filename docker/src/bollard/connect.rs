//! Reaching the engine, and finding out how its containers are reached.

use std::{net::UdpSocket, path::Path};

use bollard::{API_DEFAULT_VERSION, Docker, models::SystemInfo};
use mosaic_model::InstanceId;

use super::{
    DockerEngine, Reach,
    outcome::{CALL_TIMEOUT, bounded},
    ports::Ports,
};
use crate::EngineError;

/// Where an engine listens when nobody says otherwise.
pub const DEFAULT_SOCKET: &str = "unix:///var/run/docker.sock";
/// The client's own limit, in seconds: above all of ours, which say what took too long.
const CLIENT_TIMEOUT_SECS: u64 = 3_600;

impl DockerEngine {
    /// Connects to the engine at `host`, a `unix://` address (or [`DEFAULT_SOCKET`]), for one
    /// installation.
    pub async fn connect(
        host: Option<&str>,
        instance: InstanceId,
        reach: Reach,
    ) -> Result<Self, EngineError> {
        let docker = dial(host).await?;
        let ports = match reach {
            Reach::Bridge => None,
            Reach::Published(range) => Some(Ports::new(range)),
        };
        Ok(Self { docker, instance, ports })
    }

    /// Finds out whether this host can dial the containers of the engine at `host`; if not, their
    /// ports have to be published, and are taken from `ports`.
    pub async fn detect_reach(
        host: Option<&str>,
        ports: std::ops::RangeInclusive<u16>,
    ) -> Result<Reach, EngineError> {
        let docker = dial(host).await?;
        let info = bounded("describe itself", CALL_TIMEOUT, docker.info()).await?;
        let bridged = runs_on_this_system(&info) && has_its_bridges_here(&docker).await;
        Ok(if bridged { Reach::Bridge } else { Reach::Published(ports) })
    }
}

async fn dial(host: Option<&str>) -> Result<Docker, EngineError> {
    let host = host.unwrap_or(DEFAULT_SOCKET);
    let Some(socket) = host.strip_prefix("unix://") else {
        let why = format!("{host} is not a local engine: only unix:// addresses are supported");
        return Err(EngineError::Unreachable(why));
    };
    if !Path::new(socket).exists() {
        return Err(EngineError::Unreachable(format!("there is no socket at {socket}")));
    }
    let docker = Docker::connect_with_unix(socket, CLIENT_TIMEOUT_SECS, API_DEFAULT_VERSION)
        .map_err(|error| EngineError::Unreachable(error.to_string()))?;
    bounded("name its version", CALL_TIMEOUT, docker.negotiate_version()).await
}

/// A Linux engine beside this process, not in a virtual machine that passes for one.
fn runs_on_this_system(info: &SystemInfo) -> bool {
    let desktop = info.operating_system.as_deref().is_some_and(|name| name.contains("Docker Desktop"));
    cfg!(target_os = "linux") && info.os_type.as_deref() == Some("linux") && !desktop
}

/// Whether the address the engine has on its default bridge is one of this host's: an engine in
/// another network namespace (a rootless one, one behind a forwarded socket) has it there, not here.
/// An engine without a default bridge gets the benefit of the doubt.
async fn has_its_bridges_here(docker: &Docker) -> bool {
    let asked = bounded("show its bridge", CALL_TIMEOUT, docker.inspect_network("bridge", None)).await;
    let configs = asked.ok().and_then(|network| network.ipam?.config).unwrap_or_default();
    let mut gateways = configs.into_iter().filter_map(|config| config.gateway);
    gateways.all(|gateway| UdpSocket::bind((gateway.as_str(), 0)).is_ok())
}
