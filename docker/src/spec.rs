//! What a cell's container is made of: the hardening, all of it, in one place.
//!
//! A pure function from [`CellSpec`] to the engine's request body. Nothing secret goes in: whoever may
//! inspect a container sees everything that is written here.

use std::{
    collections::{BTreeMap, HashMap},
    net::Ipv4Addr,
};

use bollard::models::{
    ContainerCreateBody, HostConfig, HostConfigLogConfig, Mount, MountType, PortBinding, PortMap,
    ResourcesUlimits, RestartPolicy, RestartPolicyNameEnum,
};
use ipnet::Ipv4Net;
use mosaic_model::{Egress, Generation, InstanceId, Nonce};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    CellSpec, Limits,
    names::{GENERATION_LABEL, NONCE_LABEL, Names, SPEC_LABEL},
};

/// Where the gateway listens inside every cell.
pub const GATEWAY_PORT: u16 = 18_789;

/// The run user of the images, and its group: never root.
const USER: &str = "1000:1000";
/// Where the state volume is mounted; the image holds the directory, owned by the run user.
const STATE_DIR: &str = "/home/node/.openclaw";
/// Memory-backed directories: the only others that can be written, and nothing in them can be run.
const TMPFS: [(&str, &str); 2] = [
    ("/tmp", "rw,noexec,nosuid,nodev,size=64m,mode=1777"),
    ("/run/mosaic", "rw,noexec,nosuid,nodev,size=1m,mode=0700,uid=1000,gid=1000"),
];
/// How much a container may log before the oldest is dropped.
const LOG_LIMITS: [(&str, &str); 2] = [("max-size", "1m"), ("max-file", "2")];
/// Files a process may have open.
const OPEN_FILES: i64 = 8_192;
/// Where memory runs out, the kernel ends a cell before it ends the database or Mosaic.
const OOM_SCORE: i64 = 500;
const NANOS_PER_MILLI: i64 = 1_000_000;

/// The fingerprint of a spec: equal where containers made from it differ in nothing but which
/// container of the cell they are (generation and nonce). Hexadecimal SHA-256.
///
/// The hardening is part of it, so a Mosaic that hardens otherwise knows its older containers.
pub fn fingerprint(spec: &CellSpec) -> String {
    let spec = CellSpec { generation: Generation(0), nonce: Nonce::from_label(""), ..spec.clone() };
    let names = Names::of(InstanceId::from_uuid(Uuid::nil()), spec.cell);
    let body = unmarked(&spec, &names, "", None);
    let json = serde_json::to_value(body).expect("a request body is plain data");
    let mut hasher = Sha256::new();
    digest(&json, &mut hasher);
    hex::encode(hasher.finalize())
}

/// The request that makes a cell's container, in the network of that id and with the volume of
/// `names`; with `published`, the gateway's port is also that port of 127.0.0.1.
pub(crate) fn body(
    spec: &CellSpec,
    names: &Names,
    network: &str,
    published: Option<u16>,
) -> ContainerCreateBody {
    let mut body = unmarked(spec, names, network, published);
    body.labels.get_or_insert_default().extend([
        (GENERATION_LABEL.to_owned(), spec.generation.0.to_string()),
        (NONCE_LABEL.to_owned(), spec.nonce.as_str().to_owned()),
        (SPEC_LABEL.to_owned(), fingerprint(spec)),
    ]);
    body
}

/// The request without the labels that tell one container of a cell from the next.
fn unmarked(spec: &CellSpec, names: &Names, network: &str, published: Option<u16>) -> ContainerCreateBody {
    ContainerCreateBody {
        hostname: Some("agent".to_owned()),
        user: Some(USER.to_owned()),
        image: Some(spec.image.clone()),
        env: Some(vec![format!("MOSAIC_CONFIG_URL={}", config_url(spec))]),
        labels: Some(names.labels.clone()),
        // The gateway token comes in here once, and the door closes behind it.
        open_stdin: Some(true),
        stdin_once: Some(true),
        attach_stdin: Some(true),
        attach_stdout: Some(false),
        attach_stderr: Some(false),
        tty: Some(false),
        exposed_ports: published.map(|_| vec![gateway_port()]),
        host_config: Some(HostConfig {
            network_mode: Some(network.to_owned()),
            port_bindings: published.map(on_loopback),
            extra_hosts: Some(vec![format!("{}:{}", Egress::HOST_ALIAS, bridge_gateway(spec.subnet))]),
            mounts: Some(vec![state(names)]),
            ..hardened(spec.limits)
        }),
        ..ContainerCreateBody::default()
    }
}

