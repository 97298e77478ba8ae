//! A running Docker engine: found, started, or installed where that is ours to do.

use std::fs::{self, File};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::engine_api::EngineApi;
use crate::environment;
use crate::machine;
use crate::process;
use crate::progress::Log;

const START_TIMEOUT: Duration = Duration::from_mins(1);
/// A container reaches the world through rules that `iptables` makes, so the engine does not work without it.
const PACKAGES: &[&str] = &["docker.io", "iptables"];

/// An engine that answers.
#[derive(Debug)]
pub(crate) struct DockerEngine {
    pub(crate) api: EngineApi,
    /// The daemon, where this process has started it.
    started: Option<Child>,
}

impl DockerEngine {
    /// Finds the engine, or starts it, or installs it; or says what a person has to do.
    pub(crate) fn ensure(log: &Log) -> Result<Self> {
        let api = EngineApi::from_environment()?;
        if api.answers() {
            return Ok(Self { api, started: None });
        }
        let socket = api.socket().to_owned();
        if environment::variable("DOCKER_HOST").is_some() {
            bail!(
                "no Docker engine answers at {} (from DOCKER_HOST): start it, or unset the variable",
                socket.display()
            );
        }
        if !machine::is_root() {
            bail!("{}", advice(&socket));
        }
        if machine::find_program("dockerd").is_none() {
            machine::install(log, PACKAGES).context("installing the Docker engine")?;
        }
        let started = start(log)?;
        wait(&api, log)?;
        Ok(Self { api, started })
    }

    /// Ends the daemon, if this process has started it.
    pub(crate) fn stop_if_started(&mut self, log: &Log) {
        if let Some(mut daemon) = self.started.take() {
            log.line("stopping the Docker engine that this run has started");
            let asked = Command::new("kill").arg(daemon.id().to_string()).status();
            if asked.is_ok_and(|status| status.success()) {
                let _ = daemon.wait();
            }
        }
    }
}

/// Starts the daemon: by systemd where that runs, else by hand and in a process group of its own, so that it
/// outlives this process and its Ctrl-C.
fn start(log: &Log) -> Result<Option<Child>> {
    if Path::new("/run/systemd/system").is_dir() {
        log.line("starting the Docker engine (systemctl start docker)");
        process::run(log, process::command("systemctl").args(["start", "docker"]))?;
        return Ok(None);
    }
    let path = daemon_log()?;
    log.line(format_args!("starting the Docker engine; it logs to {}", path.display()));
    let file = File::create(&path).with_context(|| format!("creating {}", path.display()))?;
    let program =
        machine::find_program("dockerd").context("dockerd is not there, though docker.io is installed")?;
    let daemon = Command::new(program)
        .stdin(Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(file)
        .process_group(0)
        .spawn()
        .context("starting dockerd")?;
    Ok(Some(daemon))
}

fn wait(api: &EngineApi, log: &Log) -> Result<()> {
    let began = Instant::now();
    while !api.answers() {
        if began.elapsed() > START_TIMEOUT {
            bail!(
                "the Docker engine does not answer {} s after its start; {} says why",
                START_TIMEOUT.as_secs(),
                where_it_logs()?
            );
        }
        sleep(Duration::from_millis(200));
    }
    log.line(format_args!("the Docker engine answers at {}", api.socket().display()));
    Ok(())
}

fn daemon_log() -> Result<PathBuf> {
    let folder = environment::cache_dir();
    fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
    Ok(folder.join("dockerd.log"))
}

fn where_it_logs() -> Result<String> {
    let systemd = Path::new("/run/systemd/system").is_dir();
    Ok(if systemd { "journalctl -u docker".to_owned() } else { daemon_log()?.display().to_string() })
}

fn advice(socket: &Path) -> String {
    if socket.exists() {
        return format!(
            "a Docker engine's socket is at {0}, but this user cannot use it or nothing answers there.\n\
             Either add yourself to its group and log in again:  sudo usermod -aG docker \"$USER\"\n\
             or start the engine:                                sudo systemctl start docker",
            socket.display()
        );
    }
    format!(
        "no Docker engine answers at {}, and only root can install one. Please run:\n  \
         sudo apt-get install -y --no-install-recommends {}\n  \
         sudo systemctl start docker\n  \
         sudo usermod -aG docker \"$USER\"    # then log in again",
        socket.display(),
        PACKAGES.join(" ")
    )
}
