//! A person at a browser: a session's cookie, and no token.

use axum::extract::FromRequestParts;
use http::request::Parts;
use mosaic_api::Code;
use mosaic_model::{By, Owner, SessionId};

use super::{CurrentUser, current_user::Via, scope::Any};
use crate::{failure::Failure, state::HttpState};

/// Somebody who signed in. What could lock them out, or outlive a stolen token, asks for this.
#[derive(Debug, Clone)]
pub(crate) struct SignedIn {
    /// Proof that the caller is this user.
    pub(crate) owner: Owner,
    pub(crate) session: SessionId,
    /// The caller, for the audit log.
    pub(crate) by: By,
}

impl FromRequestParts<HttpState> for SignedIn {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, Failure> {
        let user = CurrentUser::<Any>::from_request_parts(parts, state).await?;
        match user.via {
            Via::Session(session) => Ok(Self { owner: user.owner, session, by: user.by }),
            Via::Token(_) => {
                Err(Failure::new(Code::Forbidden, "A token cannot do this: sign in with a browser."))
            }
        }
    }
}
