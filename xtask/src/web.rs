//! `cargo xtask web`: the web app as the files a server sends.
//!
//! Builds web-yew for wasm, writes its JavaScript side with wasm-bindgen, adds the fonts, puts a hash of the content
//! in every name but index.html's, and lays a brotli copy beside each file. The result is web-yew/dist.

mod first_load;
mod fonts;
mod program;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use crate::process;
use crate::progress::Log;
use crate::targets;
use crate::workspace::{self, short_hash};

/// The wasm-bindgen this xtask was built with; the browser crate must be built with the same.
const WASM_BINDGEN: &str = "0.2.130";

/// Everything the bundle is made from.
const INPUTS: &[&str] = &[
    "web-yew/Cargo.toml",
    "web-yew/src",
    "web-yew/styles",
    "web-yew/static",
    "web-yew/index.html",
    fonts::FOLDER,
    "http/api",
    "model",
    "xtask/src/web.rs",
    "xtask/src/web",
    "Cargo.toml",
    "Cargo.lock",
];
/// The file in dist that remembers what it was made from.
const MADE_FROM: &str = ".made-from";

/// What `cargo xtask web` may be told.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// Build quickly, with debug information and without optimisation
    #[arg(long)]
    pub(crate) dev: bool,
}

/// Builds the bundle unless it is there already; returns its folder.
pub(crate) fn build(log: &Log, options: &Options) -> Result<PathBuf> {
    let profile = if options.dev { "dev" } else { "web" };
    let dist = workspace::root().join("web-yew/dist");
    let made_from = workspace::fingerprint(INPUTS, &[profile])?;
    if fs::read_to_string(dist.join(MADE_FROM)).is_ok_and(|known| known == made_from) {
        log.line("the web app is up to date");
        return Ok(dist);
    }
    let started = Instant::now();
    targets::ensure_wasm(log)?;
    compile(log, profile)?;
    let directory = if options.dev { "debug" } else { profile };
    let wasm = workspace::target_dir().join(targets::WASM).join(directory).join("mosaic-web.wasm");
    let files = bundle(log, &wasm, options.dev)?;
    let sent = files.iter().map(|file| (file.name.as_str(), file.sent()));
    let load = first_load::measure(sent);
    load.lines().for_each(|line| log.line(line));
    if !options.dev {
        load.judge()?;
    }
    write(&dist, &files, &made_from)?;
    log.line(format_args!("web app built in {} s", started.elapsed().as_secs()));
    Ok(dist)
}

/// One file of the bundle.
#[derive(Debug)]
struct File {
    name: String,
    bytes: Vec<u8>,
    /// The compressed copy; none where it would not be smaller.
    brotli: Option<Vec<u8>>,
}

impl File {
    fn new(name: String, bytes: Vec<u8>) -> Result<Self> {
        let packed = brotli(&bytes)?;
        let brotli = (packed.len() < bytes.len()).then_some(packed);
        Ok(Self { name, bytes, brotli })
    }

    /// How much of it a browser fetches. Bytes.
    fn sent(&self) -> usize {
        self.brotli.as_ref().unwrap_or(&self.bytes).len()
    }
}

fn compile(log: &Log, profile: &str) -> Result<()> {
    let locked = locked_version("wasm-bindgen")?;
    if locked != WASM_BINDGEN {
        bail!(
            "Cargo.lock has wasm-bindgen {locked}, but xtask was built with {WASM_BINDGEN}: set both to the same"
        );
    }
    let mut cargo = process::cargo();
    cargo.args(["rustc", "--package", "mosaic-web", "--target", targets::WASM, "--profile", profile]);
    // What takes the program apart has to know what refers to what.
    cargo.args(["--", "-C", "link-args=--emit-relocs"]);
    process::run_cargo_build(log, &mut cargo)
}

