//! The processes of the benchmark: the gateway, and what stands before it.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::process;
use crate::progress::Log;

/// Users among whom the load is spread.
const USERS: &str = "50";
/// How long a server may take to end, or to begin to listen.
const PATIENCE: Duration = Duration::from_secs(20);
/// Where Debian's programs for servers are; not on everybody's PATH.
const SERVER_PROGRAMS: &str = "/usr/sbin";

/// One way to the gateway.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) name: &'static str,
    pub(crate) address: String,
    /// The processes that stand in the way; none for the direct one.
    pub(crate) pids: Vec<u32>,
}

/// Everything that runs. Ends with it.
#[derive(Debug)]
pub(crate) struct Servers {
    /// The way without anything between first: it is the floor.
    pub(crate) targets: Vec<Target>,
    pub(crate) tokens: PathBuf,
    /// In the order in which they end.
    _running: Vec<Running>,
    _folder: Scratch,
}

impl Servers {
    /// Starts all of them.
    pub(crate) fn start(log: &Log, program: &Path, folder: &Path) -> Result<Self> {
        let scratch = Scratch::make(folder.join(format!("run-{}", std::process::id())))?;
        let tokens = scratch.0.join("tokens");
        let (upstream, gateway) = role(Command::new(program).arg("upstream"))?;
        log.line("starting Mosaic on a new database");
        let mut command = Command::new(program);
        command.arg("mosaic").arg("--data-dir").arg(scratch.0.join("mosaic"));
        command.args(["--gateway", &gateway, "--users", USERS, "--tokens"]).arg(&tokens);
        let (mosaic, address) = role(&mut command)?;
        let mut targets = vec![
            Target { name: "direct", address: gateway.clone(), pids: Vec::new() },
            Target { name: "Mosaic", address, pids: vec![mosaic.child.id()] },
        ];
        let mut running = vec![mosaic, upstream];
        for (name, configuration) in [("nginx", NGINX), ("haproxy", HAPROXY)] {
            let (server, target) = proxy(name, configuration, &gateway, &scratch.0)
                .with_context(|| format!("{name} is needed: apt-get install nginx-light haproxy"))?;
            targets.push(target);
            running.insert(0, server);
        }
        Ok(Self { targets, tokens, _running: running, _folder: scratch })
    }
}

const NGINX: &str = "
daemon off; user root; worker_processes 2; pid FOLDER/nginx.pid; error_log FOLDER/nginx.log warn;
events { worker_connections 4096; }
http {
  access_log off;
  client_body_temp_path FOLDER/body; proxy_temp_path FOLDER/proxy; fastcgi_temp_path FOLDER/fastcgi;
  uwsgi_temp_path FOLDER/uwsgi; scgi_temp_path FOLDER/scgi;
  keepalive_requests 1000000;
  upstream gateway { server GATEWAY; keepalive 64; keepalive_requests 1000000; }
  server {
    listen LISTEN backlog=2048;
    location / {
      proxy_pass http://gateway; proxy_http_version 1.1; proxy_set_header Connection \"\";
      proxy_buffering off; proxy_read_timeout 300s;
    }
  }
}
";

const HAPROXY: &str = "
global
  maxconn 4096
  nbthread 2
defaults
  mode http
  option http-no-delay
  timeout connect 5s
  timeout client 300s
  timeout server 300s
frontend front
  bind LISTEN backlog 2048
  default_backend gateway
backend gateway
  http-reuse always
  server gateway GATEWAY
";

/// Starts nginx or HAProxy with a configuration of our own.
fn proxy(name: &'static str, configuration: &str, gateway: &str, folder: &Path) -> Result<(Running, Target)> {
    let address = free_address()?;
    let text = configuration
        .replace("FOLDER", &folder.display().to_string())
        .replace("GATEWAY", gateway)
        .replace("LISTEN", &address);
    let file = folder.join(name);
    fs::write(&file, text)?;
    let mut command = Command::new(find(name));
    match name {
        "nginx" => command.arg("-e").arg(folder.join("nginx.log")).arg("-c").arg(&file),
        _ => command.arg("-db").arg("-f").arg(&file),
    };
    let log = File::create(folder.join(format!("{name}.out")))?;
    command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    let running = Running { child: command.spawn()?, by_stdin: false };
    await_listener(&address)?;
    let pids = family(running.child.id());
    Ok((running, Target { name, address, pids }))
}

fn find(program: &str) -> PathBuf {
    let debians = Path::new(SERVER_PROGRAMS).join(program);
    if debians.exists() { debians } else { program.into() }
}

/// Starts a role of our own; its first line says where it listens.
fn role(command: &mut Command) -> Result<(Running, String)> {
    let name = process::shown(command);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().with_context(|| format!("starting {name}"))?;
    let output = child.stdout.take().context("its output is piped")?;
    let running = Running { child, by_stdin: true };
    let mut address = String::new();
    BufReader::new(output).read_line(&mut address)?;
    if address.trim().is_empty() {
        bail!("`{name}` ended before it listened");
    }
    Ok((running, address.trim().to_owned()))
}

/// A port nobody has now.
fn free_address() -> Result<String> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
}

fn await_listener(address: &str) -> Result<()> {
    let began = Instant::now();
    while std::net::TcpStream::connect(address).is_err() {
        if began.elapsed() > PATIENCE {
            bail!("nothing listens on {address}");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// A process and its children.
fn family(pid: u32) -> Vec<u32> {
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    let children = children.split_whitespace().filter_map(|child| child.parse().ok());
    std::iter::once(pid).chain(children).collect()
}

/// A process that ends when this is dropped.
#[derive(Debug)]
struct Running {
    child: Child,
    /// Whether it ends by itself when its standard input does.
    by_stdin: bool,
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.by_stdin {
            drop(self.child.stdin.take());
        } else {
            // A polite end: nginx has children to take along.
            let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        }
        let began = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) && began.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A folder for this run, removed with it.
#[derive(Debug)]
struct Scratch(PathBuf);

impl Scratch {
    fn make(path: PathBuf) -> Result<Self> {
        fs::create_dir_all(&path).with_context(|| format!("making {}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
