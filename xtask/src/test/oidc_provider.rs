//! The certified `OpenID` provider that the end-to-end tests sign in through, from npm.

use std::path::PathBuf;

use anyhow::Result;

use crate::machine;
use crate::npm;
use crate::progress::Log;

/// Installs it unless it is there; returns the folder with its `node_modules`.
pub(crate) fn ensure(log: &Log) -> Result<PathBuf> {
    // It is run, not only fetched.
    if machine::find_program("node").is_none() {
        machine::install(log, &["nodejs", "npm"])?;
    }
    npm::tree(log, "oidc-provider", "tests/peers/oidc-provider")
}
