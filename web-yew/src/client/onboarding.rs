//! The first set-up.

use gloo_net::http::Method;
use mosaic_api::{
    AgentBody, Me, NewProvider, OidcSettings, OnboardAgent, OnboardBreakglass, OnboardOidc,
    OnboardedProvider, OnboardingStatus, paths,
};

use super::{Answer, act, get, send};
use crate::remote::Failure;

pub(crate) fn onboarding() -> Answer<OnboardingStatus> {
    get(paths::ONBOARDING_STATUS)
}

pub(crate) fn onboard_admin(admin: OnboardBreakglass) -> Answer<Me> {
    send(Method::POST, paths::ONBOARDING_BREAKGLASS, &admin)
}

pub(crate) fn onboard_oidc(oidc: OnboardOidc) -> Answer<OidcSettings> {
    send(Method::POST, paths::ONBOARDING_OIDC, &oidc)
}

pub(crate) fn onboard_provider(provider: NewProvider) -> Answer<OnboardedProvider> {
    send(Method::POST, paths::ONBOARDING_PROVIDER, &provider)
}

/// Makes the first agent and ends the set-up: from here on there is no way back.
pub(crate) async fn onboard_agent(agent: OnboardAgent) -> Result<AgentBody, Failure> {
    let made = send(Method::POST, paths::ONBOARDING_AGENT, &agent).await?;
    act(Method::POST, paths::ONBOARDING_COMPLETE).await?;
    Ok(made)
}
