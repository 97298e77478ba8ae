//! The machine's own programs and packages.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::environment;
use crate::process;
use crate::progress::Log;

/// Whether this process may do everything.
pub(crate) fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// A program on the path, or where Debian keeps the administrator's.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let path = environment::variable("PATH").unwrap_or_default();
    let folders = path.split(':').chain(["/usr/sbin", "/sbin"]);
    folders.map(|folder| Path::new(folder).join(name)).find(|file| is_program(file))
}

fn is_program(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

/// Installs Debian packages. Only root can.
pub(crate) fn install(log: &Log, packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    if !is_root() {
        bail!(
            "only root can install packages; please run: sudo apt-get install -y --no-install-recommends {names}"
        );
    }
    let apt = find_program("apt-get")
        .with_context(|| format!("this is no Debian; please install {names} yourself"))?;
    log.line(format_args!("installing {names}"));
    let quiet = |what: &[&str]| {
        let mut command = process::command(&apt);
        // Another installation may be under way, such as the image's beside the web app's.
        command
            .args(["-q", "-o", "DPkg::Lock::Timeout=300"])
            .args(what)
            .env("DEBIAN_FRONTEND", "noninteractive");
        process::output(&mut command)
    };
    let install = [&["install", "-y", "--no-install-recommends"], packages].concat();
    if quiet(&install).is_err() {
        // The lists may be missing or too old to find the files.
        quiet(&["update"])?;
        quiet(&install)?;
    }
    Ok(())
}
