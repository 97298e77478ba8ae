//! A value that a setting cannot take.

/// Why a setting cannot take a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key} {reason}")]
pub struct SettingError {
    /// The setting, as it was named.
    pub key: String,
    /// What is wrong, in words that follow the setting's name.
    pub reason: String,
}

impl SettingError {
    pub(super) fn new(key: &str, reason: impl Into<String>) -> Self {
        Self { key: key.to_owned(), reason: reason.into() }
    }

    pub(super) fn unknown(key: &str) -> Self {
        Self::new(key, "is no setting; `mosaic config get` lists them")
    }
}