/// The walls: what no cell differs in, and its limits.
fn hardened(limits: Limits) -> HostConfig {
    let memory = i64::try_from(limits.memory_bytes).unwrap_or(i64::MAX);
    HostConfig {
        cap_drop: Some(vec!["ALL".to_owned()]),
        // The engine's default seccomp profile stays in force because none is named here.
        security_opt: Some(vec!["no-new-privileges:true".to_owned()]),
        privileged: Some(false),
        readonly_rootfs: Some(true),
        tmpfs: Some(owned(TMPFS)),
        ipc_mode: Some("private".to_owned()),
        devices: Some(Vec::new()),
        memory: Some(memory),
        // Equal to memory: none of it may be swapped out to where it outlives the container.
        memory_swap: Some(memory),
        nano_cpus: Some(i64::from(limits.cpu_millis) * NANOS_PER_MILLI),
        pids_limit: Some(i64::from(limits.pids)),
        ulimits: Some(vec![ResourcesUlimits {
            name: Some("nofile".to_owned()),
            soft: Some(OPEN_FILES),
            hard: Some(OPEN_FILES),
        }]),
        oom_score_adj: Some(OOM_SCORE),
        // A process 1 that reaps children and passes signals on.
        init: Some(true),
        log_config: Some(HostConfigLogConfig {
            typ: Some("json-file".to_owned()),
            config: Some(owned(LOG_LIMITS)),
        }),
        // Restarts are the fleet's to decide.
        restart_policy: Some(RestartPolicy {
            name: Some(RestartPolicyNameEnum::NO),
            maximum_retry_count: None,
        }),
        auto_remove: Some(false),
        publish_all_ports: Some(false),
        ..HostConfig::default()
    }
}

/// The address of this host on a cell's bridge: the first of its network.
pub(crate) fn bridge_gateway(subnet: Ipv4Net) -> Ipv4Addr {
    Ipv4Addr::from_bits(subnet.network().to_bits().saturating_add(1))
}

fn config_url(spec: &CellSpec) -> String {
    let CellSpec { cell, subnet, internal_port, .. } = spec;
    format!("http://{}:{internal_port}/api/internal/agent-config/{cell}", bridge_gateway(*subnet))
}

fn state(names: &Names) -> Mount {
    Mount {
        typ: Some(MountType::VOLUME),
        source: Some(names.volume.clone()),
        target: Some(STATE_DIR.to_owned()),
        read_only: Some(false),
        ..Mount::default()
    }
}

/// The gateway's port as the engine writes it.
pub(crate) fn gateway_port() -> String {
    format!("{GATEWAY_PORT}/tcp")
}

fn on_loopback(port: u16) -> PortMap {
    let binding =
        PortBinding { host_ip: Some(Ipv4Addr::LOCALHOST.to_string()), host_port: Some(port.to_string()) };
    HashMap::from([(gateway_port(), Some(vec![binding]))])
}

fn owned<const N: usize>(pairs: [(&str, &str); N]) -> HashMap<String, String> {
    pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
}

/// Feeds a value to the hash with its keys in order, whatever order the map has.
fn digest(value: &Value, hasher: &mut Sha256) {
    match value {
        Value::Object(fields) => {
            hasher.update(b"{");
            for (key, field) in fields.iter().collect::<BTreeMap<_, _>>() {
                hasher.update(Value::from(key.as_str()).to_string());
                hasher.update(b":");
                digest(field, hasher);
                hasher.update(b",");
            }
            hasher.update(b"}");
        }
        Value::Array(items) => {
            hasher.update(b"[");
            for item in items {
                digest(item, hasher);
                hasher.update(b",");
            }
            hasher.update(b"]");
        }
        plain => hasher.update(plain.to_string()),
    }
}

#[cfg(test)]
mod tests;