/// The files of the bundle, in the order of their names' dependence.
fn bundle(log: &Log, wasm: &Path, dev: bool) -> Result<Vec<File>> {
    let [wasm, later, script] = program::files(wasm, dev)?;
    let fonts = fonts::files(log)?;
    let names: Vec<(&str, &str)> = fonts.iter().map(|(name, file)| (*name, file.name.as_str())).collect();
    let styles = fill(&styles()?, &names).context("the style sheets")?;
    let styles = File::new(format!("styles-{}.css", short_hash(styles.as_bytes())), styles.into_bytes())?;
    let web = workspace::root().join("web-yew");
    let icon = fs::read(web.join("static/icon.svg")).context("reading the icon")?;
    let icon = File::new(format!("icon-{}.svg", short_hash(&icon)), icon)?;
    let page = fs::read_to_string(web.join("index.html")).context("reading index.html")?;
    let named = |name: &str| names.iter().find(|(known, _)| *known == name).map_or("", |(_, file)| *file);
    let page = fill(
        &page,
        &[
            ("wasm", &wasm.name),
            ("script", &script.name),
            ("styles", &styles.name),
            ("icon", &icon.name),
            ("inter", named("inter")),
        ],
    );
    let page = File::new("index.html".to_owned(), page.context("index.html")?.into_bytes())?;
    let fonts = fonts.into_iter().map(|(_, file)| file);
    Ok([wasm, later, script, styles, icon].into_iter().chain(fonts).chain([page]).collect())
}

/// All style sheets as one: the tokens first, then the components by name.
fn styles() -> Result<String> {
    let folder = workspace::root().join("web-yew/styles");
    let mut sheets: Vec<PathBuf> =
        fs::read_dir(&folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    sheets.retain(|path| path.extension().is_some_and(|extension| extension == "css"));
    sheets.sort_by_key(|path| (path.file_name().is_none_or(|name| name != "tokens.css"), path.clone()));
    let mut all = String::new();
    for sheet in sheets {
        all += fs::read_to_string(&sheet).with_context(|| format!("reading {}", sheet.display()))?.trim_end();
        all.push('\n');
    }
    Ok(all)
}

/// Replaces each `{{name}}` of a template; a name that is not there is an error, as is one left over.
fn fill(template: &str, values: &[(&str, &str)]) -> Result<String> {
    let mut page = template.to_owned();
    for (name, value) in values {
        let mark = format!("{{{{{name}}}}}");
        if !page.contains(&mark) {
            bail!("{mark} is named nowhere");
        }
        page = page.replace(&mark, value);
    }
    if page.contains("{{") {
        bail!("something is named that the bundle does not have");
    }
    Ok(page)
}

/// Puts a whole new bundle in the place of the old one.
fn write(dist: &Path, files: &[File], made_from: &str) -> Result<()> {
    let fresh = dist.with_extension("new");
    if fresh.exists() {
        fs::remove_dir_all(&fresh)?;
    }
    fs::create_dir_all(&fresh)?;
    for file in files {
        fs::write(fresh.join(&file.name), &file.bytes)?;
        if let Some(packed) = &file.brotli {
            fs::write(fresh.join(format!("{}.br", file.name)), packed)?;
        }
    }
    fs::write(fresh.join(MADE_FROM), made_from)?;
    if dist.exists() {
        fs::remove_dir_all(dist)?;
    }
    fs::rename(&fresh, dist).context("putting the new bundle in its place")
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut packed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut packed, 4096, 11, 24);
    writer.write_all(bytes)?;
    drop(writer);
    Ok(packed)
}

/// The version of a package in Cargo.lock; an error if there is not exactly one.
fn locked_version(package: &str) -> Result<String> {
    let lock: toml::Table = fs::read_to_string(workspace::root().join("Cargo.lock"))?.parse()?;
    let packages =
        lock.get("package").and_then(toml::Value::as_array).context("Cargo.lock lists no packages")?;
    let mut versions = packages.iter().filter_map(|entry| {
        (entry.get("name")?.as_str()? == package).then(|| entry.get("version")?.as_str()).flatten()
    });
    match (versions.next(), versions.next()) {
        (Some(version), None) => Ok(version.to_owned()),
        (None, _) => bail!("Cargo.lock has no {package}"),
        (Some(_), Some(_)) => bail!("Cargo.lock has more than one {package}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_of_wasm_bindgen_have_one_version() {
        assert_eq!(locked_version("wasm-bindgen").unwrap(), WASM_BINDGEN);
        assert_eq!(locked_version("wasm-bindgen-cli-support").unwrap(), WASM_BINDGEN);
    }

    #[test]
    fn a_page_with_a_forgotten_name_is_refused() {
        assert_eq!(fill("<a href={{icon}}>", &[("icon", "i.svg")]).unwrap(), "<a href=i.svg>");
        assert!(fill("<a>", &[("icon", "i.svg")]).is_err());
        assert!(fill("{{icon}}{{other}}", &[("icon", "i.svg")]).is_err());
    }
}
