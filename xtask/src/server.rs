//! `mosaic serve` as a child process: started, awaited, and ended with this command.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use signal_hook::consts::{SIGINT, SIGTERM};

use crate::engine_api::EngineApi;
use crate::environment;
use crate::process;

const HEALTH: &str = "/api/health";
const MODELS: &str = "/v1/models";
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Where Mosaic runs.
#[derive(Debug)]
pub(crate) struct Place {
    /// The folder of the programs.
    pub(crate) programs: PathBuf,
    /// Where the data is; Mosaic's own choice where there is none.
    pub(crate) data_dir: Option<PathBuf>,
    pub(crate) listen: SocketAddr,
}

impl Place {
    /// A command of Mosaic's on the same data.
    pub(crate) fn mosaic(&self, args: &[&str]) -> Command {
        let mut command = process::command(self.programs.join("mosaic"));
        command.args(args);
        if let Some(dir) = &self.data_dir {
            command.arg("--data-dir").arg(dir);
        }
        command
    }

    /// How one types Mosaic's name on this data.
    pub(crate) fn shown_program(&self) -> String {
        let program = self.programs.join("mosaic").display().to_string();
        match &self.data_dir {
            Some(dir) => format!("{program} --data-dir {}", dir.display()),
            None => program,
        }
    }

    /// The address for a browser on this machine.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.reachable())
    }

    /// Where the data is.
    pub(crate) fn data(&self) -> PathBuf {
        self.data_dir.clone().unwrap_or_else(environment::data_dir)
    }

    /// Whether a running Mosaic takes a token.
    pub(crate) fn takes(&self, token: &str) -> bool {
        http_status(self.reachable(), MODELS, Some(token)).is_ok_and(|status| status == "200")
    }

    /// The address to connect to: one that listens everywhere is reached on this machine's own.
    fn reachable(&self) -> SocketAddr {
        let any = self.listen.ip().is_unspecified();
        let ip = if any { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { self.listen.ip() };
        SocketAddr::new(ip, self.listen.port())
    }
}

/// Whether somebody wants this command to end. Ctrl-C reaches the children too, as they are in the terminal's
/// foreground as well; this process only has to wait for them.
#[derive(Debug)]
pub(crate) struct Interrupt {
    asked: Arc<AtomicBool>,
}

impl Interrupt {
    /// Notes SIGINT and SIGTERM from now on; the next one of a kind ends this process at once.
    pub(crate) fn catch() -> Result<Self> {
        let asked = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&asked))?;
            signal_hook::flag::register(signal, Arc::clone(&asked))?;
        }
        Ok(Self { asked })
    }

    fn is_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }
}

/// A running `mosaic serve`.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    pub(crate) fn start(place: &Place, engine: &EngineApi) -> Result<Self> {
        if answers(place.reachable()) {
            bail!(
                "something serves {} already; stop it, or choose another address with --listen",
                place.url()
            );
        }
        let engine = format!("unix://{}", engine.socket().display());
        let listen = place.listen.to_string();
        let mut command = place.mosaic(&["serve", "--listen", &listen, "--docker-host", &engine]);
        let child = command.spawn().with_context(|| format!("starting {}", process::shown(&command)))?;
        Ok(Self { child, address: place.reachable() })
    }

    /// Waits until it answers; an error if it ends before.
    pub(crate) fn wait_until_ready(&mut self, interrupt: &Interrupt) -> Result<()> {
        while !answers(self.address) {
            if let Some(status) = self.child.try_wait()? {
                bail!("mosaic ended with {status} before it was ready; its last lines above say why");
            }
            if interrupt.is_asked() {
                self.end()?;
                bail!("interrupted");
            }
            sleep(LOOK_EVERY);
        }
        Ok(())
    }

    /// Waits until it ends, by itself or because somebody wants this command to end.
    pub(crate) fn wait(&mut self, interrupt: &Interrupt) -> Result<()> {
        loop {
            if let Some(status) = self.child.try_wait()? {
                return if status.success() || interrupt.is_asked() {
                    Ok(())
                } else {
                    bail!("mosaic ended with {status}")
                };
            }
            if interrupt.is_asked() {
                return self.end();
            }
            sleep(LOOK_EVERY);
        }
    }

    /// Asks it to end, which Ctrl-C may have done already, and waits for its graceful shutdown.
    fn end(&mut self) -> Result<()> {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        self.child.wait()?;
        Ok(())
    }
}

/// Whether Mosaic says there that it is up.
fn answers(address: SocketAddr) -> bool {
    http_status(address, HEALTH, None).is_ok_and(|status| status == "200")
}

/// The status of a GET.
fn http_status(address: SocketAddr, path: &str, token: Option<&str>) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let authorization = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\n{authorization}Connection: close\r\n\r\n")?;
    let mut head = [0; "HTTP/1.1 200".len()];
    stream.read_exact(&mut head)?;
    Ok(String::from_utf8_lossy(&head[head.len() - 3..]).into_owned())
}
