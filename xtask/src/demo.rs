//! `cargo xtask up --demo`: a first chat without an account at a model provider.
//!
//! The only thing that is not real is the model: a scripted server of the tests takes its place, and every name
//! says so. The user, the provider, the agent and the token are made by the same commands a person would type.

use std::fs::{self, OpenOptions};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::process;
use crate::progress::Log;
use crate::server::Place;

const USER: &str = "demo@example.org";
const PROVIDER: &str = "demo-no-real-model";
const MODEL: &str = "demo-model";
const AGENT: &str = "main";
const AGENT_NAME: &str = "Demo agent (no real model)";
/// The scripted server's key. It protects nothing: what it opens answers by a script.
const KEY: &str = "demo-key-of-no-real-model";
/// The host as every container knows it.
const HOST: &str = "host.mosaic.internal";

/// A child that ends with this process.
#[derive(Debug)]
pub(crate) struct ModelServer(Child);

impl Drop for ModelServer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the scripted server on an address that containers reach; it takes requests with its key only.
pub(crate) fn start_model_server(log: &Log, place: &Place, port: u16) -> Result<ModelServer> {
    let mut command = process::command(place.programs.join("mosaic-model-server"));
    command.args(["--listen", &format!("0.0.0.0:{port}"), "--key", KEY]);
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("starting {}", process::shown(&command)))?;
    // Its one line says that it listens; it ends without one when it cannot.
    let mut line = String::new();
    if let Some(stdout) = &mut child.stdout {
        BufReader::new(stdout).read_line(&mut line)?;
    }
    if line.is_empty() {
        bail!(
            "the demo's model server ended with {}; is port {port} in use? Another is chosen with --demo-port",
            child.wait()?
        );
    }
    log.line(line.trim_end());
    Ok(ModelServer(child))
}

/// What a newcomer needs for a first chat.
#[derive(Debug)]
pub(crate) struct Demo {
    token: String,
    /// Of the demo user's local account.
    password: String,
}

/// Makes what the demo needs in a running Mosaic; what an earlier run has made is used again.
pub(crate) fn set_up(log: &Log, place: &Place, port: u16) -> Result<Demo> {
    allow_egress(place, port)?;
    // The demo is set up by commands; nobody is to be asked for an administrator first.
    make(&mut place.mosaic(&["onboarding", "complete"]), "")?;
    let kept = place.data().join("demo-token");
    if let Some(demo) = kept_demo(&kept, place) {
        return Ok(demo);
    }
    log.line("making the demo's user, provider, agent and token");
    let password = random_password()?;
    make(&mut place.mosaic(&["user", "create", "--email", USER, "--password-stdin"]), &password)?;
    // Where the user was there already, from a run that was cut off.
    make(&mut place.mosaic(&["admin", "reset-password", "--email", USER, "--password-stdin"]), &password)?;
    let url = format!("http://{HOST}:{port}/v1");
    let provider =
        ["provider", "add", "--user", USER, "--name", PROVIDER, "--base-url", &url, "--model", MODEL];
    make(&mut place.mosaic(&provider), KEY)?;
    let model = format!("{PROVIDER}/{MODEL}");
    let agent = ["agent", "add", "--user", USER, "--slug", AGENT, "--name", AGENT_NAME, "--model", &model];
    make(&mut place.mosaic(&agent), "")?;
    let token = process::output(&mut place.mosaic(&["token", "create", "--user", USER, "--name", "demo"]))?;
    let token = token.trim().to_owned();
    let demo = Demo { token, password };
    keep(&kept, &demo)?;
    Ok(demo)
}

impl Demo {
    /// How to chat, in commands that work as they stand.
    pub(crate) fn show(&self, place: &Place) {
        let (url, token, password) = (place.url(), &self.token, &self.password);
        println!(
            "
Mosaic is running, with a demo agent.

  THE DEMO HAS NO REAL MODEL: a small scripted server answers in its place. Everything else is real:
  the first question starts an OpenClaw gateway in a container of the demo user's own.

The page:   {url}
  e-mail address  {USER}
  password        {password}

Or, in another terminal:
  curl -N {url}/v1/chat/completions -H 'authorization: Bearer {token}' \\
    -H 'content-type: application/json' \\
    -d '{{\"model\": \"{AGENT}\", \"stream\": true, \"messages\": [{{\"role\": \"user\", \"content\": \"Hello!\"}}]}}'

Ctrl-C here stops Mosaic and the scripted server; the agent keeps running until it is idle too long and Mosaic
runs again. `cargo xtask clean` removes everything.
"
        );
    }
}

/// Lets cells reach the scripted server, and keeps what else they may reach.
fn allow_egress(place: &Place, port: u16) -> Result<()> {
    let ours = format!("{HOST}:{port}");
    let known = process::output(&mut place.mosaic(&["config", "get", "allowed_egress"]))?;
    let mut pairs: Vec<&str> = known.trim().split(',').filter(|pair| !pair.is_empty()).collect();
    if pairs.contains(&ours.as_str()) {
        return Ok(());
    }
    pairs.push(&ours);
    process::output(&mut place.mosaic(&["config", "set", "allowed_egress", &pairs.join(",")])).map(drop)
}

/// Runs a command that makes something, with a secret on its input. That it is there already is fine.
fn make(command: &mut Command, secret: &str) -> Result<()> {
    let name = process::shown(command);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("starting {name}"))?;
    if let Some(mut stdin) = child.stdin.take() {
        // A command that reads nothing may be gone already.
        let _ = stdin.write_all(secret.as_bytes());
    }
    let output = child.wait_with_output()?;
    let words = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() && !words.contains("there is already") {
        bail!("`{name}` ended with {}: {}", output.status, words.trim());
    }
    Ok(())
}

/// What an earlier run has made, if the server still takes its token.
fn kept_demo(file: &Path, place: &Place) -> Option<Demo> {
    let text = fs::read_to_string(file).ok()?;
    let (token, password) = text.trim().split_once('\n')?;
    place.takes(token).then(|| Demo { token: token.to_owned(), password: password.to_owned() })
}

/// Eighty random bits: nobody has to remember it.
fn random_password() -> Result<String> {
    let mut bytes = [0; 10];
    let mut source = fs::File::open("/dev/urandom").context("opening /dev/urandom")?;
    source.read_exact(&mut bytes).context("reading /dev/urandom")?;
    Ok(format!("{:020x}", bytes.iter().fold(0_u128, |number, byte| number << 8 | u128::from(*byte))))
}

/// Readable by this user only: both open a door.
fn keep(file: &Path, demo: &Demo) -> Result<()> {
    let write = || {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file)?;
        writeln!(file, "{}\n{}", demo.token, demo.password)
    };
    write().with_context(|| format!("writing {}", file.display()))
}
