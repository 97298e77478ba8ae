//! The folder that is sent to the builder. Its files are hard links where the file system allows, so it costs nothing.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::image::cache;

/// A build context; dropped, it removes its folder.
#[derive(Debug)]
pub(super) struct Context {
    root: PathBuf,
}

impl Context {
    /// An empty context.
    pub(super) fn new(name: &str) -> Result<Self> {
        let root = cache::directory().join(format!("context-{name}-{}", std::process::id()));
        fs::create_dir_all(&root).with_context(|| format!("creating {}", root.display()))?;
        Ok(Self { root })
    }

    pub(super) fn path(&self) -> &Path {
        &self.root
    }

    /// Adds an empty folder.
    pub(super) fn directory(&self, name: &str) -> Result<()> {
        fs::create_dir_all(self.root.join(name)).with_context(|| format!("creating {name}"))
    }

    /// Adds a file.
    pub(super) fn file(&self, name: &str, source: &Path) -> Result<()> {
        link(source, &self.root.join(name))
    }

    /// Adds a folder with everything below it.
    pub(super) fn tree(&self, name: &str, source: &Path) -> Result<()> {
        link_tree(source, &self.root.join(name))
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // What stays behind is links in a cache.
        let _ = fs::remove_dir_all(&self.root);
    }
}

fn link_tree(source: &Path, target: &Path) -> Result<()> {
    fs::create_dir_all(target).with_context(|| format!("creating {}", target.display()))?;
    for entry in fs::read_dir(source).with_context(|| format!("listing {}", source.display()))? {
        let entry = entry?;
        let (from, to) = (entry.path(), target.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            link_tree(&from, &to)?;
        } else {
            link(&from, &to)?;
        }
    }
    Ok(())
}

fn link(source: &Path, target: &Path) -> Result<()> {
    // Another file system, or one without hard links: then it is a copy.
    fs::hard_link(source, target)
        .or_else(|_| fs::copy(source, target).map(drop))
        .with_context(|| format!("copying {}", source.display()))
}
