//! The typefaces: variable fonts from npm, of which only the files for Latin letters are taken, and of these only what
//! the style sheets use.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::File;
use crate::npm;
use crate::process;
use crate::progress::Log;
use crate::workspace::{self, short_hash};

/// Where package.json and its lock file are.
pub(super) const FOLDER: &str = "web-yew/fonts";

/// A typeface: the name its files get, and where its package has them.
#[derive(Debug)]
struct Typeface {
    name: &'static str,
    package: &'static str,
    file: &'static str,
}

const TYPEFACES: [Typeface; 2] = [
    Typeface {
        name: "inter",
        package: "@fontsource-variable/inter",
        file: "files/inter-latin-wght-normal.woff2",
    },
    Typeface {
        name: "jetbrains-mono",
        package: "@fontsource-variable/jetbrains-mono",
        file: "files/jetbrains-mono-latin-wght-normal.woff2",
    },
];

/// The fonts and their licence as files of the bundle, each with the name that the style sheet calls it by.
pub(super) fn files(log: &Log) -> Result<Vec<(&'static str, File)>> {
    let tree = npm::tree(log, "fonts", FOLDER)?.join("node_modules");
    let mut files = Vec::new();
    let mut licences = String::new();
    for Typeface { name, package, file } in TYPEFACES {
        let font = subset(&tree, name, &tree.join(package).join(file))?;
        files.push((name, File::new(format!("{name}-{}.woff2", short_hash(&font)), font)?));
        let licence = read(&tree.join(package).join("LICENSE"))?;
        let licence = String::from_utf8_lossy(&licence);
        licences = [&licences, name, "\n\n", licence.trim(), "\n\n"].concat();
    }
    // The fonts' licence goes where the fonts go.
    let licence = format!("fonts-{}.txt", short_hash(licences.as_bytes()));
    files.push(("fonts-licence", File::new(licence, licences.into_bytes())?));
    Ok(files)
}

/// The part of a font that is used.
fn subset(tree: &Path, name: &str, font: &Path) -> Result<Vec<u8>> {
    let smaller = workspace::target_dir().join(format!("{name}.woff2"));
    let mut node = process::command("node");
    node.env("NODE_PATH", tree)
        .arg(workspace::root().join(FOLDER).join("subset.cjs"))
        .arg(font)
        .arg(&smaller);
    process::output(&mut node).with_context(|| format!("taking from {} what is used", font.display()))?;
    read(&smaller)
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("reading {}", file.display()))
}
