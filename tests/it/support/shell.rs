//! Other programs, and waiting for what they bring about.

use std::{
    io::Write,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// How long anything may take to come true before the test gives up. Generous: machines are shared.
const PATIENCE: Duration = Duration::from_mins(2);

/// Runs a program to its end; both outputs, and whether it succeeded.
pub(crate) fn run(command: &mut Command, stdin: &str) -> (String, String, bool) {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("cannot run {command:?}: {error}"));
    // A program that does not read its input may close it before we are done.
    let _ = child.stdin.take().expect("piped").write_all(stdin.as_bytes());
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).trim().to_owned();
    (text(output.stdout), text(output.stderr), output.status.success())
}

/// The Docker client's standard output; empty where it failed.
pub(crate) fn docker(arguments: &[&str]) -> String {
    run(Command::new("docker").args(arguments), "").0
}

/// Looks again and again until it is so.
pub(crate) async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let since = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(since.elapsed() < PATIENCE, "waited {PATIENCE:?} in vain until {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
