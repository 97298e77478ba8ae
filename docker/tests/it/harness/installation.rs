//! An installation of a test's own, which leaves nothing behind, however the test ends.

use std::{net::Ipv4Addr, sync::Mutex, thread, time::Duration};

use bollard::Docker;
use ipnet::Ipv4Net;
use mosaic_docker::{
    CellSpec, DockerEngine, Engine, EngineError, Firewall, FirewallPlan, Limits, Reach, Seen, nameservers,
};
use mosaic_model::{CellId, GatewayToken, Generation, InstanceId, Nonce, UserId};
use tokio::runtime;
use uuid::Uuid;

use super::{Image, random};

/// Where the test cells' networks come from.
const CELL_RANGE: Ipv4Addr = Ipv4Addr::new(10, 214, 0, 0);

/// One installation of Mosaic, as far as an engine is concerned.
#[derive(Debug)]
pub(crate) struct Installation {
    pub(crate) instance: InstanceId,
    pub(crate) engine: DockerEngine,
    /// The engine past the port: to see what the port hides.
    pub(crate) docker: Docker,
    firewall: Firewall,
    cells: Mutex<Vec<CellId>>,
}

impl Installation {
    pub(crate) async fn new() -> Self {
        Self::reached(Reach::Bridge).await
    }

    pub(crate) async fn reached(reach: Reach) -> Self {
        let instance = InstanceId::from_uuid(Uuid::from_bytes(random()));
        let engine = DockerEngine::connect(None, instance, reach).await.expect(
            "these tests need a Docker engine at /var/run/docker.sock; `cargo xtask test` starts one",
        );
        let docker = Docker::connect_with_unix_defaults().expect("the engine was reached just now");
        let firewall = Firewall::for_instance(instance);
        Self { instance, engine, docker, firewall, cells: Mutex::default() }
    }

    /// A spec of the first container of a cell that has never been.
    pub(crate) fn spec(&self, image: Image) -> CellSpec {
        let cell = CellId::User(UserId::from_uuid(Uuid::from_bytes(random())));
        self.cells.lock().unwrap().push(cell);
        CellSpec {
            cell,
            image: image.name(),
            generation: Generation(1),
            nonce: Nonce::from_random(random()),
            subnet: some_network(),
            internal_port: 7_778,
            limits: Limits { memory_bytes: 64 << 20, cpu_millis: 500, pids: 50 },
        }
    }

    /// Starts a cell that serves.
    pub(crate) async fn serving(&self) -> (CellSpec, Seen) {
        self.start(self.spec(Image::Serves)).await
    }

    /// Starts a cell; another test may have taken its network at this very moment.
    pub(crate) async fn start(&self, mut spec: CellSpec) -> (CellSpec, Seen) {
        loop {
            match self.engine.start(&spec, &token()).await {
                Ok(seen) => return (spec, seen),
                Err(EngineError::SubnetTaken(_)) => spec.subnet = some_network(),
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// Walls the cells in.
    pub(crate) async fn wall_in(&self, plan: &FirewallPlan) {
        self.firewall.ensure(plan).await.expect("these tests run as root, with iptables");
    }

    pub(crate) const fn firewall(&self) -> &Firewall {
        &self.firewall
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        let (instance, cells) = (self.instance, std::mem::take(&mut *self.cells.lock().unwrap()));
        let firewall = self.firewall.clone();
        // The test's own runtime is about to end, or is unwinding.
        let cleaning = thread::spawn(move || {
            let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let engine = DockerEngine::connect(None, instance, Reach::Bridge).await.unwrap();
                for cell in cells {
                    engine.erase(cell).await.unwrap();
                }
                firewall.remove().await.unwrap();
            });
        });
        let cleaned = cleaning.join();
        assert!(cleaned.is_ok() || thread::panicking(), "the test left something behind");
    }
}

/// A network of the range, which with some luck nobody has.
fn some_network() -> Ipv4Net {
    let offset = u32::from(u16::from_be_bytes(random()) & 0xfff0);
    Ipv4Net::new_assert(Ipv4Addr::from_bits(CELL_RANGE.to_bits() | offset), 28)
}

/// A plan that allows nothing.
pub(crate) fn closed(internal_port: u16) -> FirewallPlan {
    FirewallPlan { internal_port, allowed: Vec::new(), nameservers: nameservers() }
}

/// The token that every test cell is given.
pub(crate) fn token() -> GatewayToken {
    GatewayToken::from_random([0xab; 32])
}

/// A grace that no test waits for in vain.
pub(crate) const GRACE: Duration = Duration::from_secs(20);
