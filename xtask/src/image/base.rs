//! The base of the agent's image: Debian 12, pulled where a registry answers, else made with debootstrap.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::image::docker::{self, Base};
use crate::image::{cache, packages};
use crate::process;
use crate::progress::Log;
use crate::workspace::short_hash;

/// The name of the bases made here.
pub(super) const REPOSITORY: &str = "mosaic-base";

const PULLED: &str = "debian:bookworm-slim";
const SUITE: &str = "bookworm";
const MIRROR: &str = "http://deb.debian.org/debian";
/// What the agent's shell finds; the Dockerfile installs the same into a pulled base.
const PACKAGES: &str = "ca-certificates,curl,fd-find,git,jq,ripgrep";
/// A base that comes slower than this is made faster than it is pulled.
const PULL_PATIENCE: Duration = Duration::from_secs(90);

/// Finds or makes a base.
pub(super) fn prepare(log: &Log) -> Result<Base> {
    let made = format!("{REPOSITORY}:{SUITE}-{}", short_hash(PACKAGES.as_bytes()));
    if docker::exists(&made) {
        return Ok(Base { name: made, complete: true });
    }
    if docker::exists(PULLED) {
        return Ok(Base { name: PULLED.to_owned(), complete: false });
    }
    log.line(format_args!("pulling {PULLED}"));
    let Err(reason) = docker::pull(PULLED, PULL_PATIENCE) else {
        return Ok(Base { name: PULLED.to_owned(), complete: false });
    };
    log.line(format_args!("{reason}; making the base from Debian packages instead"));
    docker::import(&archive(log)?, &made)?;
    Ok(Base { name: made, complete: true })
}

/// The base as a tar archive.
fn archive(log: &Log) -> Result<PathBuf> {
    let name = format!("base-{SUITE}-{}", short_hash(PACKAGES.as_bytes()));
    let directory = cache::entry(&name, |directory| {
        if !packages::is_root() {
            bail!(
                "debootstrap needs root and {PULLED} cannot be pulled: either run `cargo xtask image agent` once as \
                 root, or give the engine the base by `docker load`, under the name {PULLED}"
            );
        }
        packages::ensure(log, "debootstrap", "debootstrap")?;
        log.line("debootstrap makes a Debian root file system (about a minute)");
        let root = directory.join("root");
        process::output(
            Command::new("debootstrap")
                .args(["--variant=minbase", &format!("--include={PACKAGES}"), SUITE])
                .arg(&root)
                .arg(mirror()),
        )?;
        slim(&root)?;
        pack(&root, &directory.join("base.tar"))?;
        fs::remove_dir_all(&root).context("removing the unpacked root file system")
    })?;
    Ok(directory.join("base.tar"))
}

/// The mirror that this machine's own apt uses for the suite, if it runs the same one.
fn mirror() -> String {
    let targets = Command::new("apt-get")
        .args(["indextargets", "--format", "$(SITE) $(CODENAME) $(COMPONENT)", "Created-By: Packages"])
        .output();
    let listed =
        targets.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let wanted = format!(" {SUITE} main");
    let site = listed.lines().find_map(|line| line.strip_suffix(&wanted));
    site.filter(|site| site.starts_with("http")).unwrap_or(MIRROR).to_owned()
}

/// Takes out what no agent reads: the package cache, manuals and translations. Licences stay.
fn slim(root: &Path) -> Result<()> {
    for directory in
        ["var/cache/apt", "var/lib/apt/lists", "usr/share/man", "usr/share/locale", "usr/share/info"]
    {
        let path = root.join(directory);
        fs::remove_dir_all(&path).with_context(|| format!("removing {}", path.display()))?;
        fs::create_dir(&path)?;
    }
    let mut find = Command::new("find");
    find.arg(root.join("usr/share/doc")).args(["-type", "f", "!", "-name", "copyright", "-delete"]);
    process::output(&mut find).map(drop)
}

fn pack(root: &Path, archive: &Path) -> Result<()> {
    let mut tar = Command::new("tar");
    // The engine fills /dev itself; what debootstrap put there cannot be unpacked everywhere.
    tar.arg("--create")
        .arg("--file")
        .arg(archive)
        .args(["--numeric-owner", "--exclude=./dev/*", "-C"])
        .arg(root)
        .arg(".");
    process::output(&mut tar).map(drop)
}
