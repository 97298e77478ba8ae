//! The workspace as files: where things are, and fingerprints that say whether inputs have changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use crate::environment;

/// The root of the workspace that this command was called in. Cargo says so at run time: a build folder that two
/// checkouts share may hold an xtask that was compiled in the other one.
pub(crate) fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let xtask = environment::variable("CARGO_MANIFEST_DIR");
        let xtask = PathBuf::from(xtask.unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").to_owned()));
        xtask.parent().expect("xtask is a folder of the workspace").to_owned()
    });
    &ROOT
}

/// Where cargo puts what it builds.
pub(crate) fn target_dir() -> PathBuf {
    environment::variable("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// The first characters of the SHA-256 of some bytes, for a file's name.
pub(crate) fn short_hash(bytes: &[u8]) -> String {
    let mut hash = hex::encode(Sha256::digest(bytes));
    hash.truncate(12);
    hash
}

/// A fingerprint of files and folders of the workspace (names and content), together with a few words that
/// also decide the result. A path that does not exist counts as empty.
pub(crate) fn fingerprint(paths: &[&str], words: &[&str]) -> Result<String> {
    let mut files = Vec::new();
    for path in paths {
        collect(&root().join(path), &mut files)?;
    }
    files.sort();
    let mut hasher = Sha256::new();
    for word in words {
        hasher.update(word);
        hasher.update([0]);
    }
    for file in files {
        let bytes = fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
        hasher.update(file.strip_prefix(root()).unwrap_or(&file).as_os_str().as_encoded_bytes());
        hasher.update((bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    }
    Ok(hex::encode(hasher.finalize()))
}

/// Adds a file, or every file below a folder.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_file() {
        files.push(path.to_owned());
    } else if path.is_dir() {
        for entry in fs::read_dir(path).with_context(|| format!("listing {}", path.display()))? {
            collect(&entry?.path(), files)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_changes_with_the_words_and_not_with_the_order_of_paths() {
        let one = fingerprint(&["xtask/src", "Cargo.toml"], &["release"]).unwrap();
        let same = fingerprint(&["Cargo.toml", "xtask/src"], &["release"]).unwrap();
        let other = fingerprint(&["xtask/src", "Cargo.toml"], &["dev"]).unwrap();
        assert_eq!(one, same);
        assert_ne!(one, other);
    }
}
