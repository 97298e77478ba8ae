//! One gateway in a container made like a cell's: its own network and volume, no privileges, the token over stdin.

use std::{
    io::Write as _,
    net::Ipv4Addr,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use mosaic_model_server::{ModelServer, ModelServerConfig};

use crate::{
    client::Client,
    docker,
    openclaw_json::{Draft, PROVIDER_KEY},
    service::ConfigService,
};

/// The gateway token of every cell here; like the provider's key it must stay inside.
pub(crate) const TOKEN: &str = "7b0e9d54c1a86f32e4d7908b5ac3f1627b0e9d54c1a86f32e4d7908b5ac3f162";

/// Longer than the slowest start of the real gateway on a machine that does other things too.
const START_LIMIT: Duration = Duration::from_mins(3);

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A container with what belongs to it. Dropped, it removes all of it.
pub(crate) struct Cell {
    /// The name of the container, the network and (with a suffix) the volume.
    pub(crate) name: String,
    pub(crate) model: ModelServer,
    service: ConfigService,
    gateway: Ipv4Addr,
    attached: Option<Child>,
}

impl Cell {
    /// Creates the container; it does not run yet.
    pub(crate) async fn create(image: &str, draft: &Draft) -> Self {
        let name = format!("mosaic-contract-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let bridge = network(&name);
        let listen = (bridge, 0).into();
        let keys = vec![PROVIDER_KEY.to_owned()];
        let model =
            ModelServer::start(ModelServerConfig { listen, keys, ..Default::default() }).await.unwrap();
        let service = ConfigService::start(bridge, TOKEN, draft.write(model.addr())).await;
        let gateway = Ipv4Addr::from(u32::from(bridge) + 1);
        create(&name, image, gateway, &format!("http://{}/config", service.address));
        Self { name, model, service, gateway, attached: None }
    }

    /// Starts the container and writes the token on its stdin.
    pub(crate) fn start(&mut self) {
        self.start_with_token(TOKEN);
    }

    pub(crate) fn start_with_token(&mut self, token: &str) {
        let mut child = Command::new("docker")
            .args(["start", "--attach", "--interactive", &self.name])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        writeln!(child.stdin.take().unwrap(), "{token}").unwrap();
        self.detach();
        self.attached = Some(child);
    }

    /// Waits until the gateway can take a chat.
    pub(crate) async fn wait_ready(&self) {
        let began = Instant::now();
        while self.client().status("/startupz").await != Some(200) {
            let state = docker::run(&["inspect", "--format", "{{.State.Status}}", &self.name]);
            assert_ne!(state, "exited", "it ended instead of becoming ready:\n{}", self.log());
            assert!(began.elapsed() < START_LIMIT, "not ready in time:\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub(crate) fn client(&self) -> Client {
        Client::new((self.gateway, 18789).into())
    }

    /// Gives the gateway another config, as Mosaic does: the entrypoint fetches it, the gateway sees the file change.
    pub(crate) fn change_config(&self, draft: &Draft) {
        self.service.change(draft.write(self.model.addr()));
        docker::run(&["exec", &self.name, "/opt/mosaic/entrypoint", "refresh"]);
    }

    pub(crate) fn signal(&self, signal: &str) {
        docker::run(&["kill", "--signal", signal, &self.name]);
    }

    /// Waits for the container to end.
    pub(crate) async fn exit_code(&self) -> i32 {
        let name = self.name.clone();
        let waited = tokio::task::spawn_blocking(move || {
            // `docker wait` answers at once for a container that is created and not yet started.
            while docker::run(&["inspect", "--format", "{{.State.Status}}", &name]) == "created" {
                std::thread::sleep(Duration::from_millis(50));
            }
            docker::run(&["wait", &name])
        });
        waited.await.unwrap().parse().unwrap()
    }

    /// Everything that the container has printed.
    pub(crate) fn log(&self) -> String {
        let output = docker::output(&["logs", &self.name]);
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
    }

    fn detach(&mut self) {
        if let Some(mut child) = self.attached.take() {
            // It may have ended with its container; a kill is not passed on to a container that runs.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Drop for Cell {
    fn drop(&mut self) {
        self.detach();
        let volume = format!("{}-state", self.name);
        docker::output(&["rm", "--force", &self.name]);
        docker::output(&["volume", "rm", "--force", &volume]);
        docker::output(&["network", "rm", &self.name]);
    }
}

/// Creates a bridge on a free /28 and returns the host's address on it.
fn network(name: &str) -> Ipv4Addr {
    let offset = std::process::id().wrapping_mul(16) + NEXT.fetch_add(1, Ordering::Relaxed);
    for attempt in 0..64 {
        let number = (offset + attempt) % 4096;
        let subnet = Ipv4Addr::from(u32::from(Ipv4Addr::new(10, 212, 0, 0)) + number * 16);
        if docker::succeeds(&["network", "create", "--subnet", &format!("{subnet}/28"), name]) {
            return Ipv4Addr::from(u32::from(subnet) + 1);
        }
    }
    panic!("no free subnet in 10.212.0.0/16");
}

fn create(name: &str, image: &str, address: Ipv4Addr, config_url: &str) {
    let volume = format!("{name}-state:/home/node/.openclaw");
    let (url, address) = (format!("MOSAIC_CONFIG_URL={config_url}"), address.to_string());
    docker::run(&[
        "create",
        "--interactive",
        "--init",
        "--name",
        name,
        "--network",
        name,
        "--ip",
        &address,
        "--user",
        "1000:1000",
        "--cap-drop",
        "ALL",
        "--security-opt",
        "no-new-privileges",
        "--read-only",
        "--pids-limit",
        "256",
        "--memory",
        "2g",
        "--tmpfs",
        "/tmp:size=64m,noexec,nosuid,nodev",
        "--tmpfs",
        "/run/mosaic:size=1m,mode=0700,uid=1000,gid=1000",
        "--volume",
        &volume,
        "--env",
        &url,
        image,
    ]);
}
