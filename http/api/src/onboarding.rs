//! The first set-up.

use serde::{Deserialize, Serialize};

use crate::{OidcChange, ProviderBody, ProviderTestResult, SecretText};

/// How far the first set-up is. Readable by anybody; it names nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OnboardingStatus {
    /// Whether it is over.
    pub completed: bool,
    /// Every step, in order.
    pub steps: Vec<OnboardingStepBody>,
    /// The first step that is still to be taken; none when only the completion is, or nothing.
    pub next: Option<OnboardingStepName>,
    /// Whether this browser is signed in as the administrator who is being set up. Who is not signs in to go on.
    pub signed_in: bool,
    /// What the first agent is unless its owner says otherwise; missing once all is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_agent: Option<FirstAgentHint>,
}

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OnboardingStepBody {
    /// Which.
    pub step: OnboardingStepName,
    /// What has become of it.
    pub state: OnboardingStepState,
}

/// A step of the first set-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OnboardingStepName {
    /// The first administrator.
    Breakglass,
    /// An OIDC provider; can be passed over.
    Oidc,
    /// The administrator's account at a model provider.
    Provider,
    /// The administrator's first agent.
    Agent,
}

/// What has become of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OnboardingStepState {
    /// It is still to be taken.
    Open,
    /// It was taken; it can be taken again until all is over.
    Done,
    /// It was passed over.
    Skipped,
}

/// What the first agent is unless its owner says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FirstAgentHint {
    /// Its name for people.
    pub name: String,
    /// Personalities to choose from; the first is taken where none is given.
    pub personalities: Vec<PersonalityHint>,
}

/// A personality to begin with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PersonalityHint {
    /// What to call it.
    pub title: String,
    /// The personality.
    pub text: String,
}

/// The first administrator, who can always sign in with this password.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OnboardBreakglass {
    /// What stands behind the `#` of the link that Mosaic printed when it was started.
    #[cfg_attr(feature = "schema", schema(value_type = String, write_only))]
    pub setup_code: SecretText,
    /// The e-mail address.
    pub email: String,
    /// The password.
    #[cfg_attr(feature = "schema", schema(value_type = String, write_only))]
    pub password: SecretText,
}

/// The OIDC step: either a configuration, or that there is none for now.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OnboardOidc {
    /// Passes the step over and changes nothing; OIDC can be set up at any time later.
    #[serde(default)]
    pub skip: bool,
    /// The configuration. Its `version` does not matter here: nobody else can have changed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<OidcChange>,
    /// Where people reach Mosaic, as in `https://mosaic.example.org`: what the browser shows as its address. It is saved
    /// as the setting `public_url`, to which the provider sends people back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
}

/// What the provider step made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OnboardedProvider {
    /// The account.
    pub provider: ProviderBody,
    /// What came of trying it out; missing where there were too many tests in a short time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<ProviderTestResult>,
}

/// The first agent. Everything has a default.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OnboardAgent {
    /// Its name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Who it is; added to every prompt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub personality: Option<String>,
    /// One of the models of the provider step; its preferred one where this is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}
