//! The name of a container image.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The name of a container image, as a container engine takes it: perhaps with a registry, a tag, a digest.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ImageName(String);

impl ImageName {
    /// The longest name. Characters.
    pub(super) const MAX_CHARS: usize = 255;
    /// The name that this repository's own builds give the image.
    pub(super) const STANDARD: &'static str = "mosaic-agent:local";

    /// Reads a name. Whether there is such an image only the engine knows.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | ':' | '@');
        let begins = text.starts_with(|c: char| c.is_ascii_alphanumeric());
        (begins && text.len() <= Self::MAX_CHARS && text.chars().all(plain)).then(|| Self(text.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<ImageName> for String {
    fn from(name: ImageName) -> Self {
        name.0
    }
}

impl TryFrom<String> for ImageName {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("no name of a container image")
    }
}

impl Default for ImageName {
    fn default() -> Self {
        Self(Self::STANDARD.to_owned())
    }
}

impl fmt::Display for ImageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
