//! The first set-up as far as it is filled in.

use mosaic_api::OnboardAgent;
use serde::{Deserialize, Serialize};

use super::{OidcDraft, ProviderDraft};

/// Survives a reload of the page, all but the secrets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SetupDraft {
    pub(crate) email: String,
    pub(crate) oidc: OidcDraft,
    pub(crate) provider: ProviderDraft,
    pub(crate) agent: AgentDraft,
}

impl Default for SetupDraft {
    fn default() -> Self {
        Self {
            email: String::new(),
            oidc: OidcDraft::new(),
            provider: ProviderDraft::default(),
            agent: AgentDraft::default(),
        }
    }
}

/// The first agent; what is empty is what Mosaic proposes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct AgentDraft {
    pub(crate) name: String,
    /// None until somebody has picked or written one.
    pub(crate) personality: Option<String>,
    pub(crate) model: String,
}

impl AgentDraft {
    pub(crate) fn to_body(&self) -> OnboardAgent {
        let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        OnboardAgent {
            name: filled(&self.name),
            personality: self.personality.clone(),
            model: filled(&self.model),
        }
    }
}
