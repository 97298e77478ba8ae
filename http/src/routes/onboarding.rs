//! The first set-up, a step a file. Each can be taken again until all is over; then none is there any more.

mod agent;
mod breakglass;
mod complete;
mod oidc;
mod provider;
mod status;

use mosaic_api::Code;
use mosaic_model::OnboardingError;
use mosaic_storage::OnboardError;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    HttpState,
    failure::{Failure, sentence},
};

/// All of it.
pub(crate) fn router() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(status::status))
        .routes(routes!(breakglass::breakglass))
        .routes(routes!(oidc::oidc))
        .routes(routes!(provider::provider))
        .routes(routes!(agent::agent))
        .routes(routes!(complete::complete))
}

impl From<OnboardError> for Failure {
    fn from(error: OnboardError) -> Self {
        match error {
            OnboardError::Order(OnboardingError::Complete) => Self::not_found(),
            OnboardError::Order(error) => Self::new(Code::Conflict, sentence(&error)),
            OnboardError::Store(error) => error.into(),
        }
    }
}
