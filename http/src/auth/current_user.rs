//! A person's program, by its personal token.

use axum::extract::FromRequestParts;
use http::request::Parts;
use mosaic_api::Code;
use mosaic_model::{CellId, Owner, PersonalToken};
use mosaic_storage::Role;

use super::bearer;
use crate::{failure::Failure, state::HttpState};

/// The authenticated caller.
#[derive(Debug, Clone)]
pub(crate) struct CurrentUser {
    /// Proof that the caller is this user.
    pub(crate) owner: Owner,
    pub(crate) role: Role,
}

impl CurrentUser {
    pub(crate) const fn cell(&self) -> CellId {
        CellId::User(self.owner.user_id())
    }
}

impl FromRequestParts<HttpState> for CurrentUser {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, Failure> {
        let refused = |detail| Failure::new(Code::Unauthenticated, detail);
        let text = bearer(&parts.headers).ok_or_else(|| {
            refused("Send your personal API token as `Authorization: Bearer mosaic_pat_…`.")
        })?;
        let invalid =
            || refused("This token does not hold: it was revoked, has expired or was never given out.");
        let token = PersonalToken::parse(text).ok_or_else(invalid)?;
        let caller = state.caller(token.hash()).await?.ok_or_else(invalid)?;
        #[expect(clippy::disallowed_methods, reason = "the token has just proved who the caller is")]
        let owner = Owner::vouch(caller.user);
        Ok(Self { owner, role: caller.role })
    }
}
