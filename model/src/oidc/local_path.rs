//! Where to come back to after a detour: a page of ours and nothing else.

/// The longest path that is kept. Characters.
const PATH_MAX_CHARS: usize = 1_024;

/// A path on this very origin. Whoever makes somebody follow a link cannot send them elsewhere with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalPath(String);

impl LocalPath {
    /// Reads a path; none where a browser could take it for anything but a path of ours.
    ///
    /// Two slashes at the front name another host, browsers read a backslash as a slash, and they drop tabs and
    /// line ends wherever they stand.
    pub fn parse(text: &str) -> Option<Self> {
        let is_path = text.starts_with('/') && !text.starts_with("//");
        let is_plain = text.chars().all(|c| c.is_ascii_graphic() && c != '\\');
        (is_path && is_plain && text.len() <= PATH_MAX_CHARS).then(|| Self(text.to_owned()))
    }

    /// The path, with its query and fragment.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for LocalPath {
    /// The first page.
    fn default() -> Self {
        Self("/".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_of_this_origin_is_taken() {
        for sound in ["/", "/chat", "/chat?a=b#c", "/a//b", "/%2F%2Fexample.org"] {
            assert_eq!(LocalPath::parse(sound).map(|it| it.0), Some(sound.to_owned()));
        }
        for odd in [
            "",
            "chat",
            "//example.org",
            "///example.org",
            "/\\example.org",
            "\\\\example.org",
            "/\t/example.org",
            "/\n/example.org",
            " /chat",
            "/a b",
            "/é",
            "https://example.org",
            "javascript:alert(1)",
            &format!("/{}", "a".repeat(1_024)),
        ] {
            assert_eq!(LocalPath::parse(odd), None, "{odd:?}");
        }
    }
}
