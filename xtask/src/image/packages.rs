//! Programs of the host that a build needs.

use std::process::Command;

use anyhow::{Result, bail};

use crate::process;
use crate::progress::Log;

/// Whether this process may install packages.
pub(super) fn is_root() -> bool {
    process::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// Makes sure that `program` can be run: installs Debian's `package` when root, else says what to do.
pub(super) fn ensure(log: &Log, program: &str, package: &str) -> Result<()> {
    if process::works("sh", &["-c", &format!("command -v {program}")]) {
        return Ok(());
    }
    if !is_root() || !process::works("apt-get", &["--version"]) {
        bail!(
            "`{program}` is missing: install it (on Debian: `sudo apt-get install {package}`) and run this again"
        );
    }
    log.line(format_args!("installing Debian's {package}"));
    let install = format!("apt-get install -y --no-install-recommends {package}");
    let script = format!("{install} || (apt-get update && {install})");
    process::output(Command::new("sh").args(["-c", &script]).env("DEBIAN_FRONTEND", "noninteractive"))
        .map(drop)
}
