//! The docker command line.

use std::process::{Command, Output};

/// Runs docker to its end.
pub(crate) fn output(arguments: &[&str]) -> Output {
    Command::new("docker").args(arguments).output().expect("the docker command line is installed")
}

/// Whether a docker command succeeds.
pub(crate) fn succeeds(arguments: &[&str]) -> bool {
    output(arguments).status.success()
}

/// Runs docker, expects success, and returns what it printed.
pub(crate) fn run(arguments: &[&str]) -> String {
    let output = output(arguments);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "docker {arguments:?}: {error}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
