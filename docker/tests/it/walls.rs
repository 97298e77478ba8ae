//! What a cell can reach, and what can reach a cell: real packets.

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};

use mosaic_docker::{AllowedEgress, Condition, DockerEngine, FirewallPlan, Protection, Reach, Seen};
use tokio::net::{TcpListener, TcpStream};

use crate::harness::{Image, Installation, closed, machine::Machine};

fn address(seen: &Seen) -> SocketAddr {
    match seen.condition {
        Condition::Up { address } | Condition::Paused { address } => address,
        Condition::Down { .. } => panic!("{seen:?}"),
    }
}

/// A service on every address of this host.
async fn service() -> (TcpListener, u16) {
    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

/// Waits until the gateway answers, as the fleet does.
async fn ready(address: SocketAddr) {
    while TcpStream::connect(address).await.is_err() {
        tokio::task::yield_now().await;
    }
}

/// This host's address on a cell's bridge.
fn host_of(spec: &mosaic_docker::CellSpec, port: u16) -> SocketAddrV4 {
    SocketAddrV4::new(spec.subnet.hosts().next().unwrap(), port)
}

#[tokio::test]
async fn a_cell_reaches_the_internal_api_and_what_was_allowed_and_no_other_port_of_this_host() {
    let installation = Installation::new().await;
    let ((_internal, internal), (_allowed, allowed), (_other, other)) =
        (service().await, service().await, service().await);
    let plan = FirewallPlan { allowed: vec![AllowedEgress::Host { port: allowed }], ..closed(internal) };
    installation.wall_in(&plan).await;
    let (spec, seen) = installation.serving().await;
    assert!(installation.reaches(&seen.container, host_of(&spec, internal)).await);
    assert!(installation.reaches(&seen.container, host_of(&spec, allowed)).await);
    assert!(!installation.reaches(&seen.container, host_of(&spec, other)).await);
    let hosts = installation.read(&seen.container, "/etc/hosts").await;
    let alias = format!("{}\thost.mosaic.internal", host_of(&spec, 0).ip());
    assert!(hosts.contains(&alias), "{hosts}");

    // Nor under the host's other addresses: the engine's own bridge, and what leads to the world.
    let machine = Machine::beside(&installation);
    for host in [Ipv4Addr::new(172, 17, 0, 1), machine.host_address()] {
        assert!(!installation.reaches(&seen.container, SocketAddrV4::new(host, other)).await, "{host}");
    }
}

#[tokio::test]
async fn a_cell_reaches_no_private_address_but_an_allowed_one() {
    let installation = Installation::new().await;
    let machine = Machine::beside(&installation);
    let (open, shut) = (machine.listens(), machine.listens());
    let allowed = AllowedEgress::Address { ip: *open.ip(), port: open.port() };
    let (_, seen) = installation.serving().await;
    assert!(installation.reaches(&seen.container, shut).await, "the machine is there to be reached");
    installation.wall_in(&FirewallPlan { allowed: vec![allowed], ..closed(1) }).await;
    assert!(installation.reaches(&seen.container, open).await);
    assert!(!installation.reaches(&seen.container, shut).await);
    assert!(!installation.reaches(&seen.container, "169.254.169.254:80").await);
}

#[tokio::test]
async fn the_walls_stand_while_the_engine_makes_networks() {
    const NETWORKS: usize = 8;
    let installation = Installation::new().await;
    let machine = Machine::beside(&installation);
    let shut = machine.listens();
    let (_, seen) = installation.serving().await;
    installation.wall_in(&closed(1)).await;
    let makes_networks = async {
        for _ in 0..NETWORKS {
            installation.serving().await;
        }
    };
    let shut = shut.to_string();
    let knocks =
        async { while installation.run(&seen.container, &["knock", &shut, "100"]).await.exit_code != 0 {} };
    tokio::select! {
        () = makes_networks => {}
        () = knocks => panic!("a connection went through"),
    }
}

#[tokio::test]
async fn cells_reach_each_other_neither_by_address_nor_by_name() {
    let installation = Installation::new().await;
    installation.wall_in(&closed(1)).await;
    let ((_, one), (_, other)) = (installation.serving().await, installation.serving().await);
    let other_address = address(&other);
    ready(other_address).await;
    assert!(!installation.reaches(&one.container, other_address).await);
    let name = installation.inspect(&other.container).await.name.unwrap();
    let found = installation.run(&one.container, &["lookup", name.trim_start_matches('/')]).await.output;
    assert!(!found.trim().ends_with(" 1"), "{found}");
}

#[tokio::test]
async fn names_resolve_inside_a_walled_cell() {
    let installation = Installation::new().await;
    installation.wall_in(&closed(1)).await;
    let (_, seen) = installation.serving().await;
    // Whatever the answer is: that one comes shows that the way to the server is open.
    let asked = installation.run(&seen.container, &["lookup", "example.org"]).await;
    assert_eq!(asked.exit_code, 0, "{}", asked.output);
}

#[tokio::test]
async fn only_this_host_reaches_a_cell_where_nothing_is_published() {
    let installation = Installation::new().await;
    installation.wall_in(&closed(1)).await;
    let (_, seen) = installation.serving().await;
    ready(address(&seen)).await;
    let machine = Machine::beside(&installation);
    assert!(!machine.reaches(address(&seen)));
    let inspected = installation.inspect(&seen.container).await;
    let ports = inspected.network_settings.unwrap().ports.unwrap_or_default();
    assert!(ports.values().all(Option::is_none), "{ports:?}");
}

#[tokio::test]
async fn where_bridges_cannot_be_dialled_a_gateway_is_published_on_loopback_only() {
    let range = 42_100..=42_199;
    let installation = Installation::reached(Reach::Published(range.clone())).await;
    let (_, seen) = installation.serving().await;
    let address = address(&seen);
    assert!(address.ip().is_loopback() && range.contains(&address.port()), "{address}");
    ready(address).await;
    let machine = Machine::beside(&installation);
    assert!(!machine.reaches((machine.host_address(), address.port()).into()));
}

#[tokio::test]
async fn the_walls_are_told_repaired_and_removed() {
    let installation = Installation::new().await;
    let (firewall, plan) = (installation.firewall(), closed(7_778));
    assert!(matches!(firewall.status(&plan).await, Protection::Open { .. }));
    assert!(firewall.ensure(&plan).await.unwrap());
    assert!(!firewall.ensure(&plan).await.unwrap(), "what is in place is left alone");
    assert_eq!(firewall.status(&plan).await, Protection::Full);
    let changed = FirewallPlan { allowed: vec![AllowedEgress::Host { port: 9 }], ..plan.clone() };
    assert!(firewall.ensure(&changed).await.unwrap());
    firewall.remove().await.unwrap();
    firewall.remove().await.unwrap();
    assert!(matches!(firewall.status(&plan).await, Protection::Open { .. }));
}

#[tokio::test]
async fn a_local_engine_is_reached_on_its_bridges() {
    let reach = DockerEngine::detect_reach(None, 1..=2).await.unwrap();
    assert_eq!(reach, Reach::Bridge);
    let installation = Installation::reached(reach).await;
    let (_, seen) = installation.start(installation.spec(Image::Serves)).await;
    ready(address(&seen)).await;
}
