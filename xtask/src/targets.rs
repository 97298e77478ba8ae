//! Rust's compile target for the browser.

use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::machine;
use crate::process;
use crate::progress::Log;

pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// Adds the target where it is missing: a toolchain file would not, where rustup is told to install nothing by itself.
pub(crate) fn ensure_wasm(log: &Log) -> Result<()> {
    let sysroot = process::output(process::command("rustc").args(["--print", "sysroot"]))?;
    if Path::new(sysroot.trim()).join("lib/rustlib").join(WASM).join("lib").is_dir() {
        return Ok(());
    }
    if machine::find_program("rustup").is_none() {
        bail!("the Rust target {WASM} is missing, and without rustup you have to install it yourself");
    }
    log.line(format_args!("adding the Rust target {WASM}"));
    process::output(process::command("rustup").args(["target", "add", WASM]))
        .map(drop)
        .with_context(|| format!("adding the Rust target {WASM}"))
}
