//! Writes the table of the web app's files (web-yew/dist) that `src/assets.rs` compiles into the server.
//!
//! Without a bundle the table is empty and the server says how to make one; it never builds the bundle itself.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let variable = |name| PathBuf::from(env::var_os(name).expect("cargo sets it for build scripts"));
    let web = variable("CARGO_MANIFEST_DIR").join("../web-yew");
    let dist = web.join("dist");
    let out = variable("OUT_DIR");
    // A watched path that is missing would rebuild this crate at every build: watch its parent until it is there.
    let watched = if dist.is_dir() { &dist } else { &web };
    println!("cargo::rerun-if-changed={}", watched.display());
    println!("cargo::rerun-if-changed=build.rs");

    // The files are copied, so that what is compiled in is one bundle, whatever happens to dist meanwhile.
    let bundle = out.join("bundle");
    let _ = fs::remove_dir_all(&bundle);
    fs::create_dir_all(&bundle).expect("cargo made OUT_DIR");
    let copy = |name: &str| fs::copy(dist.join(name), bundle.join(name)).is_ok();
    let mut table = String::from("&[\n");
    for name in names(&dist) {
        let packed = format!("{name}.br");
        let included = |name: &str| format!("include_bytes!({:?})", format!("bundle/{name}"));
        let brotli = if copy(&packed) { format!("Some({})", included(&packed)) } else { "None".to_owned() };
        assert!(copy(&name), "cannot read {name} of the web app's bundle");
        let _ =
            writeln!(table, "    Asset {{ name: {name:?}, plain: {}, brotli: {brotli} }},", included(&name));
    }
    table.push_str("]\n");
    fs::write(out.join("assets.rs"), table).expect("cargo made OUT_DIR");
}

/// The names of the bundle's files, without the compressed copies and the hidden ones.
fn names(dist: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(dist) else { return Vec::new() };
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| !name.starts_with('.') && Path::new(name).extension().is_none_or(|it| it != "br"))
        .collect();
    names.sort();
    names
}
