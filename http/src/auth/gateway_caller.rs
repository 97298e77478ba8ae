//! A cell, by its own gateway token.

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;
use mosaic_api::Code;
use mosaic_model::{CellId, GatewayToken, Owner};

use super::bearer;
use crate::{failure::Failure, state::HttpState};

/// A cell that asks for its own things: the token is the one of the cell that the path names.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GatewayCaller {
    /// Proof that the caller acts for the cell's owner.
    pub(crate) owner: Owner,
}

impl FromRequestParts<HttpState> for GatewayCaller {
    type Rejection = Failure;

    /// Whatever is wrong, the answer is the same: nobody learns which cells there are.
    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, Failure> {
        let refused = || Failure::new(Code::Unauthenticated, "This is not the token of this cell.");
        let sent = bearer(&parts.headers).and_then(GatewayToken::parse).ok_or_else(refused)?;
        let path = Path::<String>::from_request_parts(parts, state).await;
        let cell: CellId = path.ok().and_then(|Path(id)| id.parse().ok()).ok_or_else(refused)?;
        let known = state.store.gateway_token(cell).await?.ok_or_else(refused)?;
        // `GatewayToken` compares in constant time.
        if known != sent {
            return Err(refused());
        }
        #[expect(clippy::disallowed_methods, reason = "the cell has just proved whose it is")]
        let owner = Owner::vouch_cell(cell);
        Ok(Self { owner })
    }
}
