//! The few calls of the Docker Engine API that set-up and clean-up need, over its Unix socket.
//!
//! HTTP/1.0 by hand: the engine then answers without chunks and closes, so that an answer is what comes until
//! the end, and xtask needs no HTTP library.

use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::environment;

const DEFAULT_SOCKET: &str = "/var/run/docker.sock";

/// The way to an engine.
#[derive(Clone, Debug)]
pub(crate) struct EngineApi {
    socket: PathBuf,
}

impl EngineApi {
    /// The engine that `DOCKER_HOST` names, or else the one at the usual place. It may not be running.
    pub(crate) fn from_environment() -> Result<Self> {
        let host = environment::variable("DOCKER_HOST");
        let socket = match host.as_deref().map(|host| (host, host.strip_prefix("unix://"))) {
            None => DEFAULT_SOCKET,
            Some((_, Some(path))) => path,
            Some((host, None)) => bail!(
                "DOCKER_HOST is {host}, but Mosaic needs an engine on this machine: unset it, or name a unix:// socket"
            ),
        };
        Ok(Self { socket: PathBuf::from(socket) })
    }

    pub(crate) fn socket(&self) -> &Path {
        &self.socket
    }

    /// Whether an engine answers.
    pub(crate) fn answers(&self) -> bool {
        self.call("GET", "/_ping").is_ok_and(|(status, _)| status == 200)
    }

    /// Asks for something.
    pub(crate) fn get(&self, path: &str) -> Result<Value> {
        match self.call("GET", path)? {
            (200, body) => {
                serde_json::from_slice(&body).with_context(|| format!("reading the answer to {path}"))
            }
            (status, body) => bail!("the engine answered {status} to {path}: {}", message(&body)),
        }
    }

    /// Removes something; that it is gone already is fine.
    pub(crate) fn delete(&self, path: &str) -> Result<()> {
        match self.call("DELETE", path)? {
            (200..=299 | 404, _) => Ok(()),
            (status, body) => bail!("the engine answered {status} to DELETE {path}: {}", message(&body)),
        }
    }

    fn call(&self, method: &str, path: &str) -> Result<(u16, Vec<u8>)> {
        let mut stream = UnixStream::connect(&self.socket)
            .with_context(|| format!("connecting to the engine at {}", self.socket.display()))?;
        write!(stream, "{method} {path} HTTP/1.0\r\nHost: engine\r\n\r\n")?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        parse(&answer).with_context(|| format!("reading the engine's answer to {path}"))
    }
}

/// The status and the body of a whole HTTP answer.
fn parse(answer: &[u8]) -> Result<(u16, Vec<u8>)> {
    let end =
        answer.windows(4).position(|four| four == b"\r\n\r\n").context("the answer has no end of headers")?;
    let head = String::from_utf8_lossy(&answer[..end]);
    let status = head.split_whitespace().nth(1).context("the answer has no status")?.parse()?;
    Ok((status, answer[end + 4..].to_vec()))
}

/// The engine's own words in an error answer.
fn message(body: &[u8]) -> String {
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    value["message"].as_str().map_or_else(|| String::from_utf8_lossy(body).into_owned(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_whole() {
        let (status, body) = parse(b"HTTP/1.0 404 Not Found\r\nA: b\r\n\r\n{\"message\":\"no\"}").unwrap();
        assert_eq!((status, message(&body).as_str()), (404, "no"));
        assert!(parse(b"HTTP/1.0 200").is_err());
    }
}
