//! Writes the table of the web app's files (web-yew/dist) that `src/assets.rs` compiles into the server.
//!
//! Without a bundle the table is empty and the server says how to make one; it never builds the bundle itself.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web-yew");
    let dist = web.join("dist");
    // A watched path that is missing would rebuild this crate at every build: watch its parent until it is there.
    let watched = if dist.is_dir() { &dist } else { &web };
    println!("cargo::rerun-if-changed={}", watched.display());
    println!("cargo::rerun-if-changed=build.rs");

    let mut table = String::from("&[\n");
    for file in files(&dist) {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let packed = dist.join(format!("{name}.br"));
        let brotli = if packed.is_file() {
            format!("Some(include_bytes!({:?}))", packed.display().to_string())
        } else {
            "None".to_owned()
        };
        let _ = writeln!(
            table,
            "    Asset {{ name: {name:?}, plain: include_bytes!({:?}), brotli: {brotli} }},",
            file.display().to_string()
        );
    }
    table.push_str("]\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR for build scripts"));
    fs::write(out.join("assets.rs"), table).expect("cargo made OUT_DIR");
}

/// The bundle's files by name, without the compressed copies and the hidden ones.
fn files(dist: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(dist) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            !name.starts_with('.') && !name.ends_with(".br")
        })
        .collect();
    files.sort();
    files
}
