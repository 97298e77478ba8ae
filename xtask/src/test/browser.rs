//! A real browser and the program that drives it, from Debian.

use anyhow::Result;

use crate::machine;
use crate::progress::Log;

/// Installs both unless they are on the path.
pub(crate) fn ensure(log: &Log) -> Result<()> {
    if ["chromium", "chromedriver"].iter().any(|program| machine::find_program(program).is_none()) {
        machine::install(log, &["chromium", "chromium-driver"])?;
    }
    Ok(())
}
