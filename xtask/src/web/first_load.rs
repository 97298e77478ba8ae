//! What a browser fetches before the first page is there, and how much of it is too much.
//!
//! Everything counts that the sign-in or a chat asks for: the page, the program and its script, the styles, the icon
//! and both typefaces; not the pages that are fetched when one of them is opened. Each part has a share of what all
//! may take together; a bundle that takes more is refused, and the parts above their shares are named.

use std::fmt;

use anyhow::{Result, bail};

/// The most that the first load may take. Bytes, as they are sent: packed with brotli where that is smaller.
pub(super) const FIRST_LOAD_MAX: usize = 500_000;

/// A part of the first load: how its file is called, without the hash, and its share. Bytes, as they are sent.
struct Share {
    name: &'static str,
    ending: &'static str,
    bytes: usize,
}

const SHARES: [Share; 7] = [
    Share { name: "index", ending: ".html", bytes: 500 },
    Share { name: "app", ending: "_bg.wasm", bytes: 430_000 },
    Share { name: "app", ending: ".js", bytes: 12_000 },
    Share { name: "styles", ending: ".css", bytes: 12_000 },
    Share { name: "icon", ending: ".svg", bytes: 500 },
    Share { name: "inter", ending: ".woff2", bytes: 29_000 },
    Share { name: "jetbrains-mono", ending: ".woff2", bytes: 16_000 },
];

/// A part as it is.
#[derive(Debug, PartialEq, Eq)]
struct Part {
    file: String,
    bytes: usize,
    share: usize,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, bytes, share } = self;
        write!(f, "{bytes:>7} bytes of {share:>6}  {file}")
    }
}

/// The whole of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FirstLoad(Vec<Part>);

/// What a bundle's files, by name and size as sent, are for the first load; the others do not count.
pub(super) fn measure<'a>(files: impl Iterator<Item = (&'a str, usize)>) -> FirstLoad {
    let part = |(file, bytes): (&str, usize)| {
        let share = SHARES.iter().find(|share| share.is_of(file))?.bytes;
        Some(Part { file: file.to_owned(), bytes, share })
    };
    FirstLoad(files.filter_map(part).collect())
}

impl Share {
    fn is_of(&self, file: &str) -> bool {
        let hash = file.strip_prefix(self.name).and_then(|rest| rest.strip_suffix(self.ending));
        hash.is_some_and(|hash| hash.is_empty() || hash.starts_with('-'))
    }
}

impl FirstLoad {
    fn bytes(&self) -> usize {
        self.0.iter().map(|part| part.bytes).sum()
    }

    /// It as a table.
    pub(super) fn lines(&self) -> impl Iterator<Item = String> {
        let sum = format!("{:>7} bytes of {FIRST_LOAD_MAX:>6}  first load, as sent", self.bytes());
        self.0.iter().map(Part::to_string).chain([sum])
    }

    /// Refuses a first load without one of its parts, and one that takes more than it may.
    pub(super) fn judge(&self) -> Result<()> {
        if self.0.len() != SHARES.len() {
            bail!(
                "the first load has {} parts and should have {}: name them in first_load.rs",
                self.0.len(),
                SHARES.len()
            );
        }
        if self.bytes() <= FIRST_LOAD_MAX {
            return Ok(());
        }
        let grown = self.0.iter().filter(|part| part.bytes > part.share);
        let grown: Vec<String> =
            grown.map(|part| format!("{} by {}", part.file, part.bytes - part.share)).collect();
        bail!(
            "the first load takes {} bytes, {} more than it may; above their shares are {}",
            self.bytes(),
            self.bytes() - FIRST_LOAD_MAX,
            grown.join(", ")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A bundle whose parts take their shares, but the program this many bytes more.
    fn bundle(more: usize) -> Vec<(String, usize)> {
        let file = |share: &Share| {
            let more = if share.ending == "_bg.wasm" { more } else { 0 };
            let hash = if share.name == "index" { "" } else { "-0a1b2c" };
            (format!("{}{hash}{}", share.name, share.ending), share.bytes + more)
        };
        let others = [("fonts-0a1b2c.txt".to_owned(), 1_000_000)];
        SHARES.iter().map(file).chain(others).collect()
    }

    fn measured(files: &[(String, usize)]) -> FirstLoad {
        measure(files.iter().map(|(name, bytes)| (name.as_str(), *bytes)))
    }

    #[test]
    fn the_shares_are_the_whole() {
        assert_eq!(SHARES.iter().map(|share| share.bytes).sum::<usize>(), FIRST_LOAD_MAX);
    }

    #[test]
    fn a_first_load_may_be_as_large_as_the_limit_and_no_larger() {
        assert!(measured(&bundle(0)).judge().is_ok());
        let refused = measured(&bundle(7)).judge().unwrap_err().to_string();
        assert!(
            refused.contains("takes 500007 bytes, 7 more") && refused.contains("app-0a1b2c_bg.wasm by 7"),
            "{refused}"
        );
        assert!(!refused.contains(".css"), "only what grew is named: {refused}");
    }

    #[test]
    fn a_part_may_grow_where_another_leaves_room() {
        let mut files = bundle(900);
        files[2].1 -= 900;
        assert!(measured(&files).judge().is_ok());
    }

    #[test]
    fn a_part_that_is_missing_is_no_saving() {
        assert!(measured(&bundle(0)[1..]).judge().is_err());
    }

    #[test]
    fn what_is_fetched_later_does_not_count() {
        assert!(measured(&bundle(0)).lines().all(|line| !line.contains(".txt")));
    }
}
