//! The environment of the container, read once. Nothing in it is secret.

use std::path::{Path, PathBuf};

use crate::Failure;

/// Where the config comes from and where it goes.
#[derive(Debug)]
pub struct Settings {
    /// Mosaic's internal address for this cell's config (`MOSAIC_CONFIG_URL`), plain HTTP over the cell's own bridge.
    pub config_url: String,
    /// The file the gateway reads (`OPENCLAW_CONFIG_PATH`), on a tmpfs.
    pub config_path: PathBuf,
    /// Where the token is kept beside it for a later refresh.
    pub token_path: PathBuf,
}

impl Settings {
    /// Reads the two variables and checks them.
    pub fn from_env() -> Result<Self, Failure> {
        Self::new(variable("MOSAIC_CONFIG_URL")?, PathBuf::from(variable("OPENCLAW_CONFIG_PATH")?))
    }

    fn new(config_url: String, config_path: PathBuf) -> Result<Self, Failure> {
        if !config_url.starts_with("http://") {
            return Err(Failure::Usage("MOSAIC_CONFIG_URL must be an http:// address".to_owned()));
        }
        let Some(directory) = config_path.parent().filter(|_| config_path.is_absolute()) else {
            return Err(Failure::Usage("OPENCLAW_CONFIG_PATH must be an absolute file name".to_owned()));
        };
        let token_path = Path::new(directory).join("token");
        Ok(Self { config_url, config_path, token_path })
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the only place of this program that reads the environment"
)]
fn variable(name: &str) -> Result<String, Failure> {
    std::env::var(name)
        .ok()
        .filter(|value| !value.is_empty())
        .ok_or_else(|| Failure::Usage(format!("the environment variable {name} is missing")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_kept_beside_the_config() {
        let settings =
            Settings::new("http://10.1.2.1:7/x".to_owned(), "/run/mosaic/openclaw.json".into()).unwrap();
        assert_eq!(settings.token_path, Path::new("/run/mosaic/token"));
    }

    #[test]
    fn an_address_that_would_need_tls_or_a_relative_file_is_refused() {
        let file = PathBuf::from("/run/mosaic/openclaw.json");
        assert!(Settings::new("https://mosaic/x".to_owned(), file).is_err());
        assert!(Settings::new("http://mosaic/x".to_owned(), "openclaw.json".into()).is_err());
    }
}
