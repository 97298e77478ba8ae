use mosaic_model::{CellId, UserId};
use proptest::prelude::*;

use super::*;

fn spec() -> CellSpec {
    CellSpec {
        cell: CellId::User(UserId::from_uuid(Uuid::from_u128(7))),
        image: "mosaic-agent:1".to_owned(),
        generation: Generation(3),
        nonce: Nonce::from_random([9; 16]),
        subnet: Ipv4Net::new_assert(Ipv4Addr::new(10, 213, 0, 16), 28),
        internal_port: 7_778,
        limits: Limits { memory_bytes: 2 << 30, cpu_millis: 1_500, pids: 512 },
    }
}

fn names() -> Names {
    Names::of(InstanceId::from_uuid(Uuid::from_u128(1)), spec().cell)
}

fn made(published: Option<u16>) -> (ContainerCreateBody, HostConfig) {
    let mut body = body(&spec(), &names(), "network-id", published);
    let host = body.host_config.take().expect("there is one");
    (body, host)
}

#[test]
fn a_cell_has_no_privilege_and_can_gain_none() {
    let (body, host) = made(None);
    assert_eq!(body.user.as_deref(), Some("1000:1000"));
    assert_eq!(host.cap_drop, Some(vec!["ALL".to_owned()]));
    assert_eq!(host.cap_add, None);
    // No `seccomp=…`: the engine's own profile stays.
    assert_eq!(host.security_opt, Some(vec!["no-new-privileges:true".to_owned()]));
    assert_eq!(host.privileged, Some(false));
    assert_eq!(host.devices, Some(Vec::new()));
    assert_eq!(host.ipc_mode.as_deref(), Some("private"));
    assert_eq!((host.pid_mode, host.uts_mode, host.userns_mode), (None, None, None));
}

#[test]
fn a_cell_writes_to_its_volume_and_to_memory_only() {
    let (_, host) = made(None);
    assert_eq!(host.readonly_rootfs, Some(true));
    let tmpfs = host.tmpfs.expect("there are some");
    assert_eq!(tmpfs["/tmp"], "rw,noexec,nosuid,nodev,size=64m,mode=1777");
    assert_eq!(tmpfs["/run/mosaic"], "rw,noexec,nosuid,nodev,size=1m,mode=0700,uid=1000,gid=1000");
    assert_eq!(tmpfs.len(), 2);
    assert_eq!(host.binds, None);
    let [mount] = &host.mounts.expect("there is one")[..] else { panic!("there is one") };
    assert_eq!(mount.typ, Some(MountType::VOLUME));
    assert_eq!(mount.source, Some(names().volume));
    assert_eq!(mount.target.as_deref(), Some("/home/node/.openclaw"));
}

#[test]
fn a_cell_uses_no_more_than_its_limits() {
    let (_, host) = made(None);
    assert_eq!((host.memory, host.memory_swap), (Some(2 << 30), Some(2 << 30)));
    assert_eq!(host.nano_cpus, Some(1_500_000_000));
    assert_eq!(host.pids_limit, Some(512));
    let [files] = &host.ulimits.expect("there is one")[..] else { panic!("there is one") };
    assert_eq!((files.name.as_deref(), files.soft, files.hard), (Some("nofile"), Some(8_192), Some(8_192)));
    assert!(host.oom_score_adj.is_some_and(|score| score > 0));
    let log = host.log_config.expect("there is one");
    assert_eq!(log.typ.as_deref(), Some("json-file"));
    assert_eq!(log.config, Some(owned([("max-size", "1m"), ("max-file", "2")])));
}

#[test]
fn a_cell_lives_and_dies_by_the_fleets_word() {
    let (body, host) = made(None);
    assert_eq!(host.init, Some(true));
    assert_eq!(host.auto_remove, Some(false));
    assert_eq!(host.restart_policy.and_then(|policy| policy.name), Some(RestartPolicyNameEnum::NO));
    assert_eq!((body.open_stdin, body.stdin_once, body.tty), (Some(true), Some(true), Some(false)));
    // What it runs, and how its health is told, is the image's.
    assert_eq!((body.cmd, body.entrypoint, body.healthcheck), (None, None, None));
}

#[test]
fn a_cell_is_on_its_own_network_and_publishes_nothing() {
    let (body, host) = made(None);
    assert_eq!(host.network_mode.as_deref(), Some("network-id"));
    assert_eq!(host.extra_hosts, Some(vec!["host.mosaic.internal:10.213.0.17".to_owned()]));
    assert_eq!(host.publish_all_ports, Some(false));
    assert_eq!((body.exposed_ports, host.port_bindings), (None, None));
    assert_eq!(body.hostname.as_deref(), Some("agent"));
}

#[test]
fn a_published_gateway_is_on_loopback_only() {
    let (_, host) = made(Some(42_000));
    let bindings = host.port_bindings.expect("there are some");
    let [binding] = &bindings["18789/tcp"].as_ref().expect("there is one")[..] else { panic!("one") };
    assert_eq!(
        (binding.host_ip.as_deref(), binding.host_port.as_deref()),
        (Some("127.0.0.1"), Some("42000"))
    );
    assert_eq!(bindings.len(), 1);
}

#[test]
fn the_environment_says_where_the_config_is_and_nothing_else() {
    let (body, _) = made(None);
    let url = format!("http://10.213.0.17:7778/api/internal/agent-config/{}", spec().cell);
    assert_eq!(body.env, Some(vec![format!("MOSAIC_CONFIG_URL={url}")]));
}

#[test]
fn the_labels_let_a_registry_be_rebuilt() {
    let (body, _) = made(None);
    let labels = body.labels.expect("there are some");
    assert_eq!(labels["mosaic.instance"], Uuid::from_u128(1).to_string());
    assert_eq!(labels["mosaic.cell"], spec().cell.to_string());
    assert_eq!(labels["mosaic.generation"], "3");
    assert_eq!(labels["mosaic.nonce"], "09".repeat(16));
    assert_eq!(labels["mosaic.spec"], fingerprint(&spec()));
}

#[test]
fn the_fingerprint_tells_every_difference_that_matters() {
    let limits = spec().limits;
    let others = [
        CellSpec { cell: CellId::User(UserId::from_uuid(Uuid::from_u128(8))), ..spec() },
        CellSpec { image: "mosaic-agent:2".to_owned(), ..spec() },
        CellSpec { subnet: Ipv4Net::new_assert(Ipv4Addr::new(10, 213, 0, 32), 28), ..spec() },
        CellSpec { internal_port: 7_779, ..spec() },
        CellSpec { limits: Limits { memory_bytes: 3 << 30, ..limits }, ..spec() },
        CellSpec { limits: Limits { cpu_millis: 1_501, ..limits }, ..spec() },
        CellSpec { limits: Limits { pids: 513, ..limits }, ..spec() },
    ];
    for other in others {
        assert_ne!(fingerprint(&other), fingerprint(&spec()), "{other:?}");
    }
}

proptest! {
    #[test]
    fn containers_of_one_spec_have_one_fingerprint(generation: u64, nonce: [u8; 16]) {
        let other =
            CellSpec { generation: Generation(generation), nonce: Nonce::from_random(nonce), ..spec() };
        prop_assert_eq!(fingerprint(&other), fingerprint(&spec()));
    }
}
