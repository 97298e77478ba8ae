//! What the stand-in can see of the world it runs in: the isolation tests ask it.

use std::{fs, time::Duration};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
const READ_TIMEOUT: Duration = Duration::from_secs(2);

/// Tries to connect and to GET `path`; says `refused`, `timeout`, `failed: …` or `connected: ` and what came first.
pub(crate) async fn probe(address: &str, path: &str) -> String {
    let mut stream = match timeout(CONNECT_TIMEOUT, TcpStream::connect(address)).await {
        Err(_) => return "timeout".to_owned(),
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
            return "refused".to_owned();
        }
        Ok(Err(error)) => return format!("failed: {error}"),
        Ok(Ok(stream)) => stream,
    };
    let request = format!("GET {path} HTTP/1.0\r\nhost: {address}\r\n\r\n");
    let mut first = [0; 200];
    let exchange = async {
        stream.write_all(request.as_bytes()).await?;
        stream.read(&mut first).await
    };
    match timeout(READ_TIMEOUT, exchange).await {
        Ok(Ok(count)) => format!("connected: {}", String::from_utf8_lossy(&first[..count])),
        Ok(Err(_)) | Err(_) => "connected: ".to_owned(),
    }
}

/// The process's privileges as `/proc` and a few attempts tell them.
pub(crate) fn caps() -> Value {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        line.and_then(|values| values.split_whitespace().next()).unwrap_or_default().to_owned()
    };
    let mut environment: Vec<String> =
        std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned()).collect();
    environment.sort();
    json!({
        "uid": field("Uid"), "gid": field("Gid"), "cap_eff": field("CapEff"), "cap_bnd": field("CapBnd"),
        "no_new_privs": field("NoNewPrivs"), "seccomp": field("Seccomp"),
        "root_writable": writable("/"), "state_writable": writable("/home/node/.openclaw"),
        "tmp_writable": writable("/tmp"), "environment": environment,
    })
}

fn writable(directory: &str) -> bool {
    let file = std::path::Path::new(directory).join(".standin-write-test");
    let written = fs::write(&file, b"").is_ok();
    if written {
        // A file of no bytes that stays behind in a test's container is not worth a failure.
        let _ = fs::remove_file(&file);
    }
    written
}
