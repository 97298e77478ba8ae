//! The environment that the image and the entrypoint give.

use std::path::PathBuf;

/// Where the stand-in finds its config, keeps its sessions, and which token it asks for.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `OPENCLAW_CONFIG_PATH`.
    pub config_path: PathBuf,
    /// `OPENCLAW_STATE_DIR`.
    pub state_dir: PathBuf,
    /// `OPENCLAW_GATEWAY_TOKEN`.
    pub token: String,
}

impl Settings {
    /// Reads the three variables; the error names the one that is missing.
    pub fn from_env() -> Result<Self, String> {
        Ok(Self {
            config_path: variable("OPENCLAW_CONFIG_PATH")?.into(),
            state_dir: variable("OPENCLAW_STATE_DIR")?.into(),
            token: variable("OPENCLAW_GATEWAY_TOKEN")?,
        })
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the only place of this program that reads the environment"
)]
fn variable(name: &str) -> Result<String, String> {
    std::env::var(name).ok().filter(|value| !value.is_empty()).ok_or_else(|| format!("{name} is not set"))
}
