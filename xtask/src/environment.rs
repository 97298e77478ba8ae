//! The environment of this process: the one place of xtask that reads it.

use std::path::PathBuf;

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

/// The home directory, where there is one.
pub(crate) fn home() -> Option<PathBuf> {
    variable("HOME").map(PathBuf::from)
}
