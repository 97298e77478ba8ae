//! The first set-up.

use gloo_net::http::Method;
use mosaic_api::{
    AgentBody, Me, NewProvider, OidcSettings, OnboardAgent, OnboardBreakglass, OnboardOidc,
    OnboardedProvider, OnboardingStatus, paths,
};

use super::{act, get, send};
use crate::remote::Failure;

pub(crate) async fn onboarding() -> Result<OnboardingStatus, Failure> {
    get(paths::ONBOARDING_STATUS).await
}

pub(crate) async fn onboard_admin(admin: OnboardBreakglass) -> Result<Me, Failure> {
    send(Method::POST, paths::ONBOARDING_BREAKGLASS, &admin).await
}

pub(crate) async fn onboard_oidc(oidc: OnboardOidc) -> Result<OidcSettings, Failure> {
    send(Method::POST, paths::ONBOARDING_OIDC, &oidc).await
}

pub(crate) async fn onboard_provider(provider: NewProvider) -> Result<OnboardedProvider, Failure> {
    send(Method::POST, paths::ONBOARDING_PROVIDER, &provider).await
}

/// Makes the first agent and ends the set-up: from here on there is no way back.
pub(crate) async fn onboard_agent(agent: OnboardAgent) -> Result<AgentBody, Failure> {
    let made = send(Method::POST, paths::ONBOARDING_AGENT, &agent).await?;
    act(Method::POST, paths::ONBOARDING_COMPLETE).await?;
    Ok(made)
}
