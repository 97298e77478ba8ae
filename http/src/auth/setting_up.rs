//! The first set-up: that it is still going on, and who does it.

use axum::extract::FromRequestParts;
use http::request::Parts;
use mosaic_api::Code;
use mosaic_model::{By, Owner};

use super::SignedIn;
use crate::{failure::Failure, state::HttpState};

/// The first set-up is not over. Once it is, its steps are no addresses any more.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SettingUp;

impl FromRequestParts<HttpState> for SettingUp {
    type Rejection = Failure;

    async fn from_request_parts(_: &mut Parts, state: &HttpState) -> Result<Self, Failure> {
        if state.is_set_up().await? { Err(Failure::not_found()) } else { Ok(Self) }
    }
}

/// The administrator that the first set-up has made, at a browser, while it is not over.
#[derive(Debug, Clone)]
pub(crate) struct FirstAdmin {
    /// Proof that the caller is they.
    pub(crate) owner: Owner,
    /// The caller, for the audit log.
    pub(crate) by: By,
}

impl FromRequestParts<HttpState> for FirstAdmin {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, Failure> {
        SettingUp::from_request_parts(parts, state).await?;
        let signed_in = SignedIn::from_request_parts(parts, state).await?;
        if state.store.onboarding().await?.admin() == Some(signed_in.owner.user_id()) {
            return Ok(Self { owner: signed_in.owner, by: signed_in.by });
        }
        let detail = "Only the administrator that the first set-up has made goes on with it.";
        Err(Failure::new(Code::Forbidden, detail))
    }
}

/// The first administrator, if this is they.
#[derive(Debug, Clone)]
pub(crate) struct MaybeFirstAdmin(pub(crate) Option<FirstAdmin>);

impl FromRequestParts<HttpState> for MaybeFirstAdmin {
    type Rejection = Failure;

    /// What kept Mosaic from looking is an error; that it is somebody else is none.
    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, Failure> {
        match FirstAdmin::from_request_parts(parts, state).await {
            Ok(admin) => Ok(Self(Some(admin))),
            Err(refused) if refused.problem().status < 500 => Ok(Self(None)),
            Err(error) => Err(error),
        }
    }
}
