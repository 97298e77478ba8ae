//! The environment of this process: the one place of xtask that reads it.

use std::path::PathBuf;

use crate::machine;

/// The value of a variable, if it is set and not empty.
#[expect(clippy::disallowed_methods, reason = "the one reader of the environment in xtask")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Where downloads and built tools are kept between runs: `~/.cache/mosaic`, or below `XDG_CACHE_HOME`.
pub(crate) fn cache_dir() -> PathBuf {
    let base =
        variable("XDG_CACHE_HOME").map(PathBuf::from).or_else(|| home().map(|home| home.join(".cache")));
    base.unwrap_or_else(std::env::temp_dir).join("mosaic")
}

/// Where Mosaic keeps its data when nobody says otherwise; the same rule as the server's own.
pub(crate) fn data_dir() -> PathBuf {
    if machine::is_root() {
        return PathBuf::from("/var/lib/mosaic");
    }
    let base =
        variable("XDG_DATA_HOME").map(PathBuf::from).or_else(|| home().map(|home| home.join(".local/share")));
    base.unwrap_or_default().join("mosaic")
}

/// The home directory, where there is one.
fn home() -> Option<PathBuf> {
    variable("HOME").map(PathBuf::from)
}
