//! A Docker engine of a test's own, which can be ended and begun anew without anybody else's noticing.

use std::{
    fs::File,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

use crate::support::{eventually, random, run};

/// The engine and where it keeps everything; both are gone when dropped.
#[derive(Debug)]
pub(super) struct PrivateEngine {
    home: TempDir,
    bridge: Bridge,
    daemon: Child,
}

/// Its default bridge. Without one, or told to have none, an engine takes the host's away, which is another's.
#[derive(Debug)]
struct Bridge(String);

impl Bridge {
    fn make() -> Self {
        let [name, third, fourth]: [u8; 3] = random();
        let bridge = Self(format!("mse{name:02x}{third:02x}{fourth:02x}"));
        ip(&["link", "add", &bridge.0, "type", "bridge"]);
        ip(&["addr", "add", &format!("10.215.{third}.{}/29", (fourth & 0xf8) + 1), "dev", &bridge.0]);
        ip(&["link", "set", &bridge.0, "up"]);
        bridge
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        ip(&["link", "del", &self.0]);
    }
}

fn ip(arguments: &[&str]) {
    let (_, error, succeeded) = run(Command::new("ip").args(arguments), "");
    assert!(succeeded || std::thread::panicking(), "ip {arguments:?}: {error}");
}

impl PrivateEngine {
    /// Begins one that has this image of the host's engine.
    pub(super) async fn with(image: &str) -> Self {
        let home =
            tempfile::Builder::new().prefix("mosaic-engine-").tempdir().expect("a temporary directory");
        let bridge = Bridge::make();
        let daemon = begin(&home, &bridge);
        let engine = Self { home, bridge, daemon };
        engine.until_it_answers().await;
        let file = engine.home.path().join("image.tar");
        let file = file.to_str().expect("our own directory");
        for arguments in [["save", "--output", file, image], ["--host", &engine.url(), "load", "--quiet"]] {
            let mut command = Command::new("docker");
            command.args(arguments);
            if arguments[0] == "--host" {
                command.args(["--input", file]);
            }
            let (_, error, succeeded) = run(&mut command, "");
            assert!(succeeded, "{command:?}: {error}");
        }
        engine
    }

    /// As Mosaic and the Docker client name it.
    pub(super) fn url(&self) -> String {
        format!("unix://{}", self.home.path().join("docker.sock").display())
    }

    /// Ends it, and with it all its containers, as an upgrade of the engine does.
    pub(super) async fn end(&mut self) {
        let (_, error, sent) = run(Command::new("kill").arg(self.daemon.id().to_string()), "");
        assert!(sent, "{error}");
        eventually("the engine ends", async || self.daemon.try_wait().expect("our own child")).await;
    }

    /// Begins it again.
    pub(super) async fn begin(&mut self) {
        self.daemon = begin(&self.home, &self.bridge);
        self.until_it_answers().await;
    }

    async fn until_it_answers(&self) {
        let url = self.url();
        eventually("the engine answers", async || {
            run(Command::new("docker").args(["--host", &url, "info"]), "").2.then_some(())
        })
        .await;
    }

    fn log(home: &TempDir) -> PathBuf {
        home.path().join("dockerd.log")
    }
}

/// It shares nothing with the host's engine: no directory, no bridge, no firewall rule.
fn begin(home: &TempDir, bridge: &Bridge) -> Child {
    let place = |name: &str| home.path().join(name).display().to_string();
    let log = File::options().create(true).append(true).open(PrivateEngine::log(home));
    let log = log.expect("our own directory");
    Command::new("dockerd")
        .args(["--host", &format!("unix://{}", place("docker.sock"))])
        .args(["--data-root", &place("data"), "--exec-root", &place("exec")])
        .args(["--pidfile", &place("docker.pid")])
        .args(["--bridge", &bridge.0, "--iptables=false", "--ip6tables=false", "--ip-masq=false"])
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("a file"))
        .stderr(log)
        .spawn()
        .expect("the engine's program is installed")
}

impl Drop for PrivateEngine {
    fn drop(&mut self) {
        let _ = run(Command::new("kill").arg(self.daemon.id().to_string()), "");
        let _ = self.daemon.wait();
        if std::thread::panicking() {
            let log = std::fs::read_to_string(Self::log(&self.home)).unwrap_or_default();
            eprintln!("--- the log of the engine:\n{log}");
        }
    }
}
